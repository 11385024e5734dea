package migrate

import (
	"context"

	"github.com/devq-ai/tandem/internal/diag"
	"github.com/devq-ai/tandem/internal/source"
)

func diffSurreal(ctx context.Context, dir *directory, opts DiffOptions, list *diag.List) (*Plan, error) {
	return nil, nil
}
func splitSurreal(f *source.File, list *diag.List) []statement { return nil }

func openSurrealTarget(ctx context.Context, url string, list *diag.List) (target, error) {
	return nil, nil
}
