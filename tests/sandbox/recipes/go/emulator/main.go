// Command emulator stands in for the Runtime Interface Emulator: it serves the Runtime API itself, starts the command
// that it wraps against that, and passes on what is posted to the invoke endpoint. It never talks to Lambda.
package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
)

const address = "127.0.0.1:9101"

func main() {
	events := make(chan []byte)
	answers := make(chan []byte)
	http.HandleFunc("/2018-06-01/runtime/invocation/next", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Lambda-Runtime-Aws-Request-Id", "1")
		w.Write(<-events)
	})
	http.HandleFunc("/2018-06-01/runtime/invocation/1/response", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		answers <- body
		w.WriteHeader(http.StatusAccepted)
	})
	http.HandleFunc("/2015-03-31/functions/function/invocations", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		events <- body
		w.Write(<-answers)
	})
	if len(os.Args) > 1 {
		command := exec.Command(os.Args[1], os.Args[2:]...)
		command.Env = append(os.Environ(), "AWS_LAMBDA_RUNTIME_API="+address)
		command.Stdout, command.Stderr = os.Stdout, os.Stderr
		if err := command.Start(); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
	}
	fmt.Println(http.ListenAndServe(address, nil))
	os.Exit(1)
}
