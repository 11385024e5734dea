package cbor

import (
	"encoding/hex"
	"fmt"
	"math"
	"strings"
	"time"
)

// parseUUID reads the 36 characters of a UUID.
func parseUUID(text []byte, v *[16]byte) bool {
	if len(text) != 36 || text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-' {
		return false
	}
	digits := strings.ReplaceAll(string(text), "-", "")
	n, err := hex.Decode(v[:], []byte(digits))
	return err == nil && n == 16
}

// durationUnits are SurrealQL's units, in nanoseconds.
var durationUnits = map[string]uint64{
	"ns": 1, "us": 1e3, "µs": 1e3, "μs": 1e3, "ms": 1e6, "s": 1e9, "m": 60e9, "h": 3600e9,
	"d": 86400e9, "w": 7 * 86400e9, "y": 365 * 86400e9,
}

// ParseDuration reads a duration as SurrealQL writes it, as in "1w2d3h".
func ParseDuration(text string) (time.Duration, error) {
	var total uint64
	rest := text
	for rest != "" {
		digits := len(rest) - len(strings.TrimLeft(rest, "0123456789"))
		var n uint64
		for _, c := range rest[:digits] {
			if n > math.MaxInt64/10 {
				return 0, fmt.Errorf("duration %q is too long", text)
			}
			n = n*10 + uint64(c-'0')
		}
		rest = rest[digits:]
		end := strings.IndexAny(rest, "0123456789")
		if end < 0 {
			end = len(rest)
		}
		unit, known := durationUnits[rest[:end]]
		if digits == 0 || !known {
			return 0, fmt.Errorf("%q is not a duration", text)
		}
		rest = rest[end:]
		if n > math.MaxInt64/unit || total+n*unit > math.MaxInt64 {
			return 0, fmt.Errorf("duration %q is too long", text)
		}
		total += n * unit
	}
	if text == "" {
		return 0, fmt.Errorf("%q is not a duration", text)
	}
	return time.Duration(total), nil
}
