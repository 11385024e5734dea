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

	"github.com/devq-ai/tandem/store"
	"github.com/devq-ai/tandem/store/surreal"
	"github.com/devq-ai/tandem/store/surreal/cbor"
)

// values are one value of each kind, with how SurrealQL and JSON write it.
func values(t testing.TB) []struct {
	value      surreal.Value
	kind       cbor.Kind
	text, json string
} {
	id := uuid.MustParse("018f1c3a-0000-7000-8000-0000000000aa")
	seven := value(t, 7)
	return []struct {
		value      surreal.Value
		kind       cbor.Kind
		text, json string
	}{
		{surreal.Value{}, cbor.None, "NONE", "null"},
		{surreal.NullValue, cbor.Null, "NULL", "null"},
		{value(t, true), cbor.Bool, "true", "true"},
		{value(t, -5), cbor.Int, "-5", "-5"},
		{value(t, 2.0), cbor.Float, "2f", "2"},
		{value(t, math.Inf(-1)), cbor.Float, "-Infinity", "null"},
		{value(t, decimal.RequireFromString("1.50")), cbor.Decimal, "1.50dec", `"1.5"`},
		{value(t, "it's\n"), cbor.String, `'it\'s\n'`, `"it's\n"`},
		{value(t, []byte{1, 255}), cbor.Bytes, `b"01FF"`, `"Af8="`},
		{value(t, time.Unix(0, 5).UTC()), cbor.Datetime, "d'1970-01-01T00:00:00.000000005Z'", `"1970-01-01T00:00:00.000000005Z"`},
		{value(t, 25*time.Hour+time.Microsecond), cbor.Duration, "1d1h1µs", `"1d1h1µs"`},
		{value(t, time.Duration(0)), cbor.Duration, "0ns", `"0ns"`},
		{value(t, id), cbor.UUID, "u'018f1c3a-0000-7000-8000-0000000000aa'", `"018f1c3a-0000-7000-8000-0000000000aa"`},
		{value(t, []any{1, "a"}), cbor.Array, "[1, 'a']", `[1,"a"]`},
		{value(t, surreal.ValueSet{seven}), cbor.Set, "{7,}", "[7]"},
		{value(t, surreal.ValueSet{}), cbor.Set, "{,}", "[]"},
		{value(t, map[string]any{"b": 1, "a c": nil}), cbor.Object, "{ 'a c': NULL, b: 1 }", `{"a c":null,"b":1}`},
		{value(t, map[string]any{}), cbor.Object, "{}", "{}"},
		{value(t, surreal.RecordID{Table: "t", Key: surreal.NewKey(1)}), cbor.Record, "t:1", `"t:1"`},
		{value(t, surreal.Table("my table")), cbor.Table, "`my table`", `"my table"`},
		{value(t, surreal.File{Bucket: "b", Key: "/k"}), cbor.File, `f"b:/k"`, `"f\"b:/k\""`},
		{value(t, surreal.Range[surreal.Value]{From: surreal.Bound[surreal.Value]{Value: seven, Kind: surreal.Excluded}, To: surreal.Bound[surreal.Value]{Value: seven, Kind: surreal.Included}}), cbor.Range, "7>..=7", `"7\u003e..=7"`},
		{value(t, surreal.Range[surreal.Value]{}), cbor.Range, "..", `".."`},
		{value(t, surreal.Point{1, -2.5}), cbor.Point, "(1, -2.5)", `{"type":"Point","coordinates":[1,-2.5]}`},
		{value(t, surreal.Line{{0, 0}, {1, 1}}), cbor.Line, `{"type":"LineString","coordinates":[[0,0],[1,1]]}`, `{"type":"LineString","coordinates":[[0,0],[1,1]]}`},
		{value(t, surreal.Polygon{{{0, 0}}}), cbor.Polygon, `{"type":"Polygon","coordinates":[[[0,0]]]}`, `{"type":"Polygon","coordinates":[[[0,0]]]}`},
		{value(t, surreal.MultiPoint{{0, 0}}), cbor.MultiPoint, `{"type":"MultiPoint","coordinates":[[0,0]]}`, `{"type":"MultiPoint","coordinates":[[0,0]]}`},
		{value(t, surreal.MultiLine{{{0, 0}}}), cbor.MultiLine, `{"type":"MultiLineString","coordinates":[[[0,0]]]}`, `{"type":"MultiLineString","coordinates":[[[0,0]]]}`},
		{value(t, surreal.MultiPolygon{{{{0, 0}}}}), cbor.MultiPolygon, `{"type":"MultiPolygon","coordinates":[[[[0,0]]]]}`, `{"type":"MultiPolygon","coordinates":[[[[0,0]]]]}`},
		{value(t, surreal.Collection{surreal.Point{1, 2}}), cbor.Collection, `{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1,2]}]}`, `{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1,2]}]}`},
	}
}

