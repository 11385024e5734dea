package cbor

import (
	"fmt"
	"strings"
)

// DecodeEnum consumes a string that must be one of values.
func DecodeEnum[T ~string](d *Decoder, values []T) T {
	start := d.pos
	text := d.uncheckedText("string")
	for _, v := range values {
		if string(text) == string(v) && d.err == nil {
			return v
		}
	}
	if d.err == nil {
		d.Fail(start, oneOf(values), quoteText(text))
	}
	return ""
}

// DecodeIntEnum consumes an int that must be one of values.
func DecodeIntEnum[T ~int64](d *Decoder, values []T) T {
	start := d.pos
	i := d.Int()
	for _, v := range values {
		if i == int64(v) && d.err == nil {
			return v
		}
	}
	d.Fail(start, oneOf(values), fmt.Sprint(i))
	return 0
}

func oneOf[T any](values []T) string {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = fmt.Sprintf("%#v", v)
	}
	return strings.Join(texts, " | ")
}

// Count returns how many of the conditions hold: how many of an object's
// optional fields are there.
func Count(present ...bool) int {
	n := 0
	for _, p := range present {
		if p {
			n++
		}
	}
	return n
}
