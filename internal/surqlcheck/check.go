package surqlcheck

import "github.com/devq-ai/tandem/internal/diag"

// Check reports what is wrong within the schema itself.
func (c *Catalog) Check() *diag.List { return &diag.List{} }
