package surreal_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/devq-ai/tandem/store/surreal"
	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A noteID is a record id as generated code has it.
type noteID struct{ key surreal.Key }

func (id noteID) RecordID() surreal.RecordID {
	return surreal.RecordID{Table: "note", Key: id.key}
}
func (id noteID) MarshalText() ([]byte, error) { return []byte(id.RecordID().String()), nil }
func (id *noteID) UnmarshalText(text []byte) (err error) {
	id.key, err = surreal.ParseRecordKey("note", string(text))
	return err
}

func between[T any](from, to T) surreal.Range[T] {
	return surreal.Range[T]{
		From: surreal.Bound[T]{Value: from, Kind: surreal.Excluded}, To: surreal.Bound[T]{Value: to, Kind: surreal.Included},
	}
}

func from[T any](v T) surreal.Range[T] {
	return surreal.Range[T]{From: surreal.Bound[T]{Value: v, Kind: surreal.Included}}
}

// comesBack checks that a range is the text in JSON, and is read from that.
func comesBack[T any](t *testing.T, r surreal.Range[T], text string) {
	t.Helper()
	assert.Equal(t, text, r.String())
	data, err := json.Marshal(r)
	require.NoError(t, err)
	var written string
	require.NoError(t, json.Unmarshal(data, &written))
	assert.Equal(t, text, written)
	var got surreal.Range[T]
	require.NoError(t, json.Unmarshal(data, &got))
	assert.Equal(t, r, got)
}

func TestARangeIsTheSameTextInJSONAsAmongOtherValues(t *testing.T) {
	comesBack(t, surreal.Range[int64]{}, "..")
	comesBack(t, between[int64](-1, 5), "-1>..=5")
	comesBack(t, between(1, 5), "1>..=5")
	comesBack(t, surreal.Range[int64]{From: surreal.Bound[int64]{Value: 1, Kind: surreal.Included}, To: surreal.Bound[int64]{Value: 5, Kind: surreal.Excluded}}, "1..5")
	comesBack(t, surreal.Range[int64]{To: surreal.Bound[int64]{Value: 5, Kind: surreal.Excluded}}, "..5")
	comesBack(t, between(1.5, 2.0), "1.5f>..=2f")
	comesBack(t, from("it's..=\n"), `'it\'s..=\n'..`)
	comesBack(t, between(time.Unix(0, 1).UTC(), time.Unix(1, 0).UTC()), "d'1970-01-01T00:00:00.000000001Z'>..=d'1970-01-01T00:00:01Z'")
	comesBack(t, from(90*time.Minute), "1h30m..")
	comesBack(t, from(uuid.Nil), "u'00000000-0000-0000-0000-000000000000'..")
	comesBack(t, from(surreal.NewNumber(int64(1))), "1..")
	comesBack(t, from(true), "true..")
	comesBack(t, from([]byte{1, 255}), `b"01FF"..`)
	comesBack(t, between(noteID{surreal.NewKey("a")}, noteID{surreal.NewKey(7)}), "note:a>..=note:7")
	comesBack(t, between(surreal.RecordID{Table: "t", Key: surreal.NewKey(1)}, surreal.RecordID{Table: "t", Key: surreal.NewKey(2)}), "t:1>..=t:2")
	comesBack(t, from(surreal.File{Bucket: "b", Key: "/k"}), `f"b:/k"..`)
	comesBack(t, between(&noteID{surreal.NewKey("a")}, nil), "note:a>..=NONE")
	hour := time.Hour
	comesBack(t, between(nil, &hour), "NONE>..=1h")
	comesBack(t, from(pair{V0: "a"}), "['a', NULL]..")
	comesBack(t, from([]string{"a"}), "['a']..")
	comesBack(t, between(value(t, []any{1, nil}), value(t, map[string]any{"a": 2.5})), "[1, NULL]>..={ a: 2.5f }")

	money := from(decimal.RequireFromString("1.50"))
	assert.Equal(t, "1.50dec..", money.String())
	var again surreal.Range[decimal.Decimal]
	require.NoError(t, again.UnmarshalText([]byte(money.String())))
	assert.True(t, money.From.Value.Equal(again.From.Value))

	for _, v := range values(t) { // a range has one text, whatever is around it
		r := from(v.value)
		inside, err := json.Marshal(value(t, r))
		require.NoError(t, err)
		alone, err := json.Marshal(r)
		require.NoError(t, err)
		assert.Equal(t, string(inside), string(alone))
	}
}

