package surreal_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/devq-ai/tandem/store/surreal"
	"github.com/devq-ai/tandem/store/surreal/cbor"
)

func TestAPatchIsReadAsItWasWritten(t *testing.T) {
	value, err := surreal.NewValue([]any{1, "x"})
	require.NoError(t, err)
	for _, want := range []surreal.Patch{
		{Op: surreal.PatchReplace, Path: "/a/0", Value: value},
		{Op: surreal.PatchRemove},
	} {
		var e cbor.Encoder
		surreal.EncodePatch(&e, want)
		require.NoError(t, e.Err())
		d := cbor.NewDecoder(e.Bytes())
		assert.Equal(t, want, surreal.DecodePatch(d))
		require.NoError(t, d.Finish())
	}
}

func TestAPatchWithoutAnOperationIsAnError(t *testing.T) {
	var e cbor.Encoder
	e.Map(2)
	e.Key("new")
	e.Int(1)
	e.Key("path")
	e.String("/a")
	d := cbor.NewDecoder(e.Bytes())
	surreal.DecodePatch(d)
	assert.ErrorContains(t, d.Finish(), "op")
}
