package surreal

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"

	cborcodec "github.com/fxamacker/cbor/v2"
	surrealdb "github.com/surrealdb/surrealdb.go"
	"github.com/surrealdb/surrealdb.go/pkg/connection"
	"github.com/surrealdb/surrealdb.go/pkg/connection/gorillaws"
	"github.com/surrealdb/surrealdb.go/pkg/logger"
	"github.com/surrealdb/surrealdb.go/surrealcbor"
)

// SDK calls fn with the official SDK's client over one of the pool's
// connections, for what generated code does not cover. The client is signed in
// and has its namespace and database; it is valid until fn returns. A session
// that fn changes, with SignIn, Use or Let, is not used by anybody else. For
// live queries use Live: the client refuses them. fn's error is returned as it
// is. The client's Info panics when its request fails; use a query for that.
func (p *Pool) SDK(ctx context.Context, fn func(*surrealdb.DB) error) error {
	resource, err := p.acquireAlone(ctx)
	if err != nil {
		return p.runner.OpError(ctx, "acquire", err)
	}
	defer release(resource)
	db, err := surrealdb.FromConnection(ctx, newSDKConnection(resource.Value()))
	if err != nil {
		return p.runner.OpError(ctx, "acquire", err)
	}
	return fn(db)
}

// sdkCodec encodes and decodes the SDK's types.
var sdkCodec = surrealcbor.New()

// sdkConnection lets the SDK's client work over a conn. It does not use the
// SDK's own WebSocket connection, which a malformed response crashes.
type sdkConnection struct {
	// Connection is one that is never connected. It is here for GetUnmarshaler,
	// whose result type is internal to the SDK, so that only the SDK can declare
	// the method.
	connection.Connection
	conn *conn
}

func newSDKConnection(c *conn) *sdkConnection {
	config := connection.Config{
		URL: url.URL{}, Marshaler: sdkCodec, Unmarshaler: sdkCodec,
		Logger: logger.New(slog.DiscardHandler),
	}
	return &sdkConnection{Connection: gorillaws.New(&config), conn: c}
}

var errSDKLive = errors.New("live queries are not available here; use Pool.Live")

// Connect does nothing: the connection is there.
func (c *sdkConnection) Connect(context.Context) error { return nil }

// Close does nothing: the connection is the pool's.
func (c *sdkConnection) Close(context.Context) error { return nil }

// IsClosed makes the SDK see a WebSocket connection, and so allow sessions and
// transactions.
func (c *sdkConnection) IsClosed() bool { return !c.conn.alive() }

func (c *sdkConnection) Send(ctx context.Context, method string, params ...any) (*connection.RPCResponse[cborcodec.RawMessage], error) {
	return c.Call(ctx, &connection.RPCRequest{Method: method, Params: params})
}

// unchanging are the methods that leave nothing behind in the connection's
// session. begin is not among them: a transaction could stay open.
var unchanging = map[string]bool{
	"ping": true, "info": true, "version": true, "query": true, "select": true, "create": true, "insert": true,
	"insert_relation": true, "update": true, "upsert": true, "merge": true, "patch": true, "delete": true,
	"relate": true, "run": true, "graphql": true, "commit": true, "cancel": true,
}

func (c *sdkConnection) Call(ctx context.Context, r *connection.RPCRequest) (*connection.RPCResponse[cborcodec.RawMessage], error) {
	if r.Method == "live" || r.Method == "kill" {
		return nil, errSDKLive
	}
	if !unchanging[r.Method] {
		c.conn.suspect.Store(true)
	}
	id := lastRequest.Add(1)
	encoded, err := sdkCodec.Marshal(connection.RPCRequest{ID: id, Method: r.Method, Params: r.Params, Session: r.Session, Txn: r.Txn})
	if err != nil {
		return nil, &unsentError{fmt.Errorf("encode the request: %w", err)}
	}
	data, err := c.conn.send(ctx, request{id, encoded})
	if err != nil {
		return nil, err
	}
	result, failure, err := rawResult(data)
	if err != nil {
		c.conn.end(err)
		return nil, err
	}
	if failure != nil {
		//lint:ignore SA1019 the SDK's interface has it, and it carries the new ServerError
		var refusal connection.RPCError
		if err := refusal.UnmarshalCBOR(failure); err != nil {
			return nil, malformed("error", err)
		}
		return nil, &refusal
	}
	// The SDK dereferences the result of some methods without looking.
	if result == nil {
		result = none
	}
	return &connection.RPCResponse[cborcodec.RawMessage]{ID: r.ID, Result: (*cborcodec.RawMessage)(&result)}, nil
}

func (c *sdkConnection) send(ctx context.Context, method string, params ...any) error {
	_, err := c.Send(ctx, method, params...)
	return err
}

func (c *sdkConnection) Use(ctx context.Context, namespace, database string) error {
	return c.send(ctx, "use", namespace, database)
}

func (c *sdkConnection) Let(ctx context.Context, key string, value any) error {
	return c.send(ctx, "let", key, value)
}

func (c *sdkConnection) Unset(ctx context.Context, key string) error {
	return c.send(ctx, "unset", key)
}

func (c *sdkConnection) Authenticate(ctx context.Context, token string) error {
	return c.send(ctx, "authenticate", token)
}

func (c *sdkConnection) Invalidate(ctx context.Context) error {
	return c.send(ctx, "invalidate")
}

func (c *sdkConnection) SignUp(ctx context.Context, data any) (string, error) {
	return sdkResult[string](ctx, c, "signup", data)
}

func (c *sdkConnection) SignIn(ctx context.Context, data any) (string, error) {
	return sdkResult[string](ctx, c, "signin", data)
}

func (c *sdkConnection) SignUpWithRefresh(ctx context.Context, data any) (*connection.Tokens, error) {
	return sdkResult[*connection.Tokens](ctx, c, "signup", data)
}

func (c *sdkConnection) SignInWithRefresh(ctx context.Context, data any) (*connection.Tokens, error) {
	return sdkResult[*connection.Tokens](ctx, c, "signin", data)
}

func (c *sdkConnection) LiveNotifications(string) (chan connection.Notification, error) {
	return nil, errSDKLive
}

func (c *sdkConnection) CloseLiveNotifications(string) error { return errSDKLive }

func sdkResult[T any](ctx context.Context, c *sdkConnection, method string, params ...any) (T, error) {
	var value T
	response, err := c.Send(ctx, method, params...)
	if err != nil {
		return value, err
	}
	if err := sdkCodec.Unmarshal(*response.Result, &value); err != nil {
		return value, malformed("result of "+method, err)
	}
	return value, nil
}
