package surqlcheck

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/devq-ai/tandem/internal/engine/enginetest"
	"github.com/devq-ai/tandem/internal/surqlcheck/kind"
	"github.com/fxamacker/cbor/v2"
	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"
)

func TestMain(m *testing.M) { enginetest.Main(m) }

// A database is a connection to a real engine, which shows values as they come
// over the wire.
type database struct {
	t    testing.TB
	conn *websocket.Conn
	id   int
	// pushed are the messages that came without being asked for.
	pushed [][]byte
	// died is set when the engine has aborted, as it does on some inputs.
	died bool
}

func openDatabase(t testing.TB) *database {
	t.Helper()
	u, err := url.Parse(enginetest.Surreal(t))
	require.NoError(t, err)
	names := strings.Split(strings.Trim(u.Path, "/"), "/")
	dialer := websocket.Dialer{Subprotocols: []string{"cbor"}, HandshakeTimeout: 10 * time.Second}
	var conn *websocket.Conn
	require.Eventually(t, func() bool {
		// An engine that has died is started again.
		conn, _, err = dialer.DialContext(context.Background(), "ws://"+u.Host+"/rpc", nil)
		return err == nil
	}, 20*time.Second, 100*time.Millisecond)
	t.Cleanup(func() { _ = conn.Close() })
	db := &database{t: t, conn: conn}
	password, _ := u.User.Password()
	db.call("signin", map[string]any{"user": u.User.Username(), "pass": password})
	db.call("use", names[0], names[1])
	return db
}

type response struct {
	ID     any
	Result cbor.RawMessage
	Error  *rpcError
}

type rpcError struct{ Message string }

func (db *database) call(method string, params ...any) response {
	db.t.Helper()
	db.id++
	raw, err := cbor.Marshal(map[string]any{"id": fmt.Sprint(db.id), "method": method, "params": params})
	require.NoError(db.t, err)
	require.NoError(db.t, db.conn.WriteMessage(websocket.BinaryMessage, raw))
	for {
		_, msg, err := db.conn.ReadMessage()
		if err != nil && method == "query" {
			db.died = true
			return response{Error: &rpcError{err.Error()}}
		}
		require.NoError(db.t, err)
		var r response
		require.NoError(db.t, cbor.Unmarshal(msg, &r))
		if r.ID == fmt.Sprint(db.id) {
			if r.Error != nil && method != "query" {
				db.t.Fatalf("%s: %s", method, r.Error.Message)
			}
			return r
		}
		db.pushed = append(db.pushed, msg)
	}
}

// An answer is the result of one statement.
type answer struct {
	value any
	err   string
}

// query runs a script and returns the answer of each statement.
func (db *database) query(text string) ([]answer, error) {
	db.t.Helper()
	r := db.call("query", text)
	if r.Error != nil {
		return nil, fmt.Errorf("%s", r.Error.Message)
	}
	var slots []struct {
		Status string
		Result cbor.RawMessage
	}
	require.NoError(db.t, cbor.Unmarshal(r.Result, &slots))
	out := make([]answer, len(slots))
	for i, slot := range slots {
		var v any
		require.NoError(db.t, cbor.Unmarshal(slot.Result, &v))
		if slot.Status != "OK" {
			out[i].err = fmt.Sprint(v)
			continue
		}
		out[i].value = wire(v)
	}
	return out, nil
}

// wire returns a decoded CBOR value as holds takes it.
func wire(v any) any {
	switch v := v.(type) {
	case uint64:
		return int64(v)
	case []byte:
		return scalarValue{kind.Bytes}
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = wire(e)
		}
		return out
	case map[any]any:
		out := map[string]any{}
		for key, e := range v {
			out[fmt.Sprint(key)] = wire(e)
		}
		return out
	case time.Time:
		return scalarValue{kind.Datetime}
	case cbor.Tag:
		return wireTag(v)
	}
	return v
}

var wireForms = map[uint64]string{
	88: "point", 89: "line", 90: "polygon", 91: "multipoint", 92: "multiline", 93: "multipolygon", 94: "collection",
}

func wireTag(tag cbor.Tag) any {
	switch tag.Number {
	case 6:
		return noneValue{}
	case 7:
		return tableValue{fmt.Sprint(tag.Content)}
	case 8:
		if parts, ok := tag.Content.([]any); ok {
			return recordValue{fmt.Sprint(parts[0])}
		}
		table, _, _ := strings.Cut(fmt.Sprint(tag.Content), ":")
		return recordValue{table}
	case 9, 37:
		return scalarValue{kind.UUID}
	case 10:
		return scalarValue{kind.Decimal}
	case 0, 12:
		return scalarValue{kind.Datetime}
	case 13, 14:
		return scalarValue{kind.Duration}
	case 49:
		return rangeValue{}
	case 55:
		parts, _ := tag.Content.([]any)
		return fileValue{fmt.Sprint(parts[0])}
	case 56:
		return setValue(wire(tag.Content).([]any))
	}
	if form, ok := wireForms[tag.Number]; ok {
		return geometryValue{form}
	}
	return tag
}

// notifications runs a statement and returns the results of the live queries
// that it triggers.
func (db *database) notifications(text string) []any {
	db.t.Helper()
	_, err := db.query(text)
	require.NoError(db.t, err)
	var out []any
	for {
		require.NoError(db.t, db.conn.SetReadDeadline(time.Now().Add(5*time.Second)))
		// A statement that comes back marks the end: what it follows was sent
		// before.
		if len(db.pushed) == 0 {
			_, err := db.query("SLEEP 50ms")
			require.NoError(db.t, err)
		}
		if len(db.pushed) == 0 {
			return out
		}
		for _, msg := range db.pushed {
			var n struct {
				Result struct {
					Action string
					Result cbor.RawMessage
				}
			}
			require.NoError(db.t, cbor.Unmarshal(msg, &n))
			if n.Result.Action == "KILLED" {
				continue
			}
			var v any
			require.NoError(db.t, cbor.Unmarshal(n.Result.Result, &v))
			out = append(out, wire(v))
		}
		db.pushed = nil
	}
}
