// Package own has the Go types that columns of this project have instead of
// those that are made for them.
package own

import "github.com/devq-ai/tandem/store/surreal/cbor"

// A Spot is what the struct of its column is converted to.
type Spot struct{ V0, V1 float64 }

// North reports whether the spot is on the northern hemisphere.
func (s Spot) North() bool { return s.V0 > 0 }

// Codes are a letter and a number.
type Codes struct {
	Letter string
	Number int64
}

// EncodeSurreal writes the codes as an array.
func (c Codes) EncodeSurreal(e *cbor.Encoder) {
	e.Array(2)
	e.String(c.Letter)
	e.Int(c.Number)
}

// DecodeSurreal reads what EncodeSurreal writes.
func (c *Codes) DecodeSurreal(d *cbor.Decoder) {
	d.Tuple(2)
	c.Letter, c.Number = d.String(), d.Int()
}

// A Note is a text.
type Note string
