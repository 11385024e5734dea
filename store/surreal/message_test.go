package surreal

import (
	"bytes"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// frame returns a WebSocket frame as a server sends it.
func frame(final bool, opcode int, payload []byte) []byte {
	first := byte(opcode)
	if final {
		first |= frameFinal
	}
	var b []byte
	switch n := len(payload); {
	case n < frameLength16:
		b = []byte{first, byte(n)}
	case n <= 0xffff:
		b = binary.BigEndian.AppendUint16([]byte{first, frameLength16}, uint16(n))
	default:
		b = binary.BigEndian.AppendUint64([]byte{first, frameLength64}, uint64(n))
	}
	return append(b, payload...)
}

// A halting reader reads data in pieces of random sizes, and times out before
// some of them.
type halting struct {
	*rand.Rand
	data io.Reader
}

func (h *halting) Read(p []byte) (int, error) {
	if h.IntN(3) == 0 {
		return 0, os.ErrDeadlineExceeded
	}
	return h.data.Read(p[:1+h.IntN(len(p))])
}

// A withEnd reader returns the end together with the last data.
type withEnd struct{ rest []byte }

func (w *withEnd) Read(p []byte) (int, error) {
	n := copy(p, w.rest)
	w.rest = w.rest[n:]
	if len(w.rest) == 0 {
		return n, io.EOF
	}
	return n, nil
}

// A controlFrame is a frame that is no message.
type controlFrame struct {
	opcode  int
	payload string
}

// readAll reads all messages, going on after every interruption.
func readAll(from io.Reader, limit int64) (messages []string, controls []controlFrame, err error) {
	r := &messageReader{conn: from, limit: limit, control: func(opcode int, payload []byte) error {
		controls = append(controls, controlFrame{opcode, string(payload)})
		return nil
	}}
	for {
		message, err := r.next()
		switch {
		case err == nil:
			messages = append(messages, string(message))
		case !interrupted(err):
			return messages, controls, err
		}
	}
}

func TestMessagesAreReadWholeHoweverTheyArrive(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	bytesOf := func(n int) []byte {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte(random.Uint32())
		}
		return b
	}
	sizes := []int{0, 1, 125, 126, 127, readBuffer - 4, readBuffer, 0xffff, 0x10000, readStep, readStep + 1, 3 * readStep}
	for range 60 {
		var stream []byte
		var messages []string
		var controls []controlFrame
		for range 1 + random.IntN(6) {
			message := bytesOf(sizes[random.IntN(len(sizes))])
			messages = append(messages, string(message))
			opcode, rest := websocket.BinaryMessage, message
			for parts := random.IntN(3); ; parts-- {
				for random.IntN(3) == 0 {
					control := controlFrame{[]int{websocket.PingMessage, websocket.PongMessage}[random.IntN(2)], string(bytesOf(random.IntN(126)))}
					controls = append(controls, control)
					stream = append(stream, frame(true, control.opcode, []byte(control.payload))...)
				}
				if parts == 0 {
					stream = append(stream, frame(true, opcode, rest)...)
					break
				}
				cut := random.IntN(len(rest) + 1)
				stream = append(stream, frame(false, opcode, rest[:cut])...)
				opcode, rest = continuationFrame, rest[cut:]
			}
		}
		readers := map[string]io.Reader{
			"at once":           bytes.NewReader(stream),
			"with its end":      &withEnd{stream},
			"with interruption": &halting{random, bytes.NewReader(stream)},
		}
		if len(stream) < 2*readBuffer {
			readers["byte by byte"] = iotest.OneByteReader(bytes.NewReader(stream))
		}
		for name, from := range readers {
			gotMessages, gotControls, err := readAll(from, 1<<20)
			require.ErrorIs(t, err, io.EOF, name)
			require.Equal(t, messages, gotMessages, name)
			require.Equal(t, controls, gotControls, name)
		}
	}
}

