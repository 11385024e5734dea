package migrate

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	atlas "ariga.io/atlas/sql/migrate"
	"ariga.io/atlas/sql/postgres"
	"ariga.io/atlas/sql/schema"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/devq-ai/tandem/internal/diag"
	"github.com/devq-ai/tandem/internal/source"
)

// diffPostgres plans in both directions, up from what the directory builds to
// the desired schema and down again, and proves both.
func diffPostgres(ctx context.Context, dir *directory, opts DiffOptions, list *diag.List) (plan *Plan, err error) {
	server, err := openDevServer(ctx, opts.DevURL)
	if err != nil {
		if unreachable(err, list) {
			return nil, nil
		}
		return nil, err
	}
	defer func() { err = errors.Join(err, server.close(ctx)) }()
	from, err := server.database(ctx)
	if err != nil {
		return nil, err
	}
	to, err := server.database(ctx)
	if err != nil {
		return nil, err
	}
	if err := replayPostgres(ctx, from, dir, list); err != nil || list.HasErrors() {
		return nil, err
	}
	if err := buildDesired(ctx, to, opts.Desired, list); err != nil || list.HasErrors() {
		return nil, err
	}
	have, err := readPgState(ctx, from)
	if err != nil {
		return nil, err
	}
	want, err := readPgState(ctx, to)
	if err != nil {
		return nil, err
	}
	written := readPgSource(opts.Desired)
	refuseRows(have.rows, want.rows, written, list)
	refuseUnplanned(have.catalog, want.catalog, written, list)
	if list.HasErrors() || len(differences(have.catalog, want.catalog)) == 0 {
		return nil, nil
	}
	db := stdlib.OpenDB(*to)
	defer db.Close()
	driver, err := postgres.Open(db)
	if err != nil {
		return nil, fmt.Errorf("plan migration: %w", err)
	}
	up, warnings, err := planPostgres(ctx, driver, have, want)
	if err != nil {
		list.Errorf(source.Span{}, diag.MigrateNotPlanned, "the change is not planned: %s", oneLineError(err))
		return nil, nil
	}
	down, _, err := planPostgres(ctx, driver, want, have)
	if err != nil {
		list.Errorf(source.Span{}, diag.MigrateNotPlanned, "the way back is not planned: %s", oneLineError(err))
		return nil, nil
	}
	var irreversible []string
	for _, w := range warnings {
		code := diag.MigrateExistingRows
		if w.kind == losesData {
			code = diag.MigrateDataLoss
			irreversible = append(irreversible, w.message+"; the data does not come back")
		}
		at := written.object(want.catalog, want.catalog.objects[w.on])
		list.Warnf(at, code, "%s", w.message).WithHelp("%s", w.help)
	}
	plan, err = newPlan(Postgres, dir, opts, direction{changes: up}, direction{changes: down}, irreversible)
	if err != nil {
		return nil, err
	}
	return plan, provePostgres(ctx, from, plan, have.catalog, want.catalog, list)
}

// A pgState is a database as Atlas sees it and as it is.
type pgState struct {
	realm   *schema.Realm
	catalog *pgCatalog
	rows    pgRows
}

func readPgState(ctx context.Context, config *pgx.ConnConfig) (*pgState, error) {
	realm, err := readRealm(ctx, config)
	if err != nil {
		return nil, err
	}
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	catalog, err := readPgCatalog(ctx, conn)
	if err != nil {
		return nil, err
	}
	rows, err := catalog.countRows(ctx, conn)
	if err != nil {
		return nil, err
	}
	correctRealm(realm, catalog)
	return &pgState{realm, catalog, rows}, nil
}

// correctRealm mends what Atlas reads wrong: it takes a column of a NOT NULL
// domain for NOT NULL itself, each default that draws from a sequence for a
// serial column, and an extension's enums for the user's.
func correctRealm(realm *schema.Realm, catalog *pgCatalog) {
	for _, s := range realm.Schemas {
		s.Objects = slices.DeleteFunc(s.Objects, func(o schema.Object) bool {
			e, ok := o.(*schema.EnumType)
			return ok && catalog.objects[enumKey(s.Name, e.T)] == nil
		})
		for _, t := range s.Tables {
			for _, c := range t.Columns {
				o := catalog.objects[columnKey(s.Name+"."+t.Name, c.Name)]
				if o == nil {
					continue
				}
				c.Type.Null = o.detail[columnNotNull] == "false"
				if serial, ok := c.Type.Type.(*postgres.SerialType); ok && o.detail[columnSerial] != "true" {
					c.Type.Type = serial.IntegerType()
					c.Default = &schema.RawExpr{X: o.detail[columnDefault]}
				}
			}
		}
	}
}

// refuseRows adds an error for each table in which the desired schema leaves
// more rows than the migrations do. Rows that migrations insert are their own.
func refuseRows(have, want pgRows, written pgSource, list *diag.List) {
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if want[name] > have[name] {
			list.Errorf(written.rows(string(name)), diag.MigrateNotPlanned, "not planned: %s, of which the schema files leave %d and the migrations %d", name.what(), want[name], have[name]).
				WithHelp("insert them in a migration written by hand, which tandem migrate new makes, and leave them out of the schema files")
		}
	}
}

