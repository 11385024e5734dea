package surreal

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	surrealdb "github.com/surrealdb/surrealdb.go"

	"github.com/devq-ai/tandem/store"
	"github.com/devq-ai/tandem/store/surreal/cbor"
)

var probe = &store.Query{Name: "Probe", Engine: store.SurrealDB}

// query runs a query through the runner, as generated code does.
func query(ctx context.Context, p *Pool, text string) (*Response, error) {
	return store.Call(ctx, p.Runner(), probe, func(ctx context.Context) (*Response, error) {
		return p.Query(ctx, text, nil)
	})
}

// idOnly returns a response with nothing but its id.
func idOnly(id uint64) []byte {
	var e cbor.Encoder
	e.Map(1)
	e.Key("id")
	e.Int(int64(id))
	return e.Bytes()
}

func TestMalformedResponsesFailTheCallAndNotTheProcess(t *testing.T) {
	for name, answer := range map[string]func(id uint64) []byte{
		"no CBOR":                   func(uint64) []byte { return []byte{0xff, 0xff} },
		"empty":                     func(uint64) []byte { return []byte{} },
		"cut off":                   func(id uint64) []byte { m := slots(id, 1); return m[:len(m)-3] },
		"more behind":               func(id uint64) []byte { return append(slots(id, 1), 0x00) },
		"a number":                  func(uint64) []byte { return []byte{0x01} },
		"an empty map":              func(uint64) []byte { return []byte{0xa0} },
		"neither result nor error":  idOnly,
		"a result that is no array": func(id uint64) []byte { return result(id, func(e *cbor.Encoder) { e.String("no") }) },
		"a slot that is no object": func(id uint64) []byte {
			return result(id, func(e *cbor.Encoder) { e.Array(1); e.Int(1) })
		},
		"a slot of unknown status": func(id uint64) []byte {
			return result(id, func(e *cbor.Encoder) { e.Array(1); e.Map(1); e.Key("status"); e.String("MAYBE") })
		},
		"an array of absurd length": func(id uint64) []byte {
			return result(id, func(e *cbor.Encoder) { e.Raw([]byte{0x9b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}) })
		},
		"a notification of nothing": func(uint64) []byte {
			var e cbor.Encoder
			e.Map(1)
			e.Key("result")
			e.None()
			return e.Bytes()
		},
	} {
		t.Run(name, func(t *testing.T) {
			bad := true
			f := newFakeServer(t, func(id uint64, method string) [][]byte {
				if bad {
					bad = false
					return [][]byte{answer(id)}
				}
				return [][]byte{slots(id, 7)}
			})
			p := f.connect(t, func(c *store.SurrealConfig) { c.MaxConns = 1 })
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
			defer cancel()
			_, err := query(ctx, p, "RETURN 1")
			require.ErrorIs(t, err, store.ErrDecode)
			response, err := query(ctx, p, "RETURN 7")
			require.NoError(t, err, "the pool must go on")
			assert.Equal(t, []byte{0x07}, response.Slots[0].Result)
			assert.Equal(t, 12500*time.Nanosecond, response.Slots[0].Time)
		})
	}
}

func TestAResponseForNobodyIsPassedOver(t *testing.T) {
	f := newFakeServer(t, func(id uint64, _ string) [][]byte {
		return [][]byte{slots(id+1000, 1), slots(id, 2), slots(id, 3)}
	})
	p := f.connect(t, nil)
	for range 3 {
		response, err := query(t.Context(), p, "RETURN 2")
		require.NoError(t, err)
		assert.Equal(t, []byte{0x02}, response.Slots[0].Result)
	}
	assert.EqualValues(t, 1, f.conns.Load())
}

