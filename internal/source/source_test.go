package source_test

import (
	"testing"

	"github.com/devq-ai/tandem/internal/source"
	"github.com/stretchr/testify/assert"
)

func TestPositionCountsCodePointsFromOne(t *testing.T) {
	f := source.NewFile("a.surql", "SELECT 1;\r\n-- äö\nx")
	for _, tt := range []struct {
		off       int
		line, col int
	}{
		{0, 1, 1}, {9, 1, 10}, {11, 2, 1}, {14, 2, 4}, {16, 2, 5}, {19, 3, 1}, {99, 3, 2}, {-1, 1, 1},
	} {
		assert.Equal(t, source.Position{Path: "a.surql", Line: tt.line, Column: tt.col}, f.Position(tt.off), "offset %d", tt.off)
	}
}

func TestOffsetIsTheInverseOfPosition(t *testing.T) {
	f := source.NewFile("a", "ab\n→c\n\nd")
	for off, r := range f.Text {
		p := f.Position(off)
		assert.Equal(t, off, f.Offset(p.Line, p.Column), "rune %q", r)
	}
	assert.Equal(t, len(f.Text), f.Offset(99, 1))
	assert.Equal(t, 2, f.Offset(1, 99), "a column past the line's end stops at the end")
}

func TestLineTextHasNoLineEnding(t *testing.T) {
	f := source.NewFile("a", "one\r\ntwo\n")
	assert.Equal(t, "one", f.LineText(1))
	assert.Equal(t, "two", f.LineText(2))
	assert.Equal(t, "", f.LineText(3))
	assert.Equal(t, "", f.LineText(4))
}

func TestSpanToCoversBoth(t *testing.T) {
	f := source.NewFile("a", "0123456789")
	assert.Equal(t, f.Span(2, 7), f.Span(5, 7).To(f.Span(2, 3)))
	assert.Equal(t, f.Span(1, 2), source.Span{}.To(f.Span(1, 2)))
	assert.Equal(t, f.Span(1, 2), f.Span(1, 2).To(source.Span{}))
	assert.Equal(t, "234", f.Span(2, 5).Text())
	assert.Equal(t, "-", source.Span{}.String())
}
