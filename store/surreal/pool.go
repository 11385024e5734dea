// Package surreal is the SurrealDB half of the runtime: a pool of WebSocket
// connections that generated code runs its queries on, with the life cycle,
// the errors and the health of package store.
//
// Each connection is signed in and has its namespace and database before it is
// handed out. Queries share connections when there are more of them than
// connections; transactions have theirs alone. One whose request was given up, whose session was changed, or
// that was lost, is replaced rather than used again.
package surreal

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/puddle/v2"

	"github.com/devq-ai/tandem/store"
	"github.com/devq-ai/tandem/store/surreal/cbor"
)

const (
	defaultMaxConnLifetime   = time.Hour
	defaultMaxConnIdleTime   = 30 * time.Minute
	defaultHealthCheckPeriod = 30 * time.Second
	defaultConnectTimeout    = 5 * time.Second
	defaultPingInterval      = 15 * time.Second
	defaultMaxMessageSize    = 64 << 20
	defaultLiveBuffer        = 1024

	// healthTimeout limits a health check whose context has no earlier deadline.
	healthTimeout = 2 * time.Second
	// healthPatience is how long a health check waits for a connection of the
	// pool.
	healthPatience = healthTimeout / 4
	// reconnectPause is the longest pause between attempts to reach a server
	// that is away.
	reconnectPause = 2 * time.Second
)

// A Pool is a pool of SurrealDB connections. It is safe for concurrent use.
type Pool struct {
	dialer     *dialer
	conns      *puddle.Pool[*conn]
	runner     *store.Runner
	breaker    *breaker
	optional   bool
	maxIdle    time.Duration
	minIdle    int
	checkEvery time.Duration
	liveBuffer int
	chunks     chunkLimits

	// background is done when the pool closes; tasks are its goroutines.
	background context.Context
	stop       context.CancelFunc
	tasks      sync.WaitGroup
	closing    sync.Once

	mu sync.Mutex
	// running is set from the end of Open until Close.
	running       bool
	subscriptions map[*Subscription]struct{}
	// unverified is the migration that could not be looked for because the
	// server was away.
	unverified string

	// living counts the pool's connections that have not ended.
	living atomic.Int64

	// shares are the connections that queries use.
	shares shares
	// dialFailure is when an attempt to connect last failed, in nanoseconds
	// since 1970.
	dialFailure atomic.Int64

	newConns, lifetimeCloses, idleCloses, failFasts atomic.Int64
}

// Open connects to cfg.Surreal.URL. It tries again, with growing pauses, while
// the server cannot be reached, until cfg.OpenTimeout or ctx's deadline; wrong
// credentials are reported at once. With cfg.Surreal.Optional it tries once,
// and goes on trying in the background if the server is away.
func Open(ctx context.Context, cfg store.Config) (*Pool, error) {
	runner := store.NewRunner(store.RunnerConfig{
		Engine:   store.SurrealDB,
		Observer: cfg.Observer,
		Classify: classify,
		Attempts: store.OrDefault(cfg.CallAttempts, store.DefaultCallAttempts),
	})
	if err := cfg.Validate(); err != nil {
		return nil, runner.OpError(ctx, "open", err)
	}
	p, err := newPool(cfg.Surreal, runner)
	if err != nil {
		return nil, runner.OpError(ctx, "open", err)
	}
	ctx, cancel := context.WithTimeout(ctx, store.OrDefault(cfg.OpenTimeout, store.DefaultOpenTimeout))
	defer cancel()
	away, err := p.reach(ctx)
	if err != nil {
		p.Close()
		return nil, err
	}
	p.mu.Lock()
	p.running = true
	p.mu.Unlock()
	if away != nil {
		p.lost(away)
	}
	p.tasks.Go(p.maintain)
	return p, nil
}

// reach connects. A server that is away is waited for, or, if it is optional,
// left to the background: away is then why it could not be reached.
func (p *Pool) reach(ctx context.Context) (away, err error) {
	if !p.optional {
		return nil, p.runner.Reach(ctx, "open", p.conns.CreateResource)
	}
	err = p.conns.CreateResource(ctx)
	if isAway(ctx, err) {
		return err, nil
	}
	return nil, p.runner.OpError(ctx, "open", err)
}

