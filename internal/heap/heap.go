// Package heap has a program that lives for a second start with room for its
// garbage. Importing it is all that is needed; it does nothing where GOGC or
// GOMEMLIMIT is set.
//
// The collector of Go first runs at 4 MiB, and then whenever what is in use has
// doubled. For a program such as a compiler, which soon ends and frees nothing
// until then, that is work without use: cmd/compile starts with a larger heap
// for the same reason. Because this package imports next to nothing, it is
// initialized before almost all others, whose tables it is for, too.
package heap

import (
	"math"
	"os"
	"runtime"
	"runtime/debug"
)

// start is how much memory the program has, in bytes, before anything is
// collected. From then on it is collected as always.
const start = 256 << 20

func init() {
	if os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	debug.SetGCPercent(-1)
	debug.SetMemoryLimit(start)
	// The first collection finds this object unused.
	runtime.SetFinalizer(new([16]byte), func(*[16]byte) { restore() })
}

// restore has the collector run as it does by default, but less often: a live
// heap that has come that far is that of a large project.
func restore() {
	debug.SetMemoryLimit(math.MaxInt64)
	debug.SetGCPercent(200)
}
