package migrate

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/devq-ai/tandem/internal/diag"
	"github.com/devq-ai/tandem/internal/source"
	"github.com/devq-ai/tandem/internal/surql"
	"github.com/devq-ai/tandem/internal/surqlcheck"
)

// diffSurreal plans in both directions by comparing two catalogs: what the
// directory's files define and what the desired schema does. With a dev server
// both plans are proven on an engine.
func diffSurreal(ctx context.Context, dir *directory, opts DiffOptions, list *diag.List) (*Plan, error) {
	replayed := make([]*source.File, len(dir.files))
	for i, f := range dir.files {
		replayed[i] = f.File
	}
	have, want := parseAllSurreal(replayed, list), parseAllSurreal(opts.Desired, list)
	from, to := surrealCatalog(have, list), surrealCatalog(want, list)
	if refuseStatements(want, list); list.HasErrors() {
		return nil, nil
	}
	up := planSurreal(from, to, list)
	if list.HasErrors() || len(up.changes) == 0 {
		return nil, nil
	}
	var quiet diag.List
	down := planSurreal(to, from, &quiet)
	var irreversible []string
	for _, d := range quiet.Sorted() {
		if d.Severity == diag.Error {
			d.Message = "the way back is not planned: " + d.Message
			list.Add(d)
		}
	}
	for _, d := range list.Sorted() {
		if d.Code == diag.MigrateDataLoss {
			irreversible = append(irreversible, d.Message+"; the data does not come back")
		}
	}
	if list.HasErrors() {
		return nil, nil
	}
	plan, err := newPlan(Surreal, dir, opts, up, down, irreversible)
	if err != nil || opts.DevURL == "" {
		return plan, err
	}
	return plan, proveSurreal(ctx, dir, opts, plan, list)
}

func parseAllSurreal(files []*source.File, list *diag.List) []*surql.Script {
	scripts := make([]*surql.Script, len(files))
	for i, f := range files {
		scripts[i] = parseSurreal(f, list)
	}
	return scripts
}

// surrealCatalog returns what the scripts define, one after the other.
func surrealCatalog(scripts []*surql.Script, list *diag.List) *surqlcheck.Catalog {
	c := surqlcheck.NewCatalog()
	for _, script := range scripts {
		list.Merge(c.Apply(script))
	}
	return c
}

// refuseStatements adds an error for each statement of the desired schema that
// is more than a definition, since no plan brings what it does.
func refuseStatements(scripts []*surql.Script, list *diag.List) {
	for _, script := range scripts {
		for _, s := range script.Stmts {
			switch s.(type) {
			case surql.Definition, surql.Alteration, *surql.RemoveStmt, *surql.OptionStmt:
			default:
				list.Errorf(s.Span(), diag.MigrateNotPlanned, "a schema file says what is defined, and this statement defines nothing").
					WithHelp("write it into a migration by hand and run tandem migrate hash")
			}
		}
	}
}

// surrealKey identifies an object. A view and a table of the same name are the
// same object.
type surrealKey struct {
	kind        surqlcheck.ObjectKind
	table, name string
}

func keyOf(o surqlcheck.Object) surrealKey {
	if o.Kind == surqlcheck.ObjectView {
		return surrealKey{surqlcheck.ObjectTable, o.Table, o.Name}
	}
	return surrealKey{o.Kind, o.Table, o.Name}
}

func label(o surqlcheck.Object) string {
	switch o.Kind {
	case surqlcheck.ObjectField, surqlcheck.ObjectIndex, surqlcheck.ObjectEvent:
		return fmt.Sprintf("%s %s on table %s", o.Kind, o.Name, o.Table)
	case surqlcheck.ObjectParam:
		return "param $" + o.Name
	}
	return o.Kind.String() + " " + o.Name
}

// A surrealPlanner plans one direction.
type surrealPlanner struct {
	from, to *surqlcheck.Catalog
	// current and wanted are the objects of from and to.
	current, wanted map[surrealKey]surqlcheck.Object
	// rebuilt holds the tables and views that are removed and defined anew,
	// with all that is on them.
	rebuilt map[string]bool
	// again holds the fields that an engine loses when another is changed, and
	// that must be defined again although they do not differ.
	again   map[surrealKey]bool
	changes []Change
	list    *diag.List
}

