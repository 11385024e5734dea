package cbor_test

import (
	"encoding/hex"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/devq-ai/tandem/store/surreal/cbor"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func encode(write func(*cbor.Encoder)) []byte {
	var e cbor.Encoder
	write(&e)
	return e.Bytes()
}

func decodeHex(t *testing.T, data string) *cbor.Decoder {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(data, " ", ""))
	require.NoError(t, err)
	return cbor.NewDecoder(b)
}

// roundTrip encodes a value and decodes it again.
func roundTrip[T any](t *testing.T, v T, write func(*cbor.Encoder, T), read func(*cbor.Decoder) T) T {
	t.Helper()
	d := cbor.NewDecoder(encode(func(e *cbor.Encoder) { write(e, v) }))
	got := read(d)
	require.NoError(t, d.Finish())
	return got
}

func TestIntsOfEverySizeComeBack(t *testing.T) {
	for _, v := range []int64{
		0, 1, 23, 24, 255, 256, 65535, 65536, math.MaxUint32, math.MaxUint32 + 1, math.MaxInt64,
		-1, -24, -25, -256, -257, -65536, -65537, math.MinInt32, math.MinInt64,
	} {
		assert.Equal(t, v, roundTrip(t, v, (*cbor.Encoder).Int, (*cbor.Decoder).Int))
	}
}

func TestFloatsOfEverySizeAreRead(t *testing.T) {
	for data, want := range map[string]float64{
		"fb 3ff8000000000000": 1.5,
		"fa 3fc00000":         1.5,
		"f9 3e00":             1.5,
		"f9 c000":             -2,
		"f9 0001":             math.Ldexp(1, -24),
		"f9 7c00":             math.Inf(1),
		"f9 fc00":             math.Inf(-1),
		"f9 8000":             math.Copysign(0, -1),
	} {
		d := decodeHex(t, data)
		assert.Equal(t, want, d.Float(), data)
		assert.NoError(t, d.Finish(), data)
	}
	assert.True(t, math.IsNaN(decodeHex(t, "f9 7e00").Float()))
	assert.True(t, math.IsNaN(roundTrip(t, math.NaN(), (*cbor.Encoder).Float, (*cbor.Decoder).Float)))
}

