package surreal_test

import (
	"context"
	"errors"
	"net"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	surrealdb "github.com/surrealdb/surrealdb.go"

	"github.com/devq-ai/tandem/internal/engine/enginetest"
	"github.com/devq-ai/tandem/store"
	"github.com/devq-ai/tandem/store/surreal"
	"github.com/devq-ai/tandem/store/surreal/cbor"
)

func TestMain(m *testing.M) { enginetest.Main(m) }

const patience = 10 * time.Second

// open opens a pool on a database of its own and runs the statements of setup.
func open(t *testing.T, setup string) *surreal.Pool {
	t.Helper()
	return openAt(t, enginetest.Surreal(t), setup, nil)
}

func openAt(t *testing.T, url, setup string, change func(*store.SurrealConfig)) *surreal.Pool {
	t.Helper()
	cfg := store.ConfigFromURLs("", url)
	if change != nil {
		change(&cfg.Surreal)
	}
	p, err := surreal.Open(t.Context(), cfg)
	require.NoError(t, err)
	t.Cleanup(p.Close)
	if setup != "" {
		_, err = p.Query(t.Context(), setup, nil)
		require.NoError(t, err)
	}
	return p
}

// run runs text as a generated query would.
func run(ctx context.Context, p interface {
	surreal.Querier
	Runner() *store.Runner
}, text string) error {
	q := &store.Query{Name: "Run", Engine: store.SurrealDB}
	return store.Exec(ctx, p.Runner(), q, func(ctx context.Context) error {
		_, err := p.Query(ctx, text, nil)
		return err
	})
}

// TestTheEnginesErrorsHaveTheirKinds asks the engine itself, so that an engine
// that words an error otherwise is noticed here and not by a user.
func TestTheEnginesErrorsHaveTheirKinds(t *testing.T) {
	url := enginetest.Surreal(t)
	p := openAt(t, url, `
		DEFINE TABLE t SCHEMAFULL;
		DEFINE FIELD n ON t TYPE int ASSERT $value > 0;
		DEFINE FIELD r ON t TYPE option<string> READONLY;
		DEFINE INDEX nx ON t FIELDS n UNIQUE;
		DEFINE TABLE u;
		DEFINE FIELD l ON u TYPE option<record<t>> REFERENCE ON DELETE REJECT;
		DEFINE TABLE e TYPE RELATION IN t OUT t ENFORCED;
		CREATE t:1 SET n = 1, r = 'a';
		CREATE u:1 SET l = t:1;
		DEFINE USER viewer ON DATABASE PASSWORD 'p' ROLES VIEWER;`, nil)
	viewer := openAt(t, strings.Replace(url, "root:root@", "viewer:p@", 1)+"?auth=database", "", nil)

	for _, c := range []struct {
		name, text string
		kind       error // nil for none of the kinds
		constraint string
		pool       *surreal.Pool
	}{
		{"duplicate record", "CREATE t:1 SET n = 2", store.ErrConflict, "", p},
		{"duplicate record inserted", "INSERT INTO t { id: 1, n: 2 }", store.ErrConflict, "", p},
		{"unique index", "CREATE t:2 SET n = 1", store.ErrConflict, "nx", p},
		{"assertion", "CREATE t:2 SET n = 0", store.ErrCheck, "n", p},
		{"coercion", "CREATE t:2 SET n = 'x'", store.ErrCheck, "n", p},
		{"missing field", "CREATE t:2", store.ErrCheck, "n", p},
		{"readonly field", "UPDATE t:1 SET r = 'b'", store.ErrCheck, "r", p},
		{"undefined field", "CREATE t:2 SET n = 5, zz = 3", store.ErrSchema, "zz", p},
		{"undefined table", "SELECT * FROM nope", store.ErrSchema, "", p},
		{"undefined function", "RETURN fn::nope()", store.ErrSchema, "", p},
		{"referenced record", "DELETE t:1", store.ErrForeignKey, "", p},
		{"relation to no record", "RELATE t:1->e->t:9", store.ErrForeignKey, "", p},
		{"relation from no record", "RELATE ONLY t:9->e->t:1", store.ErrForeignKey, "", p},
		{"inserted relation to no record", "INSERT RELATION INTO e { in: t:1, out: t:9 }", store.ErrForeignKey, "", p},
		{"record that is no relation", "CREATE e:1", store.ErrCheck, "", p},
		{"variable's type", "LET $x: int = 'a'", store.ErrCheck, "x", p},
		{"timeout", "SELECT * FROM t WHERE sleep(200ms) TIMEOUT 20ms", store.ErrTimeout, "", p},
		{"missing rights", "DEFINE TABLE x", store.ErrPermission, "", viewer},
		{"thrown", "THROW 'boom'", store.ErrCheck, "", p},
		{"syntax", "SELECT FROM", nil, "", p},
		{"too many for ONLY", "SELECT * FROM ONLY [t:1, t:1]", nil, "", p},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := run(t.Context(), c.pool, c.text)
			var e *store.Error
			require.ErrorAs(t, err, &e)
			if c.kind == nil {
				assert.Equal(t, store.KindOther, e.Kind, err.Error())
			} else {
				require.ErrorIs(t, err, c.kind)
			}
			assert.Equal(t, c.constraint, e.Constraint)
		})
	}
}

