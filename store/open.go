package store

import (
	"context"
	"sync"
	"time"
)

// DefaultOpenTimeout is Config.OpenTimeout's default.
const DefaultOpenTimeout = 30 * time.Second

// DefaultCallAttempts is Config.CallAttempts' default.
const DefaultCallAttempts = 3

// A Part is one engine's pool, as the life cycle of a data layer sees it.
type Part interface {
	// CheckMigrations returns an error if the database lacks the migration with
	// the given version, or if it was not applied wholly.
	CheckMigrations(ctx context.Context, version string) error
	Health(ctx context.Context) PartHealth
	Stats() PoolStats
	// Close ends the part. It waits for the calls that are under way.
	Close()
}

// A Group is the parts of a data layer. It is safe for concurrent use.
type Group struct {
	parts []Part
}

// An Opener opens one part.
type Opener func(ctx context.Context, cfg Config) (Part, error)

// Opening returns an Opener that opens a pool with open, verifies that the
// migration with the given version was applied, and stores the pool in dst. An
// empty version, and Config.SkipMigrationCheck, skip the verification.
func Opening[P Part](dst *P, open func(context.Context, Config) (P, error), version string) Opener {
	return func(ctx context.Context, cfg Config) (Part, error) {
		pool, err := open(ctx, cfg)
		if err != nil {
			return nil, err
		}
		if version != "" && !cfg.SkipMigrationCheck {
			if err := pool.CheckMigrations(ctx, version); err != nil {
				pool.Close()
				return nil, err
			}
		}
		*dst = pool
		return pool, nil
	}
}

// OpenAll opens all parts in parallel, within Config.OpenTimeout. If one fails
// the others are closed again, and the error is that one's; the attempts still
// under way are given up.
func OpenAll(ctx context.Context, cfg Config, openers ...Opener) (*Group, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, OrDefault(cfg.OpenTimeout, DefaultOpenTimeout))
	defer cancel()

	parts := make([]Part, len(openers))
	var (
		wg       sync.WaitGroup
		once     sync.Once
		firstErr error
	)
	for i, open := range openers {
		wg.Go(func() {
			part, err := open(ctx, cfg)
			if err != nil {
				once.Do(func() { firstErr = err; cancel() })
				return
			}
			parts[i] = part
		})
	}
	wg.Wait()
	if firstErr != nil {
		for _, part := range parts {
			if part != nil {
				part.Close()
			}
		}
		return nil, firstErr
	}
	return &Group{parts: parts}, nil
}

// Close closes all parts at the same time. It waits for the calls that are
// under way. Closing twice does nothing more.
func (g *Group) Close() {
	var wg sync.WaitGroup
	for _, part := range g.parts {
		wg.Go(part.Close)
	}
	wg.Wait()
}

// Health asks all engines at the same time.
func (g *Group) Health(ctx context.Context) Health {
	health := Health{Parts: make([]PartHealth, len(g.parts))}
	var wg sync.WaitGroup
	for i, part := range g.parts {
		wg.Go(func() { health.Parts[i] = part.Health(ctx) })
	}
	wg.Wait()
	return health
}

// Stats returns the figures of all pools.
func (g *Group) Stats() Stats {
	stats := Stats{Pools: make([]PoolStats, len(g.parts))}
	for i, part := range g.parts {
		stats.Pools[i] = part.Stats()
	}
	return stats
}
