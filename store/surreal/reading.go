package surreal

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/gorilla/websocket"
)

// Who reads a connection is a caller that is alone on it, until its response is
// there, and else the connection's own goroutine. They hand over to each other
// by conn.reading.

const (
	// defaultLinger is how long nobody reads after the last call on a
	// connection, in case that another one follows.
	defaultLinger = 50 * time.Millisecond
	// controlTimeout limits the sending of a frame that is no message.
	controlTimeout = time.Second
)

var errSilence = errors.New("connection lost: nothing has come from the server for two and a half ping intervals")

// takeReading reports whether a caller that waits for a response is to read it
// itself.
func (c *conn) takeReading() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.reading || c.err != nil {
		return false
	}
	if len(c.pending) > 1 || c.onNotification != nil {
		c.rouse()
		return false
	}
	c.startReading()
	return true
}

// startReading makes the calling goroutine the one that reads. c.mu is held.
func (c *conn) startReading() {
	c.reading = true
	c.since = time.Now()
}

// leaveReading ends the reading by a caller. Whoever else waits is left to the
// connection's goroutine, and so is, after a while, the connection.
func (c *conn) leaveReading() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.reading = false
	if len(c.pending) > 0 || c.suspect.Load() {
		c.rouse()
		return
	}
	c.rest()
}

// rest leaves the connection unread for a while. c.mu is held.
func (c *conn) rest() {
	c.left = time.Now()
	if !c.watched && c.err == nil {
		c.watched = true
		c.watch.Reset(c.linger)
	}
}

// resume has the connection's goroutine read if nobody has read for a while.
func (c *conn) resume() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.watched = false
	if c.reading || c.err != nil {
		return
	}
	if rest := c.linger - time.Since(c.left); rest > 0 {
		c.watched = true
		c.watch.Reset(rest)
		return
	}
	c.rouse()
}

// rouse has the connection's goroutine read.
func (c *conn) rouse() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// readUntil reads, on the goroutine of a caller, until its answer is there, ctx
// is done or the connection ends.
func (c *conn) readUntil(ctx context.Context, answer <-chan []byte) {
	defer c.leaveReading()
	if ctx.Done() != nil {
		// It may come late, and interrupt somebody else, who then goes on.
		defer context.AfterFunc(ctx, func() { _ = c.ws.NetConn().SetReadDeadline(longAgo) })()
	}
	for len(answer) == 0 && c.readMessage(ctx) {
	}
}

// readLoop reads whenever no caller does.
func (c *conn) readLoop() {
	defer close(c.read)
	for {
		select {
		case <-c.wake:
			c.readOn()
		case <-c.ended:
			return
		}
	}
}

// readOn reads, on the connection's goroutine, until the connection ends or
// callers, who come in quick succession, can do it themselves.
func (c *conn) readOn() {
	c.mu.Lock()
	if c.reading {
		c.mu.Unlock()
		return
	}
	c.startReading()
	c.mu.Unlock()
	last := time.Time{}
	for c.readMessage(context.Background()) {
		if c.stopReading(c.arrived.Sub(last)) {
			return
		}
		last = c.arrived
	}
}

// stopReading ends the reading by the connection's goroutine, unless it is
// needed. pause is the time between the last two messages.
func (c *conn) stopReading(pause time.Duration) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if pause >= c.linger || len(c.pending) > 0 || c.onNotification != nil || c.suspect.Load() {
		return false
	}
	c.reading = false
	c.rest()
	return true
}

// readMessage reads one message and hands it on. It reports whether there can
// be more: not if ctx was done first, or the connection has ended.
func (c *conn) readMessage(ctx context.Context) bool {
	for {
		data, err := c.messages.next()
		switch {
		case err == nil:
			c.noteArrival()
			if err := c.deliver(data); err != nil {
				c.end(err)
				return false
			}
			return true
		case !interrupted(err):
			if _, bad := errors.AsType[*malformedError](err); !bad {
				err = fmt.Errorf("connection lost: %w", err)
			}
			c.end(err)
			return false
		}
		if err := c.extendReading(); err != nil {
			c.end(err)
			return false
		}
		if ctx.Err() != nil {
			return false
		}
	}
}

// noteArrival notes that something has come.
func (c *conn) noteArrival() {
	c.arrived = time.Now()
	c.heard.Store(c.arrived.UnixNano())
}

// extendReading gives the server two and a half ping intervals from the last
// arrival to send something, be it only a pong. What came while nobody read
// must be read first: it has one interval from when reading began.
func (c *conn) extendReading() error {
	deadline := c.arrived.Add(c.pingInterval * 5 / 2)
	if first := c.since.Add(c.pingInterval); first.After(deadline) {
		deadline = first
	}
	if time.Now().After(deadline) {
		return errSilence
	}
	return c.ws.NetConn().SetReadDeadline(deadline)
}

// control takes a frame that is no message.
func (c *conn) control(opcode int, payload []byte) error {
	c.noteArrival()
	switch opcode {
	case websocket.PingMessage:
		// Whether it could be sent shows when something else is.
		_ = c.ws.WriteControl(websocket.PongMessage, payload, time.Now().Add(controlTimeout))
	case websocket.CloseMessage:
		closed := &websocket.CloseError{Code: websocket.CloseNoStatusReceived}
		if len(payload) >= 2 {
			closed.Code, closed.Text = int(binary.BigEndian.Uint16(payload)), string(payload[2:])
		}
		_ = c.ws.WriteControl(opcode, websocket.FormatCloseMessage(closed.Code, ""), time.Now().Add(controlTimeout))
		return fmt.Errorf("the server closed it: %w", closed)
	}
	return nil
}