// planSurreal returns the changes that lead from one catalog to the other, and
// adds what a person should know of them.
func planSurreal(from, to *surqlcheck.Catalog, list *diag.List) direction {
	p := &surrealPlanner{
		from: from, to: to, current: map[surrealKey]surqlcheck.Object{}, wanted: map[surrealKey]surqlcheck.Object{},
		rebuilt: map[string]bool{}, again: map[surrealKey]bool{}, list: list,
	}
	for _, o := range from.Objects() {
		if !emptyConfig(o) {
			p.current[keyOf(o)] = o
		}
	}
	for _, o := range to.Objects() {
		if !emptyConfig(o) {
			p.wanted[keyOf(o)] = o
		}
	}
	p.findRebuilt()
	p.removeGone()
	for _, o := range to.Objects() {
		p.define(o)
	}
	return direction{changes: p.changes, singly: p.computesAnew()}
}

// computesAnew reports whether a view is defined again, and warns of it: the
// engine refuses, in the same transaction, records that it had before.
func (p *surrealPlanner) computesAnew() bool {
	again := false
	for table := range p.rebuilt {
		if o := p.wanted[surrealKey{kind: surqlcheck.ObjectTable, name: table}]; o.Kind == surqlcheck.ObjectView {
			again = true
			p.list.Warnf(o.Span, diag.MigrateExistingRows, "view %s is computed anew, which an engine does not do in one transaction: the migration runs statement by statement", table)
		}
	}
	return again
}

func (p *surrealPlanner) add(comment, cmd string) {
	p.changes = append(p.changes, Change{Comment: comment, Cmd: cmd})
}

func (p *surrealPlanner) addDestructive(span source.Span, comment, cmd, message string) *diag.Diagnostic {
	p.changes = append(p.changes, Change{Comment: comment, Cmd: cmd, Destructive: true})
	return p.list.Warnf(span, diag.MigrateDataLoss, "%s", message)
}

// findRebuilt finds the views that change, whose rows must be computed anew,
// and the tables that become views or were some.
func (p *surrealPlanner) findRebuilt() {
	for key, o := range p.current {
		n, stays := p.wanted[key]
		if !stays || key.kind != surqlcheck.ObjectTable {
			continue
		}
		if o.Kind != n.Kind || o.Kind == surqlcheck.ObjectView && definition(o) != definition(n) {
			p.rebuilt[o.Name] = true
		}
	}
	// An engine does not remove a table that a view selects from.
	for changed := true; changed; {
		changed = false
		for key, o := range p.current {
			def, ok := o.Def.(*surql.DefineTable)
			if _, stays := p.wanted[key]; !ok || def.View == nil || !stays || p.rebuilt[o.Name] {
				continue
			}
			for _, f := range def.View.From {
				if p.rebuilt[f.Name] {
					p.rebuilt[o.Name], changed = true, true
				}
			}
		}
	}
}

// removeGone removes what is not defined any more, the dependents first.
func (p *surrealPlanner) removeGone() {
	for _, o := range slices.Backward(p.from.Objects()) {
		key := keyOf(o)
		if _, is := p.current[key]; !is {
			continue
		}
		_, stays := p.wanted[key]
		isTable := key.kind == surqlcheck.ObjectTable
		if stays && !(isTable && p.rebuilt[o.Name]) {
			continue
		}
		if o.Table != "" && p.tableGoes(o) {
			continue // with its table
		}
		remove := "remove " + label(o)
		switch {
		case isTable && o.Kind == surqlcheck.ObjectTable:
			p.addDestructive(o.Span, remove, removal(o), fmt.Sprintf("table %s is removed with its records", o.Name))
		case o.Kind == surqlcheck.ObjectSequence:
			p.addDestructive(o.Span, remove, removal(o), fmt.Sprintf("sequence %s is removed with its position", o.Name))
		case o.Kind == surqlcheck.ObjectField:
			p.removeField(o)
		case notPlannedKind(o):
			p.refuse(o)
		default:
			p.add(remove, removal(o))
		}
	}
}

// tableGoes reports whether the object's table is removed, and the object with
// it.
func (p *surrealPlanner) tableGoes(o surqlcheck.Object) bool {
	switch o.Kind {
	case surqlcheck.ObjectField, surqlcheck.ObjectIndex, surqlcheck.ObjectEvent:
		key := surrealKey{kind: surqlcheck.ObjectTable, name: o.Table}
		_, was := p.current[key]
		_, stays := p.wanted[key]
		return p.rebuilt[o.Table] || was && !stays
	}
	return false
}

