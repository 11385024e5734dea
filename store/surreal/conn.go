package surreal

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
)

const (
	// writeTimeout limits the sending of one message.
	writeTimeout = 10 * time.Second
	// closeTimeout limits the polite part of closing a connection.
	closeTimeout = time.Second
)

// longAgo is a deadline that interrupts.
var longAgo = time.Unix(1, 0)

// errConnClosed is why a connection that this side closed is closed.
var errConnClosed = errors.New("the connection is closed")

// A connError says that a connection could not be made, or was lost.
type connError struct {
	err error
	// unsent says that the request at hand had not reached the server.
	unsent bool
}

func (e *connError) Error() string { return e.err.Error() }
func (e *connError) Unwrap() error { return e.err }

// An unsentError wraps an error that occurred before anything was sent.
type unsentError struct{ err error }

func (e *unsentError) Error() string { return e.err.Error() }
func (e *unsentError) Unwrap() error { return e.err }

// A dialer makes connections that are signed in and have their namespace and
// database.
type dialer struct {
	endpoint       *endpoint
	timeout        time.Duration
	pingInterval   time.Duration
	maxMessageSize int64

	// heard is when something last arrived on any of the connections, in
	// nanoseconds since 1970.
	heard atomic.Int64
}

// A conn is a connection. Any number of requests may be under way on it at
// once. One goroutine at a time reads. A caller that is alone on the connection
// reads its response itself, which saves the change to another goroutine; where
// there are several, and while there are none, the connection's own goroutine
// does, so that nobody depends on another caller and a connection that is lost
// is noticed.
type conn struct {
	ws           *websocket.Conn // for writing
	heard        *atomic.Int64   // the dialer's
	expires      time.Time       // when the pool replaces it; unset outside of the pool
	pingInterval time.Duration
	// onNotification gets the notifications of live queries, on the reading
	// goroutine. It is nil on connections without any.
	onNotification func(notification)
	// onExpiry is called when the server says that the session has expired. It
	// is nil outside of the pool.
	onExpiry func()

	writing chan struct{} // holds a value while somebody writes

	// These belong to who reads.
	messages messageReader
	arrived  time.Time // when something last arrived
	since    time.Time // when who reads began to

	mu      sync.Mutex
	pending map[uint64]chan []byte // each has room for its one message
	reading bool                   // somebody reads
	left    time.Time              // when the last one to read stopped
	linger  time.Duration          // how long nobody reads after that
	watch   *time.Timer            // has the goroutine read then
	watched bool                   // the timer is running
	err     error                  // why the connection ended
	onEnd   func()                 // called when it ends, unless nil

	wake   chan struct{} // has the connection's goroutine read, if nobody does
	ended  chan struct{} // closed when the connection ends
	read   chan struct{} // closed when the connection's goroutine has ended
	pinger *time.Timer
	// suspect says that the connection must not be used by anybody else: a
	// request on it was given up, or its session was changed.
	suspect atomic.Bool
}

