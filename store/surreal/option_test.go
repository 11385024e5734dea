package surreal_test

import (
	"encoding/json"
	"net/netip"
	"testing"

	"github.com/devq-ai/tandem/store/surreal"
	"github.com/devq-ai/tandem/store/surreal/cbor"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// again writes v and reads it back.
func again[T any](t *testing.T, v T, encode func(*cbor.Encoder, T), decode func(*cbor.Decoder) T) (T, error) {
	t.Helper()
	var e cbor.Encoder
	encode(&e, v)
	require.NoError(t, e.Err())
	d := cbor.NewDecoder(e.Bytes())
	got := decode(d)
	return got, d.Finish()
}

func TestAnOptionKeepsApartMissingAndZero(t *testing.T) {
	encode := func(e *cbor.Encoder, v surreal.Option[int64]) { surreal.EncodeOption(e, v, (*cbor.Encoder).Int) }
	decode := func(d *cbor.Decoder) surreal.Option[int64] { return surreal.DecodeOption(d, (*cbor.Decoder).Int) }
	for want, text := range map[surreal.Option[int64]]string{
		surreal.None[int64](): `{"none":null}`, surreal.Some[int64](0): `{"v":0,"none":null}`, surreal.Some[int64](7): `{"v":7,"none":null}`,
	} {
		got, err := again(t, want, encode, decode)
		require.NoError(t, err)
		assert.Equal(t, want, got)
		assert.Equal(t, want != surreal.Some[int64](7), got.Or(0) == 0)
		type doc struct {
			V    surreal.Option[int64] `json:"v,omitzero"`
			None surreal.Null[int64]   `json:"none"`
		}
		data, err := json.Marshal(doc{V: want})
		require.NoError(t, err)
		assert.JSONEq(t, text, string(data))
		var back doc
		require.NoError(t, json.Unmarshal(data, &back))
		assert.Equal(t, want, back.V)
	}
	var o surreal.Option[int64]
	assert.Error(t, json.Unmarshal([]byte(`"x"`), &o))
	assert.True(t, o.IsZero())
}

func TestAnIntThatDoesNotFitIsAnError(t *testing.T) {
	read := func(v int64) error {
		_, err := again(t, v, (*cbor.Encoder).Int, func(d *cbor.Decoder) int64 { return int64(surreal.DecodeInteger[uint8](d)) })
		return err
	}
	assert.NoError(t, read(255))
	assert.ErrorContains(t, read(256), "an int that fits uint8, found 256")
	assert.Error(t, read(-1))
	_, err := again(t, int64(-1), (*cbor.Encoder).Int, func(d *cbor.Decoder) int64 { return int64(surreal.DecodeInteger[uint64](d)) })
	assert.Error(t, err, "which converts without loss of bits, but not of meaning")
	var e cbor.Encoder
	surreal.EncodeInteger(&e, uint64(1<<63))
	assert.ErrorContains(t, e.Err(), "9223372036854775808")
}

func TestATextThatItsTypeRefusesIsAnError(t *testing.T) {
	addr := netip.MustParseAddr("192.0.2.1")
	got, err := again(t, addr, surreal.EncodeText, surreal.DecodeText[netip.Addr])
	require.NoError(t, err)
	assert.Equal(t, addr, got)
	_, err = again(t, "nowhere", (*cbor.Encoder).String, func(d *cbor.Decoder) string { return surreal.DecodeText[netip.Addr](d).String() })
	assert.ErrorContains(t, err, "expected the text of a netip.Addr, found")
}
