package surreal_test

import (
	"context"
	"testing"

	"github.com/devq-ai/tandem/store/surreal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestADoublesChangesComeFromAChannel(t *testing.T) {
	changes := make(chan surreal.Change[string], 3)
	changes <- surreal.Change[string]{Action: surreal.ActionCreate, Value: "a"}
	changes <- surreal.Change[string]{Action: surreal.ActionDelete, Value: "b"}
	live := surreal.LiveOf(changes)
	change, err := live.Next(t.Context())
	require.NoError(t, err)
	assert.True(t, change.Created())
	assert.Equal(t, "a", change.Value)
	change, err = live.Next(t.Context())
	require.NoError(t, err)
	assert.True(t, change.Deleted())

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = live.Next(ctx)
	assert.ErrorIs(t, err, context.Canceled)

	changes <- surreal.Change[string]{Value: "c"}
	require.NoError(t, live.Close())
	require.NoError(t, live.Close())
	_, err = live.Next(t.Context())
	assert.ErrorIs(t, err, surreal.ErrSubscriptionClosed)

	close(changes)
	ended := surreal.LiveOf(changes)
	var last error
	for _, err := range ended.Changes(t.Context()) {
		last = err
	}
	assert.ErrorIs(t, last, surreal.ErrSubscriptionClosed, "after the change that was left")
}
