//go:build unix

package engine_test

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fxamacker/cbor/v2"
	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/surrealdb/surrealdb.go"
	"github.com/surrealdb/surrealdb.go/pkg/connection"
	"github.com/surrealdb/surrealdb.go/pkg/models"

	"github.com/devq-ai/tandem/internal/engine"
)

func startSurreal(t *testing.T) string {
	t.Helper()
	return start(t, engine.Options{Surreal: true, Pinned: true}).SurrealURL()
}

// socket is a connection below the SDK, for frames that it would not send.
type socket struct {
	t  *testing.T
	ws *websocket.Conn
}

func dial(t *testing.T, address string) socket {
	t.Helper()
	u, err := url.Parse(address)
	require.NoError(t, err)
	dialer := websocket.Dialer{Subprotocols: []string{"cbor"}, HandshakeTimeout: time.Minute}
	ws, response, err := dialer.DialContext(t.Context(), "ws://"+u.Host+"/rpc", nil)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, "cbor", ws.Subprotocol())
	t.Cleanup(func() { _ = ws.Close() })
	return socket{t, ws}
}

type reply struct {
	ID     any             `cbor:"id"`
	Result cbor.RawMessage `cbor:"result"`
	Error  *struct {
		Code    int    `cbor:"code"`
		Message string `cbor:"message"`
		Kind    string `cbor:"kind"`
	} `cbor:"error"`
	Session any `cbor:"session"`
}

func (s socket) send(kind int, frame []byte) {
	s.t.Helper()
	require.NoError(s.t, s.ws.WriteMessage(kind, frame))
}

func (s socket) receive() reply {
	s.t.Helper()
	require.NoError(s.t, s.ws.SetReadDeadline(time.Now().Add(time.Minute)))
	_, frame, err := s.ws.ReadMessage()
	require.NoError(s.t, err)
	var r reply
	require.NoError(s.t, cbor.Unmarshal(frame, &r))
	return r
}

func (s socket) call(method string, extra map[string]any, params ...any) reply {
	s.t.Helper()
	request := map[string]any{"id": 7, "method": method, "params": params}
	for key, value := range extra {
		request[key] = value
	}
	frame, err := cbor.Marshal(request)
	require.NoError(s.t, err)
	s.send(websocket.BinaryMessage, frame)
	return s.receive()
}

func (s socket) signIn() {
	s.t.Helper()
	r := s.call("signin", nil, map[string]string{"user": "root", "pass": "root"})
	require.Nil(s.t, r.Error)
	require.Nil(s.t, s.call("use", nil, "n", "d").Error)
}

// session is a UUID as clients write it.
func session(t *testing.T, last byte) cbor.Tag {
	t.Helper()
	return cbor.Tag{Number: 37, Content: append([]byte("0123456789abcde"), last)}
}

func TestBridgeServesItsHealthAndVersion(t *testing.T) {
	u, err := url.Parse(startSurreal(t))
	require.NoError(t, err)
	get := func(method, path string) (int, string) {
		request, err := http.NewRequestWithContext(t.Context(), method, "http://"+u.Host+path, nil)
		require.NoError(t, err)
		response, err := http.DefaultClient.Do(request)
		require.NoError(t, err)
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		return response.StatusCode, string(body)
	}
	for _, path := range []string{"/health", "/status"} {
		status, _ := get(http.MethodGet, path)
		assert.Equal(t, http.StatusOK, status, path)
	}
	_, version := get(http.MethodGet, "/version")
	assert.Equal(t, "surrealdb-3.0.2", version)
	status, _ := get(http.MethodGet, "/nothing")
	assert.Equal(t, http.StatusNotFound, status)
	status, _ = get(http.MethodPost, "/health")
	assert.Equal(t, http.StatusMethodNotAllowed, status)

	json := websocket.Dialer{Subprotocols: []string{"json"}}
	_, response, err := json.DialContext(t.Context(), "ws://"+u.Host+"/rpc", nil)
	require.Error(t, err)
	assert.Equal(t, http.StatusBadRequest, response.StatusCode, "frames of another format must not be taken for CBOR")
}