func TestAFailureNamesTheLineOfItsStatement(t *testing.T) {
	p := open(t, "DEFINE TABLE t; CREATE t:1")
	q := &store.Query{Name: "Q", File: "q.surql", Line: 1, Engine: store.SurrealDB, Lines: []int{2, 3, 5, 8}}
	err := store.Exec(t.Context(), p.Runner(), q, func(ctx context.Context) error {
		_, err := p.Query(ctx, "BEGIN;\nCREATE t:2;\nCREATE t:1;\nCOMMIT;", nil)
		return err
	})
	var e *store.Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, 2, e.Statement)
	assert.Equal(t, 5, e.Line)
	assert.Contains(t, err.Error(), "Q (q.surql:5): conflict: statement 3: Database record `t:1` already exists")
}

func TestConflictsOfTransactionsInTextAreRepeated(t *testing.T) {
	p := open(t, "DEFINE TABLE t; CREATE t:1 SET n = 0")
	const writers = 4
	var wg sync.WaitGroup
	errs := make([]error, writers)
	for i := range errs {
		wg.Go(func() {
			// The runner repeats thrice, this is for when that is not enough.
			for {
				errs[i] = run(t.Context(), p, "BEGIN; LET $n = t:1.n; SLEEP 5ms; UPDATE t:1 SET n = $n + 1; COMMIT;")
				var e *store.Error
				if !errors.As(errs[i], &e) || !e.SafeToRetry() {
					return
				}
			}
		})
	}
	wg.Wait()
	require.NoError(t, errors.Join(errs...))
	r, err := p.Query(t.Context(), "RETURN t:1.n", nil)
	require.NoError(t, err)
	assert.EqualValues(t, writers, cbor.NewDecoder(r.Slots[0].Result).Int())
}

func TestVariablesAndSessionsDoNotOutliveARequest(t *testing.T) {
	p := openAt(t, enginetest.Surreal(t), "", func(c *store.SurrealConfig) { c.MaxConns = 1 })
	_, err := p.Query(t.Context(), "LET $x = 1; USE NS elsewhere DB elsewhere;", nil)
	require.NoError(t, err)
	r, err := p.Query(t.Context(), "RETURN $x; RETURN session::ns() = 'elsewhere'", nil)
	require.NoError(t, err)
	x := cbor.NewDecoder(r.Slots[0].Result)
	assert.True(t, x.IsNone() || x.IsNull())
	assert.False(t, cbor.NewDecoder(r.Slots[1].Result).Bool())
}

// sentBySDK has the engine return a value, both ways through the SDK's codec.
func sentBySDK[T any](t *testing.T, p *surreal.Pool, v T) T {
	t.Helper()
	var got T
	require.NoError(t, p.SDK(t.Context(), func(db *surrealdb.DB) error {
		results, err := surrealdb.Query[T](t.Context(), db, "RETURN $v", map[string]any{"v": v})
		if err != nil {
			return err
		}
		got = (*results)[0].Result
		return nil
	}))
	return got
}

