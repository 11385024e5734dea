package emit

import (
	"github.com/devq-ai/tandem/internal/ir"
	"github.com/devq-ai/tandem/internal/source"
)

type graph struct {
	*emitter
	exported []graphDecl
}
type graphDecl struct {
	what string
	span source.Span
}

func (graphDecl) names() []string                             { return nil }
func newGraph(e *emitter) (*graph, error)                     { return &graph{emitter: e}, nil }
func (g *graph) render()                                      {}
func (r *root) renderSurrealAliases()                         {}
func (r *root) surrealRepository(f *ir.QueryFile) *repository { return nil }