func TestAnErrorAboutAnUnreadableRequestEndsTheConnection(t *testing.T) {
	f := newFakeServer(t, func(uint64, string) [][]byte {
		var e cbor.Encoder
		e.Map(1)
		e.Key("error")
		e.Map(2)
		e.Key("code")
		e.Int(-32700)
		e.Key("message")
		e.String("Parse error")
		return [][]byte{e.Bytes()}
	})
	p := f.connect(t, nil)
	_, err := query(t.Context(), p, "RETURN 1")
	require.ErrorContains(t, err, "Parse error")
}

func TestAResponseLargerThanAllowedFailsTheCall(t *testing.T) {
	f := newFakeServer(t, func(id uint64, _ string) [][]byte {
		return [][]byte{result(id, func(e *cbor.Encoder) { e.String(strings.Repeat("x", 5000)) })}
	})
	p := f.connect(t, func(c *store.SurrealConfig) { c.MaxMessageSize = 4096 })
	_, err := query(t.Context(), p, "RETURN 1")
	require.ErrorIs(t, err, store.ErrDecode)
	assert.ErrorContains(t, err, "MaxMessageSize")
}

func TestAConnectionOnWhichNothingArrivesIsGivenUp(t *testing.T) {
	upstream := newFakeServer(t, func(id uint64, _ string) [][]byte { return [][]byte{slots(id, 1)} })
	relay, at := newRelay(t, upstream.url)
	cfg := store.ConfigFromURLs("", at)
	cfg.CallAttempts = 1
	cfg.Surreal.PingInterval = 40 * time.Millisecond
	cfg.Surreal.ConnectTimeout = 100 * time.Millisecond
	p, err := Open(t.Context(), cfg)
	require.NoError(t, err)
	t.Cleanup(p.Close)
	time.Sleep(300 * time.Millisecond)
	assert.EqualValues(t, 1, upstream.conns.Load(), "pongs must keep an idle connection")

	relay.hold()
	start := time.Now()
	_, err = query(t.Context(), p, "RETURN 1") // without a deadline
	require.ErrorIs(t, err, store.ErrUnavailable)
	assert.Less(t, time.Since(start), 5*time.Second)
}

func TestCallersDoNotPileUpWhileTheServerIsAway(t *testing.T) {
	f := newFakeServer(t, func(id uint64, _ string) [][]byte { return [][]byte{slots(id, 1)} })
	relay, at := newRelay(t, f.url)
	cfg := store.ConfigFromURLs("", at)
	cfg.Surreal.MaxConns = 2
	cfg.Surreal.ConnectTimeout = 300 * time.Millisecond
	cfg.Surreal.PingInterval = 50 * time.Millisecond
	p, err := Open(t.Context(), cfg)
	require.NoError(t, err)
	t.Cleanup(p.Close)

	relay.hold() // the worst case: attempts to connect last until their limit
	start := time.Now()
	var wg sync.WaitGroup
	errs := make([]error, 100)
	for i := range errs {
		wg.Go(func() { _, errs[i] = query(t.Context(), p, "RETURN 1") })
	}
	wg.Wait()
	assert.Less(t, time.Since(start), 3*time.Second, "100 callers on 2 connections waited one after the other")
	for _, err := range errs {
		require.ErrorIs(t, err, store.ErrUnavailable)
	}
	require.Eventually(t, func() bool {
		start := time.Now()
		_, err := query(t.Context(), p, "RETURN 1")
		return errors.Is(err, store.ErrUnavailable) && time.Since(start) < 50*time.Millisecond
	}, 5*time.Second, time.Millisecond)
	assert.Positive(t, p.Stats().FailFasts)

	relay.release()
	require.Eventually(t, func() bool {
		_, err := query(t.Context(), p, "RETURN 1")
		return err == nil
	}, 10*time.Second, 10*time.Millisecond)
}