func TestWrongPasswordIsRefused(t *testing.T) {
	conn := anonymous(t, startSurreal(t))
	_, err := conn.SignIn(t.Context(), map[string]any{"user": "root", "pass": "wrong"})
	require.ErrorContains(t, err, "problem with authentication")
	_, err = surrealdb.Query[any](t.Context(), conn, "RETURN 1", nil)
	require.ErrorContains(t, err, "Not enough permissions")
}

func TestSocketThatHasNotSignedInCanDoNothing(t *testing.T) {
	address := startSurreal(t)
	query[any](t, surreal(t, address), "DEFINE TABLE t PERMISSIONS FULL; CREATE t:1")
	s := dial(t, address)
	require.Nil(t, s.call("use", nil, "n", "d").Error, "a server lets an anonymous client choose")
	table := cbor.Tag{Number: 7, Content: "t"}
	for _, method := range []string{
		"query", "select", "create", "insert", "update", "upsert", "merge", "patch", "delete", "relate",
		"insert_relation", "run", "live", "kill", "info", "begin", "commit", "cancel", "graphql", "anything",
	} {
		r := s.call(method, nil, table)
		require.NotNil(t, r.Error, method)
		assert.Equal(t, "NotAllowed", r.Error.Kind, method)
	}
	s.signIn()
	require.Nil(t, s.call("select", nil, table).Error)
	require.Nil(t, s.call("invalidate", nil).Error)
	require.NotNil(t, s.call("select", nil, table).Error, "the session is over")
}

func TestRequestThatHidesItsMethodIsRefused(t *testing.T) {
	s := dial(t, startSurreal(t))
	s.send(websocket.BinaryMessage, []byte("\xa3\x66method\x64ping\x66method\x65query\x66params\x81\x68RETURN 1"))
	r := s.receive()
	require.NotNil(t, r.Error)
	assert.Equal(t, -32600, r.Error.Code)
}

func TestRecordUserSeesWhatItMay(t *testing.T) {
	address := startSurreal(t)
	root := surreal(t, address)
	query[any](t, root, `
		DEFINE TABLE user SCHEMALESS PERMISSIONS FOR select WHERE id = $auth.id;
		DEFINE TABLE secret SCHEMALESS;
		CREATE secret:1;
		DEFINE ACCESS account ON DATABASE TYPE RECORD
			SIGNUP (CREATE user SET name = $name, pass = crypto::argon2::generate($pass))
			SIGNIN (SELECT * FROM user WHERE name = $name AND crypto::argon2::compare(pass, $pass))`)
	as := func(name string) map[string]any {
		return map[string]any{"NS": "n", "DB": "d", "AC": "account", "name": name, "pass": "p-" + name}
	}
	_, err := anonymous(t, address).SignUp(t.Context(), as("ada"))
	require.NoError(t, err)
	_, err = anonymous(t, address).SignUp(t.Context(), as("bob"))
	require.NoError(t, err)

	ada := anonymous(t, address)
	token, err := ada.SignIn(t.Context(), as("ada"))
	require.NoError(t, err)
	again := anonymous(t, address)
	require.NoError(t, again.Authenticate(t.Context(), token))
	for _, conn := range []*surrealdb.DB{ada, again} {
		assert.Equal(t, []string{"ada"}, query[[]string](t, conn, "SELECT VALUE name FROM user"))
		assert.Empty(t, query[[]any](t, conn, "SELECT * FROM secret"))
		_, err = surrealdb.Query[any](t.Context(), conn, "REMOVE TABLE secret", nil)
		assert.ErrorContains(t, err, "Not enough permissions")
	}
}

