// Package money has types of a user's own, for the overrides.
package money

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/devq-ai/tandem/store/surreal/cbor"
)

// An Amount is in cents.
type Amount int64

// EncodeSurreal writes the amount as a decimal.
func (a Amount) EncodeSurreal(e *cbor.Encoder) { e.Decimal(a.String()) }

// DecodeSurreal reads a decimal with at most two digits behind the point.
func (a *Amount) DecodeSurreal(d *cbor.Decoder) {
	start := d.Offset()
	whole, cents, _ := strings.Cut(d.Decimal(), ".")
	n, err := strconv.ParseInt(whole+(cents + "00")[:2], 10, 64)
	if len(cents) > 2 || err != nil {
		d.Fail(start, "an amount of cents", whole+"."+cents)
	}
	*a = Amount(n)
}

// String returns the amount as in "12.50".
func (a Amount) String() string { return fmt.Sprintf("%d.%02d", a/100, a%100) }

// A Unit is a unit of length.
type Unit string
