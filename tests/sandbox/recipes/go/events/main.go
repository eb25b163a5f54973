// Command events links the event types of the client's module, but no client.
package main

import (
	"encoding/json"
	"fmt"

	"github.com/aws/aws-lambda-go/events"
)

func main() {
	text, _ := json.Marshal(events.APIGatewayProxyResponse{StatusCode: 200})
	fmt.Println(string(text))
	select {}
}
