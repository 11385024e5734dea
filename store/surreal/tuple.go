package surreal

import (
	"encoding/json"
	"fmt"
)

// MarshalTuple returns, as JSON, the array of what elems point to. It is what
// the structs for arrays such as [string, int] are in JSON.
func MarshalTuple(elems ...any) ([]byte, error) {
	if len(elems) == 0 {
		return []byte("[]"), nil
	}
	return json.Marshal(elems)
}

// UnmarshalTuple reads an array with a value for each of what elems point to.
// Another number of values is an error; null changes nothing.
func UnmarshalTuple(data []byte, elems ...any) error {
	var values []json.RawMessage
	if err := json.Unmarshal(data, &values); err != nil || values == nil {
		return err
	}
	if len(values) != len(elems) {
		return fmt.Errorf("expected %d elements, found %d", len(elems), len(values))
	}
	for i, elem := range elems {
		if err := json.Unmarshal(values[i], elem); err != nil {
			return fmt.Errorf("[%d]: %w", i, err)
		}
	}
	return nil
}
