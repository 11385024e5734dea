package surqlcheck

// Table placeholder
type Table struct{}
