package surql

import (
	"strings"

	"github.com/devq-ai/tandem/internal/source"
)

// A Node is a piece of syntax: a statement, an expression, an idiom part, a
// kind, or one of their clauses.
//
// Nodes that the parser made point at their source. Nodes may also be built by
// hand, with keyed fields, and printed; their span then points nowhere.
type Node interface {
	// Span returns the source text the node was parsed from, from its first
	// token to the end of its last.
	Span() source.Span
	node()
}

// A Stmt is a statement: what stands between two semicolons in a script or in
// a block. Statements that SurrealQL also takes as expressions, which are all
// but the session and transaction statements, implement Expr as well. A bare
// expression is wrapped in an *ExprStmt.
type Stmt interface {
	Node
	stmt()
}

// An Expr is an expression.
type Expr interface {
	Node
	expr()
}

// pos is the span of a node. It is half the size of a source.Span's, and every
// node has one.
type pos struct {
	file       *source.File
	start, end int32
}

// Span returns the source text the node was parsed from.
func (p *pos) Span() source.Span {
	return source.Span{File: p.file, Start: int(p.start), End: int(p.end)}
}

func (*pos) node() {}

// A Script is what Parse makes of a file.
type Script struct {
	File *source.File
	// Stmts holds the statements that parsed, in order. A statement with an
	// error is left out.
	Stmts []Stmt
	// Comments holds all comments of the file, in order. It is nil unless
	// Options.KeepComments was set.
	Comments []Comment
}

// A Comment is one comment: `-- …`, `# …` and `// …` up to the end of the line,
// or `/* … */`.
type Comment struct {
	pos
}

// Text returns the comment without its markers, and without a single space or
// the spaces around it.
func (c *Comment) Text() string {
	text := c.Span().Text()
	switch {
	case strings.HasPrefix(text, "/*"):
		text = strings.TrimSuffix(text[2:], "*/")
	case strings.HasPrefix(text, "#"):
		text = text[1:]
	default:
		text = text[2:]
	}
	return strings.TrimSpace(text)
}

// Line reports whether the comment runs to the end of its line.
func (c *Comment) Line() bool { return !strings.HasPrefix(c.Span().Text(), "/*") }

// Doc returns the comments that belong to the statement i of the script: those
// that start after the end of the statement before it and not on that
// statement's last line, up to the statement's first token. The result shares
// memory with s.Comments.
//
// An empty line does not separate a comment from its statement; callers who
// want the adjacent block only use DocBlock.
func (s *Script) Doc(i int) []Comment {
	from := 0
	if i > 0 {
		from = s.lineEnd(s.Stmts[i-1].Span().End)
	}
	return s.commentsBetween(from, s.Stmts[i].Span().Start)
}

// DocBlock returns the comments directly above the statement i: those of Doc
// that no empty line separates from the statement.
func (s *Script) DocBlock(i int) []Comment {
	doc := s.Doc(i)
	next := s.Stmts[i].Span().Start
	for n := len(doc) - 1; n >= 0; n-- {
		span := doc[n].Span()
		if strings.Count(s.File.Text[span.End:next], "\n") > 1 {
			return doc[n+1:]
		}
		next = span.Start
	}
	return doc
}

// CommentsIn returns the comments that lie within n. The result shares memory
// with s.Comments.
func (s *Script) CommentsIn(n Node) []Comment {
	span := n.Span()
	return s.commentsBetween(span.Start, span.End)
}

func (s *Script) lineEnd(off int) int {
	if i := strings.IndexByte(s.File.Text[off:], '\n'); i >= 0 {
		return off + i
	}
	return len(s.File.Text)
}

func (s *Script) commentsBetween(from, to int) []Comment {
	first := s.firstComment(from)
	return s.Comments[first:max(first, s.firstComment(to))]
}

// firstComment returns the index of the first comment that starts at or after
// the offset.
func (s *Script) firstComment(off int) int {
	lo, hi := 0, len(s.Comments)
	for lo < hi {
		if mid := (lo + hi) / 2; int(s.Comments[mid].start) < off {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

// An Ident is a name as it is meant: escapes and quotes (`…` or ⟨…⟩) removed.
// Idents stand in their parents by value; the zero Ident stands for no name.
type Ident struct {
	pos
	Name string
}

// NameOf returns the name that a name expression of a DDL statement stands
// for: DEFINE, REMOVE and INFO take expressions where a name belongs, so that
// a name can be computed. ok is false for a computed name.
func NameOf(x Expr) (name string, ok bool) {
	switch x := Unparen(x).(type) {
	case *TableName:
		return x.Name, true
	case *StringLit:
		return x.Value, true
	case *Idiom:
		if x.Start == nil && len(x.Parts) == 1 {
			if f, isField := x.Parts[0].(*FieldPart); isField {
				return f.Name, true
			}
		}
	}
	return "", false
}

// Unparen returns x without the parentheses around it.
func Unparen(x Expr) Expr {
	for {
		p, ok := x.(*ParenExpr)
		if !ok {
			return x
		}
		x = p.X
	}
}
