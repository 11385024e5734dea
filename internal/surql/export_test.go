package surql

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// A CorpusCase is one file of SurrealDB's language tests and the engine's
// verdict on it.
type CorpusCase struct {
	Path         string
	Text         string
	Accept       bool
	Line, Column int // of the error, where the engine rejects
	Message      string
}

// Corpus reads SurrealDB's language tests and their manifest, which are not
// part of the project. It skips the test where they are absent.
func Corpus(tb testing.TB) []CorpusCase {
	tb.Helper()
	cases, err := ReadCorpus()
	if os.IsNotExist(err) {
		tb.Skipf("no corpus (set TANDEM_SHARED to the folder that holds it): %v", err)
	}
	if err != nil {
		tb.Fatal(err)
	}
	return cases
}

// ReadCorpus reads the corpus from the folder that TANDEM_SHARED names, or from
// one beside the project. The error is fs.ErrNotExist where there is none.
func ReadCorpus() ([]CorpusCase, error) {
	shared := os.Getenv("TANDEM_SHARED")
	if shared == "" {
		shared = filepath.Join("..", "..", "..", "shared")
	}
	dir := filepath.Join(shared, "corpus", "surrealdb-language-tests")
	manifest, err := os.ReadFile(filepath.Join(dir, "manifest.tsv"))
	if err != nil {
		return nil, err
	}
	var cases []CorpusCase
	for _, line := range strings.Split(strings.TrimRight(string(manifest), "\n"), "\n")[1:] {
		fields := strings.Split(line, "\t")
		text, err := os.ReadFile(filepath.Join(dir, "tests", fields[0]))
		if err != nil {
			return nil, err
		}
		c := CorpusCase{Path: fields[0], Text: string(text), Accept: fields[1] == "accept", Message: fields[3]}
		if at, column, ok := strings.Cut(fields[2], ":"); ok {
			if c.Line, err = strconv.Atoi(at); err != nil {
				return nil, fmt.Errorf("the line of %s: %w", c.Path, err)
			}
			if c.Column, err = strconv.Atoi(column); err != nil {
				return nil, fmt.Errorf("the column of %s: %w", c.Path, err)
			}
		}
		cases = append(cases, c)
	}
	return cases, nil
}
