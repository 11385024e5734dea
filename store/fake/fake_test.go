package fake_test

import (
	"sync"
	"testing"

	"github.com/devq-ai/tandem/store/fake"
	"github.com/stretchr/testify/assert"
)

func TestCallsAreRecordedFromAllGoroutines(t *testing.T) {
	var calls fake.Calls[int]
	_, ok := calls.Last()
	assert.False(t, ok)
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(func() { calls.Add(1) })
	}
	wg.Wait()
	calls.Add(2)
	last, ok := calls.Last()
	assert.True(t, ok)
	assert.Equal(t, 2, last)
	assert.Equal(t, 11, calls.Len())
	all := calls.All()
	all[0] = 9
	assert.Equal(t, 1, calls.All()[0], "what All returns is the caller's own")
}

func TestAnUnexpectedCallNamesTheMethod(t *testing.T) {
	err := fake.Unexpected("Notes.GetNote")
	assert.ErrorIs(t, err, fake.ErrUnexpected)
	assert.ErrorContains(t, err, "Notes.GetNote")
}