// removeField removes a field, and its values: a SCHEMAFULL table refuses every
// update of a record that still has them.
func (p *surrealPlanner) removeField(o surqlcheck.Object) {
	p.addDestructive(o.Span, "remove "+label(o), removal(o), fmt.Sprintf("field %s of table %s is removed with its values", o.Name, o.Table)).
		WithHelp("%s", p.renameHelp(o))
	p.dropImplied(o)
	if table, ok := p.wanted[surrealKey{kind: surqlcheck.ObjectTable, name: o.Table}]; !ok || !schemafull(table) {
		return
	}
	if p.parentGoes(o) {
		return
	}
	if strings.Contains(o.Name, "*") || strings.Contains(o.Name, "[") {
		p.list.Warnf(o.Span, diag.MigrateExistingRows, "values of %s stay in the records of table %s, whose updates then fail", o.Name, o.Table).
			WithHelp("take them out in a migration written by hand")
		return
	}
	p.changes = append(p.changes, Change{Comment: "take the values of " + o.Name + " out of the records", Cmd: fmt.Sprintf("UPDATE %s UNSET %s RETURN NONE", name(o.Table), o.Name), Destructive: true})
}

// renameHelp says how to rename a field rather than remove it, where one of the
// same kind is added to its table, and is "" otherwise.
func (p *surrealPlanner) renameHelp(o surqlcheck.Object) string {
	kind := func(o surqlcheck.Object) string {
		if def, ok := o.Def.(*surql.DefineField); ok && def.Type != nil {
			return surql.Print(def.Type)
		}
		return ""
	}
	for _, n := range p.to.Objects() {
		if n.Kind != o.Kind || n.Table != o.Table || kind(n) != kind(o) {
			continue
		}
		if _, was := p.current[keyOf(n)]; was {
			continue
		}
		return fmt.Sprintf("if it is renamed, run tandem migrate new --engine %s NAME, and write into the file that it makes: %s; UPDATE %s SET %s = %s RETURN NONE; %s; UPDATE %s UNSET %s RETURN NONE;",
			Surreal, definition(n), name(o.Table), n.Name, o.Name, removal(o), name(o.Table), o.Name)
	}
	return ""
}

// parentGoes reports whether a field that holds o is removed too.
func (p *surrealPlanner) parentGoes(o surqlcheck.Object) bool {
	for key := range p.current {
		if key.kind == o.Kind && key.table == o.Table && strings.HasPrefix(o.Name, key.name+".") {
			if _, stays := p.wanted[key]; !stays {
				return true
			}
		}
	}
	return false
}

// define defines what is new and redefines what changed.
func (p *surrealPlanner) define(n surqlcheck.Object) {
	key := keyOf(n)
	if _, is := p.wanted[key]; !is {
		return
	}
	o, was := p.current[key]
	table := key.kind == surqlcheck.ObjectTable
	if was && (p.rebuilt[n.Name] && table || p.tableGoes(n)) {
		was = false
	}
	switch {
	case was && !p.again[key] && definition(o) == definition(n):
	case notPlannedKind(n):
		p.refuse(n)
	case !was:
		p.warnNew(n)
		def := definition(n)
		if n.Kind == surqlcheck.ObjectConfig {
			def = overwrite(def) // one that was removed is still there, and empty
		}
		p.add("define "+label(n), def)
	default:
		p.redefine(o, n)
	}
}

func (p *surrealPlanner) redefine(o, n surqlcheck.Object) {
	comment := "redefine " + label(n)
	switch n.Kind {
	case surqlcheck.ObjectSequence:
		was, is := *o.Def.(*surql.DefineSequence), *n.Def.(*surql.DefineSequence)
		timeout := "NONE"
		if is.Timeout != nil {
			timeout = surql.Print(is.Timeout)
		}
		was.Timeout, is.Timeout = nil, nil
		if definition(surqlcheck.Object{Def: &was}) != definition(surqlcheck.Object{Def: &is}) {
			p.list.Errorf(n.Span, diag.MigrateNotPlanned, "sequence %s cannot be changed: to define it again sets it back to its start", n.Name).
				WithHelp("define a sequence of another name, or write the change into a migration by hand")
			return
		}
		p.add(comment, "ALTER SEQUENCE "+name(n.Name)+" TIMEOUT "+timeout)
		return
	case surqlcheck.ObjectTable:
		p.warnStricter(o, n)
		p.dropRelation(o, n)
	case surqlcheck.ObjectField:
		p.dropImplied(o)
		p.warnChanged(o, n)
	}
	p.add(comment, overwrite(definition(n)))
}