func TestAFailedAttemptToConnectDoesNotCondemnTheConnectionsThatLive(t *testing.T) {
	f := newFakeServer(t, func(id uint64, _ string) [][]byte { return [][]byte{slots(id, 1)} })
	p := f.connect(t, func(c *store.SurrealConfig) { c.MaxConns = 2 })
	busy, err := p.acquireAlone(t.Context())
	require.NoError(t, err)
	f.refuse.Store(true)
	_, err = query(t.Context(), p, "RETURN 1") // needs a second connection
	require.ErrorIs(t, err, store.ErrUnavailable)
	release(busy)
	_, err = query(t.Context(), p, "RETURN 1")
	require.NoError(t, err, "the first connection is as good as before")
	assert.Zero(t, p.Stats().FailFasts)
}

func TestAConnectionIsReplacedWhenItIsOldOrIdle(t *testing.T) {
	f := newFakeServer(t, func(id uint64, _ string) [][]byte { return [][]byte{slots(id, 1)} })
	p := f.connect(t, func(c *store.SurrealConfig) { c.MaxConnLifetime = 30 * time.Millisecond })
	for range 4 {
		_, err := query(t.Context(), p, "RETURN 1")
		require.NoError(t, err)
		time.Sleep(40 * time.Millisecond)
	}
	assert.GreaterOrEqual(t, p.Stats().LifetimeCloses, int64(2))

	p = f.connect(t, func(c *store.SurrealConfig) {
		c.MaxConnIdleTime = 20 * time.Millisecond
		c.HealthCheckPeriod = 10 * time.Millisecond
	})
	require.Eventually(t, func() bool {
		stats := p.Stats()
		return stats.IdleCloses == 1 && stats.TotalConns == 0
	}, 5*time.Second, 5*time.Millisecond)
}

func TestIdleConnectionsAreKeptReady(t *testing.T) {
	f := newFakeServer(t, func(id uint64, _ string) [][]byte { return [][]byte{slots(id, 1)} })
	p := f.connect(t, func(c *store.SurrealConfig) {
		c.MinIdleConns = 3
		c.MaxConnIdleTime = time.Millisecond
		c.HealthCheckPeriod = 5 * time.Millisecond
	})
	require.Eventually(t, func() bool { return p.Stats().IdleConns == 3 }, 5*time.Second, time.Millisecond)
	time.Sleep(50 * time.Millisecond)
	assert.Equal(t, 3, p.Stats().IdleConns, "those kept ready are not closed for being idle")
}

func TestAnExpiredSessionIsReplacedUnnoticed(t *testing.T) {
	var expired atomic.Bool
	f := newFakeServer(t, func(id uint64, _ string) [][]byte {
		if !expired.Load() {
			return [][]byte{slots(id, 1)}
		}
		var e cbor.Encoder
		e.Map(2)
		e.Key("id")
		e.Int(int64(id))
		e.Key("error")
		e.Map(2)
		e.Key("code")
		e.Int(-32000)
		e.Key("message")
		e.String("The session has expired")
		return [][]byte{e.Bytes()}
	})
	p := f.connect(t, func(c *store.SurrealConfig) { c.MinIdleConns, c.HealthCheckPeriod = 3, time.Hour })
	require.Eventually(t, func() bool { return p.Stats().IdleConns == 3 }, 5*time.Second, time.Millisecond)
	expired.Store(true)
	_, err := query(t.Context(), p, "CREATE t")
	require.ErrorIs(t, err, store.ErrUnavailable)
	var e *store.Error
	require.ErrorAs(t, err, &e)
	assert.True(t, e.SafeToRetry(), "the runner repeats it, unless the test forbids")
	expired.Store(false)
	_, err = query(t.Context(), p, "CREATE t")
	require.NoError(t, err)
	assert.EqualValues(t, 4, p.Stats().NewConns, "all old sessions are gone")
}

func TestTheSDKSurvivesAResponseWithoutResult(t *testing.T) {
	f := newFakeServer(t, func(id uint64, _ string) [][]byte {
		return [][]byte{idOnly(id)}
	})
	p := f.connect(t, nil)
	err := p.SDK(t.Context(), func(db *surrealdb.DB) error {
		_, err := db.Info(t.Context())
		return err
	})
	require.NoError(t, err)
	err = p.SDK(t.Context(), func(db *surrealdb.DB) error {
		_, err := db.SignUp(t.Context(), map[string]any{})
		return err
	})
	require.NoError(t, err)
}

