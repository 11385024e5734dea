package surreal_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/devq-ai/tandem/store/surreal"
	"github.com/devq-ai/tandem/store/surreal/cbor"
)

func value(t testing.TB, v any) surreal.Value {
	t.Helper()
	got, err := surreal.NewValue(v)
	require.NoError(t, err)
	return got
}

func compoundKey(t testing.TB, v any) surreal.Key {
	t.Helper()
	key, err := surreal.NewCompoundKey(func(e *cbor.Encoder) { surreal.EncodeValue(e, value(t, v)) })
	require.NoError(t, err)
	return key
}

func recordIDs(t testing.TB) map[string]surreal.RecordID {
	id := uuid.MustParse("018f1c3a-0000-7000-8000-0000000000aa")
	return map[string]surreal.RecordID{
		"note:abc":          {Table: "note", Key: surreal.NewKey("abc")},
		"note:1":            {Table: "note", Key: surreal.NewKey(1)},
		"note:-9":           {Table: "note", Key: surreal.NewKey(int64(-9))},
		"note:`1`":          {Table: "note", Key: surreal.NewKey("1")},
		"note:``":           {Table: "note", Key: surreal.NewKey("")},
		"note:`a b\\`\\\\`": {Table: "note", Key: surreal.NewKey("a b`\\")},
		"`my table`:`名`":    {Table: "my table", Key: surreal.NewKey("名")},
		"note:u'018f1c3a-0000-7000-8000-0000000000aa'": {Table: "note", Key: surreal.NewKey(id)},
		"note:['a', 1, NONE]":                          {Table: "note", Key: compoundKey(t, []any{"a", 1, surreal.Value{}})},
		"note:{ at: d'2024-01-02T03:04:05.000000006Z', 'b c': [true, NULL, 1.5f, 2dec, 1h30m] }": {Table: "note", Key: compoundKey(t, map[string]any{
			"at":  time.Date(2024, 1, 2, 3, 4, 5, 6, time.UTC),
			"b c": []any{true, nil, 1.5, decimal.NewFromInt(2), 90 * time.Minute},
		})},
		"note:[note:`x y`, u'018f1c3a-0000-7000-8000-0000000000aa']": {Table: "note", Key: compoundKey(t, []any{
			surreal.RecordID{Table: "note", Key: surreal.NewKey("x y")}, id,
		})},
	}
}

func TestRecordIDsAreWrittenAndReadAsSurrealQL(t *testing.T) {
	for text, id := range recordIDs(t) {
		assert.Equal(t, text, id.String())
		got, err := surreal.ParseRecordID(text)
		if assert.NoError(t, err, text) {
			assert.Equal(t, id, got, text)
		}
		b, err := json.Marshal(id)
		require.NoError(t, err)
		var back surreal.RecordID
		require.NoError(t, json.Unmarshal(b, &back))
		assert.Equal(t, id, back)
	}
}

func TestOtherFormsOfRecordIDsAreReadToo(t *testing.T) {
	for text, want := range map[string]surreal.Key{
		"note:⟨a b⟩":                surreal.NewKey("a b"),
		"note:'x'":                  surreal.NewKey("x"),
		"note:1abc":                 surreal.NewKey("1abc"),
		"note:+5":                   surreal.NewKey(5),
		"note:99999999999999999999": surreal.NewKey("99999999999999999999"),
		"note:[ 1 , 'a' , ]":        compoundKey(t, []any{1, "a"}),
		"note:{a:1,}":               compoundKey(t, map[string]any{"a": 1}),
		"note:[5µs, -Infinity]":     compoundKey(t, []any{5 * time.Microsecond, math.Inf(-1)}),
	} {
		got, err := surreal.ParseRecordID(text)
		if assert.NoError(t, err, text) {
			assert.Equal(t, want, got.Key, text)
		}
	}
}

func TestWhatIsNoRecordIDIsAnError(t *testing.T) {
	for _, text := range []string{
		"", "note", "note:", ":a", "note:a b", "note:`a", "note:[1", "note:{a}", "note:rand()", "note:[x]", "note:u'zz'", "note:a:b",
		"note:" + strings.Repeat("[", 10000), strings.Repeat("a:[", 500) + strings.Repeat("]", 500), "a:[1e999999999dec]", "note:-", "note:'\\q'",
	} {
		_, err := surreal.ParseRecordID(text)
		assert.Error(t, err, "%.40s", text)
	}
	_, err := surreal.ParseRecordKey("note", "tag:x")
	assert.EqualError(t, err, `parse record id "tag:x": it is of table tag, not of note`)
	_, err = surreal.ParseRecordKey("note", "note:x", cbor.Int)
	assert.EqualError(t, err, `parse record id "note:x": expected a key of kind int, found string`)
}

func TestRecordIDsComeBackFromTheWire(t *testing.T) {
	for _, id := range recordIDs(t) {
		var e cbor.Encoder
		surreal.EncodeRecordID(&e, id)
		require.NoError(t, e.Err())
		d := cbor.NewDecoder(e.Bytes())
		assert.Equal(t, id, surreal.DecodeRecordID(d))
		assert.NoError(t, d.Finish())
	}
}

func TestTheZeroRecordIDCannotBeSent(t *testing.T) {
	var e cbor.Encoder
	surreal.EncodeRecordID(&e, surreal.RecordID{})
	assert.EqualError(t, e.Err(), "a record id without a key")
	assert.Empty(t, surreal.RecordID{}.String())
}

func TestKeysOfTheWrongKindAreRefused(t *testing.T) {
	var e cbor.Encoder
	surreal.EncodeRecordID(&e, surreal.RecordID{Table: "note", Key: surreal.NewKey("a")})
	d := cbor.NewDecoder(e.Bytes())
	surreal.DecodeRecordKey(d, "note", cbor.Int)
	assert.EqualError(t, d.Finish(), "expected a key of kind int, found string")
}

func FuzzParseRecordID(f *testing.F) {
	for text := range recordIDs(f) {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		id, err := surreal.ParseRecordID(text)
		if err != nil {
			return
		}
		again, err := surreal.ParseRecordID(id.String())
		if err != nil {
			t.Fatalf("%q is written as %q, which cannot be read: %v", text, id, err)
		}
		if again.String() != id.String() {
			t.Fatalf("%q is written as %q, and that as %q", text, id, again)
		}
	})
}
