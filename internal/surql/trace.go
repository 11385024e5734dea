package surql

import (
	"cmp"
	"slices"
)

// A trace is what the parser took, token by token, and what it took each for.
// The formatter lays it out anew.
type trace struct {
	entries []traced
	// pending is the role of the token at pendingAt, which was not taken yet.
	pending   role
	pendingAt int32
}

// A traced is a token that was taken. Numbers, durations, regexes and
// JavaScript are single tokens here, of the kind tInvalid.
type traced struct {
	lexeme
	role role
}

// A role says what a token was taken for, where its kind does not.
type role uint8

const (
	roleNone     role = iota // a keyword, in upper case, or what its kind says
	roleWord                 // a keyword that is not in the table of keywords
	roleName                 // a name, kept as it is
	roleKind                 // a kind or an operation, in lower case
	rolePrefix               // a prefix operator or the < of a cast
	roleOpen                 // a | or < that opens something
	roleClose                // a | or > that closes something, or the rest of a key
	roleCall                 // a ( or [ that belongs to what is before it
	roleCallOpen             // a < that belongs to what is before it
	roleTight                // a token without space around it
	roleArrow                // an arrow of an idiom
	roleClosure              // a || that is a closure's empty parameters
	roleNearest              // a <| operator
	roleBlock                // a { that opens a block of statements
)

func (t *trace) add(l lexeme) {
	if l.kind == tEOF {
		return
	}
	entry := traced{lexeme: l}
	if t.pending != roleNone && t.pendingAt == l.start {
		entry.role = t.pending
	}
	t.pending = roleNone
	t.entries = append(t.entries, entry)
}

// cut forgets what was taken from an offset on.
func (t *trace) cut(off int32) {
	n := len(t.entries)
	for n > 0 && t.entries[n-1].start >= off {
		n--
	}
	t.entries = t.entries[:n]
}

// role notes what a token is taken for, before or after it is taken.
func (p *parser) role(l lexeme, r role) {
	if p.trace == nil {
		return
	}
	p.trace.set(l, r)
}

// set notes the role of a token that was taken, or that will be taken next.
func (t *trace) set(l lexeme, r role) {
	i, found := slices.BinarySearchFunc(t.entries, l.start, func(e traced, start int32) int {
		return cmp.Compare(e.start, start)
	})
	if found {
		t.entries[i].role = r
		return
	}
	t.pending, t.pendingAt = r, l.start
}