func TestTimesKeepTheirNanoseconds(t *testing.T) {
	for _, v := range []time.Time{
		time.Unix(0, 0), time.Unix(-1, 999999999), time.Date(2024, 2, 29, 1, 2, 3, 4, time.FixedZone("", 3600)),
		time.Date(-262000, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(262000, 1, 1, 0, 0, 0, 0, time.UTC),
	} {
		got := roundTrip(t, v, (*cbor.Encoder).Datetime, (*cbor.Decoder).Datetime)
		assert.True(t, v.Equal(got), v)
		assert.Equal(t, time.UTC, got.Location())
	}
	d := decodeHex(t, "c0 78 18"+hex.EncodeToString([]byte("2024-02-29T01:02:03.004Z")))
	assert.Equal(t, time.Date(2024, 2, 29, 1, 2, 3, 4e6, time.UTC), d.Datetime())
	assert.NoError(t, d.Finish())
}

func TestDurationsReachAsFarAsGos(t *testing.T) {
	for _, v := range []time.Duration{0, 1, time.Second, 90 * time.Minute, math.MaxInt64} {
		assert.Equal(t, v, roundTrip(t, v, (*cbor.Encoder).Duration, (*cbor.Decoder).Duration))
	}
	for data, want := range map[string]time.Duration{
		"ce 80":          0,
		"ce 81 05":       5 * time.Second,
		"ce 82 05 07":    5*time.Second + 7,
		"cd 64 31683273": time.Hour + 2*time.Second,
	} {
		d := decodeHex(t, data)
		assert.Equal(t, want, d.Duration(), data)
		assert.NoError(t, d.Finish(), data)
	}
	for _, data := range []string{"ce 81 1b 0000000300000000", "ce 81 1b ffffffffffffffff", "cd 66 3130303079 79"} {
		d := decodeHex(t, data)
		d.Duration()
		assert.Error(t, d.Err(), data)
	}
	d := decodeHex(t, "ce 81 1b 0000000300000000")
	d.Duration()
	assert.EqualError(t, d.Err(), "expected duration of less than 293 years, found one of 12884901888 seconds")

	var e cbor.Encoder
	e.Duration(-1)
	assert.ErrorContains(t, e.Err(), "negative")
}

func TestUUIDsAreReadAsBytesAndAsText(t *testing.T) {
	want := [16]byte{0x01, 0x8f, 0x1c, 0x3a, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 0xaa}
	assert.Equal(t, want, roundTrip(t, want, (*cbor.Encoder).UUID, (*cbor.Decoder).UUID))
	d := decodeHex(t, "c9 78 24"+hex.EncodeToString([]byte("018f1c3a-0000-7000-8000-0000000000aa")))
	assert.Equal(t, want, d.UUID())
	assert.NoError(t, d.Finish())
}

func TestStringsOfOneResultDoNotChangeEachOther(t *testing.T) {
	words := []string{"", "a", strings.Repeat("b", 1000), strings.Repeat("c", 5000), "größe", strings.Repeat("d", 3000), "e"}
	got := roundTrip(t, words,
		func(e *cbor.Encoder, v []string) { cbor.EncodeArray(e, v, (*cbor.Encoder).String) },
		func(d *cbor.Decoder) []string { return cbor.DecodeArray(d, (*cbor.Decoder).String) })
	assert.Equal(t, words, got)
}

func TestWhatIsDecodedDoesNotAliasTheData(t *testing.T) {
	data := encode(func(e *cbor.Encoder) {
		e.String("text")
		e.Binary([]byte("data"))
	})
	d := cbor.NewDecoder(data)
	text, binary := d.String(), d.Binary()
	require.NoError(t, d.Finish())
	clear(data)
	assert.Equal(t, "text", text)
	assert.Equal(t, []byte("data"), binary)
}

func TestASetIsNotAnArray(t *testing.T) {
	set := func(e *cbor.Encoder, v []int64) { cbor.EncodeSet(e, v, (*cbor.Encoder).Int) }
	v := []int64{1, 2}
	assert.Equal(t, v, roundTrip(t, v, set, func(d *cbor.Decoder) []int64 { return cbor.DecodeSet(d, (*cbor.Decoder).Int) }))
	d := cbor.NewDecoder(encode(func(e *cbor.Encoder) { set(e, v) }))
	cbor.DecodeArray(d, (*cbor.Decoder).Int)
	assert.EqualError(t, d.Err(), "expected array, found set")
}

func TestNoneNullAndMissingAreTold(t *testing.T) {
	read := func(data string) (v *int64, err error) {
		d := decodeHex(t, data)
		v = cbor.DecodeOption(d, (*cbor.Decoder).Int)
		return v, d.Finish()
	}
	v, err := read("c6 f6")
	require.NoError(t, err)
	assert.Nil(t, v)
	v, err = read("05")
	require.NoError(t, err)
	assert.Equal(t, int64(5), *v)
	_, err = read("f6")
	assert.EqualError(t, err, "expected int, found NULL")

	d := decodeHex(t, "c6 f6")
	cbor.DecodeNullable(d, (*cbor.Decoder).Int)
	assert.EqualError(t, d.Finish(), "expected int, found NONE")
}

// TestStrictness reads values as what they are not.
func TestStrictness(t *testing.T) {
	readers := map[string]func(*cbor.Decoder){
		"NONE": (*cbor.Decoder).None, "NULL": (*cbor.Decoder).Null,
		"bool":     func(d *cbor.Decoder) { d.Bool() },
		"int":      func(d *cbor.Decoder) { d.Int() },
		"float":    func(d *cbor.Decoder) { d.Float() },
		"string":   func(d *cbor.Decoder) { _ = d.String() },
		"bytes":    func(d *cbor.Decoder) { d.Binary() },
		"datetime": func(d *cbor.Decoder) { d.Datetime() },
		"duration": func(d *cbor.Decoder) { d.Duration() },
		"uuid":     func(d *cbor.Decoder) { d.UUID() },
		"decimal":  func(d *cbor.Decoder) { d.Decimal() },
		"array":    func(d *cbor.Decoder) { cbor.DecodeArray(d, (*cbor.Decoder).Int) },
		"set":      func(d *cbor.Decoder) { cbor.DecodeSet(d, (*cbor.Decoder).Int) },
		"table":    func(d *cbor.Decoder) { d.Table() },
		"array of 1": func(d *cbor.Decoder) {
			d.Tuple(1)
			d.Skip()
		},
		"record<a>": func(d *cbor.Decoder) {
			d.RecordOf("a")
			d.Skip()
		},
		"file": func(d *cbor.Decoder) { d.File() },
		"object": func(d *cbor.Decoder) {
			for n := d.Map(); n > 0; n-- {
				d.Key()
				d.Skip()
			}
		},
	}
	values := map[string]string{
		"NONE": "c6f6", "NULL": "f6", "bool": "f5", "int": "05", "float": "f93e00", "string": "6161", "bytes": "4161",
		"datetime": "cc820000", "duration": "ce820100", "uuid": "d82550" + strings.Repeat("00", 16), "decimal": "ca6131",
		"array": "8105", "set": "d8388105", "table": "c76161", "record<a>": "c882616101", "file": "d837826161612f", "object": "a1616105",
	}
	for expected, read := range readers {
		for found, data := range values {
			d := decodeHex(t, data)
			read(d)
			err := d.Finish()
			expected, _, _ := strings.Cut(expected, " of ")
			if expected == found {
				assert.NoError(t, err, "%s as %s", found, expected)
				continue
			}
			found, _, _ = strings.Cut(found, "<")
			assert.EqualError(t, err, "expected "+expected+", found "+found)
		}
	}
}

func TestErrorsSayWhereTheValueStands(t *testing.T) {
	type author struct{ Name string }
	readAuthor := func(d *cbor.Decoder) (v author) {
		start := d.Offset()
		var seen uint64
		for n := d.Map(); n > 0; n-- {
			switch string(d.Key()) {
			case "name":
				v.Name = d.String()
				seen |= 1
			default:
				d.Unknown()
			}
		}
		if seen != 1 {
			d.Missing(start, seen, "name")
		}
		return v
	}
	type row struct {
		Author author
		Tags   []string
	}
	read := func(d *cbor.Decoder) (v row) {
		for n := d.Map(); n > 0; n-- {
			switch string(d.Key()) {
			case "author":
				v.Author = readAuthor(d)
			case "tags":
				v.Tags = cbor.DecodeSet(d, (*cbor.Decoder).String)
			case "id":
				d.RecordOf("note")
				_ = d.String()
			default:
				d.Unknown()
			}
		}
		return v
	}
	good := "a3 6269 64 c8 82 646e6f7465 6161 66617574686f72 a1646e616d65 6141 6474616773 d838 81 6161"
	for data, want := range map[string]string{
		"81 a1 66617574686f72 a1646e616d65 05":         "[0].author.name: expected string, found int",
		"82" + good + " a1 66617574686f72 a0":          `[1].author: expected a field "name", found none`,
		"82" + good + " a1 6474616773 d838 82 6161 f6": "[1].tags[1]: expected string, found NULL",
		"81 a1 626964 c8 82 63746167 6161":             "[0].id: expected record<note>, found record<tag>",
		"81 a1 626964 05":                              "[0].id: expected record<note>, found int",
		"82" + good + " 05":                            "[1]: expected object, found int",
		"81 a1 6474616773 d838 99ffff 6161":            "[0].tags: expected set, found one that the data ends within",
		"81 a1 05 05":                                  "[0]: expected the name of a field, found int",
		"05":                                           "expected array, found int",
		"":                                             "expected array, found the end of the data",
		"9f ff":                                        "expected array, found no valid value (byte 0x9f)",
		"80 05":                                        "expected the end, found int",
		"81 a1 66617574686f72 a1646e616d65 62ff61": "[0].author.name: expected string, found one that is not valid UTF-8",
	} {
		d := decodeHex(t, data)
		cbor.DecodeArray(d, read)
		err := d.Finish()
		assert.EqualError(t, err, want, data)
	}
}

func TestUnknownFieldsAreSkippedWhateverTheyHold(t *testing.T) {
	d := decodeHex(t, "a3 6161 a1 6162 82 05 c6f6  6178 d838 81 fb3ff8000000000000  6179 07")
	got := int64(0)
	for n := d.Map(); n > 0; n-- {
		if string(d.Key()) == "y" {
			got = d.Int()
		} else {
			d.Unknown()
		}
	}
	require.NoError(t, d.Finish())
	assert.Equal(t, int64(7), got)
}

func TestOfTwoObjectsTheOneWithTheRightFieldsIsTold(t *testing.T) {
	reader := func(fields ...string) func(*cbor.Decoder) []string {
		return func(d *cbor.Decoder) []string {
			start := d.Offset()
			seen := uint64(0)
		next:
			for n := d.Map(); n > 0; n-- {
				key := string(d.Key())
				for i, f := range fields {
					if key == f {
						d.Skip()
						seen |= 1 << i
						continue next
					}
				}
				d.Unknown()
			}
			d.Missing(start, seen, fields...)
			return fields
		}
	}
	small, large := reader("a"), reader("a", "b")
	d := decodeHex(t, "a2 6161 01 6162 02")
	_, ok := cbor.Attempt(d, small)
	assert.False(t, ok, "it has a field too many")
	got, ok := cbor.Attempt(d, large)
	assert.True(t, ok)
	assert.Equal(t, []string{"a", "b"}, got)
	assert.NoError(t, d.Finish())

	d = decodeHex(t, "a2 6161 01 6163 02")
	_, ok = cbor.Attempt(d, large)
	assert.False(t, ok)
	d.NoMember("a | b")
	assert.EqualError(t, d.Err(), "c: expected no such field, found int", "what was most nearly right says what is wrong")
	d = decodeHex(t, "05")
	d.NoMember("a | b")
	assert.EqualError(t, d.Err(), "expected a | b, found int")
}

func TestLengthsThatLieCostNothing(t *testing.T) {
	for _, data := range []string{
		"9b ffffffffffffffff", "9a 7fffffff 01", "bb 7fffffffffffffff", "7b ffffffffffffffff 61", "5b ffffffffffffffff",
		"d838 9b 00ffffffffffffff", "ba ffffffff 6161 01",
	} {
		b, _ := hex.DecodeString(strings.ReplaceAll(data, " ", ""))
		allocated := testing.AllocsPerRun(10, func() {
			d := cbor.NewDecoder(b)
			d.Skip()
			if d.Err() == nil {
				t.Error("no error for", data)
			}
		})
		assert.Less(t, allocated, 20.0, data)
	}
	// An array that has as many elements as it says, each of a byte, of a type
	// that is much larger than that.
	d := cbor.NewDecoder(append([]byte{0x99, 0xff, 0xff}, make([]byte, 0xffff)...))
	cbor.DecodeArray(d, func(d *cbor.Decoder) (v [64]int64) {
		v[0] = d.Int()
		return v
	})
	assert.NoError(t, d.Finish())
}

func TestATupleHasExactlyItsElements(t *testing.T) {
	pair := func(d *cbor.Decoder) (s string, i int64) {
		d.Tuple(2)
		return d.String(), d.Int()
	}
	for data, want := range map[string]string{
		"82 6161 05":             "",
		"80":                     "expected 2 elements, found 0",
		"81 6161":                "expected 2 elements, found 1",
		"83 6161 05 05":          "expected 2 elements, found 3",
		"82 6161 f6":             "[1]: expected int, found NULL",
		"82 05 05":               "[0]: expected string, found int",
		"d838 82 6161 05":        "expected array, found set",
		"82 6161":                "[1]: expected int, found the end of the data",
		"9b ffffffffffffffff 61": "expected array, found one that the data ends within",
	} {
		d := decodeHex(t, data)
		s, i := pair(d)
		if err := d.Finish(); want != "" {
			assert.EqualError(t, err, want, data)
			continue
		}
		assert.NoError(t, d.Err(), data)
		assert.Equal(t, "a", s)
		assert.Equal(t, int64(5), i)
	}
}

func TestDeepNestingIsSkippedWithoutRecursion(t *testing.T) {
	deep := strings.Repeat("81", 1<<20) + "05"
	d := decodeHex(t, deep)
	d.Skip()
	assert.NoError(t, d.Finish())
	d = decodeHex(t, strings.Repeat("c6", 1<<20))
	d.Skip()
	assert.Error(t, d.Finish())
	assert.Error(t, d.Err(), "looking for the place does not recurse either")
	d = decodeHex(t, strings.Repeat("81", 1<<20)+"ff")
	d.Skip()
	assert.Error(t, d.Err(), "nor does it look through the data once a level")
}

func TestEnums(t *testing.T) {
	type status string
	values := []status{"draft", "published"}
	d := decodeHex(t, "65 6472616674")
	assert.Equal(t, status("draft"), cbor.DecodeEnum(d, values))
	d = decodeHex(t, "61 78")
	cbor.DecodeEnum(d, values)
	assert.EqualError(t, d.Err(), `expected "draft" | "published", found "x"`)
	type level int64
	d = decodeHex(t, "03")
	cbor.DecodeIntEnum(d, []level{-1, 2})
	assert.EqualError(t, d.Err(), "expected -1 | 2, found 3")
}

func TestStringsMustBeUTF8(t *testing.T) {
	var e cbor.Encoder
	e.String("a\xff")
	assert.ErrorContains(t, e.Err(), "UTF-8")
	e.Reset()
	assert.NoError(t, e.Err())
	assert.Empty(t, e.Bytes())
}

func TestParseDuration(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"1h30m": 90 * time.Minute, "1w2d": 9 * 24 * time.Hour, "5µs": 5 * time.Microsecond, "5us1ns": 5001, "0ns": 0, "1y": 365 * 24 * time.Hour,
	} {
		got, err := cbor.ParseDuration(text)
		assert.NoError(t, err, text)
		assert.Equal(t, want, got, text)
	}
	for _, text := range []string{"", "1", "h", "1x", "300y", "99999999999999999999s", "-1s", "1h x"} {
		_, err := cbor.ParseDuration(text)
		assert.Error(t, err, text)
	}
}