// dropRelation removes the fields that an engine made for a relation and leaves
// behind when the table is one no more.
func (p *surrealPlanner) dropRelation(o, n surqlcheck.Object) {
	if !isRelation(o) || isRelation(n) {
		return
	}
	for _, field := range []string{"in", "out"} {
		p.add("remove field "+field+" of the former relation", "REMOVE FIELD IF EXISTS "+field+" ON "+name(n.Name))
		p.again[surrealKey{surqlcheck.ObjectField, n.Name, field}] = true
	}
}

func isRelation(o surqlcheck.Object) bool {
	def, ok := o.Def.(*surql.DefineTable)
	return ok && def.Type != nil && def.Type.Kind == surql.TableRelation
}

// dropImplied removes the fields that an engine made for a field's elements and
// leaves behind when the field goes or changes.
func (p *surrealPlanner) dropImplied(o surqlcheck.Object) {
	def, ok := o.Def.(*surql.DefineField)
	if !ok {
		return
	}
	for _, path := range impliedPaths(def.Type, o.Name+".*") {
		key := surrealKey{surqlcheck.ObjectField, o.Table, path}
		if _, explicit := p.current[key]; explicit {
			if _, stays := p.wanted[key]; !stays {
				continue // removed by itself
			}
			p.again[key] = true
		}
		p.add("remove the elements of "+label(o), "REMOVE FIELD IF EXISTS "+path+" ON "+name(o.Table))
	}
}

// impliedPaths returns the fields that the engine defines for the elements of
// arrays and sets, of which path is the outermost.
func impliedPaths(k surql.Kind, path string) []string {
	var elem surql.Kind
	switch k := k.(type) {
	case *surql.OptionKind:
		return impliedPaths(k.Elem, path)
	case *surql.UnionKind:
		var paths []string
		for _, m := range k.Members {
			paths = append(paths, impliedPaths(m, path)...)
		}
		slices.Sort(paths)
		return slices.Compact(paths)
	case *surql.ArrayKind:
		elem = k.Elem
	case *surql.SetKind:
		elem = k.Elem
	}
	if elem == nil {
		return nil
	}
	return append([]string{path}, impliedPaths(elem, path+".*")...)
}

// warnNew says what a new definition means for records that exist.
func (p *surrealPlanner) warnNew(n surqlcheck.Object) {
	if _, was := p.current[surrealKey{kind: surqlcheck.ObjectTable, name: n.Table}]; !was || p.rebuilt[n.Table] {
		return
	}
	switch def := n.Def.(type) {
	case *surql.DefineField:
		if def.Type == nil || admitsNone(def.Type) || def.Computed != nil || def.Value != nil || def.Default != nil && def.Default.Always {
			return
		}
		value := "…"
		if def.Default != nil {
			value = surql.Print(def.Default.X)
		}
		p.list.Warnf(n.Span, diag.MigrateExistingRows, "records of table %s that exist already lack field %s, and every update of them fails", n.Table, n.Name).
			WithHelp("fill it in a migration written by hand: UPDATE %s SET %s = %s WHERE %s = NONE", name(n.Table), n.Name, value, n.Name)
	case *surql.DefineIndex:
		if _, unique := def.Index.(*surql.UniqueIndex); unique {
			p.list.Warnf(n.Span, diag.MigrateExistingRows, "unique index %s on table %s fails where records are duplicates", n.Name, n.Table)
		}
	}
}

// warnChanged says what a changed field means for records that exist.
func (p *surrealPlanner) warnChanged(o, n surqlcheck.Object) {
	was, is := o.Def.(*surql.DefineField), n.Def.(*surql.DefineField)
	if is.Type == nil || was.Type != nil && surql.Print(was.Type) == surql.Print(is.Type) {
		return
	}
	p.list.Warnf(n.Span, diag.MigrateExistingRows, "field %s of table %s changes its type, but records keep their values, and every update of those that do not fit fails", n.Name, n.Table).
		WithHelp("convert them in a migration written by hand: UPDATE %s SET %s = <%s> %s", name(n.Table), n.Name, surql.Print(is.Type), n.Name)
}

