package main

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

func dot(a, b []float64) (sum float64) {
	for i := range a {
		sum += a[i] * b[i]
	}
	return sum
}

func TestTextsWithTheSameWordsAreNear(t *testing.T) {
	query := embed("cancel a request")
	assert.InDelta(t, 1, dot(query, query), 1e-9, "unit length")
	assert.InDelta(t, 1, dot(query, embed("Cancelling the requests!")), 1e-9, "endings, case and stop words do not count")
	near := dot(query, embed("Package context carries deadlines and cancels requests across API boundaries."))
	far := dot(query, embed("Package big implements arithmetic on numbers of any size."))
	assert.Greater(t, near, far)
}

func TestATextWithoutWordsIsTheZeroVector(t *testing.T) {
	for _, x := range embed("... 12 the") {
		assert.Zero(t, x)
		assert.False(t, math.IsNaN(x))
	}
}