// dial makes a connection within the dialer's timeout.
func (d *dialer) dial(ctx context.Context, onNotification func(notification)) (*conn, error) {
	ctx, cancel := context.WithTimeout(ctx, d.timeout)
	defer cancel()
	ws, response, err := (&websocket.Dialer{
		Proxy:           http.ProxyFromEnvironment,
		Subprotocols:    []string{"cbor"},
		ReadBufferSize:  16 << 10,
		WriteBufferSize: 16 << 10,
	}).DialContext(ctx, d.endpoint.address, nil)
	if err != nil {
		if response != nil {
			err = fmt.Errorf("%w: the server answers %s", err, response.Status)
		}
		return nil, &connError{err: fmt.Errorf("connect to %s: %w", d.endpoint.address, err), unsent: true}
	}
	c := &conn{
		ws:             ws,
		heard:          &d.heard,
		pingInterval:   d.pingInterval,
		onNotification: onNotification,
		arrived:        time.Now(),
		pending:        map[uint64]chan []byte{},
		linger:         defaultLinger,
		writing:        make(chan struct{}, 1),
		wake:           make(chan struct{}, 1),
		ended:          make(chan struct{}),
		read:           make(chan struct{}),
	}
	// The server speaks when it is asked: nothing of what it says stands behind
	// the handshake in a buffer of ws.
	c.messages = messageReader{conn: ws.NetConn(), limit: d.maxMessageSize, control: c.control}
	_ = c.extendReading() // an error shows when something is read
	c.mu.Lock()
	c.pinger = time.AfterFunc(d.pingInterval, c.ping)
	c.watch = time.AfterFunc(c.linger, c.resume)
	c.watched = true
	c.mu.Unlock()
	go c.readLoop()
	if err := d.enter(ctx, c); err != nil {
		c.close()
		if _, refused := errors.AsType[*RPCError](err); !refused {
			err = &connError{err: err, unsent: true}
		}
		return nil, err
	}
	return c, nil
}

// enter signs in and chooses namespace and database.
func (d *dialer) enter(ctx context.Context, c *conn) error {
	e := d.endpoint
	var err error
	switch {
	case !e.token.IsZero():
		_, err = c.call(ctx, nil, "authenticate", stringParam(e.token.Reveal()))
	case e.user != "":
		_, err = c.call(ctx, nil, "signin", e.credentials)
	}
	if err != nil {
		return fmt.Errorf("sign in to %s: %w", e.address, err)
	}
	if _, err := c.call(ctx, nil, "use", stringParam(e.namespace), stringParam(e.database)); err != nil {
		return fmt.Errorf("use namespace %s and database %s: %w", e.namespace, e.database, err)
	}
	return nil
}

// call sends a request and returns the response's result. txn is the
// transaction that it belongs to, or nil.
func (c *conn) call(ctx context.Context, txn []byte, method string, params ...param) ([]byte, error) {
	r, err := newRequest(txn, 0, method, params...)
	if err != nil {
		return nil, err
	}
	return roundTrip(ctx, c, r, func(data []byte) ([]byte, error) {
		result, refusal, err := rawResult(data)
		if err == nil && refusal != nil {
			err = decodeRPCError(refusal)
		}
		return result, err
	})
}

// query sends a request of the method query and returns the results of the
// statements of its text.
func (c *conn) query(ctx context.Context, r request, text string) ([]statementResult, error) {
	return roundTrip(ctx, c, r, func(data []byte) ([]statementResult, error) {
		return decodeStatements(text, data)
	})
}

// roundTrip sends a request and reads the response with read.
func roundTrip[T any](ctx context.Context, c *conn, r request, read func([]byte) (T, error)) (T, error) {
	var zero T
	data, err := c.send(ctx, r)
	if err != nil {
		return zero, err
	}
	v, err := read(data)
	switch err := err.(type) {
	case nil:
		return v, nil
	case *malformedError:
		c.end(err)
	case *RPCError:
		if err.sessionExpired() {
			c.suspect.Store(true)
			if c.onExpiry != nil {
				c.onExpiry()
			}
		}
	}
	return zero, err
}

// send sends a request and waits for its response.
func (c *conn) send(ctx context.Context, r request) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, &unsentError{err}
	}
	answer, err := c.expect(r.id)
	if err != nil {
		return nil, err
	}
	if err := c.write(ctx, r.data); err != nil {
		c.forget(r.id)
		return nil, err
	}
	if c.takeReading() {
		c.readUntil(ctx, answer)
	}
	select {
	case data := <-answer:
		return data, nil
	case <-ctx.Done():
		c.suspect.Store(true)
		c.forget(r.id)
		return nil, ctx.Err()
	case <-c.ended:
		select {
		case data := <-answer: // it came before the end
			return data, nil
		default:
			return nil, &connError{err: c.reason()}
		}
	}
}

