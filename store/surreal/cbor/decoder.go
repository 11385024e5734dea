package cbor

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/bits"
	"time"
	"unicode/utf8"
	"unsafe"
)

// A Decoder reads CBOR from a buffer, value by value. Make one with NewDecoder.
// It is not safe for concurrent use.
type Decoder struct {
	data []byte
	pos  int
	err  *Error
	// closed is positive while fields that nobody asked for are an error.
	closed int
	// attempt is the error of the Attempt that got furthest.
	attempt *Error
	// text is where strings are copied to, many into one allocation, and used
	// how much of it is. That is never written again.
	text []byte
	used int
}

// NewDecoder returns a decoder that reads data, which must not change while it
// is in use. What is decoded does not alias data, but for what Key and Raw
// return.
func NewDecoder(data []byte) *Decoder { return &Decoder{data: data} }

// Err returns the first error, an *Error, or nil.
func (d *Decoder) Err() error {
	if d.err == nil {
		return nil
	}
	if d.err.Path == nil {
		d.err.Path = pathTo(d.data, d.err.Offset)
	}
	return d.err
}

// Failed reports whether there was an error. It is cheaper than Err, which
// looks up where the error stands.
func (d *Decoder) Failed() bool { return d.err != nil }

// Finish reports, unless there is an error already, that data follows the
// values that were read. It returns Err.
func (d *Decoder) Finish() error {
	if d.err == nil && d.pos < len(d.data) {
		d.fail(d.pos, "the end")
	}
	return d.Err()
}

// Fail records the error that the value at offset is not what was expected,
// unless there is an error already. Offsets come from Offset.
func (d *Decoder) Fail(offset int, expected, found string) {
	if d.err == nil {
		d.err = &Error{Offset: offset, Expected: expected, Found: found}
	}
	d.pos = len(d.data) // nothing more is read
}

// fail is Fail for a value that is found to be of the wrong kind.
func (d *Decoder) fail(offset int, expected string) {
	if d.err != nil {
		d.pos = len(d.data)
		return
	}
	at := Decoder{data: d.data, pos: offset}
	found := at.Kind().String()
	switch {
	case offset >= len(d.data):
		found = "the end of the data"
	case at.Kind() == Invalid:
		found = fmt.Sprintf("no valid value (byte %#02x)", d.data[offset])
	}
	d.Fail(offset, expected, found)
}

// Offset returns where the next value starts.
func (d *Decoder) Offset() int { return d.pos }

// Kind returns the kind of the next value, which it does not consume.
func (d *Decoder) Kind() Kind {
	if d.pos >= len(d.data) {
		return Invalid
	}
	first := d.data[d.pos]
	if first&31 > 27 {
		return Invalid // an indefinite length, or of no meaning
	}
	switch first >> 5 {
	case majorUint, majorNint:
		return Int
	case majorBytes:
		return Bytes
	case majorText:
		return String
	case majorArray:
		return Array
	case majorMap:
		return Object
	case majorTag:
		at := Decoder{data: d.data, pos: d.pos}
		_, tag, _ := at.head()
		return tagKinds[tag]
	}
	switch first {
	case byteFalse, byteTrue:
		return Bool
	case byteNull:
		return Null
	case byteFloat16, byteFloat32, byteFloat64:
		return Float
	}
	return Invalid
}

// head consumes the first bytes of a value. It reports false, and consumes
// nothing, at the end of the data or where the length is indefinite.
func (d *Decoder) head() (major byte, arg uint64, ok bool) {
	if d.pos >= len(d.data) {
		return 0, 0, false
	}
	first := d.data[d.pos]
	major, info := first>>5, first&31
	if info < 24 {
		d.pos++
		return major, uint64(info), true
	}
	rest := d.data[d.pos+1:]
	switch {
	case info == 24 && len(rest) >= 1:
		d.pos += 2
		return major, uint64(rest[0]), true
	case info == 25 && len(rest) >= 2:
		d.pos += 3
		return major, uint64(binary.BigEndian.Uint16(rest)), true
	case info == 26 && len(rest) >= 4:
		d.pos += 5
		return major, uint64(binary.BigEndian.Uint32(rest)), true
	case info == 27 && len(rest) >= 8:
		d.pos += 9
		return major, binary.BigEndian.Uint64(rest), true
	}
	return 0, 0, false
}

