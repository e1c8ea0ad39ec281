// Command jsonnet-oracle evaluates Jsonnet programs with go-jsonnet as a library, many in one process.
//
// It reads one JSON request per line from standard input and writes one JSON answer per line to standard output,
// in the same order. A request has either "snippet" or "file":
//
//	{"id": 1, "snippet": "1 + x", "files": {"lib.libsonnet": "..."}, "tlaCode": {"x": "2"}}
//	{"id": 2, "file": "/path/main.jsonnet", "jpath": ["/path/lib"], "tlaCode": {"cluster": "{...}"}}
//
// An answer has "value" (JSON text as go-jsonnet prints it) or "error" (its message with the stack trace).
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/google/go-jsonnet"
)

type request struct {
	ID      int               `json:"id"`
	Snippet *string           `json:"snippet"`
	Name    string            `json:"name"`
	File    string            `json:"file"`
	Files   map[string]string `json:"files"`
	JPath   []string          `json:"jpath"`
	ExtStr  map[string]string `json:"extStr"`
	ExtCode map[string]string `json:"extCode"`
	TLACode map[string]string `json:"tlaCode"`
	String  bool              `json:"string"`
}

type answer struct {
	ID    int     `json:"id"`
	Value *string `json:"value,omitempty"`
	Error *string `json:"error,omitempty"`
}

// machines are kept by library path: files stay parsed between requests, as they do in a long-lived Go program.
var machines = map[string]*jsonnet.VM{}

func machine(r *request) *jsonnet.VM {
	if r.Files != nil {
		contents := map[string]jsonnet.Contents{}
		for name, text := range r.Files {
			contents[name] = jsonnet.MakeContents(text)
		}
		vm := jsonnet.MakeVM()
		vm.Importer(&jsonnet.MemoryImporter{Data: contents})
		return vm
	}
	key := strings.Join(r.JPath, "\x00")
	vm := machines[key]
	if vm == nil {
		vm = jsonnet.MakeVM()
		vm.Importer(&jsonnet.FileImporter{JPaths: r.JPath})
		machines[key] = vm
	}
	vm.ExtReset()
	vm.TLAReset()
	return vm
}

func evaluate(r *request) (text string, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	vm := machine(r)
	vm.StringOutput = r.String
	for name, value := range r.ExtStr {
		vm.ExtVar(name, value)
	}
	for name, value := range r.ExtCode {
		vm.ExtCode(name, value)
	}
	for name, value := range r.TLACode {
		vm.TLACode(name, value)
	}
	if r.Snippet != nil {
		name := r.Name
		if name == "" {
			name = "main.jsonnet"
		}
		return vm.EvaluateAnonymousSnippet(name, *r.Snippet)
	}
	return vm.EvaluateFile(r.File)
}

func main() {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	decoder := json.NewDecoder(in)
	out := bufio.NewWriter(os.Stdout)
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for {
		var r request
		if err := decoder.Decode(&r); err != nil {
			if err.Error() == "EOF" {
				return
			}
			fmt.Fprintln(os.Stderr, "jsonnet-oracle:", err)
			os.Exit(2)
		}
		result := answer{ID: r.ID}
		if text, err := evaluate(&r); err != nil {
			message := err.Error()
			result.Error = &message
		} else {
			result.Value = &text
		}
		if err := encoder.Encode(result); err != nil {
			fmt.Fprintln(os.Stderr, "jsonnet-oracle:", err)
			os.Exit(2)
		}
		// Each answer is flushed, so that a caller can hold a conversation.
		if err := out.Flush(); err != nil {
			os.Exit(2)
		}
	}
}