func TestTheSDKReadsAndWritesTheTypesOfThisPackage(t *testing.T) {
	p := openAt(t, enginetest.Surreal(t), "", nil)
	for _, v := range values(t) {
		if v.value.IsNull() {
			continue // the SDK makes it the zero value of any type, which is NONE
		}
		got := sentBySDK(t, p, v.value)
		text, err := got.MarshalJSON() // the engine writes 1.50dec as 1.5dec
		require.NoError(t, err)
		assert.Equal(t, v.json, string(text))
		assert.Equal(t, v.kind, got.Kind())
	}
	id := surreal.RecordID{Table: "t", Key: surreal.NewKey("a b")}
	assert.Equal(t, id, sentBySDK(t, p, id))
	assert.Equal(t, &id, sentBySDK(t, p, &id))
	assert.Equal(t, []surreal.RecordID{id}, sentBySDK(t, p, []surreal.RecordID{id}))
	assert.Equal(t, surreal.NewKey(7), sentBySDK(t, p, surreal.NewKey(7)))
	assert.Equal(t, surreal.Table("t"), sentBySDK(t, p, surreal.Table("t")))
	assert.Equal(t, surreal.File{Bucket: "b", Key: "/k"}, sentBySDK(t, p, surreal.File{Bucket: "b", Key: "/k"}))
	number := surreal.NewNumber(1.5)
	assert.Equal(t, number, sentBySDK(t, p, number))
	patch := surreal.Patch{Op: "replace", Path: "/a", Value: value(t, 7)}
	assert.Equal(t, patch, sentBySDK(t, p, patch))
	assert.Equal(t, surreal.Point{1, 2}, sentBySDK(t, p, surreal.Point{1, 2}))
	assert.Equal(t, surreal.Line{{1, 2}, {3, 4}}, sentBySDK(t, p, surreal.Line{{1, 2}, {3, 4}}))
	polygon := surreal.Polygon{{{0, 0}, {1, 0}, {1, 1}, {0, 0}}}
	assert.Equal(t, polygon, sentBySDK(t, p, polygon))
	assert.Equal(t, surreal.MultiPoint{{1, 2}}, sentBySDK(t, p, surreal.MultiPoint{{1, 2}}))
	assert.Equal(t, surreal.MultiLine{{{1, 2}, {3, 4}}}, sentBySDK(t, p, surreal.MultiLine{{{1, 2}, {3, 4}}}))
	assert.Equal(t, surreal.MultiPolygon{polygon}, sentBySDK(t, p, surreal.MultiPolygon{polygon}))
	assert.Equal(t, surreal.Collection{surreal.Point{1, 2}}, sentBySDK(t, p, surreal.Collection{surreal.Point{1, 2}}))

	err := p.SDK(t.Context(), func(db *surrealdb.DB) error {
		_, err := surrealdb.Query[surreal.RecordID](t.Context(), db, "RETURN 'text'", nil)
		return err
	})
	require.ErrorContains(t, err, "record", "a value of another kind is no id")
}

func TestTheSDKWorksOverThePool(t *testing.T) {
	p := openAt(t, enginetest.Surreal(t), "DEFINE TABLE t", func(c *store.SurrealConfig) { c.MaxConns = 1 })
	type row struct {
		N int `json:"n"`
	}
	require.NoError(t, p.SDK(t.Context(), func(db *surrealdb.DB) error {
		results, err := surrealdb.Query[[]row](t.Context(), db, "CREATE t SET n = $n", map[string]any{"n": 7})
		if err != nil {
			return err
		}
		assert.Equal(t, []row{{7}}, (*results)[0].Result)
		_, err = surrealdb.Query[any](t.Context(), db, "THROW 'x'", nil)
		require.Error(t, err)
		_, err = db.LiveNotifications("x")
		require.ErrorContains(t, err, "Pool.Live")
		version, err := db.Version(t.Context())
		require.NoError(t, err)
		assert.NotEmpty(t, version.Version)
		return nil
	}))
	made := p.Stats().NewConns

	mine := errors.New("mine")
	assert.Same(t, mine, p.SDK(t.Context(), func(db *surrealdb.DB) error {
		require.NoError(t, db.Let(t.Context(), "x", 5))
		require.NoError(t, db.Use(t.Context(), "elsewhere", "elsewhere"))
		return mine
	}))
	r, err := p.Query(t.Context(), "RETURN $x", nil)
	require.NoError(t, err)
	x := cbor.NewDecoder(r.Slots[0].Result)
	assert.True(t, x.IsNone() || x.IsNull(), "nobody else may get the session that was changed")
	assert.Equal(t, made+1, p.Stats().NewConns)
}

