package surreal

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"github.com/devq-ai/tandem/store/surreal/cbor"
)

// A param writes one parameter of a request.
type param func(*cbor.Encoder)

func stringParam(s string) param { return func(e *cbor.Encoder) { e.String(s) } }
func rawParam(data []byte) param { return func(e *cbor.Encoder) { e.Raw(data) } }

// A request is what one message asks of the server.
type request struct {
	id   uint64
	data []byte
}

// lastRequest is the id of the newest request. Ids are unique in the process,
// so that a request can be written before its connection is chosen.
var lastRequest atomic.Uint64

// newRequest returns a request. txn is the transaction that it belongs to, as
// begin returned it, or nil. size is about how many bytes the parameters take.
func newRequest(txn []byte, size int, method string, params ...param) (request, error) {
	const envelope = 64
	id := lastRequest.Add(1)
	var e cbor.Encoder
	e.Grow(envelope + len(txn) + size)
	fields := 3
	if txn != nil {
		fields++
	}
	e.Map(fields)
	e.Key("id")
	e.Int(int64(id))
	e.Key("method")
	e.String(method)
	e.Key("params")
	e.Array(len(params))
	for _, write := range params {
		write(&e)
	}
	if txn != nil {
		e.Key("txn")
		e.Raw(txn)
	}
	if err := e.Err(); err != nil {
		return request{}, &unsentError{fmt.Errorf("encode the request: %w", err)}
	}
	return request{id, e.Bytes()}, nil
}

// newQuery returns a request of the method query. vars may be nil.
func newQuery(txn []byte, text string, vars func(*cbor.Encoder)) (request, error) {
	const variables = 128
	params := []param{stringParam(text)}
	if vars != nil {
		params = append(params, vars)
	}
	return newRequest(txn, len(text)+variables, "query", params...)
}

// responseID returns the id of the response that data is. ok is false where it
// is something else. The data behind the id is not looked at.
func responseID(data []byte) (id uint64, ok bool, err error) {
	d := cbor.NewDecoder(data)
	for n := d.Map(); n > 0 && !d.Failed(); n-- {
		if string(d.Key()) == "id" && d.Kind() == cbor.Int {
			id = uint64(d.Int())
			return id, !d.Failed(), malformed("message", d.Err())
		}
		d.Skip()
	}
	return 0, false, malformed("message", d.Finish())
}

var (
	none = []byte{0xc6, 0xf6} // tag 6 around null
	null = []byte{0xf6}
)

// present returns the next value's CBOR, or nil if it is NONE or NULL.
func present(d *cbor.Decoder) []byte {
	value := d.Raw()
	if bytes.Equal(value, none) || bytes.Equal(value, null) {
		return nil
	}
	return value
}

// fields reads an object: field gets each name, and must consume the value.
func fields(d *cbor.Decoder, field func(name string)) {
	for n := d.Map(); n > 0 && !d.Failed(); n-- {
		field(string(d.Key()))
	}
}

// optionalText reads a string, or passes over a value that is none.
func optionalText(d *cbor.Decoder) string {
	if d.Kind() != cbor.String {
		d.Skip()
		return ""
	}
	return d.String()
}

// decodeMessage reads a message: a response, or a notification of a live query
// or an error about a request that the server could not read, which have no id.
// result gets to read the result if there is one. refusal is the error's CBOR,
// or nil.
func decodeMessage(data []byte, result func(*cbor.Decoder)) (refusal []byte, err error) {
	d := cbor.NewDecoder(data)
	fields(d, func(name string) {
		switch name {
		case "error":
			refusal = present(d)
		case "result":
			result(d)
		default:
			d.Skip()
		}
	})
	return refusal, malformed("message", d.Finish())
}

// rawResult is decodeMessage for a result of any kind. It is nil if there is
// none.
func rawResult(data []byte) (result, refusal []byte, err error) {
	refusal, err = decodeMessage(data, func(d *cbor.Decoder) { result = d.Raw() })
	return result, refusal, err
}

// An RPCError is the server's refusal of a whole request, as opposed to the
// failure of a statement in it.
type RPCError struct {
	Code    int
	Message string
	// Kind and DetailKind are the server's own classification, as in
	// "NotAllowed" and "Auth". They are empty if it gave none.
	Kind       string
	DetailKind string
}

// Error returns the server's message. Of a text that the server could not
// parse it gives the position, not the excerpt.
func (e *RPCError) Error() string {
	message, excerpt, cut := strings.Cut(e.Message, "\n --> ")
	if !cut {
		return message
	}
	position, _, _ := strings.Cut(excerpt, "\n")
	return message + " at " + position
}

