// Package program is what the programs of the golden projects have in common.
package program

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/devq-ai/tandem/store/surreal"
)

// Define runs the files of the folder schema.
func Define(ctx context.Context, pool *surreal.Pool) {
	for _, file := range Must(filepath.Glob("schema/*.surql")) {
		Must(pool.Query(ctx, string(Must(os.ReadFile(file))), nil))
	}
}

// Must returns v. An error ends the program.
func Must[T any](v T, err error) T {
	Check(err)
	return v
}

// Check ends the program if there is an error.
func Check(err error) {
	if err != nil {
		_ = log.Output(2, err.Error())
		os.Exit(1)
	}
}

// Show prints v as JSON.
func Show(what string, v any) {
	fmt.Printf("%s: %s\n", what, Must(json.Marshal(v)))
}