// walk reads any value by the kinds it finds, as a decoder of dynamic values
// does.
func walk(d *cbor.Decoder, depth int) {
	if depth == 0 {
		d.Fail(d.Offset(), "less", "more")
		return
	}
	each := func(n int) {
		for ; n > 0 && !d.Failed(); n-- {
			walk(d, depth-1)
		}
	}
	switch kind := d.Kind(); kind {
	case cbor.None:
		d.None()
	case cbor.Null:
		d.Null()
	case cbor.Bool:
		d.Bool()
	case cbor.Int:
		d.Int()
	case cbor.Float:
		d.Float()
	case cbor.Decimal:
		d.Decimal()
	case cbor.String:
		_ = d.String()
	case cbor.Bytes:
		d.Binary()
	case cbor.Datetime:
		d.Datetime()
	case cbor.Duration:
		d.Duration()
	case cbor.UUID:
		d.UUID()
	case cbor.Array:
		each(d.Array())
	case cbor.Set:
		each(d.Set())
	case cbor.Object:
		for n := d.Map(); n > 0 && !d.Failed(); n-- {
			d.Key()
			walk(d, depth-1)
		}
	case cbor.Table:
		d.Table()
	case cbor.Record:
		_ = d.RecordTable()
		d.Record()
		walk(d, depth-1)
	case cbor.Range:
		d.Range()
		for range 2 {
			if bounded, _ := d.Bound(); bounded {
				walk(d, depth-1)
			}
		}
	case cbor.File:
		d.File()
	case cbor.Invalid:
		d.Skip()
	default:
		each(d.Geometry(kind))
	}
}