func TestTransactionsRefuseWhatSurrealDBLacks(t *testing.T) {
	p := open(t, "")
	for _, opts := range []store.TxOptions{{Isolation: store.Serializable}, {ReadOnly: true}, {Deferrable: true}} {
		err := p.InTx(t.Context(), opts, func(context.Context, *surreal.Tx) error {
			t.Error("it was begun")
			return nil
		})
		require.ErrorContains(t, err, "SurrealDB has no")
	}
}

func TestATransactionEndsWithItsFunction(t *testing.T) {
	p := open(t, "DEFINE TABLE t")
	var kept *surreal.Tx
	require.NoError(t, p.InTx(t.Context(), store.TxOptions{}, func(ctx context.Context, tx *surreal.Tx) error {
		kept = tx
		_, err := tx.Live(ctx, "LIVE SELECT * FROM t", nil)
		require.Error(t, err, "a live query in a transaction")
		return nil
	}))
	_, err := kept.Query(t.Context(), "CREATE t:1", nil)
	require.ErrorContains(t, err, "over")
}

func TestATransactionWhoseQueryWasGivenUpIsRolledBack(t *testing.T) {
	p := open(t, "DEFINE TABLE t")
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	err := p.InTx(ctx, store.TxOptions{}, func(ctx context.Context, tx *surreal.Tx) error {
		if _, err := tx.Query(ctx, "CREATE t:1", nil); err != nil {
			return err
		}
		_, err := tx.Query(ctx, "SLEEP 1s; CREATE t:2", nil)
		return err
	})
	require.ErrorIs(t, err, context.DeadlineExceeded)
	time.Sleep(1200 * time.Millisecond) // what the server is still running is over then
	r, err := p.Query(t.Context(), "RETURN (SELECT * FROM t).len()", nil)
	require.NoError(t, err)
	assert.Zero(t, cbor.NewDecoder(r.Slots[0].Result).Int())
	require.NoError(t, run(t.Context(), p, "CREATE t:1"), "nothing of it stands in the way")
}

func TestALiveQueryTellsOfEveryChange(t *testing.T) {
	p := open(t, "DEFINE TABLE t")
	sub, err := p.Live(t.Context(), "LIVE SELECT * FROM t WHERE n > $least", func(e *cbor.Encoder) {
		e.Map(1)
		e.Key("least")
		e.Int(0)
	})
	require.NoError(t, err)
	assert.Equal(t, 1, p.Stats().Subscriptions)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for _, c := range []struct {
		text string
		want surreal.Action
	}{
		{"CREATE t:1 SET n = 1", surreal.ActionCreate},
		{"UPDATE t:1 SET n = 2", surreal.ActionUpdate},
		{"DELETE t:1", surreal.ActionDelete},
	} {
		_, err := p.Query(t.Context(), c.text, nil)
		require.NoError(t, err)
		n, err := sub.Next(ctx)
		require.NoError(t, err)
		assert.Equal(t, c.want, n.Action)
		id := cbor.NewDecoder(n.Record)
		assert.Equal(t, "t", id.Record())
		assert.EqualValues(t, 1, id.Int())
		assert.NotEmpty(t, n.Result)
	}
	short, cancelShort := context.WithTimeout(ctx, 20*time.Millisecond)
	defer cancelShort()
	_, err = sub.Next(short)
	require.ErrorIs(t, err, store.ErrTimeout, "no change, no notification")

	require.NoError(t, sub.Close())
	require.NoError(t, sub.Close())
	_, err = sub.Next(ctx)
	require.ErrorIs(t, err, surreal.ErrSubscriptionClosed)
	assert.Zero(t, p.Stats().Subscriptions)
	r, err := p.Query(t.Context(), "RETURN object::keys((INFO FOR TABLE t).lives).len()", nil)
	require.NoError(t, err)
	assert.Zero(t, cbor.NewDecoder(r.Slots[0].Result).Int(), "the server must not go on watching")
}

