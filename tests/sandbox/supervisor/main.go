// Command supervisor stands where Lambda's own init process stands: it is process 1 of the container, it starts the
// extensions and then the runtime, as uid 993, and tells the Runtime API what became of them.
//
// It is mounted under /var/rapid, which Lambda mounts over as well, so that the image itself stays as it was built.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

const (
	mount          = "/var/rapid"
	extensions     = "/opt/extensions"
	noExtensions   = "/opt/disable-extensions-jwigqn8j"
	maxExtensions  = 10
	announcedAt    = "127.0.0.1:9001"
	registerWithin = 15 * time.Second
)

// job is what the sandbox worked out from the image's configuration.
type job struct {
	Argv []string          `json:"argv"`
	Cwd  string            `json:"cwd"`
	Env  map[string]string `json:"env"`
}

// event is what the sandbox is told. Kind is one of "launch", "exit", "extension-launch", "extension-exit".
type event struct {
	Kind   string `json:"kind"`
	Name   string `json:"name,omitempty"`
	Type   string `json:"type,omitempty"`
	Text   string `json:"text,omitempty"`
	Code   int    `json:"code"`
	Signal string `json:"signal,omitempty"`
}

var api = &http.Client{Transport: &http.Transport{
	DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return dial() },
}}

func dial() (net.Conn, error) { return net.Dial("unix", filepath.Join(mount, "api.sock")) }

func tell(e event) {
	body, _ := json.Marshal(e)
	response, err := api.Post("http://sandbox/sandbox/event", "application/json", bytes.NewReader(body))
	if err == nil {
		response.Body.Close()
	}
}

// relay offers the sandbox's socket on the address that AWS_LAMBDA_RUNTIME_API names.
func relay() error {
	listener, err := net.Listen("tcp", announcedAt)
	if err != nil {
		return err
	}
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			go join(client)
		}
	}()
	return nil
}

func join(client net.Conn) {
	defer client.Close()
	server, err := dial()
	if err != nil {
		return
	}
	defer server.Close()
	done := make(chan struct{}, 2)
	copyTo := func(to, from net.Conn) {
		io.Copy(to, from)
		done <- struct{}{}
	}
	go copyTo(server, client)
	go copyTo(client, server)
	<-done
}

// start runs one program the way Lambda does, with the image's own PATH deciding what a bare name means.
func start(argv []string, cwd string, env map[string]string) (*exec.Cmd, error) {
	os.Setenv("PATH", env["PATH"])
	command := exec.Command(argv[0], argv[1:]...)
	command.Dir = cwd
	for name, value := range env {
		command.Env = append(command.Env, name+"="+value)
	}
	command.Stdout, command.Stderr = os.Stdout, os.Stderr
	return command, command.Start()
}

func ended(kind, name string, command *exec.Cmd) event {
	command.Wait()
	status := command.ProcessState.Sys().(syscall.WaitStatus)
	e := event{Kind: kind, Name: name, Code: status.ExitStatus()}
	if status.Signaled() {
		e.Signal = status.Signal().String()
	}
	return e
}

// startExtensions starts everything in /opt/extensions that is not a directory and waits until each has registered.
func startExtensions(env map[string]string) bool {
	if _, err := os.Lstat(noExtensions); err == nil {
		return true
	}
	entries, _ := os.ReadDir(extensions)
	var names []string
	for _, entry := range entries {
		if !entry.IsDir() {
			names = append(names, entry.Name())
		}
	}
	if len(names) > maxExtensions {
		tell(event{Kind: "extension-launch", Type: "Extension.TooManyExtensions"})
		return false
	}
	for _, name := range names {
		command, err := start([]string{filepath.Join(extensions, name)}, "/", env)
		if err != nil {
			tell(event{Kind: "extension-launch", Name: name, Type: "Extension.LaunchError", Text: err.Error()})
			return false
		}
		go func(name string) { tell(ended("extension-exit", name, command)) }(name)
	}
	return allRegistered(len(names))
}

func allRegistered(wanted int) bool {
	for until := time.Now().Add(registerWithin); time.Now().Before(until); time.Sleep(20 * time.Millisecond) {
		response, err := api.Get("http://sandbox/sandbox/registered")
		if err != nil {
			return false
		}
		var registered int
		err = json.NewDecoder(response.Body).Decode(&registered)
		response.Body.Close()
		if err == nil && registered >= wanted {
			return true
		}
	}
	return false
}

func workingDirectoryProblem(cwd string) string {
	if !filepath.IsAbs(cwd) {
		return "the working directory '" + cwd + "' is invalid, it needs to be an absolute path"
	}
	if _, err := os.Stat(cwd); os.IsNotExist(err) {
		return "the working directory doesn't exist: " + cwd
	}
	return ""
}

func startRuntime(j job) {
	if len(j.Argv) == 0 {
		tell(event{Kind: "launch", Type: "Runtime.InvalidEntrypoint", Text: "Couldn't find valid bootstrap(s): []"})
		return
	}
	if problem := workingDirectoryProblem(j.Cwd); problem != "" {
		tell(event{Kind: "launch", Type: "Runtime.InvalidWorkingDir", Text: problem})
		return
	}
	command, err := start(j.Argv, j.Cwd, j.Env)
	if err != nil {
		tell(event{Kind: "launch", Type: "Runtime.InvalidEntrypoint", Text: err.Error()})
		return
	}
	tell(ended("exit", "", command))
}

func main() {
	text, err := os.ReadFile(filepath.Join(mount, "job.json"))
	if err != nil {
		panic(err)
	}
	var j job
	if err := json.Unmarshal(text, &j); err != nil {
		panic(err)
	}
	if err := relay(); err != nil {
		panic(err)
	}
	extensionEnv := map[string]string{}
	for name, value := range j.Env {
		if !strings.HasPrefix(name, "_") {
			extensionEnv[name] = value
		}
	}
	if startExtensions(extensionEnv) {
		startRuntime(j)
	}
	// The sandbox ends the container once it has seen enough.
	select {}
}