// expect consumes the head of a value of the given major type.
func (d *Decoder) expect(major byte, expected string) (arg uint64, ok bool) {
	start := d.pos
	got, arg, ok := d.head()
	if !ok || got != major {
		d.fail(start, expected)
		return 0, false
	}
	return arg, true
}

// tagged consumes a tag, which must be the given one.
func (d *Decoder) tagged(tag uint64, expected string) bool {
	start := d.pos
	major, got, ok := d.head()
	if !ok || major != majorTag || got != tag {
		d.fail(start, expected)
		return false
	}
	return true
}

// pair consumes a tag and the head of the array of two values after it.
func (d *Decoder) pair(tag uint64, expected string) bool {
	start := d.pos
	if rest := d.data[start:]; tag < 24 && len(rest) >= 2 && rest[0] == majorTag<<5|byte(tag) && rest[1] == majorArray<<5|2 {
		d.pos += 2
		return true
	}
	if !d.tagged(tag, expected) {
		return false
	}
	if n, ok := d.expect(majorArray, expected); !ok || n != 2 {
		d.Fail(start, expected, "a malformed one")
		return false
	}
	return true
}

// chunk consumes n bytes.
func (d *Decoder) chunk(start int, n uint64, expected string) []byte {
	if n > uint64(len(d.data)-d.pos) {
		d.Fail(start, expected, "one that the data ends within")
		return nil
	}
	b := d.data[d.pos : d.pos+int(n)]
	d.pos += int(n)
	return b
}

// count checks the number of values that an array or, at two values each, an
// object claims to have against the bytes that are left.
func (d *Decoder) count(start int, n, each uint64, expected string) int {
	if n > uint64(len(d.data)-d.pos)/each {
		d.Fail(start, expected, "one that the data ends within")
		return 0
	}
	return int(n)
}

// length consumes the head of an array or an object, whose elements are of each
// values, and returns the number of elements. An error is about the value at
// start.
func (d *Decoder) length(start int, major byte, each uint64, expected string) int {
	rest := d.data[d.pos:]
	if len(rest) > 0 {
		if n := uint64(rest[0]) - uint64(major)<<5; n < 24 && n*each < uint64(len(rest)) {
			d.pos++
			return int(n)
		}
	}
	n, ok := d.expect(major, expected)
	if !ok {
		return 0
	}
	return d.count(start, n, each, expected)
}

// IsNone consumes the next value if it is NONE, and reports whether it was.
func (d *Decoder) IsNone() bool {
	if rest := d.data[d.pos:]; len(rest) >= 2 && rest[0] == majorTag<<5|tagNone && rest[1] == byteNull {
		d.pos += 2
		return true
	}
	return false
}

// IsNull consumes the next value if it is NULL, and reports whether it was.
func (d *Decoder) IsNull() bool {
	if d.pos < len(d.data) && d.data[d.pos] == byteNull {
		d.pos++
		return true
	}
	return false
}

// None consumes a NONE.
func (d *Decoder) None() {
	if !d.IsNone() {
		d.fail(d.pos, "NONE")
	}
}

// Null consumes a NULL.
func (d *Decoder) Null() {
	if !d.IsNull() {
		d.fail(d.pos, "NULL")
	}
}

// Bool consumes a bool.
func (d *Decoder) Bool() bool {
	if d.pos < len(d.data) {
		switch d.data[d.pos] {
		case byteFalse:
			d.pos++
			return false
		case byteTrue:
			d.pos++
			return true
		}
	}
	d.fail(d.pos, "bool")
	return false
}