// isAway reports whether err says that the server cannot be reached, or that it
// has not answered in time.
func isAway(ctx context.Context, err error) bool {
	if err == nil {
		return false
	}
	kind := classify(ctx, err).Kind
	return kind == store.KindUnavailable || kind == store.KindTimeout
}

func newPool(cfg store.SurrealConfig, runner *store.Runner) (*Pool, error) {
	e, err := parseEndpoint(cfg)
	if err != nil {
		return nil, err
	}
	maxConns := store.OrDefault(cfg.MaxConns, max(4, runtime.NumCPU()))
	if cfg.MinIdleConns > maxConns {
		return nil, fmt.Errorf("Surreal.MinIdleConns is %d, which is more than the largest number of connections, %d", cfg.MinIdleConns, maxConns)
	}
	maxLifetime := store.OrDefault(cfg.MaxConnLifetime, defaultMaxConnLifetime)
	p := &Pool{
		dialer: &dialer{
			endpoint:       e,
			timeout:        store.OrDefault(cfg.ConnectTimeout, defaultConnectTimeout),
			pingInterval:   store.OrDefault(cfg.PingInterval, defaultPingInterval),
			maxMessageSize: store.OrDefault(cfg.MaxMessageSize, defaultMaxMessageSize),
		},
		runner:     runner,
		breaker:    newBreaker(),
		optional:   cfg.Optional,
		maxIdle:    store.OrDefault(cfg.MaxConnIdleTime, defaultMaxConnIdleTime),
		minIdle:    cfg.MinIdleConns,
		checkEvery: store.OrDefault(cfg.HealthCheckPeriod, defaultHealthCheckPeriod),
		liveBuffer: store.OrDefault(cfg.LiveBuffer, defaultLiveBuffer),
		chunks: chunkLimits{
			rows:  store.OrDefault(cfg.InsertChunkRows, defaultInsertChunkRows),
			bytes: store.OrDefault(cfg.InsertChunkBytes, defaultInsertChunkBytes),
		},
		subscriptions: map[*Subscription]struct{}{},
	}
	p.background, p.stop = context.WithCancel(context.Background())
	p.conns, err = puddle.NewPool(&puddle.Config[*conn]{
		Constructor: func(ctx context.Context) (*conn, error) {
			began := time.Now()
			c, err := p.dialer.dial(ctx, nil)
			if err != nil {
				// Whoever wanted the connection may have given up waiting.
				p.dialFailure.Store(time.Now().UnixNano())
				p.dialFailed(began, err)
				return nil, err
			}
			p.newConns.Add(1)
			p.living.Add(1)
			c.whenEnded(func() { p.living.Add(-1) })
			c.onExpiry = p.conns.Reset // the others will have expired too
			c.expires = time.Now().Add(maxLifetime*9/10 + rand.N(maxLifetime/5+1))
			return c, nil
		},
		Destructor: (*conn).close,
		MaxSize:    int32(min(maxConns, 1<<20)),
	})
	return p, err
}

// lost notes that the server cannot be reached, and starts looking for it.
func (p *Pool) lost(cause error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lookFor(cause)
}

// postpone leaves the verification of a migration to the time when the server,
// which cause says is away, is back.
func (p *Pool) postpone(version string, cause error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.unverified = version
	p.lookFor(cause)
}

// lookFor starts to look for the server unless that is under way. p.mu is held.
func (p *Pool) lookFor(cause error) {
	if p.running && p.breaker.trip(cause) {
		p.tasks.Go(p.reconnect)
	}
}

// reconnect tries to reach the server until it succeeds or the pool is closed.
func (p *Pool) reconnect() {
	backoff := store.Backoff{Max: reconnectPause}
	for backoff.Wait(p.background) == nil {
		verified, err := p.tryReconnect()
		if err == nil && p.back(verified) {
			return
		}
		if err != nil && p.background.Err() == nil {
			p.breaker.trip(err)
		}
	}
}

