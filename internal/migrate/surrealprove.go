package migrate

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	surrealdb "github.com/surrealdb/surrealdb.go"

	"github.com/devq-ai/tandem/internal/diag"
	"github.com/devq-ai/tandem/internal/source"
)

// proveSurreal runs the directory's files and the plan in one throw-away
// database and the desired schema in another, and compares what the engine says
// of both; then it takes the plan back and compares again.
func proveSurreal(ctx context.Context, dir *directory, opts DiffOptions, plan *Plan, list *diag.List) (err error) {
	u, err := parseSurrealURL(opts.DevURL)
	if err != nil {
		return err
	}
	db, err := connectSurreal(ctx, u, list)
	if err != nil || db == nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close(context.WithoutCancel(ctx))) }()
	s := &surrealScratch{db: db, namespace: u.namespace, list: list}
	defer func() { err = errors.Join(err, s.drop(context.WithoutCancel(ctx))) }()

	if err := s.use(ctx); err != nil {
		return err
	}
	for _, f := range opts.Desired {
		if err := s.run(ctx, f, diag.MigrateSchema, "the engine refuses the desired schema"); err != nil || list.HasErrors() {
			return err
		}
	}
	desired, err := s.snapshot(ctx)
	if err != nil {
		return err
	}
	if err := s.use(ctx); err != nil {
		return err
	}
	for _, f := range dir.files {
		if err := s.run(ctx, f.File, diag.MigrateReplay, "migration "+f.base+" fails on an empty database"); err != nil || list.HasErrors() {
			return err
		}
	}
	before, err := s.snapshot(ctx)
	if err != nil {
		return err
	}
	for _, way := range []struct {
		file *source.File
		want map[string]string
	}{
		{source.NewFile(plan.FileName(), plan.Up), desired},
		{source.NewFile(downFolder+"/"+plan.FileName(), plan.Down), before},
	} {
		if err := s.run(ctx, way.file, diag.MigrateNotProven, "the planned "+way.file.Path+" fails when it is tried"); err != nil || list.HasErrors() {
			return err
		}
		have, err := s.snapshot(ctx)
		if err != nil {
			return err
		}
		compareSnapshots(have, way.want, way.file.Path, list)
		if list.HasErrors() {
			return nil
		}
	}
	plan.Proven = true
	return nil
}

// A surrealScratch makes throw-away databases.
type surrealScratch struct {
	db        *surrealdb.DB
	namespace string
	made      []string
	list      *diag.List
}

// use makes an empty database and switches to it.
func (s *surrealScratch) use(ctx context.Context) error {
	database := "tandem_dev_" + strings.ToLower(rand.Text()[:12])
	if _, err := querySurreal[any](ctx, s.db, "DEFINE NAMESPACE IF NOT EXISTS "+name(s.namespace)+"; DEFINE DATABASE "+database, nil); err != nil {
		return fmt.Errorf("make a throw-away database: %w", err)
	}
	s.made = append(s.made, database)
	if err := s.db.Use(ctx, s.namespace, database); err != nil {
		return fmt.Errorf("use a throw-away database: %w", err)
	}
	return nil
}

func (s *surrealScratch) drop(ctx context.Context) error {
	var errs []error
	for _, database := range s.made {
		if _, err := querySurreal[any](ctx, s.db, "REMOVE DATABASE IF EXISTS "+database, nil); err != nil {
			errs = append(errs, fmt.Errorf("remove the throw-away database %s: %w", database, err))
		}
	}
	return errors.Join(errs...)
}

// run runs a file, and adds a diagnostic where the engine refuses a statement.
func (s *surrealScratch) run(ctx context.Context, f *source.File, code diag.Code, what string) error {
	stmts := splitSurreal(f, s.list)
	if s.list.HasErrors() {
		return nil
	}
	err := runSurreal(ctx, s.db, stmts, transactional(f.Text), "", nil)
	var failed *stmtError
	if ctx.Err() == nil && errors.As(err, &failed) {
		s.list.Errorf(failed.span(f), code, "%s: %s", what, message(err))
		return nil
	}
	if err != nil {
		return fmt.Errorf("%s: %w", f.Path, err)
	}
	return nil
}

// snapshot returns what the engine says of each object of the database, by kind
// and name.
func (s *surrealScratch) snapshot(ctx context.Context) (map[string]string, error) {
	objects := map[string]string{}
	collect := func(query, suffix string) error {
		info, err := querySurreal[map[string]any](ctx, s.db, query, nil)
		if err != nil {
			return fmt.Errorf("read the definitions: %w", err)
		}
		for kind, list := range info {
			entries, _ := list.([]any)
			for _, e := range entries {
				entry, ok := e.(map[string]any)
				if !ok || kind == "tables" && suffix != "" || kind == "lives" {
					continue // views on the table
				}
				if slices.Contains(emptyConfigInfo, fmt.Sprint(entry)) {
					continue
				}
				for _, volatile := range volatileInfo[kind] {
					delete(entry, volatile)
				}
				id, named := entry["name"]
				if !named {
					id = entry["path"] // of an API
				}
				if id == nil {
					id = slices.Sorted(maps.Keys(entry)) // of a configuration
				}
				objects[fmt.Sprintf("%s %v%s", strings.TrimSuffix(kind, "s"), id, suffix)] = fmt.Sprint(entry)
			}
		}
		return nil
	}
	if err := collect("INFO FOR DB STRUCTURE", ""); err != nil {
		return nil, err
	}
	for _, key := range slices.Sorted(maps.Keys(objects)) {
		if table, ok := strings.CutPrefix(key, "table "); ok {
			if err := collect("INFO FOR TABLE "+name(table)+" STRUCTURE", " on table "+table); err != nil {
				return nil, err
			}
		}
	}
	return objects, nil
}

// volatileInfo lists, by kind, what differs between two databases that are the
// same: numbers, salted hashes, and values that are computed when defined.
var volatileInfo = map[string][]string{
	"tables": {"id"}, "indexes": {"id", "index_id", "building", "status"}, "users": {"hash"}, "params": {"value"},
}

// emptyConfigInfo is what the engine says of the configurations in emptyConfigs.
var emptyConfigInfo = []string{"map[graphql:map[functions:<nil> tables:<nil>]]", "map[api:map[permissions:true]]"}

// compareSnapshots adds an error for each object that is not as it should be.
func compareSnapshots(have, want map[string]string, file string, list *diag.List) {
	report := func(what string) {
		list.Errorf(source.Span{}, diag.MigrateNotProven, "the planned %s does not do all: afterwards %s", file, what).WithHelp("%s", byHand)
	}
	for _, key := range slices.Sorted(maps.Keys(want)) {
		switch h, ok := have[key]; {
		case !ok:
			report(key + " is missing")
		case h != want[key]:
			report(key + " is " + oneLine(h) + ", and should be " + oneLine(want[key]))
		}
	}
	for _, key := range slices.Sorted(maps.Keys(have)) {
		if _, ok := want[key]; !ok {
			report(key + " should not be there")
		}
	}
}
