package pgcheck

import (
	"regexp"
	"strings"

	"github.com/devq-ai/tandem/internal/source"
)

// A block is a piece of a file that can be taken out without hurting the rest:
// a statement of the schema, or an annotated query with all that stands between
// its annotation and the next one.
type block struct {
	file       *source.File
	index      int // of the file in its folder's list
	start, end int
	tokens     []token
	// out says that sqlc does not get to see the block any more.
	out bool

	// Of queries only; name is empty for what stands before the first
	// annotation.
	name       string
	command    string // with its colon, as in ":one"
	annotation source.Span
	doc        []string
}

func (b *block) span(t token) source.Span { return b.file.Span(t.start, t.end) }

// place is the block's own place, for a message about all of it.
func (b *block) place() source.Span {
	switch {
	case b.annotation.IsValid():
		return b.annotation
	case len(b.tokens) > 0:
		return b.span(b.tokens[0])
	}
	return b.file.Span(b.start, b.start)
}

// statements returns the tokens of each statement of the block, without the
// semicolons that end them.
func (b *block) statements() [][]token { return statements(b.tokens) }

// statements cuts at semicolons. Those between BEGIN ATOMIC and its END belong
// to the body of a function.
func statements(tokens []token) [][]token {
	var all [][]token
	start, depth := 0, 0
	for i, t := range tokens {
		switch {
		case t.is("atomic") && i > 0 && tokens[i-1].is("begin"):
			depth = 1
		case depth > 0 && t.is("case"):
			depth++
		case depth > 0 && t.is("end"):
			depth--
		case depth == 0 && t.is(";"):
			if i > start {
				all = append(all, tokens[start:i])
			}
			start = i + 1
		}
	}
	if start < len(tokens) {
		all = append(all, tokens[start:])
	}
	return all
}

// splitSchema cuts schema files into statements.
func splitSchema(files []*source.File) []*block {
	var blocks []*block
	for i, f := range files {
		start := 0
		for _, stmt := range statements(scan(f.Text, 0, len(f.Text))) {
			end := stmt[len(stmt)-1].end
			if rest := f.Text[end:]; strings.HasPrefix(strings.TrimSpace(rest), ";") {
				end += strings.IndexByte(rest, ';') + 1
			}
			blocks = append(blocks, &block{file: f, index: i, start: start, end: end, tokens: stmt})
			start = end
		}
	}
	return blocks
}

var (
	// annotationLine is a line that sqlc takes for an annotation, or that its
	// author surely wanted to be one.
	annotationLine = regexp.MustCompile(`(?m)^(?:--|/\*)[ \t]*name:.*$`)
	annotationForm = regexp.MustCompile(`^(?:--|/\*) name: (\S+) (:\S+?)[ \t]*(?:\*/)?[ \t]*\r?$`)
)

// splitQueries cuts query files at the annotations.
func splitQueries(files []*source.File) []*block {
	var blocks []*block
	for i, f := range files {
		marks := annotationLine.FindAllStringIndex(f.Text, -1)
		first := len(f.Text)
		if len(marks) > 0 {
			first = marks[0][0]
		}
		blocks = append(blocks, &block{file: f, index: i, end: first, tokens: scan(f.Text, 0, first)})
		for j, mark := range marks {
			b := &block{file: f, index: i, start: mark[0], end: len(f.Text)}
			if j+1 < len(marks) {
				b.end = marks[j+1][0]
			}
			line := strings.TrimRight(f.Text[mark[0]:mark[1]], " \t\r")
			b.annotation = f.Span(mark[0], mark[0]+len(line))
			if m := annotationForm.FindStringSubmatch(line); m != nil {
				b.name, b.command = m[1], m[2]
			}
			b.tokens = scan(f.Text, mark[1], b.end)
			b.doc = docAround(f, b.annotation)
			blocks = append(blocks, b)
		}
	}
	return blocks
}

// docAround returns the comment lines next to an annotation: those that stand
// right above it, and those right below.
func docAround(f *source.File, annotation source.Span) []string {
	line := annotation.Position().Line
	var doc []string
	first := line
	for isComment(f.LineText(first - 1)) {
		first--
	}
	for n := first; n == line || isComment(f.LineText(n)); n++ {
		if text := f.LineText(n); n != line && !directive.MatchString(text) {
			doc = append(doc, commentText(text))
		}
	}
	return doc
}

// fileDoc returns the comment at the head of a file, if a blank line sets it
// apart from what follows.
func fileDoc(f *source.File) []string {
	var doc []string
	for n := 1; ; n++ {
		line := f.LineText(n)
		switch {
		case isComment(line):
			doc = append(doc, commentText(line))
		case strings.TrimSpace(line) == "":
			return doc
		default:
			return nil
		}
	}
}

// directive is a comment line that is meant for sqlc.
var directive = regexp.MustCompile(`^--[ \t]*@(?:param|sqlc-vet-disable)\b`)

// isComment reports whether a line is a comment and no annotation.
func isComment(line string) bool {
	return strings.HasPrefix(line, "--") && !annotationLine.MatchString(line)
}

func commentText(line string) string {
	return strings.TrimRight(strings.TrimPrefix(line[len("--"):], " "), " \t")
}