// Int consumes an int.
func (d *Decoder) Int() int64 {
	start := d.pos
	if start < len(d.data) && d.data[start] < 24 {
		d.pos++
		return int64(d.data[start])
	}
	major, arg, ok := d.head()
	switch {
	case !ok || major > majorNint:
		d.fail(start, "int")
		return 0
	case arg > math.MaxInt64:
		d.Fail(start, "int", "an integer of more than 64 bits")
		return 0
	case major == majorNint:
		return -1 - int64(arg)
	}
	return int64(arg)
}

// Float consumes a float. An int is not a float.
func (d *Decoder) Float() float64 {
	rest := d.data[d.pos:]
	switch {
	case len(rest) >= 9 && rest[0] == byteFloat64:
		d.pos += 9
		return math.Float64frombits(binary.BigEndian.Uint64(rest[1:]))
	case len(rest) >= 5 && rest[0] == byteFloat32:
		d.pos += 5
		return float64(math.Float32frombits(binary.BigEndian.Uint32(rest[1:])))
	case len(rest) >= 3 && rest[0] == byteFloat16:
		d.pos += 3
		return float16(binary.BigEndian.Uint16(rest[1:]))
	}
	d.fail(d.pos, "float")
	return 0
}

// float16 returns the value of an IEEE 754 number of 16 bits.
func float16(v uint16) float64 {
	exponent, fraction := int(v>>10&31), float64(v&0x3ff)
	var f float64
	switch exponent {
	case 0:
		f = math.Ldexp(fraction, -24)
	case 31:
		if fraction != 0 {
			return math.NaN()
		}
		f = math.Inf(1)
	default:
		f = math.Ldexp(fraction+1024, exponent-25)
	}
	if v>>15 == 1 {
		return -f
	}
	return f
}

// rawText consumes a string without copying it.
func (d *Decoder) rawText(expected string) []byte {
	start := d.pos
	b, ok := d.shortText()
	if !ok {
		b = d.anyText(expected)
	}
	if !isASCII(b) && !utf8.Valid(b) {
		d.Fail(start, expected, "one that is not valid UTF-8")
		return nil
	}
	return b
}

// isASCII reports whether b is ASCII, as most text is. It is faster than
// utf8.Valid where that is short.
func isASCII(b []byte) bool {
	n := len(b)
	switch {
	case n >= 8:
		all := binary.LittleEndian.Uint64(b[n-8:])
		for ; len(b) > 8; b = b[8:] {
			all |= binary.LittleEndian.Uint64(b)
		}
		return all&0x8080808080808080 == 0
	case n >= 4:
		return (binary.LittleEndian.Uint32(b)|binary.LittleEndian.Uint32(b[n-4:]))&0x80808080 == 0
	}
	var all byte
	for _, c := range b {
		all |= c
	}
	return all < utf8.RuneSelf
}

// uncheckedText is rawText for what need not be valid UTF-8, because it is only
// compared.
func (d *Decoder) uncheckedText(expected string) []byte {
	if b, ok := d.shortText(); ok {
		return b
	}
	return d.anyText(expected)
}

// shortText consumes a string of less than 24 bytes, as most are, and all but a
// few names. If something else comes it consumes nothing.
func (d *Decoder) shortText() (text []byte, ok bool) {
	rest := d.data[d.pos:]
	if len(rest) > 0 {
		if n := uint(rest[0]) - majorText<<5; n < 24 && n < uint(len(rest)) {
			d.pos += 1 + int(n)
			return rest[1 : 1+n], true
		}
	}
	return nil, false
}

func (d *Decoder) anyText(expected string) []byte {
	start := d.pos
	n, ok := d.expect(majorText, expected)
	if !ok {
		return nil
	}
	return d.chunk(start, n, expected)
}

// Text is String without a copy: what it returns aliases the data.
func (d *Decoder) Text() []byte { return d.rawText("string") }

// String consumes a string.
//
// Strings of one decoder share allocations of a few kilobytes, so a string that
// is kept for long may keep that much alive; strings.Clone undoes it.
func (d *Decoder) String() string { return d.intern(d.rawText("string")) }