// expect makes room for the response to the request with that id.
func (c *conn) expect(id uint64) (<-chan []byte, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err != nil {
		return nil, &connError{err: c.err, unsent: true}
	}
	answer := make(chan []byte, 1)
	c.pending[id] = answer
	return answer, nil
}

func (c *conn) forget(id uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.pending, id)
}

// write sends one message. A message that was not sent wholly ends the
// connection, and the server does not see it.
func (c *conn) write(ctx context.Context, data []byte) error {
	select {
	case c.writing <- struct{}{}:
		defer func() { <-c.writing }()
	case <-ctx.Done():
		return &unsentError{ctx.Err()}
	case <-c.ended:
		return &connError{err: c.reason(), unsent: true}
	}
	stop := context.AfterFunc(ctx, func() { _ = c.ws.NetConn().SetWriteDeadline(longAgo) })
	_ = c.ws.SetWriteDeadline(time.Now().Add(writeTimeout)) // it only stores the time
	err := c.ws.WriteMessage(websocket.BinaryMessage, data)
	if !stop() {
		c.suspect.Store(true) // the deadline in the past may come to lie on a later message
	}
	if err == nil {
		return nil
	}
	c.end(fmt.Errorf("send: %w", err))
	if ctx.Err() != nil {
		return &unsentError{ctx.Err()}
	}
	return &connError{err: c.reason(), unsent: true}
}

// deliver hands a message to whom it is for. An error means that the
// connection cannot be used any more.
func (c *conn) deliver(data []byte) error {
	id, isResponse, err := responseID(data)
	if err != nil {
		return err
	}
	if isResponse {
		c.mu.Lock()
		answer := c.pending[id] // nil if the caller has given up
		delete(c.pending, id)
		c.mu.Unlock()
		if answer != nil {
			answer <- data
		}
		return nil
	}
	result, refusal, err := rawResult(data)
	switch {
	case err != nil:
		return err
	case refusal != nil:
		// Which of the requests the server could not read is unknown.
		return decodeRPCError(refusal)
	}
	n, err := decodeNotification(result)
	if err != nil {
		return err
	}
	if c.onNotification != nil {
		c.onNotification(n)
	}
	return nil
}

// ping keeps the connection from being half open without anybody noticing: the
// server answers, or reading ends at its deadline.
func (c *conn) ping() {
	err := c.ws.WriteControl(websocket.PingMessage, nil, time.Now().Add(c.pingInterval))
	if err != nil {
		c.end(fmt.Errorf("ping: %w", err))
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err == nil {
		c.pinger.Reset(c.pingInterval)
	}
}

// end ends the connection for the given reason. Only the first call counts.
func (c *conn) end(reason error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err != nil {
		return
	}
	c.err = reason
	c.pinger.Stop()
	c.watch.Stop()
	close(c.ended)
	if c.onEnd != nil {
		c.onEnd()
	}
	_ = c.ws.Close() // it is lost either way
}

// whenEnded has fn called when the connection ends, or now if it has. fn must
// not use the connection.
func (c *conn) whenEnded(fn func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err != nil {
		fn()
		return
	}
	c.onEnd = fn
}

func (c *conn) reason() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}

// usable reports whether the connection may be handed out at that time.
func (c *conn) usable(now time.Time) bool { return c.alive() && now.Before(c.expires) }

// alive reports whether the connection can be used.
func (c *conn) alive() bool {
	select {
	case <-c.ended:
		return false
	default:
		return !c.suspect.Load()
	}
}

// close says good-bye, ends the connection and waits for its goroutine.
func (c *conn) close() {
	_ = c.ws.WriteControl(websocket.CloseMessage,
		websocket.FormatCloseMessage(websocket.CloseNormalClosure, ""), time.Now().Add(closeTimeout))
	c.end(errConnClosed)
	<-c.read
}
