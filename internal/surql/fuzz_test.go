package surql

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/devq-ai/tandem/internal/source"
)

// addSeeds adds the statements of the syntax and error files to a fuzz target.
func addSeeds(f *testing.F) {
	paths, err := filepath.Glob(filepath.Join("testdata", "*", "*.surql"))
	if err != nil || len(paths) == 0 {
		f.Fatal("no seeds", err)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
		for line := range strings.Lines(string(text)) {
			f.Add(line)
		}
		script, _ := Parse(source.NewFile(path, string(text)), Options{Engine: V3_1})
		for _, stmt := range script.Stmts {
			f.Add(stmt.Span().Text())
		}
	}
}

func FuzzLexer(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, text string) {
		l := lexer{src: text, keepComments: true}
		end := int32(0)
		for {
			tok := l.next()
			if tok.start < end || tok.end < tok.start || int(tok.end) > len(text) {
				t.Fatalf("token %v after offset %d of %d", tok, end, len(text))
			}
			if tok.kind == tEOF {
				break
			}
			if tok.end == tok.start {
				t.Fatalf("token %v is empty", tok)
			}
			if tok.kind == tInvalid && l.reason(tok).message == "" {
				t.Fatalf("no reason for %v", tok)
			}
			end = tok.end
		}
		for i := 1; i < len(l.comments); i++ {
			if l.comments[i].start < l.comments[i-1].end {
				t.Fatal("comments overlap")
			}
		}
	})
}

func FuzzParse(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, text string) {
		script, list := Parse(source.NewFile("fuzz", text), Options{Engine: V3_1, KeepComments: true})
		in := func(what any, s source.Span) {
			if s.Start < 0 || s.End < s.Start || s.End > len(text) {
				t.Fatalf("%T has the span %d..%d of %d", what, s.Start, s.End, len(text))
			}
		}
		for _, d := range list.Sorted() {
			in(d, d.Span)
			for _, r := range d.Related {
				in(d, r.Span)
			}
			if utf8.ValidString(text) && !utf8.ValidString(d.Message+d.Help) {
				t.Fatalf("the message %q is not valid UTF-8", d.Message)
			}
		}
		last := 0
		for i, stmt := range script.Stmts {
			span := stmt.Span()
			if span.Start < last {
				t.Fatalf("statement %d begins at %d, before %d", i, span.Start, last)
			}
			last = span.End
			Walk(stmt, func(n Node) bool {
				s := n.Span()
				in(n, s)
				if s.Start < span.Start || s.End > span.End {
					t.Fatalf("%T %d..%d lies outside of its statement %d..%d: %q", n, s.Start, s.End, span.Start, span.End, text)
				}
				return true
			})
			script.DocBlock(i)
			script.CommentsIn(stmt)
		}
	})
}

func FuzzPrint(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) {
			return
		}
		opts := Options{Engine: V3_1}
		script, _ := Parse(source.NewFile("fuzz", text), opts)
		for _, stmt := range script.Stmts {
			printed := Print(stmt)
			again, list := Parse(source.NewFile("printed", printed), opts)
			if list.HasErrors() {
				// Parentheses that Print adds count as a level of nesting.
				if list.Sorted()[0].Code == "surql/depth" {
					continue
				}
				t.Fatalf("%q\nprints as\n%q\nwhich gets\n%v", stmt.Span().Text(), printed, list.Sorted()[0])
			}
			if len(again.Stmts) != 1 || !Equal(stmt, again.Stmts[0]) {
				t.Fatalf("%q\nprints as\n%q\nwhich is another tree:\n%q", stmt.Span().Text(), printed, Print(again.Stmts[0]))
			}
		}
	})
}

func FuzzFormat(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) {
			return
		}
		opts := Options{Engine: V3_1, KeepComments: true}
		once, list := Format(source.NewFile("fuzz", text), opts)
		if list.HasErrors() {
			return
		}
		before, _ := Parse(source.NewFile("fuzz", text), opts)
		after, list := Parse(source.NewFile("formatted", string(once)), opts)
		if list.HasErrors() {
			t.Fatalf("%q\nformats as\n%s\nwhich gets\n%v", text, once, list.Sorted()[0])
		}
		if len(before.Stmts) != len(after.Stmts) || len(before.Comments) != len(after.Comments) {
			t.Fatalf("%q\nformats as\n%s\nwhich has other statements or comments", text, once)
		}
		for i := range before.Stmts {
			if !Equal(before.Stmts[i], after.Stmts[i]) {
				t.Fatalf("%q\nformats as another tree:\n%s", text, once)
			}
		}
		twice, _ := Format(source.NewFile("formatted", string(once)), opts)
		if string(once) != string(twice) {
			t.Fatalf("%q\nformats as\n%s\nand then as\n%s", text, once, twice)
		}
	})
}
