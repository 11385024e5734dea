package surreal

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/devq-ai/tandem/store"
	"github.com/devq-ai/tandem/store/surreal/cbor"
)

// rawServer serves connections for which serve does everything; requests are
// the ids of those that come.
func rawServer(t *testing.T, serve func(ws *websocket.Conn, requests <-chan uint64)) *Pool {
	t.Helper()
	upgrader := websocket.Upgrader{Subprotocols: []string{"cbor"}}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ws, err := upgrader.Upgrade(w, r, nil)
		if err != nil {
			return
		}
		requests := make(chan uint64, 100)
		go func() {
			defer close(requests)
			for {
				_, data, err := ws.ReadMessage()
				if err != nil {
					return
				}
				id, _, _ := responseID(data)
				requests <- id
			}
		}()
		serve(ws, requests)
		ws.Close()
	}))
	t.Cleanup(server.Close)
	cfg := store.ConfigFromURLs("", strings.Replace(server.URL, "http://", "ws://", 1)+"/ns/db") // without signing in
	cfg.CallAttempts = 1
	cfg.Surreal.MaxConns = 1
	p, err := Open(t.Context(), cfg)
	require.NoError(t, err)
	t.Cleanup(p.Close)
	return p
}

// sendNone answers a request with NONE.
func sendNone(ws *websocket.Conn, id uint64) {
	_ = ws.WriteMessage(websocket.BinaryMessage, result(id, func(e *cbor.Encoder) { e.None() }))
}

// connOf returns the pool's connection.
func connOf(t *testing.T, p *Pool) *conn {
	t.Helper()
	resource, err := p.acquire(t.Context())
	require.NoError(t, err)
	defer release(resource)
	return resource.Value()
}

func (c *conn) isRead() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.reading
}

// keepUnread has nobody read a connection that no call needs.
func (c *conn) keepUnread() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.linger = time.Hour
	c.watch.Stop()
	c.watched = false
}

func TestACallerThatIsAloneReadsItsResponse(t *testing.T) {
	f := newFakeServer(t, func(id uint64, _ string) [][]byte { return [][]byte{slots(id, 1)} })
	p := f.connect(t, nil)
	c := connOf(t, p)
	require.Eventually(t, c.isRead, 5*time.Second, time.Millisecond, "an idle connection must be read")
	alone := 0
	for range 100 {
		_, err := query(t.Context(), p, "RETURN 1")
		require.NoError(t, err)
		if !c.isRead() {
			alone++
		}
	}
	assert.Positive(t, alone, "callers in quick succession read for themselves")
	require.Eventually(t, c.isRead, 5*time.Second, time.Millisecond)
}

func TestALostConnectionIsNoticedWhileNobodyCalls(t *testing.T) {
	for name, farewell := range map[string]func(*websocket.Conn){
		"cut": func(*websocket.Conn) {},
		"closed": func(ws *websocket.Conn) {
			_ = ws.WriteMessage(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseGoingAway, "bye"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			leave := make(chan struct{})
			p := rawServer(t, func(ws *websocket.Conn, requests <-chan uint64) {
				for {
					select {
					case id := <-requests:
						sendNone(ws, id)
					case <-leave:
						farewell(ws)
						return
					}
				}
			})
			c := connOf(t, p)
			_, err := c.call(t.Context(), nil, "ping")
			require.NoError(t, err)
			close(leave)
			select {
			case <-c.ended:
			case <-time.After(10 * time.Second):
				t.Fatal("nobody has noticed")
			}
			require.ErrorContains(t, c.reason(), "connection lost")
			if name == "closed" {
				assert.ErrorContains(t, c.reason(), "bye")
			}
		})
	}
}

