package surreal

import (
	"context"
	"testing"

	"github.com/jackc/puddle/v2"
	"github.com/stretchr/testify/require"
)

// BenchmarkAcquire measures taking a connection that is idle out of the pool
// and giving it back, beside the same on a bare puddle pool.
func BenchmarkAcquire(b *testing.B) {
	p := newFakeServer(b, unanswered).connect(b, nil)
	bare, err := puddle.NewPool(&puddle.Config[int]{
		Constructor: func(context.Context) (int, error) { return 0, nil }, Destructor: func(int) {}, MaxSize: 4,
	})
	require.NoError(b, err)
	b.Cleanup(bare.Close)
	b.Run("surreal", func(b *testing.B) {
		for b.Loop() {
			resource, err := p.acquire(b.Context())
			if err != nil {
				b.Fatal(err)
			}
			release(resource)
		}
	})
	b.Run("puddle", func(b *testing.B) {
		for b.Loop() {
			resource, err := bare.Acquire(b.Context())
			if err != nil {
				b.Fatal(err)
			}
			resource.Release()
		}
	})
}
