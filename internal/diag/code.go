package diag

import (
	"fmt"
	"maps"
	"slices"
)

// A Code names a kind of diagnostic. Codes are stable: tools filter on them and
// people look them up, so a code is never renamed nor used for something else.
// The part before the slash is the area (surql, schema, query, sql, config,
// migrate, output), the part after it the finding.
type Code string

// Info documents a code.
type Info struct {
	Code    Code
	Meaning string // one line
	// Example is the smallest input that gets this code, or a description in
	// parentheses where the input is not one file's text.
	Example string
}

var registry = map[Code]Info{}

// register documents the codes of one area. Each area declares its codes in a
// file of its own in this package.
func register(infos ...Info) {
	for _, info := range infos {
		if _, dup := registry[info.Code]; dup {
			panic(fmt.Sprintf("diagnostic code %s is registered twice", info.Code))
		}
		registry[info.Code] = info
	}
}

// Lookup returns the documentation of a code.
func Lookup(code Code) (Info, bool) {
	info, ok := registry[code]
	return info, ok
}

// Codes returns the documentation of all codes, sorted by code.
func Codes() []Info {
	infos := make([]Info, 0, len(registry))
	for _, code := range slices.Sorted(maps.Keys(registry)) {
		infos = append(infos, registry[code])
	}
	return infos
}
