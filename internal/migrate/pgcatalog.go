package migrate

import (
	"cmp"
	"context"
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

// A pgKind is a kind of object in a PostgreSQL catalog, as people call it.
type pgKind string

const (
	kindSchema    pgKind = "schema"
	kindExtension pgKind = "extension"
	kindEnum      pgKind = "enum"
	kindDomain    pgKind = "domain"
	kindComposite pgKind = "composite type"
	kindSequence  pgKind = "sequence"
	kindFunction  pgKind = "function"
	kindTable     pgKind = "table"
	kindColumn    pgKind = "column"
	kindCheck     pgKind = "constraint"
	kindIndex     pgKind = "index"
	kindView      pgKind = "view"
	kindMatView   pgKind = "materialized view"
	kindViewIndex pgKind = "index of a materialized view"
	kindRule      pgKind = "rule"
	kindTrigger   pgKind = "trigger"
	kindRLS       pgKind = "row-level security"
	kindPolicy    pgKind = "policy"
	kindStatistic pgKind = "statistics"
	kindSettings  pgKind = "settings"
	kindGrants    pgKind = "privileges"
	kindPartition pgKind = "partition"
)

// creationRank orders what Tandem plans by its definition where no dependency
// does: the kinds that others are built of come first.
var creationRank = map[pgKind]int{
	kindExtension: 1, kindDomain: 3, kindComposite: 3, kindSequence: 4,
	kindFunction: 6, kindView: 7, kindMatView: 8, kindViewIndex: 9, kindStatistic: 9,
	kindRule: 10, kindTrigger: 10, kindSettings: 11, kindRLS: 11, kindPolicy: 12, kindGrants: 13,
}

// tableRank is the place of tables and of the rest that Atlas plans.
const (
	schemaRank = 0
	enumRank   = 2
	tableRank  = 5
)

// plannedByAtlas are the kinds that Atlas's planner sees.
var plannedByAtlas = map[pgKind]bool{
	kindSchema: true, kindEnum: true, kindTable: true, kindColumn: true, kindCheck: true, kindIndex: true,
}

// What a column's detail holds.
const (
	columnDefault   = iota // or the expression that it is generated from
	columnGenerated        // "s" for stored, "v" for virtual, or ""
	columnType
	columnNotNull // "true" or "false"
	columnSerial  // likewise
	columnName
)

// What a constraint's detail holds.
const (
	constraintDefinition = iota
	constraintDeferrable // of a foreign key, as ALTER CONSTRAINT wants it, or ""
	constraintType       // as in pg_constraint
	constraintName
)

// A pgObject is one object of a PostgreSQL catalog.
type pgObject struct {
	key     string // kind and name: the same object has the same key in every database
	kind    pgKind
	name    string // as a person writes it, e.g. public.agents
	address string // as DROP and COMMENT ON want it, e.g. VIEW public.active_agents
	// create holds the statements that make the object, for kinds that Tandem
	// plans by their definition.
	create []string
	// further is what makes the object what it is beside the statements.
	further string
	// def is all of it. Two objects are equal if their definitions are.
	def string
	// detail holds facts by which to tell whether a change can be made in
	// place; what they are depends on the kind.
	detail []string
	// table is the key of the table or view that the object belongs to, and
	// without which it cannot be.
	table string
	// body is the text in which a function may mention other objects that the
	// catalog knows nothing of.
	body string
	uses []pgUse
}

// A pgUse says that an object cannot be without another.
type pgUse struct {
	key string
	// column is the column of the table that is used, "" for the table as a
	// whole, or constraintUse for one of its constraints.
	column string
}

const constraintUse = "\x00constraint"

func (o *pgObject) String() string { return string(o.kind) + " " + o.name }

// comparedOnly reports whether the object is one that nobody plans.
func (o *pgObject) comparedOnly() bool {
	return creationRank[o.kind] == 0 && !plannedByAtlas[o.kind]
}

// A pgCatalog is all that a database holds beside rows.
type pgCatalog struct {
	objects map[string]*pgObject
	order   []*pgObject // by kind and name
}

func schemaKey(name string) string          { return string(kindSchema) + " " + name }
func tableKey(schema, name string) string   { return string(kindTable) + " " + schema + "." + name }
func enumKey(schema, name string) string    { return string(kindEnum) + " " + schema + "." + name }
func indexKey(schema, name string) string   { return string(kindIndex) + " " + schema + "." + name }
func columnKey(table, column string) string { return string(kindColumn) + " " + table + "." + column }

//go:embed pgcatalog.sql
var pgCatalogSQL string

//go:embed pgcompared.sql
var pgComparedSQL string

//go:embed pgdepend.sql
var pgDependSQL string

// readPgCatalog reads the catalog of the connected database. It sets the
// connection's search_path to nothing, so that every name it reads is
// qualified.
func readPgCatalog(ctx context.Context, conn *pgx.Conn) (*pgCatalog, error) {
	if _, err := conn.Exec(ctx, "SET search_path = ''"); err != nil {
		return nil, fmt.Errorf("read catalog: %w", err)
	}
	c := &pgCatalog{objects: map[string]*pgObject{}}
	byID := map[pgID]*pgObject{}
	if err := c.readObjects(ctx, conn, pgCatalogSQL, byID, func(o *pgObject) []any {
		return []any{&o.kind, &o.name, &o.address, &o.table, &o.create, &o.detail, &o.further, &o.body}
	}); err != nil {
		return nil, err
	}
	if err := c.readObjects(ctx, conn, pgComparedSQL, byID, func(o *pgObject) []any {
		return []any{&o.kind, &o.name, &o.further}
	}); err != nil {
		return nil, err
	}
	slices.SortFunc(c.order, func(a, b *pgObject) int { return strings.Compare(a.key, b.key) })
	return c, c.readUses(ctx, conn, byID)
}

// readObjects adds the objects that queries give: class oid, oid, and what
// columns says.
func (c *pgCatalog) readObjects(ctx context.Context, conn *pgx.Conn, queries string, byID map[pgID]*pgObject, columns func(*pgObject) []any) error {
	for query := range strings.SplitSeq(strings.TrimSuffix(queries, ";\n"), ";\n") {
		rows, err := conn.Query(ctx, query)
		if err != nil {
			return fmt.Errorf("read catalog: %w", err)
		}
		for rows.Next() {
			o, id := &pgObject{}, pgID{}
			if err := rows.Scan(append([]any{&id.class, &id.oid}, columns(o)...)...); err != nil {
				rows.Close()
				return fmt.Errorf("read catalog: %w", err)
			}
			o.key = string(o.kind) + " " + o.name
			o.address = cmp.Or(o.address, o.key)
			o.def = strings.Join(append(slices.Clone(o.create), o.further), "\n")
			if o.table != "" {
				o.uses = append(o.uses, pgUse{key: o.table})
			}
			c.objects[o.key] = o
			c.order = append(c.order, o)
			if id.oid != 0 {
				byID[id] = o
			}
		}
		if err := rows.Err(); err != nil {
			return fmt.Errorf("read catalog: %w", err)
		}
	}
	return nil
}

// pgID is how PostgreSQL itself names an object.
type pgID struct{ class, oid uint32 }

// readUses fills in what each object uses.
func (c *pgCatalog) readUses(ctx context.Context, conn *pgx.Conn, byID map[pgID]*pgObject) error {
	// What is part of an object (a table's index, its row type, an array of it,
	// a view's rule, an extension's function) counts as the object.
	part := map[pgID]pgID{}
	queries := strings.SplitN(pgDependSQL, ";\n", 2)
	rows, err := conn.Query(ctx, queries[0])
	if err != nil {
		return fmt.Errorf("read dependencies: %w", err)
	}
	var a, b pgID
	if _, err := pgx.ForEachRow(rows, []any{&a.class, &a.oid, &b.class, &b.oid}, func() error {
		part[a] = b
		return nil
	}); err != nil {
		return fmt.Errorf("read dependencies: %w", err)
	}
	owner := func(id pgID) *pgObject {
		for range 8 {
			if o := byID[id]; o != nil {
				return o
			}
			next, ok := part[id]
			if !ok {
				return nil
			}
			id = next
		}
		return nil
	}
	if rows, err = conn.Query(ctx, queries[1]); err != nil {
		return fmt.Errorf("read dependencies: %w", err)
	}
	var column string
	var ofConstraint bool
	if _, err := pgx.ForEachRow(rows, []any{&a.class, &a.oid, &b.class, &b.oid, &column, &ofConstraint}, func() error {
		user, used := owner(a), owner(b)
		if user == nil || used == nil || user == used {
			return nil
		}
		if ofConstraint {
			column = constraintUse
		}
		if use := (pgUse{used.key, column}); !slices.Contains(user.uses, use) {
			user.uses = append(user.uses, use)
		}
		return nil
	}); err != nil {
		return fmt.Errorf("read dependencies: %w", err)
	}
	return nil
}

// pgRows counts what a database holds beside its catalog, by table.
type pgRows map[pgRowSet]int

// A pgRowSet is the name of a table, as a person writes it, or largeObjects.
type pgRowSet string

const largeObjects pgRowSet = "large objects"

func (s pgRowSet) what() string {
	if s == largeObjects {
		return string(s)
	}
	return "rows of table " + string(s)
}

// countRows counts all rows, for databases that hold few.
func (c *pgCatalog) countRows(ctx context.Context, conn *pgx.Conn) (pgRows, error) {
	counts := pgRows{}
	count := func(set pgRowSet, relation string) error {
		var n int
		if err := conn.QueryRow(ctx, "SELECT count(*) FROM "+relation).Scan(&n); err != nil {
			return fmt.Errorf("count the %s: %w", set.what(), err)
		}
		counts[set] = n
		return nil
	}
	for _, o := range c.order {
		if o.kind == kindTable || o.kind == kindPartition {
			if err := count(pgRowSet(o.name), "ONLY "+strings.TrimPrefix(o.address, "TABLE ")); err != nil {
				return nil, err
			}
		}
	}
	return counts, count(largeObjects, "pg_catalog.pg_largeobject_metadata")
}

// isTable reports whether the key is that of a table.
func (c *pgCatalog) isTable(key string) bool {
	o := c.objects[key]
	return o != nil && o.kind == kindTable
}

// A pgDifference is an object that is not the same in two catalogs. One of the
// two is nil where the object is in one catalog only.
type pgDifference struct{ have, want *pgObject }

func (d pgDifference) object() *pgObject {
	if d.want != nil {
		return d.want
	}
	return d.have
}

// String says what differs, e.g. "view public.v is missing".
func (d pgDifference) String() string {
	switch {
	case d.have == nil:
		return d.want.String() + " is missing"
	case d.want == nil:
		return d.have.String() + " should not be there"
	}
	return fmt.Sprintf("%s is %s, and should be %s", d.want, oneLine(d.have.def), oneLine(d.want.def))
}

// change says what would have to be done, e.g. "the removal of cast (a AS b),
// which only the migrations have".
func (d pgDifference) change() string {
	switch {
	case d.have == nil:
		return d.want.String() + ", which only the schema files have"
	case d.want == nil:
		return "the removal of " + d.have.String() + ", which only the migrations have"
	}
	return fmt.Sprintf("the change of %s from %s to %s", d.want, oneLine(d.have.def), oneLine(d.want.def))
}

func oneLine(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	const most = 300
	if len(s) > most {
		s = s[:most] + "…"
	}
	return "`" + s + "`"
}

// differences lists what differs, in the order of kinds and names.
func differences(have, want *pgCatalog) []pgDifference {
	var diffs []pgDifference
	for _, w := range want.order {
		if h := have.objects[w.key]; h == nil || h.def != w.def {
			diffs = append(diffs, pgDifference{h, w})
		}
	}
	for _, h := range have.order {
		if want.objects[h.key] == nil {
			diffs = append(diffs, pgDifference{have: h})
		}
	}
	return diffs
}
