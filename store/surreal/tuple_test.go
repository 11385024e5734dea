package surreal_test

import (
	"encoding/json"
	"testing"

	"github.com/devq-ai/tandem/store/surreal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A pair is as generated code has it for [string, option<int>].
type pair struct {
	V0 string
	V1 *int64
}

func (v pair) MarshalJSON() ([]byte, error) { return surreal.MarshalTuple(&v.V0, &v.V1) }

func (v *pair) UnmarshalJSON(data []byte) error {
	return surreal.UnmarshalTuple(data, &v.V0, &v.V1)
}

func TestATupleIsAnArrayInJSON(t *testing.T) {
	one := int64(1)
	for text, want := range map[string]pair{
		`["a",1]`:    {"a", &one},
		`["b",null]`: {"b", nil},
	} {
		var got pair
		require.NoError(t, json.Unmarshal([]byte(text), &got))
		assert.Equal(t, want, got)
		again, err := json.Marshal([]pair{got})
		require.NoError(t, err)
		assert.Equal(t, "["+text+"]", string(again))
	}
	for text, want := range map[string]string{
		`[]`:         "expected 2 elements, found 0",
		`["a"]`:      "expected 2 elements, found 1",
		`["a",1,2]`:  "expected 2 elements, found 3",
		`["a",1.5]`:  "[1]: json: cannot unmarshal",
		`[1,1]`:      "[0]: json: cannot unmarshal",
		`{"V0":"a"}`: "cannot unmarshal object",
		`"a"`:        "cannot unmarshal string",
	} {
		assert.ErrorContains(t, json.Unmarshal([]byte(text), new(pair)), want, text)
	}
	kept := pair{"kept", &one}
	require.NoError(t, json.Unmarshal([]byte("null"), &kept))
	assert.Equal(t, pair{"kept", &one}, kept)

	empty, err := surreal.MarshalTuple()
	require.NoError(t, err)
	assert.Equal(t, "[]", string(empty))
	assert.NoError(t, surreal.UnmarshalTuple(empty))
	assert.Error(t, surreal.UnmarshalTuple([]byte("[1]")))
}
