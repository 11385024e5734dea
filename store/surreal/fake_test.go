package surreal

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"

	"github.com/devq-ai/tandem/store"
	"github.com/devq-ai/tandem/store/surreal/cbor"
)

// A fakeServer answers what signing in needs, and leaves the rest to the test.
type fakeServer struct {
	url string
	// answer returns what to send for a request other than those of signing in;
	// nothing for no answer.
	answer func(id uint64, method string) [][]byte
	conns  atomic.Int64
	refuse atomic.Bool // new connections
	// refused counts the connections that were refused.
	refused atomic.Int64
	ignore  atomic.Bool // new connections, so that they wait
}

func newFakeServer(t testing.TB, answer func(id uint64, method string) [][]byte) *fakeServer {
	t.Helper()
	f := &fakeServer{answer: answer}
	upgrader := websocket.Upgrader{Subprotocols: []string{"cbor"}}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if f.refuse.Load() {
			f.refused.Add(1)
			http.Error(w, "no more", http.StatusServiceUnavailable)
			return
		}
		if f.ignore.Load() {
			<-r.Context().Done()
			return
		}
		ws, err := upgrader.Upgrade(w, r, nil)
		if err != nil {
			return
		}
		defer ws.Close()
		f.conns.Add(1)
		for {
			_, data, err := ws.ReadMessage()
			if err != nil {
				return
			}
			var id uint64
			var method string
			d := cbor.NewDecoder(data)
			fields(d, func(name string) {
				switch name {
				case "id":
					id = uint64(d.Int())
				case "method":
					method = d.String()
				default:
					d.Skip()
				}
			})
			answers := [][]byte{result(id, func(e *cbor.Encoder) { e.None() })}
			if method != "signin" && method != "use" {
				answers = f.answer(id, method)
			}
			for _, a := range answers {
				if ws.WriteMessage(websocket.BinaryMessage, a) != nil {
					return
				}
			}
		}
	}))
	t.Cleanup(server.Close)
	f.url = strings.Replace(server.URL, "http://", "ws://root:root@", 1) + "/ns/db"
	return f
}

// result returns a response.
func result(id uint64, value func(*cbor.Encoder)) []byte {
	var e cbor.Encoder
	e.Map(2)
	e.Key("id")
	e.Int(int64(id))
	e.Key("result")
	value(&e)
	return e.Bytes()
}

// slots returns the response to a query whose statements return numbers.
func slots(id uint64, values ...int64) []byte {
	return result(id, func(e *cbor.Encoder) {
		e.Array(len(values))
		for _, v := range values {
			e.Map(3)
			e.Key("status")
			e.String("OK")
			e.Key("time")
			e.String("12.5µs")
			e.Key("result")
			e.Int(v)
		}
	})
}

// connect opens a pool on the server.
func (f *fakeServer) connect(t testing.TB, change func(*store.SurrealConfig)) *Pool {
	t.Helper()
	cfg := store.ConfigFromURLs("", f.url)
	cfg.CallAttempts = 1
	cfg.OpenTimeout = 5 * time.Second
	if change != nil {
		change(&cfg.Surreal)
	}
	p, err := Open(t.Context(), cfg)
	require.NoError(t, err)
	t.Cleanup(p.Close)
	return p
}
