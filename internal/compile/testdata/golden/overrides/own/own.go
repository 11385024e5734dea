// Package own has types that a project uses instead of the usual ones.
package own

import "time"

// A Zone is where a server stands.
type Zone string

// Names are what a server is called.
type Names []string

// An Uptime is how long something has run.
type Uptime time.Duration

// Days returns the whole days.
func (u Uptime) Days() int { return int(time.Duration(u) / (24 * time.Hour)) }
