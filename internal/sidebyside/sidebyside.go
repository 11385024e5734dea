//go:build unix

// Package sidebyside measures, in benchmarks, two ways to do the same in turns,
// so that what else the machine does falls on both.
package sidebyside

import (
	"context"
	"runtime"
	"sync"
	"syscall"
	"testing"
	"time"
)

// A Cost is what calls have cost this process; other processes, such as the
// engines, do not count. The zero Cost is that of no calls.
type Cost struct {
	Calls     int
	Wall, CPU time.Duration
}

// Add adds what it costs that callers make that many calls each, all callers at
// the same time. An error of a call ends the benchmark.
func (c *Cost) Add(b *testing.B, callers, calls int, call func(context.Context) error) {
	b.Helper()
	errs := make([]error, callers)
	var wg sync.WaitGroup
	runtime.GC() // no turn pays for the garbage of another
	cpu, start := processTime(b), time.Now()
	for i := range callers {
		wg.Go(func() {
			for range calls {
				if err := call(b.Context()); err != nil {
					errs[i] = err
					return
				}
			}
		})
	}
	wg.Wait()
	c.Wall += time.Since(start)
	c.CPU += processTime(b) - cpu
	c.Calls += callers * calls
	for _, err := range errs {
		if err != nil {
			b.Fatal(err)
		}
	}
}

func (c *Cost) perCall(d time.Duration) float64 {
	return float64(d.Nanoseconds()) / 1000 / float64(c.Calls)
}

// processTime returns the processor time that the process has used.
func processTime(b *testing.B) time.Duration {
	b.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// Run reports what a call of ours and of theirs costs, and the ratios of the
// two. A turn is that many calls by each of the callers; every iteration of the
// benchmark is ours, theirs, theirs, ours.
func Run(b *testing.B, callers, calls int, ours, theirs func(context.Context) error) {
	b.Helper()
	var warm, us, them Cost
	warm.Add(b, callers, calls, ours)
	warm.Add(b, callers, calls, theirs)
	for b.Loop() {
		us.Add(b, callers, calls, ours)
		them.Add(b, callers, calls, theirs)
		them.Add(b, callers, calls, theirs)
		us.Add(b, callers, calls, ours)
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(us.perCall(us.Wall), "µs/call")
	b.ReportMetric(us.perCall(us.CPU), "cpu-µs/call")
	b.ReportMetric(them.perCall(them.Wall), "beside-µs/call")
	b.ReportMetric(them.perCall(them.CPU), "beside-cpu-µs/call")
	b.ReportMetric(us.Wall.Seconds()/them.Wall.Seconds(), "wall-ratio")
	b.ReportMetric(us.CPU.Seconds()/them.CPU.Seconds(), "cpu-ratio")
}
