package surreal

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	cborcodec "github.com/fxamacker/cbor/v2"
)

// A request is a message to the server. The same fields make all methods.
type request struct {
	ID      uint64 `cbor:"id"`
	Method  string `cbor:"method"`
	Params  []any  `cbor:"params,omitempty"`
	Session any    `cbor:"session,omitempty"`
	// Txn is the transaction that the request belongs to, as begin returned it.
	Txn any `cbor:"txn,omitempty"`
}

// A message is what the server sends: a response if it has an id, else a
// notification of a live query, or an error about a request that the server
// could not read.
type message struct {
	ID     cborcodec.RawMessage `cbor:"id"`
	Error  cborcodec.RawMessage `cbor:"error"`
	Result cborcodec.RawMessage `cbor:"result"`
}

// statementResult is the result slot of one statement on the wire.
type statementResult struct {
	Status  string               `cbor:"status"`
	Time    string               `cbor:"time"`
	Type    cborcodec.RawMessage `cbor:"type"`
	Result  cborcodec.RawMessage `cbor:"result"`
	Kind    cborcodec.RawMessage `cbor:"kind"`
	Details cborcodec.RawMessage `cbor:"details"`
}

var (
	none = []byte{0xc6, 0xf6} // tag 6 around null
	null = []byte{0xf6}

	decoder = mustDecoder()
)

// mustDecoder returns a decoder without the limits on sizes: the limit on a
// message bounds them all.
func mustDecoder() cborcodec.DecMode {
	mode, err := cborcodec.DecOptions{
		MaxArrayElements: 1<<31 - 1,
		MaxMapPairs:      1<<31 - 1,
		MaxNestedLevels:  512,
		UTF8:             cborcodec.UTF8DecodeInvalid, // values are decoded, and checked, by generated code
	}.DecMode()
	if err != nil {
		panic(err) // the options are constant
	}
	return mode
}

func absent(raw cborcodec.RawMessage) bool {
	return len(raw) == 0 || bytes.Equal(raw, none) || bytes.Equal(raw, null)
}

// responseID returns the id of the request that m answers.
func (m *message) responseID() (uint64, bool) {
	if absent(m.ID) {
		return 0, false
	}
	var id uint64
	if decoder.Unmarshal(m.ID, &id) != nil {
		return 0, false
	}
	return id, true
}

// An RPCError is the server's refusal of a whole request, as opposed to a
// failed statement in it.
type RPCError struct {
	Code    int
	Message string
	// Kind and DetailKind are the server's own classification, as in
	// "NotAllowed" and "Auth". They are empty if it gave none.
	Kind       string
	DetailKind string
}

// Error returns the server's message.
func (e *RPCError) Error() string { return e.Message }

func decodeRPCError(raw cborcodec.RawMessage) error {
	var wire struct {
		Code    int                  `cbor:"code"`
		Message string               `cbor:"message"`
		Kind    cborcodec.RawMessage `cbor:"kind"`
		Details cborcodec.RawMessage `cbor:"details"`
	}
	if err := decoder.Unmarshal(raw, &wire); err != nil {
		return &malformedError{what: "error", err: err}
	}
	return &RPCError{Code: wire.Code, Message: wire.Message, Kind: decodeText(wire.Kind), DetailKind: detailKind(wire.Details)}
}

// A StatementError is the failure of one statement of a request.
type StatementError struct {
	// Index is the statement's position among the request's statements, from
	// zero, with BEGIN, COMMIT, LET and USE counted.
	Index int
	// Message is what the engine says.
	Message string
	// Kind and DetailKind are the engine's own classification, as in
	// "NotFound" and "Table". They are empty if it gave none.
	Kind       string
	DetailKind string

	// nothingRemains says that no statement of the request has had an effect
	// that lasts.
	nothingRemains bool
}

// Error returns which statement failed and what the engine says.
func (e *StatementError) Error() string {
	return fmt.Sprintf("statement %d: %s", e.Index+1, e.Message)
}

// A malformedError says that the server sent what cannot be read.
type malformedError struct {
	what string
	err  error
}

func (e *malformedError) Error() string {
	return fmt.Sprintf("the server sent a malformed %s: %v", e.what, e.err)
}
func (e *malformedError) Unwrap() error { return e.err }

func decodeText(raw cborcodec.RawMessage) string {
	var s string
	if absent(raw) || decoder.Unmarshal(raw, &s) != nil {
		return ""
	}
	return s
}

// detailKind reads kind of an error's details, which have other shapes too.
func detailKind(raw cborcodec.RawMessage) string {
	var details struct {
		Kind string `cbor:"kind"`
	}
	if absent(raw) || decoder.Unmarshal(raw, &details) != nil {
		return ""
	}
	return details.Kind
}

// abandoned are the kinds of the details of statements that failed only
// because another one in their transaction did.
var abandoned = map[string]bool{"NotExecuted": true, "Cancelled": true}

// decodeStatements reads the result of the method query for the request text.
// The error is the failure of the statement that is to blame: in a failed
// transaction every statement fails, most of them only for that reason.
func decodeStatements(text string, raw cborcodec.RawMessage) ([]statementResult, error) {
	var statements []statementResult
	if err := decoder.Unmarshal(raw, &statements); err != nil {
		return nil, &malformedError{what: "query result", err: err}
	}
	var first *StatementError
	// Nothing remains of the statements so far if all that succeeded is the
	// BEGIN of the transaction that the others are in.
	nothingRemains := true
	for i, s := range statements {
		switch s.Status {
		case "OK":
			nothingRemains = nothingRemains && i == 0 && beginsTransaction(text)
		case "ERR":
			failure := &StatementError{
				Index: i, Message: decodeText(s.Result), Kind: decodeText(s.Kind), DetailKind: detailKind(s.Details),
				nothingRemains: nothingRemains,
			}
			if !abandoned[failure.DetailKind] {
				return nil, failure
			}
			if first == nil {
				first = failure
			}
		default:
			return nil, &malformedError{what: "query result", err: fmt.Errorf("status %q of statement %d", s.Status, i+1)}
		}
	}
	if first != nil {
		return nil, first
	}
	return statements, nil
}

func beginsTransaction(text string) bool {
	const begin = "BEGIN"
	text = strings.TrimSpace(text)
	return len(text) >= len(begin) && strings.EqualFold(text[:len(begin)], begin)
}

func newResponse(statements []statementResult) *Response {
	response := &Response{Slots: make([]Slot, len(statements))}
	for i, s := range statements {
		took, err := time.ParseDuration(s.Time)
		if err != nil {
			took = 0 // it is informative only
		}
		response.Slots[i] = Slot{Result: s.Result, Time: took}
	}
	return response
}