func decodeRPCError(data []byte) error {
	e := &RPCError{}
	d := cbor.NewDecoder(data)
	fields(d, func(name string) {
		switch name {
		case "code":
			e.Code = int(d.Int())
		case "message":
			e.Message = d.String()
		case "kind":
			e.Kind = optionalText(d)
		case "details":
			e.DetailKind = detailKind(d)
		default:
			d.Skip()
		}
	})
	if err := d.Finish(); err != nil {
		return malformed("error", err)
	}
	return e
}

// detailKind reads an error's details for their kind.
func detailKind(d *cbor.Decoder) (kind string) {
	if d.Kind() != cbor.Object {
		d.Skip()
		return ""
	}
	fields(d, func(name string) {
		if name == "kind" {
			kind = optionalText(d)
			return
		}
		d.Skip()
	})
	return kind
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

func malformed(what string, err error) error {
	if err == nil {
		return nil
	}
	return &malformedError{what, err}
}

func (e *malformedError) Error() string {
	return fmt.Sprintf("the server sent a malformed %s: %v", e.what, e.err)
}
func (e *malformedError) Unwrap() error { return e.err }

// A statementResult is the result slot of one statement.
type statementResult struct {
	status     string
	took       time.Duration
	kind       string // of the statement, as in "live"; of the error if it failed
	detailKind string
	result     []byte
}

func decodeStatementResult(d *cbor.Decoder) (s statementResult) {
	fields(d, func(name string) {
		switch name {
		case "status":
			s.status = d.String()
		case "time":
			// It is informative only, and zero where it cannot be read.
			s.took, _ = time.ParseDuration(string(d.Text()))
		case "result":
			s.result = d.Raw()
		case "type", "kind":
			if kind := optionalText(d); kind != "" {
				s.kind = kind
			}
		case "details":
			s.detailKind = detailKind(d)
		default:
			d.Skip()
		}
	})
	return s
}

// abandoned are the kinds of the details of statements that failed only
// because another one in their transaction did.
var abandoned = map[string]bool{"NotExecuted": true, "Cancelled": true}

// decodeStatements reads the message that answers the request text of the
// method query.
func decodeStatements(text string, data []byte) ([]statementResult, error) {
	var statements []statementResult
	refusal, err := decodeMessage(data, func(d *cbor.Decoder) {
		if d.Kind() == cbor.Array {
			statements = cbor.DecodeArray(d, decodeStatementResult)
		} else {
			d.Skip() // there is an error too
		}
	})
	switch {
	case err != nil:
		return nil, err
	case refusal != nil:
		return nil, decodeRPCError(refusal)
	case statements == nil:
		return nil, malformed("message", errors.New("it has neither results of statements nor an error"))
	}
	return statements, checkStatements(text, statements)
}

// checkStatements returns the failure of the statement that is to blame: in a
// failed transaction every statement fails, most of them only for that reason.
func checkStatements(text string, statements []statementResult) error {
	var first *StatementError
	// Nothing remains of the statements so far if all that succeeded is the
	// BEGIN of the transaction that the others are in.
	nothingRemains := true
	for i, s := range statements {
		switch s.status {
		case "OK":
			nothingRemains = nothingRemains && i == 0 && beginsTransaction(text)
		case "ERR":
			failure := &StatementError{
				Index: i, Kind: s.kind, DetailKind: s.detailKind,
				Message:        optionalText(cbor.NewDecoder(s.result)),
				nothingRemains: nothingRemains,
			}
			if !abandoned[failure.DetailKind] {
				return failure
			}
			if first == nil {
				first = failure
			}
		default:
			return malformed("query result", fmt.Errorf("status %q of statement %d", s.status, i+1))
		}
	}
	if first != nil {
		return first
	}
	return nil
}

func beginsTransaction(text string) bool {
	const begin = "BEGIN"
	text = strings.TrimSpace(text)
	return len(text) >= len(begin) && strings.EqualFold(text[:len(begin)], begin)
}

// ReadResponse reads the message with which the server answers the request text
// of the method query, for Queriers that are no Pool. If a statement failed the
// error is a *StatementError, and if the request was refused an *RPCError. The
// response aliases the message, which must not change any more.
func ReadResponse(text string, message []byte) (*Response, error) {
	statements, err := decodeStatements(text, message)
	if err != nil {
		return nil, err
	}
	return newResponse(statements), nil
}

func newResponse(statements []statementResult) *Response {
	response := &Response{Slots: make([]Slot, len(statements))}
	for i, s := range statements {
		response.Slots[i] = Slot{Result: s.result, Time: s.took}
	}
	return response
}