func TestLiveQueryTellsOnlyTheSocketThatAsked(t *testing.T) {
	address := startSurreal(t)
	first, second, writer := surreal(t, address), surreal(t, address), surreal(t, address)
	query[any](t, writer, "DEFINE TABLE cat; DEFINE TABLE dog")
	listen := func(conn *surrealdb.DB, table models.Table) (string, chan connection.Notification) {
		id, err := surrealdb.Live(t.Context(), conn, table, false)
		require.NoError(t, err)
		told, err := conn.LiveNotifications(id.String())
		require.NoError(t, err)
		return id.String(), told
	}
	cats, toldCats := listen(first, "cat")
	_, toldDogs := listen(second, "dog")
	query[any](t, writer, "CREATE cat:1; CREATE dog:1; UPDATE cat:1 SET n = 1; DELETE cat:1")

	next := func(told chan connection.Notification) connection.Notification {
		select {
		case n := <-told:
			return n
		case <-time.After(time.Minute):
			require.Fail(t, "a notification got lost")
			return connection.Notification{}
		}
	}
	// The SDK hands each frame to a goroutine of its own, so their order is lost here.
	assert.ElementsMatch(t, []connection.Action{connection.CreateAction, connection.UpdateAction, connection.DeleteAction},
		[]connection.Action{next(toldCats).Action, next(toldCats).Action, next(toldCats).Action})
	assert.Equal(t, connection.CreateAction, next(toldDogs).Action)

	require.NoError(t, surrealdb.Kill(t.Context(), first, cats))
	query[any](t, writer, "CREATE cat:2; CREATE dog:2")
	assert.Equal(t, connection.CreateAction, next(toldDogs).Action)
	assert.Empty(t, toldCats, "a killed live query still tells")
}

func TestNotificationHasTheServersForm(t *testing.T) {
	address := startSurreal(t)
	s := dial(t, address)
	s.signIn()
	id := session(t, 'x')
	require.Nil(t, s.call("query", nil, "DEFINE TABLE t").Error)
	require.Nil(t, s.call("attach", map[string]any{"session": id}).Error)
	in := map[string]any{"session": id}
	require.Nil(t, s.call("signin", in, map[string]string{"user": "root", "pass": "root"}).Error)
	require.Nil(t, s.call("use", in, "n", "d").Error)
	for _, extra := range []map[string]any{nil, in} {
		require.Nil(t, s.call("query", extra, "LIVE SELECT * FROM t").Error)
	}
	_, err := surrealdb.Query[any](t.Context(), surreal(t, address), "CREATE t:1; UPDATE t:1 SET n = 1; DELETE t:1", nil)
	require.NoError(t, err)
	actions := map[bool][]string{}
	for range 6 {
		r := s.receive()
		assert.Nil(t, r.ID)
		var notification struct {
			Action  string `cbor:"action"`
			ID      any    `cbor:"id"`
			Record  any    `cbor:"record"`
			Session any    `cbor:"session"`
		}
		require.NoError(t, cbor.Unmarshal(r.Result, &notification))
		assert.Equal(t, r.Session != nil, notification.Session != cbor.Tag{Number: 6}, "the sessions of envelope and notification differ")
		actions[r.Session != nil] = append(actions[r.Session != nil], notification.Action)
	}
	inOrder := []string{"CREATE", "UPDATE", "DELETE"}
	assert.Equal(t, map[bool][]string{false: inOrder, true: inOrder}, actions)
}

func TestSocketThatClosesLeavesNothing(t *testing.T) {
	address := startSurreal(t)
	watcher := surreal(t, address)
	query[any](t, watcher, "DEFINE TABLE t")
	s := dial(t, address)
	s.signIn()
	require.Nil(t, s.call("query", nil, "LIVE SELECT * FROM t").Error)
	lives := func() int {
		return len(query[struct {
			Lives map[string]string `json:"lives"`
		}](t, watcher, "INFO FOR TABLE t").Lives)
	}
	require.Equal(t, 1, lives())
	require.NoError(t, s.ws.Close())
	assert.Eventually(t, func() bool { return lives() == 0 }, time.Minute, 10*time.Millisecond)
}

