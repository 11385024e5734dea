// Package surql reads and writes SurrealQL, the query language of SurrealDB.
//
// Parse makes a Script of a file: statements, expressions, idioms and kinds as
// typed nodes with their spans, and the comments. It accepts and rejects what
// the engine does, goes on after an error at the next statement, and reports
// all errors of a file. Print writes any node back as canonical SurrealQL, and
// Format lays out a file for people. The package knows the names of the builtin
// functions and constants, because an unknown one is a syntax error, and
// nothing else of a database: no schema, no types.
//
// A parsed tree is not changed by this package and may be read by many
// goroutines.
package surql

import (
	"fmt"
	"strconv"
	"strings"
)

// Options say what Parse accepts. The zero Options are those of a stock engine
// 3.0 with its experimental syntax.
type Options struct {
	// Engine is the engine whose syntax is accepted. The zero Version is 3.0.
	Engine Version
	// KeepComments keeps the comments in Script.Comments.
	KeepComments bool
	// NoExperimental rejects file strings, buckets, modules and silos, which an
	// engine takes only when it was started with the experimental capabilities
	// files and surrealism.
	NoExperimental bool
}

// A Version is the version of an engine. Patch releases share their syntax.
type Version struct {
	Major, Minor int
}

// Engine versions that differ in syntax.
var (
	V3_0 = Version{3, 0}
	V3_1 = Version{3, 1}
)

// ParseVersion reads a version such as 3.1, 3.0.5 or v3.0.
func ParseVersion(s string) (Version, error) {
	parts := strings.SplitN(strings.TrimPrefix(s, "v"), ".", 3)
	if len(parts) < 2 {
		parts = append(parts, "0")
	}
	major, err := strconv.ParseUint(parts[0], 10, 16)
	if err != nil {
		return Version{}, fmt.Errorf("engine version %q is not of the form 3.0", s)
	}
	minor, err := strconv.ParseUint(parts[1], 10, 16)
	if err != nil {
		return Version{}, fmt.Errorf("engine version %q is not of the form 3.0", s)
	}
	if major != 3 {
		return Version{}, fmt.Errorf("engine version %q is not supported: SurrealQL of SurrealDB 3 is", s)
	}
	return Version{Major: int(major), Minor: int(minor)}, nil
}

// String returns the version as major.minor.
func (v Version) String() string { return fmt.Sprintf("%d.%d", v.Major, v.Minor) }

// atLeast reports whether v is w or later. The zero Version is 3.0.
func (v Version) atLeast(w Version) bool {
	if v == (Version{}) {
		v = V3_0
	}
	return v.Major > w.Major || v.Major == w.Major && v.Minor >= w.Minor
}