func TestWhatIsNoRangeIsAnError(t *testing.T) {
	kept := from(int64(1))
	for text, want := range map[string]string{
		"":                       "expected a value, found the end",
		"1":                      "expected .., found the end",
		"1.5":                    "expected .., found the end",
		"1..=":                   "expected a value, found the end",
		"1..2..3":                "something follows it",
		">..2":                   `expected a value, found '>'`,
		"1..x":                   "invalid syntax",
		"'a'..":                  "expected int, found string",
		"1f..":                   "expected int, found float",
		"NONE..":                 "expected int, found NONE",
		"1 .. 2":                 `expected .., found ' '`,
		"[1..2]..":               "expected a comma or ], found '.'",
		"99999999999999999999..": "expected int, found float",
	} {
		assert.ErrorContains(t, kept.UnmarshalText([]byte(text)), want, text)
		assert.Equal(t, from(int64(1)), kept, text)
	}
	assert.ErrorContains(t, new(surreal.Range[surreal.Number]).UnmarshalText([]byte("'a'..")), "expected a number, found string")
	assert.ErrorContains(t, new(surreal.Range[noteID]).UnmarshalText([]byte("tag:1..")), "it is of table tag, not of note")
	_, err := json.Marshal(from(noteID{}))
	assert.ErrorContains(t, err, "noteID makes no value")
	_, err = json.Marshal(from(func() {}))
	assert.ErrorContains(t, err, "the bound of a range")
	assert.NoError(t, json.Unmarshal([]byte("null"), &kept))
	assert.Error(t, json.Unmarshal([]byte(`{"From":{}}`), &kept))
}

func TestAFileIsTheSameTextInJSONAsAmongOtherValues(t *testing.T) {
	for text, file := range map[string]surreal.File{
		`f":"`:    {},
		`f"b:/k"`: {Bucket: "b", Key: "/k"},
		// As engine 3.0.3 casts it to a string.
		`f"my\ bucket:/a\ b/c\"d\\\é\:e-_.txt"`: {Bucket: "my bucket", Key: "/a b/c\"d\\é:e-_.txt"},
		`f"a\:b\/c:d"`:                          {Bucket: "a:b/c", Key: "d"},
	} {
		assert.Equal(t, text, file.String())
		data, err := json.Marshal(file)
		require.NoError(t, err)
		among, err := json.Marshal(value(t, file))
		require.NoError(t, err)
		assert.Equal(t, string(among), string(data))
		var got surreal.File
		require.NoError(t, json.Unmarshal(data, &got))
		assert.Equal(t, file, got)
	}
	for text, want := range map[string]string{
		"":        "expected a file, found the end",
		"b:/k":    "expected a file, found 'b'",
		`f"b"`:    "no colon",
		`f"b:/k`:  "not closed",
		`f"b:/k\`: "not closed",
		`f"b:k" `: "something follows it",
		`f`:       "expected a file",
	} {
		assert.ErrorContains(t, new(surreal.File).UnmarshalText([]byte(text)), want, text)
	}
	var single surreal.File
	require.NoError(t, single.UnmarshalText([]byte("f'b:/k'")))
	assert.Equal(t, surreal.File{Bucket: "b", Key: "/k"}, single)
}

func FuzzRangeText(f *testing.F) {
	for _, text := range []string{"1..=5", "'a'>..", "..", "note:a..note:b", `f"b:/k"..`, "[1, d'2024-01-01T00:00:00Z']..{ a: 1h }", "-Infinity..1.5dec"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var r, again surreal.Range[surreal.Value]
		if r.UnmarshalText([]byte(text)) != nil {
			return
		}
		written, err := r.MarshalText()
		if err != nil {
			t.Fatalf("%q was read and cannot be written: %v", text, err)
		}
		if err := again.UnmarshalText(written); err != nil {
			t.Fatalf("%q is written as %q, which cannot be read: %v", text, written, err)
		}
		if again.String() != string(written) {
			t.Fatalf("%q is written as %q, and that as %q", text, written, again)
		}
	})
}

func FuzzFileText(f *testing.F) {
	f.Add(`f"b:/k"`)
	f.Add(`f'a\:b:\é'`)
	f.Fuzz(func(t *testing.T, text string) {
		var file, again surreal.File
		if file.UnmarshalText([]byte(text)) != nil {
			return
		}
		if err := again.UnmarshalText([]byte(file.String())); err != nil || again != file {
			t.Fatalf("%q is written as %s, and read as %s (%v)", text, file, again, err)
		}
	})
}