func TestEndpointsAreReadFromURLs(t *testing.T) {
	for raw, want := range map[string]endpoint{
		"ws://127.0.0.1:8000/ns/db":                      {address: "ws://127.0.0.1:8000/rpc", namespace: "ns", database: "db", level: "root"},
		"wss://a:b@db.example/my%20ns/d/":                {address: "wss://db.example/rpc", namespace: "my ns", database: "d", level: "root", user: "a"},
		"ws://a@[::1]:8000/ns/db?auth=database":          {address: "ws://[::1]:8000/rpc", namespace: "ns", database: "db", level: "database", user: "a"},
		"ws://u:p%2Fw@localhost:8000/n/d?auth=namespace": {address: "ws://localhost:8000/rpc", namespace: "n", database: "d", level: "namespace", user: "u"},
	} {
		got, err := parseEndpoint(store.ConfigFromURLs("", raw).Surreal)
		require.NoError(t, err, raw)
		got.password = store.Secret{}
		assert.Equal(t, want, *got, raw)
	}
	for _, raw := range []string{
		"", "ws://h", "ws://h/ns", "ws://h/ns/db/more", "ws:///ns/db", "http://h/ns/db", "h/ns/db",
		"ws://h/ns/db?auth=god", "ws://h/ns/db?timeout=3", "ws://h:x/ns/db",
	} {
		_, err := parseEndpoint(store.ConfigFromURLs("", raw).Surreal)
		assert.Error(t, err, raw)
	}
}

// A relay stands before a server and can stop passing bytes on.
type relay struct {
	mu      sync.Mutex
	flowing chan struct{} // closed while bytes flow
}

func newRelay(t *testing.T, rawURL string) (*relay, string) {
	t.Helper()
	u, err := url.Parse(rawURL)
	require.NoError(t, err)
	target := u.Host
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	r := &relay{flowing: make(chan struct{})}
	close(r.flowing)
	t.Cleanup(func() { listener.Close(); r.release() })
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			server, err := net.Dial("tcp", target)
			if err != nil {
				client.Close()
				continue
			}
			go r.pump(client, server)
			go r.pump(server, client)
		}
	}()
	u.Host = listener.Addr().String()
	return r, u.String()
}

func (r *relay) pump(to, from net.Conn) {
	defer to.Close()
	defer from.Close()
	buf := make([]byte, 4096)
	for {
		n, err := from.Read(buf)
		r.mu.Lock()
		flowing := r.flowing
		r.mu.Unlock()
		<-flowing
		if _, writeErr := to.Write(buf[:n]); err != nil || writeErr != nil {
			return
		}
	}
}

func (r *relay) hold() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.flowing = make(chan struct{})
}

func (r *relay) release() {
	r.mu.Lock()
	defer r.mu.Unlock()
	select {
	case <-r.flowing:
	default:
		close(r.flowing)
	}
}

func TestStatementErrorsBlameTheStatementAtFault(t *testing.T) {
	slot := func(status, kind, detail, message string) statementWire {
		return statementWire{status, kind, detail, message}
	}
	ok := slot("OK", "", "", "")
	undone := slot("ERR", "Query", "NotExecuted", "The query was not executed due to a failed transaction")
	cancelled := slot("ERR", "Query", "Cancelled", "The query was not executed due to a cancelled transaction")
	failed := slot("ERR", "Internal", "", "Database index `nx` already contains 1, with record `t:1`")
	for name, c := range map[string]struct {
		text           string
		slots          []statementWire
		index          int
		nothingRemains bool
	}{
		"the only one":                     {"CREATE t:1", []statementWire{failed}, 0, true},
		"the first":                        {"CREATE t:1; RETURN 1", []statementWire{failed, ok}, 0, true},
		"one after one that has an effect": {"CREATE t:1; CREATE t:2", []statementWire{ok, failed}, 1, false},
		"in a transaction":                 {"BEGIN; CREATE t:1; CREATE t:2; CREATE t:3; COMMIT", []statementWire{ok, undone, failed, cancelled}, 2, true},
		"behind a transaction":             {" begin; CREATE t:1; COMMIT; CREATE t:2", []statementWire{ok, ok, ok, failed}, 3, false},
		"canceled by its own text":         {"BEGIN; CREATE t:1; CANCEL", []statementWire{ok, cancelled, ok}, 1, true},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := decodeStatements(c.text, encodeStatements(c.slots))
			var e *StatementError
			require.ErrorAs(t, err, &e)
			assert.Equal(t, c.index, e.Index)
			assert.Equal(t, c.nothingRemains, e.nothingRemains)
			assert.Contains(t, e.Error(), fmt.Sprintf("statement %d: ", c.index+1))
		})
	}
}

