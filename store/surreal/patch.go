package surreal

import "github.com/devq-ai/tandem/store/surreal/cbor"

// A PatchOp is what a Patch does.
type PatchOp string

// The operations of what the engine gives as a difference.
const (
	PatchAdd     PatchOp = "add"
	PatchRemove  PatchOp = "remove"
	PatchReplace PatchOp = "replace"
	// PatchChange changes a string. The value says how, in the text format of
	// diff-match-patch.
	PatchChange PatchOp = "change"
)

// A Patch is one change of a record, as in JSON Patch: an entry of what DIFF
// gives and PATCH takes.
type Patch struct {
	Op PatchOp `json:"op"`
	// Path is a JSON Pointer to what is changed, as in "/tags/0". It is empty
	// for the whole record.
	Path string `json:"path"`
	// Value is what is put there. It is NONE where nothing is.
	Value Value `json:"value,omitzero"`
}

// DecodePatch reads a change. Its fields may be in any order.
func DecodePatch(d *cbor.Decoder) (v Patch) {
	const op, path = 1 << 0, 1 << 1
	start := d.Offset()
	var seen uint64
	fields(d, func(name string) {
		switch name {
		case "op":
			v.Op = PatchOp(d.String())
			seen |= op
		case "path":
			v.Path = d.String()
			seen |= path
		case "value":
			v.Value = DecodeValue(d)
		default:
			d.Unknown()
		}
	})
	if seen != op|path {
		d.Missing(start, seen, "op", "path")
	}
	return v
}

// EncodePatch writes a change.
func EncodePatch(e *cbor.Encoder, v Patch) {
	e.Map(2 + cbor.Count(!v.Value.IsNone()))
	e.Key("op")
	e.String(string(v.Op))
	e.Key("path")
	e.String(v.Path)
	if !v.Value.IsNone() {
		e.Key("value")
		EncodeValue(e, v.Value)
	}
}
