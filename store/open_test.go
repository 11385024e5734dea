package store

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A fakePart is a pool that does what the test says.
type fakePart struct {
	health     PartHealth
	migrations error
	mu         sync.Mutex
	checked    string
	closed     int
}

func (p *fakePart) CheckMigrations(_ context.Context, version string) error {
	p.checked = version
	return p.migrations
}
func (p *fakePart) Health(context.Context) PartHealth { return p.health }
func (p *fakePart) Stats() PoolStats {
	return PoolStats{Engine: p.health.Engine, Acquires: 4, WaitedAcquires: 1}
}
func (p *fakePart) Close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed++
}

func opens(p *fakePart, err error) func(context.Context, Config) (*fakePart, error) {
	return func(context.Context, Config) (*fakePart, error) {
		if err != nil {
			return nil, err
		}
		return p, nil
	}
}

func TestPartsAreOpenedAtTheSameTimeAndCheckedAndClosed(t *testing.T) {
	a, b := &fakePart{health: PartHealth{Engine: Postgres, Status: StatusUp, Required: true}}, &fakePart{health: PartHealth{Engine: SurrealDB, Status: StatusDown}}
	var gotA, gotB *fakePart
	barrier := make(chan struct{})
	meet := func(p *fakePart, send bool) func(context.Context, Config) (*fakePart, error) {
		return func(ctx context.Context, _ Config) (*fakePart, error) {
			if _, ok := ctx.Deadline(); !ok {
				return nil, errors.New("no deadline")
			}
			if send {
				barrier <- struct{}{}
			} else {
				<-barrier
			}
			return p, nil
		}
	}
	group, err := OpenAll(t.Context(), Config{OpenTimeout: 10 * time.Second}, Opening(&gotA, meet(a, true), "7"), Opening(&gotB, meet(b, false), ""))
	require.NoError(t, err)
	assert.Same(t, a, gotA)
	assert.Same(t, b, gotB)
	assert.Equal(t, "7", a.checked)
	health := group.Health(t.Context())
	assert.Equal(t, []Engine{Postgres, SurrealDB}, []Engine{health.Parts[0].Engine, health.Parts[1].Engine})
	assert.Equal(t, StatusDegraded, health.Status())
	assert.InDelta(t, 0.25, group.Stats().Engine(Postgres).Overflow(), 1e-9)
	assert.Zero(t, group.Stats().Engine("other").Overflow())
	group.Close()
	assert.Equal(t, 1, a.closed)
	assert.Equal(t, 1, b.closed)
}

func TestAPartThatFailsToOpenClosesTheOthersAndEndsTheirAttempts(t *testing.T) {
	down := errors.New("down")
	good := &fakePart{}
	var p, q, r *fakePart
	waiting := func(ctx context.Context, _ Config) (*fakePart, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	_, err := OpenAll(t.Context(), Config{}, Opening(&p, opens(good, nil), ""), Opening(&q, func(ctx context.Context, c Config) (*fakePart, error) {
		return nil, down
	}, ""), Opening(&r, waiting, ""))
	require.ErrorIs(t, err, down, "not the canceled attempt's")
	assert.Equal(t, 1, good.closed)
}

func TestAMissingMigrationFailsOpenUnlessItIsSkipped(t *testing.T) {
	part := &fakePart{migrations: ErrSchema}
	var p *fakePart
	_, err := OpenAll(t.Context(), Config{}, Opening(&p, opens(part, nil), "7"))
	require.ErrorIs(t, err, ErrSchema)
	assert.Nil(t, p)
	assert.Equal(t, 1, part.closed)
	_, err = OpenAll(t.Context(), Config{SkipMigrationCheck: true}, Opening(&p, opens(part, nil), "7"))
	require.NoError(t, err)
	assert.Same(t, part, p)
}

func TestAConfigurationThatIsWrongOpensNothing(t *testing.T) {
	var p *fakePart
	_, err := OpenAll(t.Context(), Config{OpenTimeout: -1}, Opening(&p, opens(&fakePart{}, nil), ""))
	require.ErrorContains(t, err, "OpenTimeout")
	assert.Nil(t, p)
}

func TestHealthIsAsBadAsItsRequiredParts(t *testing.T) {
	part := func(status Status, required bool) PartHealth { return PartHealth{Status: status, Required: required} }
	for _, c := range []struct {
		parts []PartHealth
		want  Status
	}{
		{nil, StatusUp},
		{[]PartHealth{part(StatusUp, true), part(StatusUp, false)}, StatusUp},
		{[]PartHealth{part(StatusSaturated, true)}, StatusUp},
		{[]PartHealth{part(StatusUp, true), part(StatusDown, false)}, StatusDegraded},
		{[]PartHealth{part(StatusDown, false), part(StatusDown, true)}, StatusDown},
		{[]PartHealth{part(StatusDown, true), part(StatusDown, false)}, StatusDown},
	} {
		h := Health{Parts: c.parts}
		assert.Equal(t, c.want, h.Status(), c.parts)
		assert.Equal(t, c.want != StatusDown, h.Ready())
	}
}

func TestRevisionsAreVerified(t *testing.T) {
	done := func(version string) Revision { return Revision{Version: version, Applied: 2, Total: 2} }
	for name, c := range map[string]struct {
		revisions []Revision
		want      string
	}{
		"applied":                      {[]Revision{done("1"), done("2")}, ""},
		"a later one failed":           {[]Revision{done("2"), {Version: "3", Error: "x"}}, ""},
		"empty file":                   {[]Revision{{Version: "2"}}, ""},
		"later baseline":               {[]Revision{{Version: "5", Baseline: true}}, ""},
		"nothing":                      {nil, "latest is none"},
		"earlier only":                 {[]Revision{done("1")}, "latest is 1"},
		"later only":                   {[]Revision{done("3")}, "was not applied"},
		"in part":                      {[]Revision{{Version: "2", Applied: 1, Total: 2}}, "1 of its 2"},
		"failed":                       {[]Revision{{Version: "2", Applied: 1, Total: 2, Error: "syntax"}}, "syntax"},
		"Atlas's own row, which sorts": {[]Revision{{Version: ".atlas_cloud_identifier"}}, "latest is"},
	} {
		err := VerifyRevision("2", c.revisions)
		if c.want == "" {
			assert.NoError(t, err, name)
			continue
		}
		assert.ErrorIs(t, err, ErrSchema, name)
		assert.ErrorContains(t, err, c.want, name)
	}
}
