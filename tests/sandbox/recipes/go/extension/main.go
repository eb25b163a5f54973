// Command extension registers as an external extension and waits for events that never come.
package main

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
)

func main() {
	api := "http://" + os.Getenv("AWS_LAMBDA_RUNTIME_API") + "/2020-01-01/extension/"
	request, _ := http.NewRequest("POST", api+"register", strings.NewReader(`{"events":["INVOKE","SHUTDOWN"]}`))
	request.Header.Set("Lambda-Extension-Name", filepath.Base(os.Args[0]))
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		panic(err)
	}
	next, _ := http.NewRequest("GET", api+"event/next", nil)
	next.Header.Set("Lambda-Extension-Identifier", response.Header.Get("Lambda-Extension-Identifier"))
	if _, err = http.DefaultClient.Do(next); err != nil {
		panic(err)
	}
}