func TestSessionsAndTransactionsOfOneSocketAreUnknownToAnother(t *testing.T) {
	address := startSurreal(t)
	owner, other := dial(t, address), dial(t, address)
	owner.signIn()
	other.signIn()
	id := session(t, 'a')
	require.Nil(t, owner.call("attach", map[string]any{"session": id}).Error)
	r := other.call("ping", map[string]any{"session": id})
	require.NotNil(t, r.Error, "another socket's session can be used")
	assert.Equal(t, "Session not found: 30313233-3435-3637-3839-616263646561", r.Error.Message)
	assert.NotNil(t, other.call("attach", map[string]any{"session": id}).Error)
	assert.NotNil(t, owner.call("query", map[string]any{"session": id}, "RETURN 1").Error, "a new session is not signed in")

	var sessions []cbor.Tag
	require.NoError(t, cbor.Unmarshal(owner.call("sessions", nil).Result, &sessions))
	assert.Equal(t, []cbor.Tag{id}, sessions)
	require.NoError(t, cbor.Unmarshal(other.call("sessions", nil).Result, &sessions))
	assert.Empty(t, sessions)

	var txn cbor.RawTag
	require.NoError(t, cbor.Unmarshal(owner.call("begin", nil).Result, &txn))
	for _, r := range []reply{
		other.call("query", map[string]any{"txn": txn}, "RETURN 1"),
		other.call("commit", nil, txn),
		other.call("cancel", nil, txn),
	} {
		require.NotNil(t, r.Error, "another socket's transaction can be used")
		assert.Equal(t, "Transaction not found", r.Error.Message)
	}
	require.Nil(t, owner.call("commit", nil, txn).Error)
	require.NotNil(t, owner.call("commit", nil, txn).Error)

	require.Nil(t, owner.call("detach", map[string]any{"session": id}).Error)
	require.NotNil(t, owner.call("ping", map[string]any{"session": id}).Error)
	assert.Nil(t, other.call("attach", map[string]any{"session": id}).Error, "a detached session's name is free again")
}

func TestTransactionsOfTwoSocketsAreApart(t *testing.T) {
	address := startSurreal(t)
	first, second := surreal(t, address), surreal(t, address)
	query[any](t, first, "DEFINE TABLE t")
	one, err := first.Begin(t.Context())
	require.NoError(t, err)
	two, err := second.Begin(t.Context())
	require.NoError(t, err)
	count := func(s interface{}) int {
		var rows *[]surrealdb.QueryResult[[]any]
		var err error
		switch s := s.(type) {
		case *surrealdb.DB:
			rows, err = surrealdb.Query[[]any](t.Context(), s, "SELECT * FROM t", nil)
		case *surrealdb.Transaction:
			rows, err = surrealdb.Query[[]any](t.Context(), s, "SELECT * FROM t", nil)
		}
		require.NoError(t, err)
		return len((*rows)[0].Result)
	}
	_, err = surrealdb.Query[any](t.Context(), one, "CREATE t:1", nil)
	require.NoError(t, err)
	_, err = surrealdb.Query[any](t.Context(), two, "CREATE t:2; CREATE t:3", nil)
	require.NoError(t, err)
	assert.Equal(t, []int{1, 2, 0}, []int{count(one), count(two), count(first)})
	require.NoError(t, one.Commit(t.Context()))
	assert.Equal(t, 1, count(second))
	require.NoError(t, two.Cancel(t.Context()))
	assert.Equal(t, 1, count(first))
}

