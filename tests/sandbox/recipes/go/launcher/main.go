// Command launcher becomes the program that its arguments name.
package main

import (
	"os"
	"syscall"
)

func main() {
	panic(syscall.Exec(os.Args[1], os.Args[1:], os.Environ()))
}
