// Command informed is a web server that looks whether it is on Lambda, as drivers of databases do, and asks for nothing.
package main

import (
	"net/http"
	"os"
)

func main() {
	where := "elsewhere"
	if os.Getenv("AWS_LAMBDA_RUNTIME_API") != "" {
		where = "on Lambda"
	}
	panic(http.ListenAndServe(":8080", http.HandlerFunc(func(response http.ResponseWriter, _ *http.Request) {
		response.Write([]byte(where))
	})))
}