// One caller reads, in the middle of a message that is for another, when its
// context ends: the other must not notice.
func TestACallerThatGivesUpLeavesTheOthersTheirResponses(t *testing.T) {
	half, rest := make(chan struct{}), make(chan struct{})
	p := rawServer(t, func(ws *websocket.Conn, requests <-chan uint64) {
		sendNone(ws, <-requests) // to use
		<-requests               // the one that gives up gets nothing
		message := frame(true, websocket.BinaryMessage, result(<-requests, func(e *cbor.Encoder) { e.String(strings.Repeat("x", 100_000)) }))
		_, _ = ws.NetConn().Write(message[:50_000])
		close(half)
		<-rest
		_, _ = ws.NetConn().Write(message[50_000:])
		for id := range requests {
			sendNone(ws, id)
		}
	})
	c := connOf(t, p)
	c.keepUnread()
	impatient, giveUp := context.WithCancel(t.Context())
	defer giveUp()
	var wg sync.WaitGroup
	wg.Go(func() {
		_, err := c.call(impatient, nil, "version")
		assert.ErrorIs(t, err, context.Canceled)
	})
	require.Eventually(t, c.isRead, 5*time.Second, time.Millisecond)
	wg.Go(func() {
		data, err := c.call(t.Context(), nil, "version")
		if assert.NoError(t, err) {
			assert.Len(t, data, 100_005)
		}
	})
	<-half
	time.Sleep(10 * time.Millisecond) // what was sent is being read
	giveUp()
	time.Sleep(10 * time.Millisecond)
	close(rest)
	wg.Wait()
	assert.False(t, c.alive(), "a connection on which a call was given up is replaced")
}

func TestAServersPingsAreAnsweredWhoeverReads(t *testing.T) {
	pongs := make(chan string, 10)
	answer := make(chan struct{})
	p := rawServer(t, func(ws *websocket.Conn, requests <-chan uint64) {
		ws.SetPongHandler(func(text string) error { pongs <- text; return nil })
		sendNone(ws, <-requests)
		id := <-requests
		_ = ws.WriteMessage(websocket.PingMessage, []byte("while a caller reads"))
		<-answer
		sendNone(ws, id)
		time.Sleep(3 * defaultLinger)
		_ = ws.WriteMessage(websocket.PingMessage, []byte("while nobody calls"))
		for range requests {
		}
	})
	c := connOf(t, p)
	done := make(chan error, 1)
	go func() { _, err := c.call(t.Context(), nil, "version"); done <- err }()
	assert.Equal(t, "while a caller reads", <-pongs)
	close(answer)
	require.NoError(t, <-done)
	assert.Equal(t, "while nobody calls", <-pongs)
}

// Two callers that find nobody reading cannot each leave it to the other.
func TestCallersThatComeTogetherAreAnswered(t *testing.T) {
	p := rawServer(t, func(ws *websocket.Conn, requests <-chan uint64) {
		for id := range requests {
			sendNone(ws, id)
		}
	})
	c := connOf(t, p)
	c.keepUnread()
	for range 500 {
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() {
				ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
				defer cancel()
				_, err := c.call(ctx, nil, "version")
				assert.NoError(t, err)
			})
		}
		wg.Wait()
		if t.Failed() {
			return
		}
	}
}

// Callers that come and go at the same time, some of which give up, all get
// their own responses.
func TestCallersThatShareAConnectionGetTheirOwnResponses(t *testing.T) {
	f := newFakeServer(t, func(id uint64, _ string) [][]byte {
		return [][]byte{result(id, func(e *cbor.Encoder) { e.Int(int64(id)) })}
	})
	p := f.connect(t, func(c *store.SurrealConfig) { c.MaxConns = 1 })
	c := connOf(t, p)
	for _, callers := range []int{1, 2, 3, 16} {
		var wg sync.WaitGroup
		for range callers {
			wg.Go(func() {
				for range 300 {
					r, err := newRequest(nil, 0, "version")
					assert.NoError(t, err)
					data, err := c.send(t.Context(), r)
					if !assert.NoError(t, err) {
						return
					}
					id, _, _ := responseID(data)
					assert.Equal(t, r.id, id)
				}
			})
		}
		wg.Wait()
	}
	var given, kept sync.WaitGroup
	for i := range 8 {
		given.Go(func() {
			for range 50 {
				ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i)*20*time.Microsecond)
				_, _ = c.call(ctx, nil, "version")
				cancel()
			}
		})
		kept.Go(func() {
			for range 200 {
				if _, err := c.call(t.Context(), nil, "version"); !assert.NoError(t, err) {
					return
				}
			}
		})
	}
	given.Wait()
	kept.Wait()
}