func TestValuesOfEveryKind(t *testing.T) {
	for _, v := range values(t) {
		assert.Equal(t, v.kind, v.value.Kind(), v.text)
		assert.Equal(t, v.text, v.value.String())
		b, err := json.Marshal(v.value)
		require.NoError(t, err, v.text)
		assert.Equal(t, v.json, string(b))

		var e cbor.Encoder
		surreal.EncodeValue(&e, v.value)
		require.NoError(t, e.Err())
		d := cbor.NewDecoder(e.Bytes())
		assert.Equal(t, v.kind, d.Kind())
		got := surreal.DecodeValue(d)
		require.NoError(t, d.Finish(), v.text)
		assert.Equal(t, v.value.String(), got.String())
		assert.Equal(t, v.kind, got.Kind())
	}
}

func TestValuesCanBeInspected(t *testing.T) {
	v := value(t, map[string]any{"a": []any{int8(1), uint32(2), float32(1.5)}})
	elems := v.Field("a").Elems()
	require.Len(t, elems, 3)
	n, ok := surreal.As[int64](elems[1])
	assert.True(t, ok)
	assert.Equal(t, int64(2), n)
	_, ok = surreal.As[string](elems[1])
	assert.False(t, ok)
	assert.True(t, v.Field("none").IsNone())
	assert.True(t, elems[0].Field("x").IsNone())
	assert.Nil(t, elems[0].Elems())
	_, err := surreal.NewValue(struct{}{})
	assert.ErrorContains(t, err, "struct {}")
	_, err = surreal.NewValue(uint64(math.MaxUint64))
	assert.Error(t, err)
	_, err = surreal.NewValue([]any{make(chan int)})
	assert.Error(t, err)
}

func TestJSONBecomesValues(t *testing.T) {
	var v surreal.Value
	require.NoError(t, json.Unmarshal([]byte(`{"a":[1,1.5,null,true,"x",12345678901234567890]}`), &v))
	assert.Equal(t, "{ a: [1, 1.5f, NULL, true, 'x', 12345678901234567000f] }", v.String())
	assert.Error(t, json.Unmarshal([]byte(`{"a":1e999}`), &v))
}

func TestNumbers(t *testing.T) {
	for _, c := range []struct {
		number surreal.Number
		kind   cbor.Kind
		float  float64
		text   string
	}{
		{surreal.Number{}, cbor.Int, 0, "0"},
		{surreal.NewNumber(3), cbor.Int, 3, "3"},
		{surreal.NewNumber(1.5), cbor.Float, 1.5, "1.5f"},
		{surreal.NewNumber(decimal.RequireFromString("2.25")), cbor.Decimal, 2.25, "2.25dec"},
	} {
		assert.Equal(t, c.kind, c.number.Kind())
		assert.Equal(t, c.float, c.number.Float64())
		assert.Equal(t, c.text, c.number.String())
		var e cbor.Encoder
		surreal.EncodeNumber(&e, c.number)
		d := cbor.NewDecoder(e.Bytes())
		assert.Equal(t, c.text, surreal.DecodeNumber(d).String())
		assert.NoError(t, d.Finish())
		_, isInt := c.number.Int64()
		assert.Equal(t, c.kind == cbor.Int, isInt)
	}
	assert.True(t, surreal.NewNumber(math.Inf(1)).Decimal().IsZero())
	assert.Equal(t, "0.1", surreal.NewNumber(0.1).Decimal().String())
}

