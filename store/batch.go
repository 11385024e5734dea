package store

// Add records the outcome of the item at index. It does nothing if err is nil.
// Items are added in order.
func (e *BatchError) Add(index int, err error) {
	if err != nil {
		e.Items = append(e.Items, BatchItemError{Index: index, Err: err})
	}
}

// OrNil returns e, or nil if no item failed.
func (e *BatchError) OrNil() error {
	if len(e.Items) == 0 {
		return nil
	}
	return e
}