type statementWire struct{ status, kind, detail, message string }

// encodeStatements returns the response to a query whose statements have these
// results.
func encodeStatements(list []statementWire) []byte {
	return result(1, func(e *cbor.Encoder) { writeStatements(e, list) })
}

func writeStatements(e *cbor.Encoder, list []statementWire) {
	e.Array(len(list))
	for _, s := range list {
		e.Map(5)
		e.Key("status")
		e.String(s.status)
		e.Key("time")
		e.String("1ms")
		e.Key("kind")
		e.String(s.kind)
		e.Key("details")
		e.Map(1)
		e.Key("kind")
		e.String(s.detail)
		e.Key("result")
		e.String(s.message)
	}
}

func TestALiveQueryThatIsKilledSaysSo(t *testing.T) {
	live, other := [16]byte{1}, [16]byte{2}
	f := newFakeServer(t, func(id uint64, _ string) [][]byte {
		return [][]byte{
			notified(live, ActionDelete), // the server may be that quick
			result(id, func(e *cbor.Encoder) {
				e.Array(1)
				e.Map(3)
				e.Key("status")
				e.String("OK")
				e.Key("type")
				e.String("live")
				e.Key("result")
				e.UUID(live)
			}),
			notified(live, ActionCreate),
			notified(other, actionKilled),
			notified(live, ActionUpdate),
			notified(live, actionKilled),
		}
	})
	p := f.connect(t, nil)
	sub, err := p.Live(t.Context(), "LIVE SELECT * FROM t", nil)
	require.NoError(t, err)
	for _, want := range []Action{ActionDelete, ActionCreate, ActionUpdate} {
		n, err := sub.Next(t.Context())
		require.NoError(t, err, "what came before the end is not lost")
		assert.Equal(t, want, n.Action)
	}
	_, err = sub.Next(t.Context())
	require.ErrorIs(t, err, ErrKilled)
	require.NoError(t, sub.Close())
}

// notified returns a notification of a live query.
func notified(query [16]byte, action Action) []byte {
	var e cbor.Encoder
	e.Map(1)
	e.Key("result")
	e.Map(4)
	e.Key("id")
	e.UUID(query)
	e.Key("action")
	e.String(string(action))
	e.Key("record")
	e.None()
	e.Key("result")
	e.None()
	return e.Bytes()
}

// FuzzMessage looks for messages that crash the reader.
func FuzzMessage(f *testing.F) {
	f.Add(slots(1, 1, 2))
	f.Add(encodeStatements([]statementWire{{"ERR", "Query", "NotExecuted", "x"}}))
	f.Add([]byte{0xa0})
	f.Fuzz(func(t *testing.T, data []byte) {
		_, _, _ = responseID(data)
		result, refusal, err := rawResult(data)
		if err == nil {
			_ = decodeRPCError(refusal)
			_, _ = decodeNotification(result)
		}
		if response, err := ReadResponse("BEGIN", data); err == nil && response == nil {
			t.Error("neither a response nor an error")
		}
		_, _ = decodeRevisions(data)
	})
}
