// Package fake is what generated doubles of repositories are made of.
package fake

import (
	"errors"
	"fmt"
	"slices"
	"sync"
)

// ErrUnexpected is the error of a call of a method that the test has not given
// a function for.
var ErrUnexpected = errors.New("unexpected call")

// Unexpected returns an error that matches ErrUnexpected and names the method.
func Unexpected(method string) error {
	return fmt.Errorf("%w of %s, which the test has not given a function for", ErrUnexpected, method)
}

// Calls records the arguments of the calls of one method, in their order. The
// zero Calls is empty and ready to use. It is safe for concurrent use, and must
// not be copied.
type Calls[A any] struct {
	mu  sync.Mutex
	all []A
}

// Add records a call.
func (c *Calls[A]) Add(args A) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.all = append(c.all, args)
}

// Len returns how many calls there were.
func (c *Calls[A]) Len() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.all)
}

// All returns the arguments of all calls so far.
func (c *Calls[A]) All() []A {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.all)
}

// Last returns the arguments of the last call, and whether there was one.
func (c *Calls[A]) Last() (args A, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.all) == 0 {
		return args, false
	}
	return c.all[len(c.all)-1], true
}