// refuseUnplanned adds an error for each difference in what nobody plans.
func refuseUnplanned(have, want *pgCatalog, written pgSource, list *diag.List) {
	for _, d := range differences(have, want) {
		if o := d.object(); o.comparedOnly() {
			list.Errorf(written.object(want, d.want), diag.MigrateNotPlanned, "not planned: %s", d.change()).
				WithHelp("make the change in a migration written by hand, which tandem migrate new makes; Tandem then finds nothing to plan in it")
		}
	}
}

// planPostgres plans one direction.
func planPostgres(ctx context.Context, driver atlas.Driver, from, to *pgState) ([]Change, []pgWarning, error) {
	drops, restore := replaceGenerated(from.realm, to.realm)
	changes, err := driver.RealmDiff(from.realm, to.realm, schema.DiffNormalized())
	restore()
	if err != nil {
		return nil, nil, err
	}
	for _, c := range changes {
		if m, ok := c.(*schema.ModifyTable); ok {
			m.Changes = append(drops[m.T], m.Changes...)
		}
	}
	p := &pgPlanner{from: from.catalog, to: to.catalog, driver: driver}
	planned, err := p.plan(ctx, changes)
	return planned, p.warnings, err
}

// replaceGenerated takes the columns whose generation expression changes out of
// from, for Atlas to find them missing there, and returns the changes that drop
// them, by the table as it is in to, as well as a function that puts them back. Their indexes go with them.
func replaceGenerated(from, to *schema.Realm) (drops map[*schema.Table][]schema.Change, restore func()) {
	drops = map[*schema.Table][]schema.Change{}
	var undo []func()
	for _, s := range from.Schemas {
		wantSchema, ok := to.Schema(s.Name)
		if !ok {
			continue
		}
		for _, t := range s.Tables {
			wantTable, ok := wantSchema.Table(t.Name)
			if !ok {
				continue
			}
			columns, indexes := t.Columns, t.Indexes
			for _, c := range columns {
				want, ok := wantTable.Column(c.Name)
				if !ok || generation(want) == "" || generation(c) == generation(want) {
					continue
				}
				drops[wantTable] = append(drops[wantTable], &schema.DropColumn{C: c})
				t.Columns = slices.DeleteFunc(slices.Clone(t.Columns), func(o *schema.Column) bool { return o == c })
				t.Indexes = slices.DeleteFunc(slices.Clone(t.Indexes), func(i *schema.Index) bool {
					return slices.ContainsFunc(i.Parts, func(p *schema.IndexPart) bool { return p.C == c })
				})
			}
			if drops[wantTable] != nil {
				undo = append(undo, func() { t.Columns, t.Indexes = columns, indexes })
			}
		}
	}
	return drops, func() {
		for _, f := range undo {
			f()
		}
	}
}

// generation returns the expression that a column is generated from, or "".
func generation(c *schema.Column) string {
	for _, a := range c.Attrs {
		if g, ok := a.(*schema.GeneratedExpr); ok {
			return g.Expr
		}
	}
	return ""
}

// provePostgres runs the plan on the database that the directory built, whose
// catalog must then be the desired one, and takes it back, which must lead to
// where it was.
func provePostgres(ctx context.Context, config *pgx.ConnConfig, plan *Plan, before, desired *pgCatalog, list *diag.List) error {
	up := source.NewFile(plan.FileName(), plan.Up)
	if ok, err := proveOne(ctx, config, up, desired, list); err != nil || !ok {
		return err
	}
	down := source.NewFile(downFolder+"/"+plan.FileName(), plan.Down)
	if ok, err := proveOne(ctx, config, down, before, list); err != nil || !ok {
		return err
	}
	plan.Proven = true
	return nil
}

func proveOne(ctx context.Context, config *pgx.ConnConfig, f *source.File, want *pgCatalog, list *diag.List) (bool, error) {
	stmts := splitPostgres(f, list)
	if list.HasErrors() {
		return false, nil
	}
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return false, err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	err = runStatements(ctx, conn, stmts, true, nothing)
	var failed *stmtError
	if ctx.Err() == nil && errors.As(err, &failed) {
		list.Errorf(failed.span(f), diag.MigrateNotProven, "the planned %s fails when it is tried: %s", f.Path, message(err)).WithHelp("%s", byHand)
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("try %s: %w", f.Path, err)
	}
	have, err := readPgCatalog(ctx, conn)
	if err != nil {
		return false, err
	}
	diffs := differences(have, want)
	for _, d := range diffs {
		list.Errorf(source.Span{}, diag.MigrateNotProven, "the planned %s does not do all: afterwards %s", f.Path, d).WithHelp("%s", byHand)
	}
	return len(diffs) == 0, nil
}

const byHand = "make this change in a migration written by hand, which tandem migrate new makes"