func TestASlowReaderIsToldOfWhatItLost(t *testing.T) {
	p := openAt(t, enginetest.Surreal(t), "DEFINE TABLE t", func(c *store.SurrealConfig) { c.LiveBuffer = 3 })
	sub, err := p.Live(t.Context(), "LIVE SELECT * FROM t", nil)
	require.NoError(t, err)
	defer sub.Close()
	_, err = p.Query(t.Context(), "FOR $i IN 1..=10 { CREATE t SET n = $i }", nil)
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	time.Sleep(100 * time.Millisecond) // the reader is slow
	for range 3 {
		_, err := sub.Next(ctx)
		require.NoError(t, err)
	}
	_, err = sub.Next(ctx)
	require.ErrorIs(t, err, surreal.ErrOverflow)
}

func TestALostConnectionEndsALiveQuery(t *testing.T) {
	proxy, at := behind(t, enginetest.Surreal(t))
	p := openAt(t, at, "DEFINE TABLE t", nil)
	sub, err := p.Live(t.Context(), "LIVE SELECT * FROM t", nil)
	require.NoError(t, err)
	time.AfterFunc(30*time.Millisecond, proxy.cut)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	_, err = sub.Next(ctx)
	require.ErrorIs(t, err, store.ErrUnavailable)
	_, err = sub.Next(ctx)
	require.ErrorIs(t, err, store.ErrUnavailable, "it stays ended")
	require.NoError(t, sub.Close(), "there is nothing to kill any more")
}

func TestALiveQueryOfARemovedTableSaysThatItIsOver(t *testing.T) {
	p := open(t, "DEFINE TABLE t")
	sub, err := p.Live(t.Context(), "LIVE SELECT * FROM t", nil)
	require.NoError(t, err)
	defer sub.Close()
	_, err = p.Query(t.Context(), "REMOVE TABLE t", nil)
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	_, err = sub.Next(ctx)
	require.ErrorIs(t, err, surreal.ErrKilled)
}

func TestClosingThePoolEndsItsLiveQueries(t *testing.T) {
	p := open(t, "DEFINE TABLE t")
	sub, err := p.Live(t.Context(), "LIVE SELECT * FROM t", nil)
	require.NoError(t, err)
	ended := make(chan error, 1)
	go func() {
		_, err := sub.Next(t.Context())
		ended <- err
	}()
	p.Close()
	select {
	case err := <-ended:
		require.ErrorIs(t, err, store.ErrUnavailable)
	case <-time.After(patience):
		t.Fatal("Next still waits")
	}
	_, err = p.Live(t.Context(), "LIVE SELECT * FROM t", nil)
	require.ErrorIs(t, err, store.ErrUnavailable)
}

func TestALiveQueryMustBeOne(t *testing.T) {
	p := open(t, "DEFINE TABLE t")
	for _, text := range []string{"RETURN 1", "LIVE SELECT * FROM t; LIVE SELECT * FROM t"} {
		_, err := p.Live(t.Context(), text, nil)
		require.ErrorContains(t, err, "instead of one")
	}
	_, err := p.Live(t.Context(), "LIVE SELECT * FROM nope", nil)
	require.ErrorIs(t, err, store.ErrSchema)
	assert.Zero(t, p.Stats().Subscriptions)
}

func TestAnOptionalServerMayBeAwayAtFirst(t *testing.T) {
	url := enginetest.Surreal(t)
	openAt(t, url, revisions+"CREATE atlas_schema_revisions SET version = '2', applied = 1, total = 1;", nil).Close()
	proxy, at := behind(t, url)
	proxy.down()
	start := time.Now()
	cfg := store.ConfigFromURLs("", at)
	cfg.Surreal.Optional = true
	var p *surreal.Pool
	group, err := store.OpenAll(t.Context(), cfg, store.Opening(&p, surreal.Open, "2"))
	require.NoError(t, err)
	defer group.Close()
	assert.Less(t, time.Since(start), 3*time.Second)

	start = time.Now()
	for range 100 {
		require.ErrorIs(t, run(t.Context(), p, "RETURN 1"), store.ErrUnavailable)
	}
	assert.Less(t, time.Since(start), time.Second, "calls must fail at once")
	_, err = p.Live(t.Context(), "LIVE SELECT * FROM t", nil)
	require.ErrorIs(t, err, store.ErrUnavailable)
	health := group.Health(t.Context())
	assert.Equal(t, store.StatusDegraded, health.Status())
	assert.True(t, health.Ready())

	proxy.up()
	require.Eventually(t, func() bool { return run(t.Context(), p, "RETURN 1") == nil }, patience, 10*time.Millisecond)
	assert.Equal(t, store.StatusUp, group.Health(t.Context()).Status())
}

