package cbor

import (
	"strconv"
	"strings"
)

// An Error says that the data is not what was asked for.
type Error struct {
	// Offset is where in the data the offending value starts, in bytes.
	Offset int
	// Path leads from the outermost value to the offending one: the indices of
	// arrays as numbers and the names of fields.
	Path []Step
	// Expected and Found say what should have been there and what is.
	Expected, Found string
}

// A Step is one step of a path: an index, or a field's name if Index is -1.
type Step struct {
	Index int
	Field string
}

// Error returns the path, what was expected and what was found.
func (e *Error) Error() string {
	message := "expected " + e.Expected + ", found " + e.Found
	if len(e.Path) == 0 {
		return message
	}
	return PathString(e.Path) + ": " + message
}

// PathString writes a path as SurrealQL does, as in "[3].author.name".
func PathString(path []Step) string {
	var b strings.Builder
	for _, step := range path {
		switch {
		case step.Index >= 0:
			b.WriteString("[" + strconv.Itoa(step.Index) + "]")
		case b.Len() > 0:
			b.WriteString("." + step.Field)
		default:
			b.WriteString(step.Field)
		}
	}
	return b.String()
}

// maxTextInError is how much of a text an error quotes.
const maxTextInError = 40

func quoteText(text []byte) string {
	if len(text) > maxTextInError {
		return strconv.Quote(string(text[:maxTextInError])) + "…"
	}
	return strconv.Quote(string(text))
}

// maxPath is how many steps of a path are looked for. Each takes time in
// proportion to the data.
const maxPath = 32

// pathTo returns the path to the value that starts at offset, or to the
// innermost value around it that can be told. It is called only once something
// is wrong, so that decoding need not keep track of where it is.
func pathTo(data []byte, offset int) []Step {
	var path []Step
	d := &Decoder{data: data}
	tag := uint64(tagSet)
	for d.pos < offset && len(path) < maxPath {
		major, n, ok := d.head()
		switch {
		case !ok:
			return path
		case major == majorTag:
			tag = n // what it belongs to comes next
			continue
		case major != majorArray && major != majorMap, tag != tagSet:
			return path // a value without steps, such as a record id
		}
		if !d.enter(&path, major, n, offset) {
			return path
		}
	}
	return path
}

// enter moves d to the element or field that holds the value at offset, and
// adds the step to path. It reports whether there is one.
func (d *Decoder) enter(path *[]Step, major byte, n uint64, offset int) bool {
	for i := range n {
		step := Step{Index: int(i)}
		if major == majorMap {
			keyStart := d.pos
			step = Step{Index: -1, Field: string(d.Key())}
			if d.err != nil || offset == keyStart {
				return false
			}
		}
		start := d.pos
		d.Skip()
		if end := d.pos; d.err != nil || offset < end {
			d.err, d.pos = nil, start
			*path = append(*path, step)
			return true
		}
	}
	return false
}