const (
	textBlock = 4096          // bytes that strings are allocated in
	longText  = textBlock / 4 // from here on a string has an allocation of its own
)

// intern returns b as a string.
func (d *Decoder) intern(b []byte) string {
	switch {
	case len(b) == 0:
		return ""
	case len(b) >= longText:
		return string(b)
	case len(d.text)-d.used < len(b):
		// All strings to come are no longer than the data that is left.
		d.text, d.used = make([]byte, min(textBlock, len(b)+len(d.data)-d.pos)), 0
	}
	text := d.text[d.used:]
	d.used += copy(text, b)
	return unsafe.String(&text[0], len(b))
}

// Binary consumes bytes and returns a copy of them, which is never nil.
func (d *Decoder) Binary() []byte {
	return append([]byte{}, d.rawBinary("bytes")...)
}

func (d *Decoder) rawBinary(expected string) []byte {
	start := d.pos
	n, ok := d.expect(majorBytes, expected)
	if !ok {
		return nil
	}
	return d.chunk(start, n, expected)
}

// Datetime consumes a datetime. It is in UTC.
func (d *Decoder) Datetime() time.Time {
	const expected = "datetime"
	start := d.pos
	if start+1 < len(d.data) && d.data[start] == majorTag<<5|tagDatetimeText {
		d.pos++
		t, err := time.Parse(time.RFC3339Nano, string(d.rawText(expected)))
		if err != nil {
			d.Fail(start, expected, "a malformed one")
		}
		return t.UTC()
	}
	if !d.pair(tagDatetime, expected) {
		return time.Time{}
	}
	sec, nsec := d.Int(), d.Int()
	if nsec < 0 || nsec >= int64(time.Second) {
		d.Fail(start, expected, "a malformed one")
		return time.Time{}
	}
	if d.err != nil {
		return time.Time{}
	}
	return time.Unix(sec, nsec).UTC()
}

// Duration consumes a duration. SurrealDB's durations reach further than Go's:
// one of more than 292 years is an error.
func (d *Decoder) Duration() time.Duration {
	const expected = "duration"
	start := d.pos
	major, tag, ok := d.head()
	switch {
	case ok && major == majorTag && tag == tagDurationText:
		v, err := ParseDuration(string(d.rawText(expected)))
		if err != nil {
			d.Fail(start, "duration of less than 293 years", err.Error())
		}
		return v
	case !ok || major != majorTag || tag != tagDuration:
		d.fail(start, expected)
		return 0
	}
	// Seconds and nanoseconds are left out from the end where they are zero.
	n, _ := d.expect(majorArray, expected)
	var parts [2]uint64
	for i := range min(n, 2) {
		parts[i], _ = d.expect(majorUint, expected)
	}
	if n > 2 || parts[1] >= uint64(time.Second) {
		d.Fail(start, expected, "a malformed one")
		return 0
	}
	hi, lo := bits.Mul64(parts[0], uint64(time.Second))
	sum, carry := bits.Add64(lo, parts[1], 0)
	if hi != 0 || carry != 0 || sum > math.MaxInt64 {
		d.Fail(start, "duration of less than 293 years", fmt.Sprintf("one of %d seconds", parts[0]))
		return 0
	}
	return time.Duration(sum)
}

// UUID consumes a UUID.
func (d *Decoder) UUID() (v [16]byte) {
	const expected = "uuid"
	start := d.pos
	major, tag, ok := d.head()
	switch {
	case ok && major == majorTag && tag == tagUUID:
		if b := d.rawBinary(expected); copy(v[:], b) != 16 || len(b) != 16 {
			d.Fail(start, expected, "a malformed one")
		}
	case ok && major == majorTag && tag == tagUUIDText:
		if !parseUUID(d.rawText(expected), &v) {
			d.Fail(start, expected, "a malformed one")
		}
	default:
		d.fail(start, expected)
	}
	return v
}

