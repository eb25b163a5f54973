// Command server is an ordinary web server: it knows nothing of Lambda.
package main

import (
	"fmt"
	"net/http"
	"os"
)

func main() {
	port := os.Getenv("PORT")
	if port == "" {
		port = "8080"
	}
	http.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "hello") })
	fmt.Println(http.ListenAndServe(":"+port, nil))
	os.Exit(3)
}
