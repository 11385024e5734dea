package surql

import (
	"strings"
	"unicode/utf8"
)

// A doc is a text with places where a line may be broken, after Wadler's "A
// prettier printer".
type doc interface{ doc() }

type (
	textDoc string
	// A brokenTextDoc is there only where the group around it is broken.
	brokenTextDoc string
	concatDoc     []doc
	nestDoc       struct {
		of doc
		// broken nests only if the group around it is broken.
		broken bool
	}
	// A groupDoc is laid out on one line if it fits there.
	groupDoc struct {
		of     doc
		forced bool
	}
	// A lineDoc is a line break in a group that is broken, and else its flat
	// text.
	lineDoc struct{ flat string }
	// A hardlineDoc is always a line break, with an empty line before it where
	// blank is set.
	hardlineDoc struct{ blank bool }
	// A lineCommentDoc ends a comment that runs to the end of its line.
	lineCommentDoc struct{}
	// An afterCommentDoc is a line break after a line comment, and else a space.
	afterCommentDoc struct{}
)

func (textDoc) doc()         {}
func (brokenTextDoc) doc()   {}
func (concatDoc) doc()       {}
func (nestDoc) doc()         {}
func (groupDoc) doc()        {}
func (lineDoc) doc()         {}
func (hardlineDoc) doc()     {}
func (lineCommentDoc) doc()  {}
func (afterCommentDoc) doc() {}

func text(s string) doc            { return textDoc(s) }
func concat(docs []doc) doc        { return concatDoc(docs) }
func nest(d doc) doc               { return nestDoc{d, false} }
func nestBroken(d doc) doc         { return nestDoc{d, true} }
func group(d doc, forced bool) doc { return groupDoc{d, forced} }
func line() doc                    { return lineDoc{" "} }
func softline() doc                { return lineDoc{""} }
func hardline(blank bool) doc      { return hardlineDoc{blank} }
func lineComment() doc             { return lineCommentDoc{} }
func afterComment() doc            { return afterCommentDoc{} }

// A layout writes documents.
type layout struct {
	buf    []byte
	column int
	// indent is what the next text of an empty line is preceded by.
	indent int
	// comment is set after a comment that runs to the end of its line.
	comment bool
}

// A layoutItem is a document to write, with its indentation and whether its
// group is flat.
type layoutItem struct {
	doc    doc
	indent int
	flat   bool
}

func (w *layout) write(d doc) {
	stack := []layoutItem{{doc: d}}
	for len(stack) > 0 {
		item := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		switch d := item.doc.(type) {
		case textDoc:
			w.text(string(d), item.indent)
		case brokenTextDoc:
			if !item.flat {
				w.text(string(d), item.indent)
			}
		case concatDoc:
			for i := len(d) - 1; i >= 0; i-- {
				stack = append(stack, layoutItem{d[i], item.indent, item.flat})
			}
		case nestDoc:
			indent := item.indent
			if !d.broken || !item.flat {
				indent += formatIndent
			}
			stack = append(stack, layoutItem{d.of, indent, item.flat})
		case groupDoc:
			flat := !d.forced && (item.flat || fits(formatWidth-w.column, layoutItem{d.of, item.indent, true}, stack))
			stack = append(stack, layoutItem{d.of, item.indent, flat})
		case lineDoc:
			if item.flat {
				w.text(d.flat, item.indent)
			} else {
				w.newline(item.indent, false)
			}
		case hardlineDoc:
			w.newline(item.indent, d.blank)
		case lineCommentDoc:
			w.comment = true
		case afterCommentDoc:
			if w.comment {
				w.newline(item.indent, false)
			} else {
				w.text(" ", item.indent)
			}
		}
	}
}

// text writes a text. After a line comment it begins a new line.
func (w *layout) text(s string, indent int) {
	if s == "" {
		return
	}
	if w.comment {
		w.newline(indent, false)
	}
	if w.column == 0 {
		if s = strings.TrimPrefix(s, " "); s == "" {
			return
		}
		w.buf = append(w.buf, strings.Repeat(" ", w.indent)...)
		w.column = w.indent
	}
	w.buf = append(w.buf, s...)
	if i := strings.LastIndexByte(s, '\n'); i >= 0 {
		w.column = utf8.RuneCountInString(s[i+1:]) + 1 // never the start of a line
		return
	}
	w.column += utf8.RuneCountInString(s)
}

func (w *layout) newline(indent int, blank bool) {
	w.comment = false
	w.indent = indent
	for len(w.buf) > 0 && w.buf[len(w.buf)-1] == ' ' {
		w.buf = w.buf[:len(w.buf)-1]
	}
	if w.column > 0 {
		w.buf = append(w.buf, '\n')
	}
	if blank {
		w.buf = append(w.buf, '\n')
	}
	w.column = 0
}

// finish returns what was written, with a line break at its end.
func (w *layout) finish() []byte {
	if w.column > 0 {
		w.buf = append(w.buf, '\n')
	}
	return w.buf
}

// fits reports whether a document fits into a width, up to the first line break
// that follows in any case.
func fits(width int, first layoutItem, rest []layoutItem) bool {
	stack := []layoutItem{first}
	next := len(rest)
	for width >= 0 {
		if len(stack) == 0 {
			if next == 0 {
				return true
			}
			next--
			stack = append(stack, rest[next])
		}
		item := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		switch d := item.doc.(type) {
		case textDoc:
			if i := strings.IndexByte(string(d), '\n'); i >= 0 {
				return width >= utf8.RuneCountInString(string(d[:i]))
			}
			width -= utf8.RuneCountInString(string(d))
		case brokenTextDoc:
			if !item.flat {
				width -= len(d)
			}
		case concatDoc:
			for i := len(d) - 1; i >= 0; i-- {
				stack = append(stack, layoutItem{d[i], item.indent, item.flat})
			}
		case nestDoc:
			stack = append(stack, layoutItem{d.of, item.indent, item.flat})
		case groupDoc:
			stack = append(stack, layoutItem{d.of, item.indent, item.flat && !d.forced})
		case lineDoc:
			if !item.flat {
				return true
			}
			width -= len(d.flat)
		case hardlineDoc, lineCommentDoc:
			return true
		case afterCommentDoc:
			width--
		}
	}
	return false
}