// Decimal consumes a decimal and returns its digits, as in "-12.50".
func (d *Decoder) Decimal() string {
	const expected = "decimal"
	if !d.tagged(tagDecimal, expected) {
		return ""
	}
	return string(d.rawText(expected))
}

// Table consumes the name of a table.
func (d *Decoder) Table() string {
	const expected = "table"
	if !d.tagged(tagTable, expected) {
		return ""
	}
	return d.intern(d.rawText(expected))
}

// Record consumes the table of a record id. Its key must be read next.
func (d *Decoder) Record() (table string) {
	start := d.pos
	name := d.record()
	if !utf8.Valid(name) {
		d.Fail(start, "record", "one of a table that is not valid UTF-8")
		return ""
	}
	return d.intern(name)
}

// RecordOf is Record for a record id that must be of the given table.
func (d *Decoder) RecordOf(table string) {
	start := d.pos
	const head = 3 // the tag, an array of two, and a string of less than 24 bytes
	if rest := d.data[start:]; len(rest) > head+len(table) && len(table) < 24 &&
		rest[0] == majorTag<<5|tagRecord && rest[1] == majorArray<<5|2 && rest[2] == majorText<<5|byte(len(table)) &&
		string(rest[head:head+len(table)]) == table {
		d.pos += head + len(table)
		return
	}
	got := d.record()
	switch {
	case d.err != nil && d.err.Offset == start:
		d.err.Expected = "record<" + table + ">"
	case d.err == nil && string(got) != table:
		d.Fail(start, "record<"+table+">", "record<"+string(got)+">")
	}
}

// RecordTable returns the table of the record id that comes next, which it does
// not consume, or nil if none does. It aliases the data.
func (d *Decoder) RecordTable() []byte {
	at := Decoder{data: d.data, pos: d.pos}
	return at.record()
}

func (d *Decoder) record() []byte {
	const expected = "record"
	if !d.pair(tagRecord, expected) {
		return nil
	}
	return d.uncheckedText(expected)
}

// File consumes a pointer to a file.
func (d *Decoder) File() (bucket, key string) {
	const expected = "file"
	if !d.pair(tagFile, expected) {
		return "", ""
	}
	return d.intern(d.rawText(expected)), d.intern(d.rawText(expected))
}

// Range consumes the head of a range. Its two bounds must be read next, each
// with Bound and, where there is one, with its value.
func (d *Decoder) Range() { d.pair(tagRange, "range") }

// Bound consumes the head of a range's bound. There is no value to read where
// the range has no bound on this side.
func (d *Decoder) Bound() (bounded, included bool) {
	if d.IsNone() || d.IsNull() {
		return false, false
	}
	start := d.pos
	major, tag, ok := d.head()
	if !ok || major != majorTag || tag != tagIncluded && tag != tagExcluded {
		d.fail(start, "a bound of a range")
		return false, false
	}
	return true, tag == tagIncluded
}

// Geometry consumes the head of a geometry of the given form, and returns how
// many parts must be read next.
func (d *Decoder) Geometry(form Kind) int {
	start := d.pos
	if !d.tagged(tagPoint+uint64(form-Point), form.String()) {
		return 0
	}
	return d.length(start, majorArray, 1, form.String())
}

// Array consumes the head of an array and returns how many values must be read
// next.
func (d *Decoder) Array() int { return d.length(d.pos, majorArray, 1, "array") }

// Tuple consumes the head of an array of exactly n values, which must be read
// next.
func (d *Decoder) Tuple(n int) {
	start := d.pos
	if got := d.Array(); d.err == nil && got != n {
		d.Fail(start, fmt.Sprintf("%d elements", n), fmt.Sprint(got))
	}
}

// Set consumes the head of a set and returns how many values must be read next.
func (d *Decoder) Set() int {
	start := d.pos
	if !d.tagged(tagSet, "set") {
		return 0
	}
	return d.length(start, majorArray, 1, "set")
}

