package surreal

import (
	"encoding/hex"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// String returns the value as SurrealQL writes it.
func (v Value) String() string {
	var b strings.Builder
	v.write(&b)
	return b.String()
}

func (v Value) write(b *strings.Builder) {
	switch x := v.v.(type) {
	case nil:
		b.WriteString("NONE")
	case nullValue:
		b.WriteString("NULL")
	case bool:
		b.WriteString(strconv.FormatBool(x))
	case int64:
		b.WriteString(strconv.FormatInt(x, 10))
	case float64:
		b.WriteString(formatFloat(x))
	case decimal.Decimal:
		b.WriteString(formatDecimal(x) + "dec")
	case string:
		writeQuoted(b, x)
	case []byte:
		b.WriteString(`b"` + strings.ToUpper(hex.EncodeToString(x)) + `"`)
	case time.Time:
		b.WriteString("d'" + x.UTC().Format(time.RFC3339Nano) + "'")
	case time.Duration:
		b.WriteString(formatDuration(x))
	case uuid.UUID:
		b.WriteString("u'" + x.String() + "'")
	case []Value:
		writeElems(b, "[", x, "]")
	case ValueSet:
		end := "}"
		if len(x) < 2 {
			end = ",}" // {a} is a block, and {} an object
		}
		writeElems(b, "{", x, end)
	case map[string]Value:
		b.WriteString("{")
		for i, key := range slices.Sorted(maps.Keys(x)) {
			if i > 0 {
				b.WriteString(",")
			}
			b.WriteString(" ")
			if isIdent(key) {
				b.WriteString(key)
			} else {
				writeQuoted(b, key)
			}
			b.WriteString(": ")
			x[key].write(b)
		}
		if len(x) > 0 {
			b.WriteString(" ")
		}
		b.WriteString("}")
	case RecordID:
		b.WriteString(x.String())
	case Table:
		b.WriteString(formatIdent(string(x)))
	case File:
		b.WriteString(x.String())
	case Range[Value]:
		b.WriteString(x.String())
	case Point:
		b.WriteString("(" + formatCoordinate(x[0]) + ", " + formatCoordinate(x[1]) + ")")
	case Geometry:
		// The other forms are written as the GeoJSON objects they are read from.
		if text, err := x.MarshalJSON(); err == nil {
			b.Write(text)
		}
	}
}

func writeElems(b *strings.Builder, open string, elems []Value, end string) {
	b.WriteString(open)
	for i, elem := range elems {
		if i > 0 {
			b.WriteString(", ")
		}
		elem.write(b)
	}
	b.WriteString(end)
}

func formatFloat(f float64) string {
	switch {
	case math.IsNaN(f):
		return "NaN"
	case math.IsInf(f, 1):
		return "Infinity"
	case math.IsInf(f, -1):
		return "-Infinity"
	}
	return strconv.FormatFloat(f, 'f', -1, 64) + "f"
}

func formatCoordinate(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

// durationUnits are the units that durations are written in.
var durationUnits = []struct {
	name string
	size time.Duration
}{
	{"y", 365 * 24 * time.Hour}, {"w", 7 * 24 * time.Hour}, {"d", 24 * time.Hour}, {"h", time.Hour}, {"m", time.Minute},
	{"s", time.Second}, {"ms", time.Millisecond}, {"µs", time.Microsecond}, {"ns", time.Nanosecond},
}

// formatDuration returns a duration as SurrealQL writes it, as in "1w2d".
func formatDuration(d time.Duration) string {
	if d == 0 {
		return "0ns"
	}
	var b strings.Builder
	for _, unit := range durationUnits {
		if n := d / unit.size; n > 0 {
			b.WriteString(strconv.FormatInt(int64(n), 10) + unit.name)
			d %= unit.size
		}
	}
	return b.String()
}

var escapes = strings.NewReplacer(`\`, `\\`, `'`, `\'`, "\n", `\n`, "\r", `\r`, "\t", `\t`, "\b", `\b`, "\f", `\f`, "\x00", `\0`)

func writeQuoted(b *strings.Builder, s string) {
	b.WriteString("'")
	_, _ = escapes.WriteString(b, s) // writing to a Builder does not fail
	b.WriteString("'")
}

// isIdent reports whether s needs no quotes as an identifier.
func isIdent(s string) bool {
	for i := range len(s) {
		c := s[i]
		switch {
		case c == '_', 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z':
		case '0' <= c && c <= '9' && i > 0:
		default:
			return false
		}
	}
	return s != ""
}

func formatIdent(s string) string {
	if isIdent(s) {
		return s
	}
	return "`" + strings.NewReplacer(`\`, `\\`, "`", "\\`").Replace(s) + "`"
}

// writePart writes the bucket or the key of a file, with a backslash before
// whatever is neither plain nor one of the plain runes.
func writePart(b *strings.Builder, part, plain string) {
	for _, r := range part {
		switch {
		case '0' <= r && r <= '9', 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', strings.ContainsRune(plain, r):
		default:
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
}