func TestAnOptionalServerThatComesBackWithoutItsMigrationStaysOutOfUse(t *testing.T) {
	url := enginetest.Surreal(t)
	proxy, at := behind(t, url)
	proxy.down()
	cfg := store.ConfigFromURLs("", at)
	cfg.Surreal.Optional = true
	var p *surreal.Pool
	group, err := store.OpenAll(t.Context(), cfg, store.Opening(&p, surreal.Open, "2"))
	require.NoError(t, err)
	defer group.Close()
	proxy.up()
	require.Eventually(t, func() bool { return errors.Is(p.Health(t.Context()).Err, store.ErrSchema) }, patience, 10*time.Millisecond)
	require.ErrorIs(t, run(t.Context(), p, "RETURN 1"), store.ErrSchema)

	openAt(t, url, revisions+"CREATE atlas_schema_revisions SET version = '2', applied = 1, total = 1;", nil)
	require.Eventually(t, func() bool { return run(t.Context(), p, "RETURN 1") == nil }, patience, 10*time.Millisecond,
		"once migrated it must be used")
}

const revisions = `DEFINE TABLE atlas_schema_revisions SCHEMALESS;`

func TestMigrationsAreVerified(t *testing.T) {
	check := func(rows string) error {
		p := open(t, rows)
		return p.CheckMigrations(t.Context(), "2")
	}
	require.NoError(t, check(revisions+"CREATE atlas_schema_revisions SET version = '1', applied = 3, total = 3; CREATE atlas_schema_revisions SET version = '2', applied = 1, total = 1, error = NONE;"))
	for want, rows := range map[string]string{
		"latest is none":          "RETURN 1",
		"latest is 1":             revisions + "CREATE atlas_schema_revisions SET version = '1', applied = 3, total = 3;",
		"1 of its 2 statements":   revisions + "CREATE atlas_schema_revisions SET version = '2', applied = 1, total = 2, error = '';",
		"failed when it was appl": revisions + "CREATE atlas_schema_revisions SET version = '2', applied = 1, total = 2, error = 'oh';",
	} {
		err := check(rows)
		require.ErrorIs(t, err, store.ErrSchema, rows)
		assert.ErrorContains(t, err, want)
	}
}

// A gate is a proxy that can break its connections and refuse new ones.
type gate struct {
	mu    sync.Mutex
	shut  bool
	conns []net.Conn
}

func behind(t *testing.T, rawURL string) (*gate, string) {
	t.Helper()
	u, err := url.Parse(rawURL)
	require.NoError(t, err)
	target := u.Host
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	g := &gate{}
	t.Cleanup(func() { listener.Close(); g.down() })
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
			if !g.let(client, server) {
				client.Close()
				server.Close()
			}
		}
	}()
	u.Host = listener.Addr().String()
	return g, u.String()
}

func (g *gate) let(client, server net.Conn) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.shut {
		return false
	}
	g.conns = append(g.conns, client, server)
	go copyAll(client, server)
	go copyAll(server, client)
	return true
}

func copyAll(to, from net.Conn) {
	defer to.Close()
	defer from.Close()
	_, _ = to.(*net.TCPConn).ReadFrom(from)
}

func (g *gate) cut() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, c := range g.conns {
		c.Close()
	}
	g.conns = nil
}

func (g *gate) down() {
	g.mu.Lock()
	g.shut = true
	g.mu.Unlock()
	g.cut()
}

func (g *gate) up() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.shut = false
}
