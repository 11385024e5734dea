package cbor

// An Encoder appends CBOR to a buffer. The zero Encoder is ready to use.
// It is not safe for concurrent use.
type Encoder struct{ buf []byte }

// Bytes returns what was encoded. It is valid until the next call.
func (e *Encoder) Bytes() []byte { return e.buf }