// tryReconnect connects and verifies the migration that could not be looked
// for, which it returns.
func (p *Pool) tryReconnect() (verified string, err error) {
	c, err := p.dialer.dial(p.background, nil)
	if err != nil {
		return "", err
	}
	defer c.close()
	p.mu.Lock()
	version := p.unverified
	p.mu.Unlock()
	if version == "" {
		return "", nil
	}
	return version, verify(p.background, c, version)
}

// back puts the server to use again, unless a migration other than the verified
// one has been postponed meanwhile.
func (p *Pool) back(verified string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.unverified != verified {
		return false
	}
	p.unverified = ""
	p.breaker.reset()
	return true
}

// acquire takes a live connection out of the pool. It fails at once while the
// server is away.
func (p *Pool) acquire(ctx context.Context) (*puddle.Resource[*conn], error) {
	here, err := p.breaker.check()
	if err != nil {
		p.failFasts.Add(1)
		return nil, err
	}
	waiting, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(here, cancel)()
	for {
		resource, err := p.conns.Acquire(waiting)
		switch {
		case err == nil && p.usable(resource.Value()):
			return resource, nil
		case err == nil:
			resource.Destroy()
			continue
		case ctx.Err() != nil:
			return nil, &unsentError{ctx.Err()}
		case here.Err() != nil:
			return p.acquire(ctx) // it fails at once, unless the server is back already
		default:
			return nil, err
		}
	}
}

// dialFailed judges from err, with which an attempt to connect failed, whether
// the server is away. It is if no connection lives, or if the attempt ran out
// of time and nothing arrived on any other connection meanwhile: a server that
// is only slow to take new connections still serves those it has.
func (p *Pool) dialFailed(began time.Time, err error) {
	if _, failed := errors.AsType[*connError](err); !failed {
		return
	}
	late := errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded)
	silent := p.dialer.heard.Load() < began.UnixNano()
	if p.living.Load() == 0 || late && silent {
		p.lost(err)
	}
}

// usable reports whether c may be handed out.
func (p *Pool) usable(c *conn) bool {
	if c.usable(time.Now()) {
		return true
	}
	if c.alive() {
		p.lifetimeCloses.Add(1)
	}
	return false
}

// release gives a connection back, or replaces it if it must not be used again.
func release(resource *puddle.Resource[*conn]) {
	if resource.Value().alive() {
		resource.Release()
		return
	}
	resource.Destroy()
}

// Query implements Querier.
func (p *Pool) Query(ctx context.Context, text string, vars func(*cbor.Encoder)) (*Response, error) {
	r, err := newQuery(nil, text, vars)
	if err != nil {
		return nil, err
	}
	share, err := p.acquireFor(ctx, r)
	if err != nil {
		return nil, err
	}
	defer p.leave(share)
	statements, err := share.conn().query(ctx, r, text)
	if err != nil {
		return nil, err
	}
	return newResponse(statements), nil
}

// Runner returns what generated code calls its queries through.
func (p *Pool) Runner() *store.Runner { return p.runner }

// maintain closes connections that are lost, too old or idle for too long, and
// keeps enough idle ones ready, until the pool closes. Whether an idle
// connection is still good is for its own pings to find out.
func (p *Pool) maintain() {
	ticker := time.NewTicker(p.checkEvery)
	defer ticker.Stop()
	for {
		p.replenish()
		select {
		case <-p.background.Done():
			return
		case <-ticker.C:
			p.sweep()
		}
	}
}

func (p *Pool) sweep() {
	idle := p.conns.AcquireAllIdle()
	spare := len(idle) - p.minIdle
	for _, resource := range idle {
		switch {
		case !p.usable(resource.Value()):
			resource.Destroy()
		case spare > 0 && resource.IdleDuration() > p.maxIdle:
			spare--
			p.idleCloses.Add(1)
			resource.Destroy()
		default:
			resource.ReleaseUnused()
		}
	}
}

func (p *Pool) replenish() {
	for missing := p.minIdle - int(p.conns.Stat().IdleResources()); missing > 0; missing-- {
		if p.breaker.err() != nil {
			return
		}
		if p.conns.CreateResource(p.background) != nil {
			return // the pool is full or closed, or the server away
		}
	}
}

