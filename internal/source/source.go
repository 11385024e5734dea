// Package source holds source files and the spans that point into them.
//
// A span is a pair of byte offsets. Lines and columns are computed only when
// something is printed, so carrying a span costs nothing.
package source

import (
	"sort"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

// A File is one source text with the path it is reported under.
// A File is immutable once made and safe for concurrent use.
type File struct {
	// Path is the path as the user knows it: relative to the working
	// directory where possible, with forward slashes.
	Path string
	// Text is the file's content.
	Text string

	once  sync.Once
	lines []int // byte offset of the first byte of each line
}

// NewFile returns a file with the given path and text.
func NewFile(path, text string) *File {
	return &File{Path: path, Text: text}
}

// A Span is a half-open range of bytes [Start, End) in a file.
// The zero Span points nowhere.
type Span struct {
	File       *File
	Start, End int
}

// Span returns the span [start, end) of the file.
func (f *File) Span(start, end int) Span { return Span{File: f, Start: start, End: end} }

// IsValid reports whether the span points into a file.
func (s Span) IsValid() bool { return s.File != nil }

// Text returns the source text that the span covers, or "" for a span that
// points nowhere.
func (s Span) Text() string {
	if s.File == nil {
		return ""
	}
	return s.File.Text[s.Start:s.End]
}

// To returns the smallest span that covers both s and t, which must be in the
// same file. A span that points nowhere does not count.
func (s Span) To(t Span) Span {
	switch {
	case s.File == nil:
		return t
	case t.File == nil:
		return s
	}
	return Span{File: s.File, Start: min(s.Start, t.Start), End: max(s.End, t.End)}
}

// Position returns the position of the span's first byte.
func (s Span) Position() Position {
	if s.File == nil {
		return Position{}
	}
	return s.File.Position(s.Start)
}

// String returns the span's start as path:line:column.
func (s Span) String() string {
	if s.File == nil {
		return "-"
	}
	return s.Position().String()
}

// A Position is a place in a file as a person reads it. Line and Column count
// from 1; Column counts Unicode code points, as editors and SurrealDB do.
type Position struct {
	Path         string
	Line, Column int
}

// IsValid reports whether the position is set.
func (p Position) IsValid() bool { return p.Line > 0 }

// String returns path:line:column, or the path alone where there is no line.
func (p Position) String() string {
	if !p.IsValid() {
		return p.Path
	}
	return p.Path + ":" + strconv.Itoa(p.Line) + ":" + strconv.Itoa(p.Column)
}

// Position returns the position of the byte at offset off, which is clamped
// to the file.
func (f *File) Position(off int) Position {
	off = min(max(off, 0), len(f.Text))
	line := f.line(off)
	col := utf8.RuneCountInString(f.Text[f.lines[line]:off]) + 1
	return Position{Path: f.Path, Line: line + 1, Column: col}
}

// Offset returns the byte offset of the given line and column, both counted
// from 1, clamped to the file.
func (f *File) Offset(line, column int) int {
	f.index()
	switch {
	case line < 1:
		return 0
	case line > len(f.lines):
		return len(f.Text)
	}
	off := f.lines[line-1]
	for rest := f.LineText(line); column > 1 && rest != ""; column-- {
		_, size := utf8.DecodeRuneInString(rest)
		off, rest = off+size, rest[size:]
	}
	return off
}

// LineText returns the text of the given line, counted from 1, without its
// line ending.
func (f *File) LineText(line int) string {
	f.index()
	if line < 1 || line > len(f.lines) {
		return ""
	}
	text := f.Text[f.lines[line-1]:]
	if i := strings.IndexByte(text, '\n'); i >= 0 {
		text = text[:i]
	}
	return strings.TrimSuffix(text, "\r")
}

// line returns the index, from 0, of the line that holds the byte at off.
func (f *File) line(off int) int {
	f.index()
	return sort.Search(len(f.lines), func(i int) bool { return f.lines[i] > off }) - 1
}

func (f *File) index() {
	f.once.Do(func() {
		f.lines = append(make([]int, 0, strings.Count(f.Text, "\n")+1), 0)
		for i := 0; i < len(f.Text); i++ {
			if f.Text[i] == '\n' {
				f.lines = append(f.lines, i+1)
			}
		}
	})
}
