package surqlcheck

import (
	"github.com/devq-ai/tandem/internal/surql"
	"github.com/devq-ai/tandem/internal/surqlcheck/kind"
)

// refused returns why the engine refuses a definition that its grammar accepts,
// or "".
func refused(def surql.Definition) string {
	f, ok := def.(*surql.DefineField)
	if !ok {
		return ""
	}
	path := fieldPath(f.Name)
	isID := len(path) == 1 && path[0] == "id"
	if f.Computed != nil {
		switch {
		case isID:
			return "the field id cannot be COMPUTED"
		case len(path) > 1:
			return "only a top-level field can be COMPUTED"
		case f.Value != nil:
			return "COMPUTED excludes VALUE"
		case f.Default != nil:
			return "COMPUTED excludes DEFAULT"
		case f.Readonly:
			return "COMPUTED excludes READONLY"
		case f.Assert != nil:
			return "COMPUTED excludes ASSERT"
		}
	}
	if isID {
		if f.Default != nil {
			return "the field id cannot have a DEFAULT"
		}
		if f.Type != nil && linksIn(kindOf(f.Type, nil)) {
			return "the type of the field id is that of the key, which cannot be a record"
		}
	}
	if f.Reference != nil {
		switch {
		case len(path) > 1:
			return "only a top-level field can be a REFERENCE"
		case f.Type == nil || !linksOnly(kindOf(f.Type, nil)):
			return "REFERENCE needs a type of records only"
		}
	}
	return ""
}

// linksIn reports whether a kind has links among its members.
func linksIn(k kind.Kind) bool {
	for _, m := range kind.Members(k) {
		if _, ok := m.(*kind.Record); ok {
			return true
		}
	}
	return false
}

// linksOnly reports whether a kind is of links, also in collections, and NONE.
func linksOnly(k kind.Kind) bool {
	for _, m := range kind.Members(kind.Strip(k, kind.None)) {
		if e, ok := kind.Elem(m); ok {
			if !linksOnly(e) {
				return false
			}
			continue
		}
		if _, ok := m.(*kind.Record); !ok {
			return false
		}
	}
	return true
}
