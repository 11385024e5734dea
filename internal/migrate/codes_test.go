package migrate_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/devq-ai/tandem/internal/diag"
	"github.com/devq-ai/tandem/internal/migrate"
)

// The examples that are not one file's text are each a test of their own.
func TestTheExamplesOfTheCodesGetThem(t *testing.T) {
	for _, info := range diag.Codes() {
		if !strings.HasPrefix(string(info.Code), "migrate/") || strings.HasPrefix(info.Example, "(") {
			continue
		}
		t.Run(string(info.Code), func(t *testing.T) {
			var list *diag.List
			if info.Code == diag.MigrateSyntax || info.Code == diag.MigrateCheckpoint {
				p := &project{t: t, engine: migrate.Postgres, dir: t.TempDir()}
				p.write("20260101000000_a.sql", info.Example)
				var err error
				list, err = migrate.Validate(p.engine, p.dir)
				assert.NoError(t, err)
			} else {
				_, list = newPostgresProject(t).diff(info.Example)
			}
			assert.Equal(t, []diag.Code{info.Code}, codes(list), rendered(list))
		})
	}
}