func (p *surrealPlanner) warnStricter(o, n surqlcheck.Object) {
	if !schemafull(o) && schemafull(n) {
		p.list.Warnf(n.Span, diag.MigrateExistingRows, "table %s becomes SCHEMAFULL, and every update of a record with other fields fails", n.Name)
	}
}

func schemafull(o surqlcheck.Object) bool {
	def, ok := o.Def.(*surql.DefineTable)
	return ok && def.Schema == surql.Schemafull
}

// admitsNone reports whether a record may lack a field of that kind.
func admitsNone(k surql.Kind) bool {
	switch k := k.(type) {
	case *surql.OptionKind:
		return true
	case *surql.BasicKind:
		return k.Name == "any" || k.Name == "none"
	case *surql.UnionKind:
		return slices.ContainsFunc(k.Members, admitsNone)
	}
	return false
}

// notPlannedKind reports whether the object is not a database's own.
func notPlannedKind(o surqlcheck.Object) bool {
	switch o.Kind {
	case surqlcheck.ObjectNamespace, surqlcheck.ObjectDatabase:
		return true
	case surqlcheck.ObjectUser, surqlcheck.ObjectAccess:
		return o.Table != "database"
	case surqlcheck.ObjectConfig:
		return o.Name == "default"
	}
	return false
}

func (p *surrealPlanner) refuse(o surqlcheck.Object) {
	p.list.Errorf(o.Span, diag.MigrateNotPlanned, "not planned: %s, which does not belong to the database", label(o)).
		WithHelp("define it outside the schema")
}

var reDefine = regexp.MustCompile(`(?is)^(DEFINE\s+\w+)\s+(?:IF\s+NOT\s+EXISTS\s+|OVERWRITE\s+)?`)

// definition returns an object's definition as text that does not depend on how
// it was written: two objects are equal if their definitions are.
func definition(o surqlcheck.Object) string {
	def := o.Def
	if index, ok := def.(*surql.DefineIndex); ok && index.Concurrently {
		plain := *index
		plain.Concurrently = false // which says how it is built, not what it is
		def = &plain
	}
	return reDefine.ReplaceAllString(surql.Print(def), "$1 ")
}

func overwrite(definition string) string {
	return reDefine.ReplaceAllString(definition, "$1 OVERWRITE ")
}

// emptyConfigs are the configurations that say what an engine does without
// them. Before 3.1 an engine removes none, so that it is made empty instead.
var emptyConfigs = map[string]string{
	"graphql": "DEFINE CONFIG GRAPHQL TABLES NONE FUNCTIONS NONE",
	"api":     "DEFINE CONFIG API PERMISSIONS FULL",
}

func emptyConfig(o surqlcheck.Object) bool {
	return o.Kind == surqlcheck.ObjectConfig && definition(o) == emptyConfigs[o.Name]
}

// removal returns the statement that removes an object.
func removal(o surqlcheck.Object) string {
	switch o.Kind {
	case surqlcheck.ObjectView:
		return "REMOVE TABLE " + name(o.Name)
	case surqlcheck.ObjectField:
		return "REMOVE FIELD " + o.Name + " ON " + name(o.Table)
	case surqlcheck.ObjectIndex, surqlcheck.ObjectEvent:
		return "REMOVE " + strings.ToUpper(o.Kind.String()) + " " + name(o.Name) + " ON " + name(o.Table)
	case surqlcheck.ObjectUser, surqlcheck.ObjectAccess:
		return "REMOVE " + strings.ToUpper(o.Kind.String()) + " " + name(o.Name) + " ON DATABASE"
	case surqlcheck.ObjectConfig:
		return overwrite(emptyConfigs[o.Name])
	case surqlcheck.ObjectParam:
		return "REMOVE PARAM $" + name(o.Name)
	case surqlcheck.ObjectFunction, surqlcheck.ObjectModule:
		return "REMOVE " + strings.ToUpper(o.Kind.String()) + " " + o.Name
	case surqlcheck.ObjectAPI:
		return "REMOVE API " + surql.Print(&surql.StringLit{Value: o.Name})
	}
	return "REMOVE " + strings.ToUpper(o.Kind.String()) + " " + name(o.Name)
}

var rePlainName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// name returns a name as a statement has it.
func name(s string) string {
	if rePlainName.MatchString(s) {
		return s
	}
	return "`" + strings.NewReplacer(`\`, `\\`, "`", "\\`").Replace(s) + "`"
}
