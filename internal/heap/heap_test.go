package heap

import (
	"math"
	"os"
	"runtime"
	"runtime/debug"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A limit that stays would have a large project collect without end.
func TestTheLimitHoldsUntilTheFirstCollection(t *testing.T) {
	if os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" {
		t.Skip("the environment says when to collect")
	}
	require.EqualValues(t, start, debug.SetMemoryLimit(-1))
	runtime.GC()
	require.Eventually(t, func() bool { return debug.SetMemoryLimit(-1) == math.MaxInt64 }, 5*time.Second, time.Millisecond)
	percent := debug.SetGCPercent(100)
	debug.SetGCPercent(percent)
	assert.Positive(t, percent)
}