// Close ends the subscriptions, waits until all connections are back, and
// closes them. Calls that come later fail with store.ErrUnavailable. Closing
// twice does nothing more.
func (p *Pool) Close() {
	p.closing.Do(func() {
		p.mu.Lock()
		p.running = false
		subscriptions := p.subscriptions
		p.subscriptions = map[*Subscription]struct{}{}
		p.mu.Unlock()
		p.stop()
		var wg sync.WaitGroup
		for s := range subscriptions {
			wg.Go(func() { _ = s.shut(errPoolClosed) })
		}
		wg.Wait()
		p.conns.Close()
		p.tasks.Wait()
	})
}

var errPoolClosed = fmt.Errorf("the pool is closed: %w", puddle.ErrClosedPool)

// Health asks the server for a sign of life, within two seconds or ctx's
// earlier deadline. If no connection of the pool becomes free in the first
// half second, the pool is saturated if something has arrived on one meanwhile,
// or if a new connection can be made, and else the server is down.
func (p *Pool) Health(ctx context.Context) store.PartHealth {
	ctx, cancel := context.WithTimeout(ctx, healthTimeout)
	defer cancel()
	health := store.PartHealth{Engine: store.SurrealDB, Required: !p.optional, Status: store.StatusUp}
	start := time.Now()
	err := p.ping(ctx)
	if err == nil {
		health.Latency = time.Since(start)
		return health
	}
	health.Status = store.StatusDown
	if _, waited := errors.AsType[*saturatedError](err); waited {
		if p.dialer.heard.Load() >= start.UnixNano() {
			health.Status = store.StatusSaturated
		} else if c, dialErr := p.dialer.dial(ctx, nil); dialErr == nil {
			c.close()
			health.Status = store.StatusSaturated
		}
	}
	health.Err = p.runner.OpError(ctx, "ping", err)
	return health
}

func (p *Pool) ping(ctx context.Context) error {
	acquiring, cancel := context.WithTimeout(ctx, healthPatience)
	defer cancel()
	share, err := p.join(acquiring)
	switch {
	case err == nil:
		defer p.leave(share)
		_, err = share.conn().call(ctx, nil, "ping")
		return err
	case acquiring.Err() != nil && ctx.Err() == nil:
		return &saturatedError{p.conns.Stat().MaxResources(), err}
	default:
		return err
	}
}

// A saturatedError says that no connection became free in time.
type saturatedError struct {
	conns int32
	err   error
}

func (e *saturatedError) Error() string {
	return fmt.Sprintf("none of the %d connections became free: %v", e.conns, e.err)
}
func (e *saturatedError) Unwrap() error { return e.err }

// Stats returns the pool's figures.
func (p *Pool) Stats() store.PoolStats {
	p.mu.Lock()
	subscriptions := len(p.subscriptions)
	p.mu.Unlock()
	s := p.conns.Stat()
	p.shares.mu.Lock()
	joins, waits, waited, cancels := p.shares.joins, p.shares.waits, p.shares.waited, p.shares.cancels
	p.shares.mu.Unlock()
	return store.PoolStats{
		Engine:            store.SurrealDB,
		MaxConns:          int(s.MaxResources()),
		TotalConns:        int(s.TotalResources()),
		AcquiredConns:     int(s.AcquiredResources()),
		IdleConns:         int(s.IdleResources()),
		ConstructingConns: int(s.ConstructingResources()),
		Subscriptions:     subscriptions,
		Acquires:          s.AcquireCount() + joins,
		AcquireTime:       s.AcquireDuration(),
		WaitedAcquires:    s.EmptyAcquireCount() + waits,
		WaitTime:          s.EmptyAcquireWaitTime() + waited,
		CanceledAcquires:  s.CanceledAcquireCount() + cancels,
		NewConns:          p.newConns.Load(),
		LifetimeCloses:    p.lifetimeCloses.Load(),
		IdleCloses:        p.idleCloses.Load(),
		FailFasts:         p.failFasts.Load(),
	}
}
