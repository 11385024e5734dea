package surreal

import (
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/devq-ai/tandem/store/surreal/cbor"
	"github.com/google/uuid"
)

// String returns the key as SurrealQL writes it behind the table's name.
func (k Key) String() string {
	if k.kind == cbor.String {
		return formatIdent(k.text)
	}
	return k.Value().String()
}

// String returns the record id as SurrealQL writes it, as in note:abc.
func (id RecordID) String() string { return FormatRecordID(id.Table, id.Key) }

// FormatRecordID returns the record id as SurrealQL writes it, and an empty
// text for the zero Key.
func FormatRecordID(table string, key Key) string {
	if key.IsZero() {
		return ""
	}
	return formatIdent(table) + ":" + key.String()
}

// MarshalText returns what String returns.
func (id RecordID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText reads what String returns. An empty text gives the zero
// RecordID.
func (id *RecordID) UnmarshalText(text []byte) (err error) {
	if len(text) == 0 {
		*id = RecordID{}
		return nil
	}
	*id, err = ParseRecordID(string(text))
	return err
}

// ParseRecordID reads a record id as SurrealQL writes it. Its key may be
// anything that is a value by itself: keys that have to be computed, such as
// rand(), are not.
func ParseRecordID(text string) (RecordID, error) {
	p := &literalParser{text: text, rest: text}
	id, err := p.recordID()
	if err == nil {
		err = p.end()
	}
	if err != nil {
		return RecordID{}, fmt.Errorf("parse record id %q: %w", text, err)
	}
	return id, nil
}

// ParseRecordKey reads the id of a record of the given table and returns its
// key, which must be of one of the kinds, if any are given.
func ParseRecordKey(table, text string, kinds ...cbor.Kind) (Key, error) {
	id, err := ParseRecordID(text)
	if err != nil {
		return Key{}, err
	}
	if id.Table != table {
		return Key{}, fmt.Errorf("parse record id %q: it is of table %s, not of %s", text, id.Table, table)
	}
	if len(kinds) > 0 && !slices.Contains(kinds, id.Key.kind) {
		return Key{}, fmt.Errorf("parse record id %q: expected %s, found %s", text, keyKinds(kinds), id.Key.kind)
	}
	return id.Key, nil
}

// A literalParser reads the values that record ids can hold, and files.
type literalParser struct {
	text, rest string
	depth      int
}

// end reports whether something is left.
func (p *literalParser) end() error {
	if p.rest != "" {
		return errors.New("something follows it")
	}
	return nil
}

func (p *literalParser) space() { p.rest = strings.TrimLeft(p.rest, " \t\r\n") }

func (p *literalParser) accept(prefix string) bool {
	rest, ok := strings.CutPrefix(p.rest, prefix)
	p.rest = rest
	return ok
}

// word consumes letters, digits and underscores.
func (p *literalParser) word() string {
	end := strings.IndexFunc(p.rest, func(r rune) bool {
		return r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	})
	if end < 0 {
		end = len(p.rest)
	}
	word := p.rest[:end]
	p.rest = p.rest[end:]
	return word
}

// ident consumes an identifier, quoted or not.
func (p *literalParser) ident() (string, error) {
	switch {
	case strings.HasPrefix(p.rest, "`"):
		return p.quoted("`", '`')
	case strings.HasPrefix(p.rest, "⟨"):
		return p.quoted("⟨", '⟩')
	}
	if word := p.word(); word != "" {
		return word, nil
	}
	return "", p.unexpected("an identifier")
}

func (p *literalParser) unexpected(expected string) error {
	if p.rest == "" {
		return fmt.Errorf("expected %s, found the end", expected)
	}
	r, _ := utf8.DecodeRuneInString(p.rest)
	return fmt.Errorf("expected %s, found %q", expected, r)
}

// quoted consumes a text in quotes.
func (p *literalParser) quoted(open string, end rune) (string, error) {
	p.rest = p.rest[len(open):]
	var b strings.Builder
	for i := 0; i < len(p.rest); {
		r, size := utf8.DecodeRuneInString(p.rest[i:])
		i += size
		switch {
		case r == end:
			p.rest = p.rest[i:]
			return b.String(), nil
		case r == '\\':
			r, size = utf8.DecodeRuneInString(p.rest[i:])
			i += size
			if plain, ok := escaped[r]; ok {
				r = plain
			} else if r != end && r != '\\' {
				return "", fmt.Errorf("unknown escape \\%c", r)
			}
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
	}
	return "", errors.New("a quote is not closed")
}

var escaped = map[rune]rune{'n': '\n', 'r': '\r', 't': '\t', 'b': '\b', 'f': '\f', '0': 0, '\'': '\'', '"': '"'}

func (p *literalParser) recordID() (id RecordID, err error) {
	if id.Table, err = p.ident(); err != nil {
		return id, err
	}
	if !p.accept(":") {
		return id, p.unexpected("a colon")
	}
	id.Key, err = p.key()
	return id, err
}

func (p *literalParser) key() (Key, error) {
	switch {
	case strings.HasPrefix(p.rest, "["), strings.HasPrefix(p.rest, "{"):
		v, err := p.value()
		if err != nil {
			return Key{}, err
		}
		return NewCompoundKey(func(e *cbor.Encoder) { EncodeValue(e, v) })
	case strings.HasPrefix(p.rest, "u'"), strings.HasPrefix(p.rest, `u"`):
		v, err := p.prefixed()
		if err != nil {
			return Key{}, err
		}
		return NewKey(v.v.(uuid.UUID)), nil
	case strings.HasPrefix(p.rest, "'"), strings.HasPrefix(p.rest, `"`):
		text, err := p.quoted(p.rest[:1], rune(p.rest[0]))
		return NewKey(text), err
	case strings.HasPrefix(p.rest, "-"), strings.HasPrefix(p.rest, "+"):
		sign := p.rest[:1]
		p.rest = p.rest[1:]
		n, err := strconv.ParseInt(sign+p.word(), 10, 64)
		return NewKey(n), err
	case strings.HasPrefix(p.rest, "`"), strings.HasPrefix(p.rest, "⟨"):
		text, err := p.ident()
		return NewKey(text), err
	}
	word, err := p.ident()
	if err != nil {
		return Key{}, err
	}
	// Integers that do not fit are strings, as they are to SurrealDB.
	if n, err := strconv.ParseInt(word, 10, 64); err == nil {
		return NewKey(n), nil
	}
	return NewKey(word), nil
}

// prefixed consumes a u'…' or d'…' or b"…".
func (p *literalParser) prefixed() (Value, error) {
	prefix := p.rest[0]
	p.rest = p.rest[1:]
	text, err := p.quoted(p.rest[:1], rune(p.rest[0]))
	if err != nil {
		return Value{}, err
	}
	switch prefix {
	case 'u':
		id, err := uuid.Parse(text)
		return Value{id}, err
	case 'd':
		t, err := time.Parse(time.RFC3339Nano, text)
		return Value{t.UTC()}, err
	default:
		b, err := hex.DecodeString(text)
		return Value{b}, err
	}
}

// value consumes a value.
func (p *literalParser) value() (Value, error) {
	if p.depth++; p.depth > maxDepth {
		return Value{}, errors.New("it nests too deeply")
	}
	defer func() { p.depth-- }()
	p.space()
	switch {
	case p.accept("["):
		elems, err := p.elems("]")
		return Value{elems}, err
	case p.accept("{"):
		return p.object()
	case strings.HasPrefix(p.rest, "'"), strings.HasPrefix(p.rest, `"`):
		text, err := p.quoted(p.rest[:1], rune(p.rest[0]))
		return Value{text}, err
	case len(p.rest) > 1 && strings.ContainsRune("udb", rune(p.rest[0])) && strings.ContainsRune(`'"`, rune(p.rest[1])):
		return p.prefixed()
	case strings.HasPrefix(p.rest, `f"`), strings.HasPrefix(p.rest, "f'"):
		f, err := p.file()
		return Value{f}, err
	case strings.HasPrefix(p.rest, "`"), strings.HasPrefix(p.rest, "⟨"):
		id, err := p.recordID()
		return Value{id}, err
	}
	return p.bare()
}

// bare consumes a value that starts with a letter, a digit or a sign.
func (p *literalParser) bare() (Value, error) {
	start := p.rest
	negative := p.accept("-")
	word := p.word()
	if negative && word == "Infinity" {
		return parseFloat("-Inf")
	}
	switch strings.ToLower(word) {
	case "":
		return Value{}, p.unexpected("a value")
	case "none":
		return Value{}, nil
	case "null":
		return NullValue, nil
	case "true", "false":
		return Value{strings.EqualFold(word, "true")}, nil
	case "nan", "infinity":
		return parseFloat(word)
	}
	if strings.HasPrefix(p.rest, ":") && !negative {
		p.rest = start
		id, err := p.recordID()
		return Value{id}, err
	}
	if !strings.HasPrefix(p.rest, "..") && p.accept(".") {
		word += "." + p.word()
	}
	if p.accept("µ") {
		word += "µ" + p.word()
	}
	if negative {
		word = "-" + word
	}
	if digits, ok := strings.CutSuffix(word, "dec"); ok {
		d, err := parseDecimal(digits)
		return Value{d}, err
	}
	if digits, ok := strings.CutSuffix(word, "f"); ok {
		return parseFloat(digits)
	}
	if n, err := strconv.ParseInt(word, 10, 64); err == nil {
		return Value{n}, nil
	}
	if d, err := cbor.ParseDuration(word); err == nil {
		return Value{d}, nil
	}
	return parseFloat(word)
}

func parseFloat(text string) (Value, error) {
	f, err := strconv.ParseFloat(text, 64)
	return Value{f}, err
}

// elems consumes values up to the closing bracket.
func (p *literalParser) elems(end string) ([]Value, error) {
	elems := []Value{}
	for {
		p.space()
		if p.accept(end) {
			return elems, nil
		}
		if len(elems) > 0 {
			if !p.accept(",") {
				return nil, p.unexpected("a comma or " + end)
			}
			p.space()
			if p.accept(end) {
				return elems, nil
			}
		}
		v, err := p.value()
		if err != nil {
			return nil, err
		}
		elems = append(elems, v)
	}
}

// object consumes the fields of an object up to its closing brace.
func (p *literalParser) object() (Value, error) {
	object := map[string]Value{}
	for {
		p.space()
		if p.accept("}") {
			return Value{object}, nil
		}
		if len(object) > 0 {
			if !p.accept(",") {
				return Value{}, p.unexpected("a comma or }")
			}
			p.space()
			if p.accept("}") {
				return Value{object}, nil
			}
		}
		var key string
		var err error
		if strings.HasPrefix(p.rest, "'") || strings.HasPrefix(p.rest, `"`) {
			key, err = p.quoted(p.rest[:1], rune(p.rest[0]))
		} else {
			key, err = p.ident()
		}
		if err != nil {
			return Value{}, err
		}
		p.space()
		if !p.accept(":") {
			return Value{}, p.unexpected("a colon")
		}
		if object[key], err = p.value(); err != nil {
			return Value{}, err
		}
	}
}

// file consumes a pointer to a file.
func (p *literalParser) file() (f File, err error) {
	end := rune(p.rest[1])
	p.rest = p.rest[2:]
	var part strings.Builder
	bucket := true
	for i := 0; i < len(p.rest); {
		r, size := utf8.DecodeRuneInString(p.rest[i:])
		i += size
		switch {
		case r == end && bucket:
			return File{}, errors.New("a file has no colon behind its bucket")
		case r == end:
			f.Key, p.rest = part.String(), p.rest[i:]
			return f, nil
		case r == ':' && bucket:
			f.Bucket, bucket = part.String(), false
			part.Reset()
			continue
		case r == '\\':
			r, size = utf8.DecodeRuneInString(p.rest[i:])
			i += size
		}
		part.WriteRune(r)
	}
	return File{}, errors.New("a quote is not closed")
}

// bounds consumes a range.
func (p *literalParser) bounds() (r Range[Value], err error) {
	if !strings.HasPrefix(p.rest, "..") {
		r.From.Kind = Included
		if r.From.Value, err = p.value(); err != nil {
			return r, err
		}
		if p.accept(">") {
			r.From.Kind = Excluded
		}
	}
	if !p.accept("..") {
		return r, p.unexpected("..")
	}
	switch {
	case p.accept("="):
		r.To.Kind = Included
	case p.rest == "":
		return r, nil
	default:
		r.To.Kind = Excluded
	}
	r.To.Value, err = p.value()
	return r, err
}
