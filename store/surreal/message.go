package surreal

import (
	"encoding/binary"
	"errors"
	"io"
	"net"
	"slices"

	"github.com/gorilla/websocket"
)

const (
	// readBuffer is how much is read from the network at once, in bytes. The
	// rest of a message that is larger goes to its place without this detour.
	readBuffer = 16 << 10
	// readStep is how much room, in bytes, a message gets before it arrives,
	// whatever length it claims to have.
	readStep = 256 << 10

	// Of the two bytes that a frame begins with (RFC 6455, section 5.2).
	frameFinal    = 0x80
	frameReserved = 0x70
	frameOpcode   = 0x0f
	frameControl  = 0x08 // in the opcode
	frameMasked   = 0x80
	frameLength   = 0x7f
	frameLength16 = 126
	frameLength64 = 127

	continuationFrame = 0
)

// errMessageTooLarge says that a message is larger than the limit.
var errMessageTooLarge = errors.New("it is larger than MaxMessageSize")

// A messageReader reads the messages of a WebSocket connection, as a client
// (RFC 6455, without extensions). Reading can be interrupted: after an error of
// the connection that passes, such as a deadline, next goes on where it was.
// Gorilla's own reader cannot; what it does to the connection otherwise, the
// handshake and the writing, is still its business.
type messageReader struct {
	conn  io.Reader
	limit int64 // of a message, in bytes
	// control gets the frames that are no messages. What it is given is only
	// valid until it returns.
	control func(opcode int, payload []byte) error

	buffer     [readBuffer]byte
	start, end int // what is in the buffer and not read yet

	inFrame   bool
	opcode    int
	final     bool
	remaining int64 // bytes of the frame that have not been read

	inMessage bool // between the first frame of a message and the last
	message   []byte
}

// next returns the next message, which is the caller's.
func (r *messageReader) next() ([]byte, error) {
	for {
		if !r.inFrame {
			if err := r.header(); err != nil {
				return nil, err
			}
		}
		if r.opcode&frameControl != 0 {
			n := int(r.remaining)
			if err := r.fill(n); err != nil {
				return nil, err
			}
			payload := r.buffer[r.start : r.start+n]
			r.start += n
			r.inFrame = false
			if err := r.control(r.opcode, payload); err != nil {
				return nil, err
			}
			continue
		}
		if err := r.payload(); err != nil {
			return nil, err
		}
		r.inFrame = false
		if r.final {
			message := r.message
			r.message, r.inMessage = nil, false
			return message, nil
		}
	}
}

// fill has at least n bytes in the buffer, which are at most those of the
// longest control frame.
func (r *messageReader) fill(n int) error {
	if r.start == r.end {
		r.start, r.end = 0, 0
	} else if r.start+n > len(r.buffer) {
		r.end = copy(r.buffer[:], r.buffer[r.start:r.end])
		r.start = 0
	}
	for r.end-r.start < n {
		got, err := r.conn.Read(r.buffer[r.end:])
		r.end += got
		if err != nil && r.end-r.start < n {
			return err
		}
	}
	return nil
}

// header reads the beginning of a frame.
func (r *messageReader) header() error {
	if err := r.fill(2); err != nil {
		return err
	}
	first, second := r.buffer[r.start], r.buffer[r.start+1]
	size, length := 2, int64(second&frameLength)
	switch length {
	case frameLength16:
		size += 2
	case frameLength64:
		size += 8
	}
	if err := r.fill(size); err != nil {
		return err
	}
	switch rest := r.buffer[r.start+2:]; length {
	case frameLength16:
		length = int64(binary.BigEndian.Uint16(rest))
	case frameLength64:
		length = int64(binary.BigEndian.Uint64(rest))
	}
	r.opcode, r.final, r.remaining = int(first&frameOpcode), first&frameFinal != 0, length
	if err := r.check(first, second); err != nil {
		return err
	}
	r.start += size
	r.inFrame = true
	return nil
}

// check returns what is wrong with a frame.
func (r *messageReader) check(first, second byte) error {
	wrong := func(what string) error { return malformed("frame", errors.New(what)) }
	switch {
	case first&frameReserved != 0:
		return wrong("it uses an extension")
	case second&frameMasked != 0:
		return wrong("it is masked")
	case r.opcode&frameControl != 0:
		if !r.final || r.remaining >= frameLength16 {
			return wrong("it is a control frame in parts, or too long")
		}
		return nil
	case r.opcode == continuationFrame:
		if !r.inMessage {
			return wrong("it continues no message")
		}
	case r.inMessage:
		return wrong("the message before it has no end")
	case r.opcode != websocket.BinaryMessage:
		return malformed("message", errors.New("it is not binary"))
	}
	if r.remaining < 0 || r.remaining > r.limit-int64(len(r.message)) {
		return malformed("response", errMessageTooLarge)
	}
	r.inMessage = true
	return nil
}

// payload reads what remains of a frame of a message.
func (r *messageReader) payload() error {
	for r.remaining > 0 {
		if len(r.message) == cap(r.message) {
			r.message = slices.Grow(r.message, int(min(r.remaining, readStep)))
		}
		room := r.message[len(r.message):cap(r.message)]
		room = room[:min(int64(len(room)), r.remaining)]
		var n int
		var err error
		switch {
		case r.start < r.end:
			n = copy(room, r.buffer[r.start:r.end])
			r.start += n
		case len(room) < len(r.buffer):
			err = r.fill(1)
		default:
			n, err = r.conn.Read(room)
		}
		r.message = r.message[:len(r.message)+n]
		r.remaining -= int64(n)
		if err != nil && r.remaining > 0 {
			return err
		}
	}
	return nil
}

// interrupted reports whether err, of a connection, passes.
func interrupted(err error) bool {
	var timeout net.Error
	return errors.As(err, &timeout) && timeout.Timeout()
}
