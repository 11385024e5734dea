package store

import "time"

// A Status says how well a part, or the whole, can work.
type Status string

// The statuses.
const (
	// StatusUp means that everything works.
	StatusUp Status = "up"
	// StatusSaturated means that a pool's connections were all in use for as
	// long as the check could wait. The engine itself is reachable.
	StatusSaturated Status = "saturated"
	// StatusDegraded means that an optional part is down. It is a status of the
	// whole only.
	StatusDegraded Status = "degraded"
	// StatusDown means that the engine cannot be reached or refuses to work.
	StatusDown Status = "down"
)

// PartHealth is the health of one engine's pool.
type PartHealth struct {
	Engine Engine
	Status Status
	// Required says that the program cannot do its work without this part.
	Required bool
	// Latency is how long the engine took to answer. It is zero if it did not.
	Latency time.Duration
	// Err is why the status is StatusDown or StatusSaturated. It holds no
	// secrets, but it may name hosts and users.
	Err error
}

// Health is the health of all parts of a data layer.
type Health struct {
	Parts []PartHealth
}

// Status returns StatusDown if a required part is down, StatusDegraded if only
// optional parts are, else StatusUp.
func (h Health) Status() Status {
	status := StatusUp
	for _, part := range h.Parts {
		if part.Status != StatusDown {
			continue
		}
		if part.Required {
			return StatusDown
		}
		status = StatusDegraded
	}
	return status
}

// Ready reports whether all required parts can work.
func (h Health) Ready() bool { return h.Status() != StatusDown }

// Stats are the figures of all pools of a data layer.
type Stats struct {
	Pools []PoolStats
}

// Engine returns the figures of the engine's pool, or zeros if there is none.
func (s Stats) Engine(e Engine) PoolStats {
	for _, pool := range s.Pools {
		if pool.Engine == e {
			return pool
		}
	}
	return PoolStats{Engine: e}
}

// PoolStats are a pool's figures: the state now, and counts since it was
// opened.
type PoolStats struct {
	Engine Engine

	MaxConns          int // the largest number of connections
	TotalConns        int // connections that exist or are being made
	AcquiredConns     int // connections in use
	IdleConns         int // connections ready to use
	ConstructingConns int // connections being made
	Subscriptions     int // live queries, each on a connection of its own

	Acquires         int64         // acquisitions that succeeded
	AcquireTime      time.Duration // time that those took in all
	WaitedAcquires   int64         // acquisitions that had to wait because no connection was idle
	WaitTime         time.Duration // time that those waited in all
	CanceledAcquires int64         // acquisitions that a context ended
	NewConns         int64         // connections made
	LifetimeCloses   int64         // connections closed for their age
	IdleCloses       int64         // connections closed for being idle
	FailFasts        int64         // calls refused at once while the engine was away
}

// Overflow returns the share, from 0 to 1, of acquisitions that had to wait for
// a connection. Much more than 0 means that the pool is too small.
func (s PoolStats) Overflow() float64 {
	if s.Acquires == 0 {
		return 0
	}
	return float64(s.WaitedAcquires) / float64(s.Acquires)
}