func TestFramesThatAServerMustNotSendAreErrors(t *testing.T) {
	binaryFrame := frame(true, websocket.BinaryMessage, []byte("x"))
	for name, c := range map[string]struct {
		stream []byte
		want   string
	}{
		"an extension":         {[]byte{0xc2, 0}, "extension"},
		"a mask":               {[]byte{0x82, 0x81, 1, 2, 3, 4, 5}, "masked"},
		"text":                 {frame(true, websocket.TextMessage, []byte("x")), "not binary"},
		"an unknown opcode":    {frame(true, 3, nil), "not binary"},
		"a loose continuation": {frame(true, continuationFrame, nil), "continues no message"},
		"a continuation after a whole message": {append(bytes.Clone(binaryFrame), frame(true, continuationFrame, nil)...),
			"continues no message"},
		"a message in a message":      {append(frame(false, websocket.BinaryMessage, nil), binaryFrame...), "has no end"},
		"a ping in parts":             {frame(false, websocket.PingMessage, nil), "control frame"},
		"a ping too long":             {frame(true, websocket.PingMessage, make([]byte, 126)), "control frame"},
		"a message too long":          {frame(true, websocket.BinaryMessage, make([]byte, 1001)), "MaxMessageSize"},
		"parts that are too long":     {append(frame(false, websocket.BinaryMessage, make([]byte, 600)), frame(true, continuationFrame, make([]byte, 401))...), "MaxMessageSize"},
		"a length beyond all numbers": {[]byte{0x82, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, "MaxMessageSize"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := readAll(bytes.NewReader(c.stream), 1000)
			require.ErrorContains(t, err, c.want)
			var bad *malformedError
			assert.ErrorAs(t, err, &bad)
		})
	}
}

func TestAMessageGetsNoRoomBeforeItArrives(t *testing.T) {
	claim := binary.BigEndian.AppendUint64([]byte{0x82, frameLength64}, 1<<30)
	r := &messageReader{conn: bytes.NewReader(claim), limit: 1 << 31}
	_, err := r.next()
	require.ErrorIs(t, err, io.EOF)
	assert.LessOrEqual(t, cap(r.message), 2*readStep)
}

func TestReadingIsInterruptedWithinTLS(t *testing.T) {
	server := httptest.NewUnstartedServer(nil)
	server.StartTLS() // for its certificate
	t.Cleanup(server.Close)
	near, far := net.Pipe()
	t.Cleanup(func() { near.Close(); far.Close() })
	message := strings.Repeat("x", 100_000)
	go func() {
		conn := tls.Server(far, server.TLS)
		stream := frame(true, websocket.BinaryMessage, []byte(message))
		for len(stream) > 0 {
			n := min(len(stream), 7001)
			if _, err := conn.Write(stream[:n]); err != nil {
				return
			}
			stream = stream[n:]
			time.Sleep(2 * time.Millisecond)
		}
	}()
	conn := tls.Client(near, &tls.Config{InsecureSkipVerify: true}) //nolint:gosec // it is this test's own
	require.NoError(t, conn.Handshake())
	r := &messageReader{conn: conn, limit: 1 << 20}
	for interruptions := 0; ; interruptions++ {
		require.NoError(t, conn.SetReadDeadline(time.Now().Add(time.Millisecond)))
		got, err := r.next()
		if err == nil {
			assert.Equal(t, message, string(got))
			assert.Positive(t, interruptions)
			return
		}
		require.True(t, interrupted(err), "%v", err)
	}
}

// FuzzFrames looks for streams that crash the reader, and for ones that it reads
// otherwise when they arrive in pieces.
func FuzzFrames(f *testing.F) {
	f.Add(frame(true, websocket.BinaryMessage, []byte("message")), uint64(1))
	f.Add(append(frame(false, websocket.BinaryMessage, []byte("in")), frame(true, continuationFrame, []byte(" parts"))...), uint64(2))
	f.Add(append(frame(true, websocket.PingMessage, []byte("ping")), frame(true, websocket.BinaryMessage, make([]byte, 300))...), uint64(3))
	f.Fuzz(func(t *testing.T, stream []byte, seed uint64) {
		messages, controls, err := readAll(bytes.NewReader(stream), 1<<20)
		gotMessages, gotControls, gotErr := readAll(&halting{rand.New(rand.NewPCG(seed, 0)), bytes.NewReader(stream)}, 1<<20)
		assert.Equal(t, messages, gotMessages)
		assert.Equal(t, controls, gotControls)
		assert.Equal(t, err.Error(), gotErr.Error())
		total := 0
		for _, m := range messages {
			total += len(m)
		}
		if total > len(stream) {
			t.Errorf("%d bytes of messages in a stream of %d", total, len(stream))
		}
		var bad *malformedError
		if !errors.Is(err, io.EOF) && !errors.As(err, &bad) {
			t.Errorf("an unexpected error: %v", err)
		}
	})
}
