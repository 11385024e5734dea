package pgcheck

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/devq-ai/tandem/internal/source"
)

// sqlc runs sqlc on a copy of the project.
type sqlc struct {
	command []string
	dir     string            // of the copy
	texts   map[string]string // of the copy's SQL files, by folder/index
}

// An output is what sqlc makes of a project without mistakes.
type output struct {
	golang  map[string][]byte // by file name
	request *request
}

// A finding is one line of sqlc's about a file.
type finding struct {
	schema  bool // about the schema, else about a query
	index   int  // of the file
	offset  int
	message string
}

// A failure is what sqlc says where it has no output.
type failure struct {
	findings []finding
	config   string // what is wrong with the configuration
	codegen  string // why no code could be generated
}

// lay writes a file of the copy. Each has a folder of its own, so that files
// keep their names and may share them.
func (s *sqlc) lay(folder string, index int, f *source.File, text string) error {
	key := path.Join(folder, strconv.Itoa(index))
	if old, laid := s.texts[key]; laid && old == text {
		return nil
	}
	s.texts[key] = text
	name := filepath.Join(s.dir, key, path.Base(f.Path))
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return err
	}
	return os.WriteFile(name, []byte(text), 0o600)
}

// run runs sqlc. One of output and failure is nil.
func (s *sqlc) run(ctx context.Context) (*output, *failure, error) {
	for _, dir := range []string{goDir, requestDir} {
		if err := os.RemoveAll(filepath.Join(s.dir, dir)); err != nil {
			return nil, nil, fmt.Errorf("run sqlc: %w", err)
		}
	}
	stdout, stderr, err := s.exec(ctx, nil, "generate", "--file", filepath.Join(s.dir, configName))
	if err == nil {
		out, err := s.read()
		return out, nil, err
	}
	if fail := s.parse(stderr); fail != nil && ctx.Err() == nil {
		return nil, fail, nil
	}
	said := strings.TrimSpace(stderr + string(stdout))
	if said == "" {
		return nil, nil, fmt.Errorf("run sqlc: %w", err)
	}
	return nil, nil, fmt.Errorf("run sqlc: %w: it says:\n%s", err, said)
}

// exec runs one of sqlc's commands in the copy.
func (s *sqlc) exec(ctx context.Context, stdin io.Reader, args ...string) (stdout []byte, stderr string, err error) {
	if len(s.command) == 0 {
		return nil, "", errors.New("no command is given")
	}
	cmd := exec.CommandContext(ctx, s.command[0], append(s.command[1:len(s.command):len(s.command)], args...)...)
	cmd.Dir = s.dir
	// With more than one processor sqlc 1.31.1 works on several sql blocks at the
	// same time, and shares variables between them without a lock.
	cmd.Env = append(os.Environ(), "GOMAXPROCS=1")
	cmd.WaitDelay = time.Second
	cmd.Stdin = stdin
	var out, problems bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &problems
	if err = cmd.Run(); ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return out.Bytes(), problems.String(), err
}

// read reads what sqlc has written.
func (s *sqlc) read() (*output, error) {
	out := &output{golang: map[string][]byte{}, request: &request{}}
	text, err := os.ReadFile(filepath.Join(s.dir, requestDir, requestName))
	if err != nil {
		return nil, fmt.Errorf("read sqlc's request: %w", err)
	}
	if err := json.Unmarshal(text, out.request); err != nil {
		return nil, fmt.Errorf("read sqlc's request: %w", err)
	}
	written := os.DirFS(filepath.Join(s.dir, goDir))
	names, err := fs.Glob(written, "*")
	if err != nil {
		return nil, fmt.Errorf("read sqlc's code: %w", err)
	}
	for _, name := range names {
		if out.golang[name], err = fs.ReadFile(written, name); err != nil {
			return nil, fmt.Errorf("read sqlc's code: %w", err)
		}
	}
	return out, nil
}

var (
	fileLine    = regexp.MustCompile(`^(schema|queries)[/\\](\d+)[/\\].*?\.sql:(\d+):(\d+): (.*)$`)
	configLine  = regexp.MustCompile(`^error (?:parsing|validating) sqlc\.yaml: `)
	codegenLine = regexp.MustCompile(`^error generating code: `)
	ignoredLine = regexp.MustCompile(`^(?:# package .*|)$`)
)

// parse reads sqlc's standard error. It returns nil if there is anything in it
// that is about neither the project's files nor its configuration.
func (s *sqlc) parse(stderr string) *failure {
	if m := configLine.FindString(stderr); m != "" {
		return &failure{config: stderr[len(m):]}
	}
	fail := &failure{}
	seen := map[string]bool{} // sqlc says everything once for each generator
	for line := range strings.Lines(stderr) {
		line = strings.TrimRight(line, "\r\n")
		switch m := fileLine.FindStringSubmatch(line); {
		case seen[line] || ignoredLine.MatchString(line):
		case m != nil:
			index, _ := strconv.Atoi(m[2])
			lineNumber, _ := strconv.Atoi(m[3])
			column, _ := strconv.Atoi(m[4])
			text := s.texts[path.Join(m[1], m[2])]
			fail.findings = append(fail.findings, finding{
				schema: m[1] == schemaDir, index: index, message: m[5],
				offset: offset(text, lineNumber, column),
			})
		case codegenLine.MatchString(line):
			fail.codegen = codegenLine.ReplaceAllString(line, "")
		case len(fail.findings) > 0:
			// The rest of a message of several lines: sqlc quotes annotations.
			last := &fail.findings[len(fail.findings)-1]
			last.message += "\n" + line
		default:
			return nil
		}
		seen[line] = true
	}
	if len(fail.findings) == 0 && fail.codegen == "" {
		return nil
	}
	return fail
}

// offset returns the byte that sqlc means. It counts bytes as if they were code
// points, so that the position is too far ahead in a file that has others than
// ASCII's.
func offset(text string, line, column int) int {
	f := source.NewFile("", text)
	return min(utf8.RuneCountInString(text[:f.Offset(line, max(column, 1))]), len(text))
}
