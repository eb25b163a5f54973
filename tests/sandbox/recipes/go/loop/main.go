// Command loop is a runtime of its own, without any client.
package main

import (
	"fmt"
	"net/http"
	"os"
	"strings"
)

func main() {
	invocation := fmt.Sprintf("http://%s/2018-06-01/runtime/invocation", os.Getenv("AWS_LAMBDA_RUNTIME_API"))
	for {
		event, err := http.Get(invocation + "/next")
		if err != nil {
			panic(err)
		}
		event.Body.Close()
		response := invocation + "/" + event.Header.Get("Lambda-Runtime-Aws-Request-Id") + "/response"
		answer, err := http.Post(response, "application/json", strings.NewReader(`"hello"`))
		if err != nil {
			panic(err)
		}
		answer.Body.Close()
	}
}