func TestMalformedFramesGetAnErrorAndHarmNobody(t *testing.T) {
	s := dial(t, startSurreal(t))
	s.signIn()
	malformed := map[string]string{
		"empty":                    "",
		"half an item":             "\xa3\x62id",
		"half a head":              "\x9b\x00",
		"bytes behind the frame":   "\xa0\x00",
		"a lone break":             "\xff",
		"text that is not UTF-8":   "\xa1\x61\xff\x00",
		"a reserved length":        "\xa1\x62id\x1c",
		"an endless integer":       "\x1f",
		"an endless string":        "\x7f",
		"an endless array":         "\x9f\x01",
		"lengths beyond the frame": "\x5b\x7f\xff\xff\xff\xff\xff\xff\xff",
		"many items, none there":   "\x9b\x00\x00\x00\xff\xff\xff\xff\xff",
		"nested too deep":          strings.Repeat("\x81", 100_000) + "\x00",
		"tagged too deep":          strings.Repeat("\xc6", 100_000) + "\x00",
	}
	for name, frame := range malformed {
		s.send(websocket.BinaryMessage, []byte(frame))
		r := s.receive()
		require.NotNil(t, r.Error, name)
		assert.Equal(t, -32700, r.Error.Code, name)
	}
	s.send(websocket.TextMessage, []byte(`{"id":1,"method":"ping"}`))
	assert.Equal(t, -32700, s.receive().Error.Code)
	for name, frame := range map[string]string{
		"an array":           "\x80",
		"a map without text": "\xa1\x01\x02",
		"no method":          "\xa1\x62id\x01",
		"a method of bytes":  "\xa1\x66method\x44ping",
	} {
		s.send(websocket.BinaryMessage, []byte(frame))
		r := s.receive()
		require.NotNil(t, r.Error, name)
		assert.Equal(t, -32600, r.Error.Code, name)
	}
	assert.NotNil(t, s.call("query", map[string]any{"session": "no uuid"}, "RETURN 1").Error)
	assert.NotNil(t, s.call("query", map[string]any{"txn": 5}, "RETURN 1").Error)
	assert.NotNil(t, s.call("commit", nil).Error)
	assert.NotNil(t, s.call("query", nil, 5).Error)
	assert.NotNil(t, s.call("query", nil, cbor.Tag{Number: 8, Content: []int{1}}).Error, "a record without a key")
	r := s.call("query", nil, "RETURN /regex/")
	require.NotNil(t, r.Error, "a result that CBOR has no place for")
	assert.EqualValues(t, 7, r.ID)
	assert.Nil(t, s.call("ping", nil).Error, "the connection must survive all this")
}

func TestMutilatedFramesHarmNobody(t *testing.T) {
	s := dial(t, startSurreal(t))
	valid, err := cbor.Marshal(map[string]any{"id": "x", "method": "ping", "params": []any{map[string]any{"a": []int{1, 2}, "b": 1.5}}})
	require.NoError(t, err)
	random := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		frame := append([]byte(nil), valid...)
		for range 1 + random.IntN(3) {
			frame[random.IntN(len(frame))] = byte(random.Uint32())
		}
		frame = frame[:1+random.IntN(len(frame))]
		s.send(websocket.BinaryMessage, frame)
		s.receive()
	}
	assert.Nil(t, s.call("ping", nil).Error)
}

func TestResultNamedErrorIsNoFailure(t *testing.T) {
	s := dial(t, startSurreal(t))
	s.signIn()
	require.Nil(t, s.call("query", nil, "DEFINE FUNCTION fn::e() { RETURN { error: 'mine' } }").Error)
	r := s.call("run", nil, "fn::e")
	require.Nil(t, r.Error)
	var result map[string]string
	require.NoError(t, cbor.Unmarshal(r.Result, &result))
	assert.Equal(t, map[string]string{"error": "mine"}, result)
}

func TestRequestsBehindASignInWaitForIt(t *testing.T) {
	s := dial(t, startSurreal(t))
	for id, request := range []map[string]any{
		{"method": "signin", "params": []any{map[string]string{"user": "root", "pass": "root"}}},
		{"method": "use", "params": []any{"n", "d"}},
		{"method": "query", "params": []any{"CREATE t:1"}},
	} {
		request["id"] = id
		frame, err := cbor.Marshal(request)
		require.NoError(t, err)
		s.send(websocket.BinaryMessage, frame)
	}
	for range 3 {
		assert.Nil(t, s.receive().Error)
	}
}

func TestManyClientsAtOnce(t *testing.T) {
	address := startSurreal(t)
	const clients, each = 64, 20
	query[any](t, surreal(t, address), "DEFINE TABLE n")
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	var wg sync.WaitGroup
	for client := range clients {
		wg.Go(func() {
			conn := surreal(t, address)
			for i := range each {
				want := fmt.Sprintf("%d-%d", client, i)
				rows, err := surrealdb.Query[any](ctx, conn, "CREATE n SET v = $v RETURN NONE; RETURN $v", map[string]any{"v": want})
				if !assert.NoError(t, err) {
					return
				}
				assert.Equal(t, want, (*rows)[1].Result)
			}
		})
	}
	wg.Wait()
	assert.Equal(t, []int{clients * each}, query[[]int](t, surreal(t, address), "SELECT VALUE count FROM (SELECT count() FROM n GROUP ALL)"))
}