// List is Array or Set, whichever comes.
func (d *Decoder) List() int {
	if d.Kind() == Set {
		return d.Set()
	}
	return d.Array()
}

// Map consumes the head of an object and returns how many fields must be read
// next, each with Key and its value.
func (d *Decoder) Map() int { return d.length(d.pos, majorMap, 2, "object") }

// Key consumes the name of a field. It aliases the data, and is not checked to
// be valid UTF-8.
func (d *Decoder) Key() []byte { return d.uncheckedText("the name of a field") }

// FieldName is Key for a name that is kept. It is valid UTF-8 and aliases
// nothing.
func (d *Decoder) FieldName() string { return d.intern(d.rawText("the name of a field")) }

// Missing records that the object at offset lacks a required field. seen has a
// bit for each of fields that was there.
func (d *Decoder) Missing(offset int, seen uint64, fields ...string) {
	if i := bits.TrailingZeros64(^seen); i < len(fields) {
		d.Fail(offset, fmt.Sprintf("a field %q", fields[i]), "none")
	}
}

// Unknown consumes the value of a field that nobody asked for.
func (d *Decoder) Unknown() {
	if d.closed > 0 {
		d.Fail(d.pos, "no such field", d.Kind().String())
		return
	}
	d.Skip()
}

// A short is a value whose first byte alone says how long it is: the bytes up
// to the values in it, and the number of those. Both are zero for other values.
type short struct{ bytes, values uint8 }

// shorts has an entry for every first byte.
var shorts = func() (s [256]short) {
	for n := range byte(24) {
		s[majorUint<<5|n] = short{1, 0}
		s[majorNint<<5|n] = short{1, 0}
		s[majorBytes<<5|n] = short{1 + n, 0}
		s[majorText<<5|n] = short{1 + n, 0}
		s[majorArray<<5|n] = short{1, n}
		s[majorMap<<5|n] = short{1, 2 * n}
		s[majorTag<<5|n] = short{1, 1}
	}
	for major := range byte(2) {
		s[major<<5|24], s[major<<5|25], s[major<<5|26], s[major<<5|27] = short{2, 0}, short{3, 0}, short{5, 0}, short{9, 0}
	}
	s[byteFalse], s[byteTrue], s[byteNull] = short{1, 0}, short{1, 0}, short{1, 0}
	s[byteFloat16], s[byteFloat32], s[byteFloat64] = short{3, 0}, short{5, 0}, short{9, 0}
	return s
}()

// Skip consumes a value of any kind.
func (d *Decoder) Skip() {
	data, pos := d.data, d.pos
	for left := 1; left > 0; left-- {
		if pos < len(data) {
			// Each of the values takes at least a byte.
			if s := shorts[data[pos]]; s.bytes > 0 && int(s.bytes)+int(s.values) <= len(data)-pos {
				pos += int(s.bytes)
				left += int(s.values)
				continue
			}
		}
		d.pos = pos
		left += d.skipHead()
		if d.err != nil {
			return
		}
		pos = d.pos
	}
	d.pos = pos
}

// skipHead consumes a value but for the values in it, and returns their number.
func (d *Decoder) skipHead() int {
	start := d.pos
	major, n, ok := d.head()
	if !ok {
		d.fail(start, "a value")
		return 0
	}
	switch major {
	case majorBytes, majorText:
		d.chunk(start, n, "a value")
	case majorArray:
		return d.count(start, n, 1, "array")
	case majorMap:
		return 2 * d.count(start, n, 2, "object")
	case majorTag:
		return 1
	case majorSimple:
		switch d.data[start] {
		case byteFalse, byteTrue, byteNull, byteFloat16, byteFloat32, byteFloat64:
		default:
			d.fail(start, "a value")
		}
	}
	return 0
}

// Raw consumes a value of any kind and returns its CBOR, which aliases the
// data. It is nil if the value is malformed.
func (d *Decoder) Raw() []byte {
	start := d.pos
	d.Skip()
	if d.err != nil {
		return nil
	}
	return d.data[start:d.pos:d.pos]
}