func TestDecimalsThatWouldFillTheMemoryAreRefused(t *testing.T) {
	for _, digits := range []string{"1e1000000000", "1e-1000000000", strings.Repeat("9", 100), "x", ""} {
		var e cbor.Encoder
		e.Decimal(digits)
		d := cbor.NewDecoder(e.Bytes())
		surreal.DecodeDecimal(d)
		assert.Error(t, d.Finish(), "%.20s", digits)
	}
}

func TestValuesThatNestTooDeeplyAreRefused(t *testing.T) {
	for _, open := range []string{"\x81", "\xa1\x61a", "\xd8\x38\x81", "\xd8\x5e\x81", "\xc8\x82\x61t\x81", "\xd8\x31\x82\xd8\x32"} {
		d := cbor.NewDecoder([]byte(strings.Repeat(open, 100000)))
		surreal.DecodeValue(d)
		assert.Error(t, d.Finish(), "%q", open)
	}
}

func response(t *testing.T, slots ...any) *surreal.Response {
	t.Helper()
	r := &surreal.Response{}
	for _, slot := range slots {
		var e cbor.Encoder
		surreal.EncodeValue(&e, value(t, slot))
		r.Slots = append(r.Slots, surreal.Slot{Result: e.Bytes()})
	}
	return r
}

func TestResultsSayWhatIsWrongWithThem(t *testing.T) {
	read := (*cbor.Decoder).Int
	r := response(t, 1, []any{}, []any{1}, []any{1, 2}, surreal.Value{}, []any{1, "x"})
	v, err := surreal.Result(r, "Q", 0, read)
	require.NoError(t, err)
	assert.Equal(t, int64(1), v)
	_, err = surreal.Row(r, "Q", 1, read)
	require.ErrorIs(t, err, store.ErrNotFound)
	assert.EqualError(t, err, "query Q: not found")
	v, err = surreal.Row(r, "Q", 2, read)
	require.NoError(t, err)
	assert.Equal(t, int64(1), v)
	_, err = surreal.Row(r, "Q", 3, read)
	assert.EqualError(t, err, "query Q: statement 4: expected one row, found 2 rows")
	_, err = surreal.Only(r, "Q", 4, read)
	assert.ErrorIs(t, err, store.ErrNotFound)
	_, err = surreal.Rows(r, "Q", 5, read)
	require.ErrorIs(t, err, store.ErrDecode)
	assert.EqualError(t, err, "query Q: statement 6: row 1: expected int, found string")
	_, err = surreal.Result(r, "Q", 6, read)
	assert.EqualError(t, err, "query Q: statement 7: expected a result of statement 7, found 6 results")
	_, err = surreal.Result(r, "Q", 2, read)
	assert.EqualError(t, err, "query Q: statement 3: expected int, found array")
}

func FuzzDecodeValue(f *testing.F) {
	for _, v := range values(f) {
		var e cbor.Encoder
		surreal.EncodeValue(&e, v.value)
		f.Add(e.Bytes())
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		d := cbor.NewDecoder(data)
		v := surreal.DecodeValue(d)
		if d.Finish() != nil {
			return
		}
		var e cbor.Encoder
		surreal.EncodeValue(&e, v)
		if e.Err() != nil {
			t.Fatalf("%s was read and cannot be written: %v", v, e.Err())
		}
		again := cbor.NewDecoder(e.Bytes())
		if got := surreal.DecodeValue(again); again.Finish() != nil || got.String() != v.String() {
			t.Fatalf("%s comes back as %s (%v)", v, got, again.Err())
		}
		if _, err := json.Marshal(v); err != nil {
			t.Fatalf("%s has no JSON: %v", v, err)
		}
	})
}