func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		"", "a2616105616282f6c6f6", "d83882f5fb3ff8000000000000", "c882616101", "d83182d83201f6", "d837826161612f",
		"cc821a65920080 00", "ce8205 07", "d82550" + strings.Repeat("00", 16), "d85882f93e00f93e00", "9bffffffffffffffff", "5f", "ca63312e35",
	} {
		b, _ := hex.DecodeString(strings.ReplaceAll(seed, " ", ""))
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		d := cbor.NewDecoder(data)
		walk(d, 100)
		walked := d.Finish()
		if walked != nil && walked.Error() == "" {
			t.Error("an error without a message")
		}
		skip := cbor.NewDecoder(data)
		skip.Skip()
		if walked == nil && skip.Finish() != nil {
			t.Errorf("what can be read cannot be skipped: %v", skip.Err())
		}
		raw := cbor.NewDecoder(data).Raw()
		if len(raw) > len(data) {
			t.Error("more than there is")
		}
	})
}

func TestTextOfEveryLengthIsCheckedToBeUTF8(t *testing.T) {
	for n := range 40 {
		text := strings.Repeat("x", n)
		assert.Equal(t, text, roundTrip(t, text, (*cbor.Encoder).String, (*cbor.Decoder).String))
		for at := range n {
			// Text with a byte that starts nothing, and text with a letter of two.
			broken := text[:at] + "\xff" + text[at+1:]
			whole := string(encode(func(e *cbor.Encoder) { e.String(text) }))
			d := cbor.NewDecoder([]byte(strings.Replace(whole, text, broken, 1)))
			_ = d.String()
			assert.ErrorContains(t, d.Err(), "not valid UTF-8", "byte %d of %d", at, n)

			accented := text[:at] + "é" + text[at+1:]
			assert.Equal(t, accented, roundTrip(t, accented, (*cbor.Encoder).String, (*cbor.Decoder).String))
		}
	}
}

func TestATruncatedValueIsNeverPassedOver(t *testing.T) {
	whole := encode(func(e *cbor.Encoder) {
		e.Map(2)
		e.Key("a")
		cbor.EncodeArray(e, []string{"b", "c"}, (*cbor.Encoder).String)
		e.Key("d")
		e.Datetime(time.Unix(1700000000, 5))
	})
	d := cbor.NewDecoder(whole)
	d.Skip()
	require.NoError(t, d.Finish())
	for n := range whole {
		d := cbor.NewDecoder(whole[:n])
		d.Skip()
		assert.Error(t, d.Finish(), n)
	}
}