// Attempt calls decode and reports whether the next value is what decode
// expects. If it is not, nothing is consumed and there is no error. Fields that
// decode does not ask for make the attempt fail, so that of two objects the
// right one is told.
func Attempt[T any](d *Decoder, decode func(*Decoder) T) (value T, ok bool) {
	if d.err != nil {
		return value, false
	}
	start := d.pos
	d.closed++
	value = decode(d)
	d.closed--
	if d.err != nil {
		if d.attempt == nil || d.err.Offset >= d.attempt.Offset {
			d.attempt = d.err
		}
		var zero T
		d.err, d.pos = nil, start
		return zero, false
	}
	return value, true
}

// NoMember records that the next value is none of the expected ones. If it was
// attempted to read it, the error is that of the attempt that got furthest.
func (d *Decoder) NoMember(expected string) {
	if d.err == nil && d.attempt != nil && d.attempt.Offset > d.pos {
		d.err = d.attempt
	}
	d.fail(d.pos, expected)
}

// DecodeArray consumes an array, each element of it with decode. The slice is
// never nil.
func DecodeArray[T any](d *Decoder, decode func(*Decoder) T) []T {
	return decodeElements(d, d.Array(), decode)
}

// DecodeSet consumes a set, each element of it with decode. The slice is never
// nil.
func DecodeSet[T any](d *Decoder, decode func(*Decoder) T) []T {
	return decodeElements(d, d.Set(), decode)
}

// DecodeList is DecodeArray or DecodeSet, whichever comes.
func DecodeList[T any](d *Decoder, decode func(*Decoder) T) []T {
	return decodeElements(d, d.List(), decode)
}

func decodeElements[T any](d *Decoder, n int, decode func(*Decoder) T) []T {
	// What is allocated before anything is decoded is bounded by the data, and
	// not by what an object of a few bytes claims to be.
	var zero T
	size := max(1, int(unsafe.Sizeof(zero)))
	values := make([]T, 0, min(n, 16+8*(len(d.data)-d.pos)/size))
	for range n {
		values = append(values, decode(d))
		if d.err != nil {
			break
		}
	}
	return values
}

// FixedArray consumes an array of exactly n elements.
func FixedArray[T any](d *Decoder, n int, decode func(*Decoder) T) []T {
	return fixed(d, n, DecodeArray, decode)
}

// FixedSet consumes a set of exactly n elements.
func FixedSet[T any](d *Decoder, n int, decode func(*Decoder) T) []T {
	return fixed(d, n, DecodeSet, decode)
}

func fixed[T any](d *Decoder, n int, list func(*Decoder, func(*Decoder) T) []T, decode func(*Decoder) T) []T {
	start := d.pos
	values := list(d, decode)
	if d.err == nil && len(values) != n {
		d.Fail(start, fmt.Sprintf("%d elements", n), fmt.Sprint(len(values)))
	}
	return values
}

// DecodeOption consumes a NONE, for which it returns nil, or a value with
// decode.
func DecodeOption[T any](d *Decoder, decode func(*Decoder) T) *T {
	if d.IsNone() {
		return nil
	}
	v := decode(d)
	return &v
}

// DecodeNullable consumes a NULL, for which it returns nil, or a value with
// decode.
func DecodeNullable[T any](d *Decoder, decode func(*Decoder) T) *T {
	if d.IsNull() {
		return nil
	}
	v := decode(d)
	return &v
}

// OrNone consumes a NONE, for which it returns the zero value, or a value with
// decode. It is DecodeOption for types with a nil of their own.
func OrNone[T any](d *Decoder, decode func(*Decoder) T) (v T) {
	if d.IsNone() {
		return v
	}
	return decode(d)
}

// OrNull consumes a NULL, for which it returns the zero value, or a value with
// decode. It is DecodeNullable for types with a nil of their own.
func OrNull[T any](d *Decoder, decode func(*Decoder) T) (v T) {
	if d.IsNull() {
		return v
	}
	return decode(d)
}
