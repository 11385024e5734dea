// Package surqlcheck gives SurrealQL its meaning: a Catalog of what DEFINE
// statements define, and the kinds of the values that queries take and return.
package surqlcheck

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/devq-ai/tandem/internal/diag"
	"github.com/devq-ai/tandem/internal/source"
	"github.com/devq-ai/tandem/internal/surql"
)

// An ObjectKind is a kind of schema object.
type ObjectKind uint8

// The kinds of schema objects, in the order in which Objects returns them: each
// may depend on those before it.
const (
	ObjectNamespace ObjectKind = iota
	ObjectDatabase
	ObjectConfig
	ObjectSequence
	ObjectBucket
	ObjectModule
	ObjectFunction
	ObjectAnalyzer
	ObjectParam
	ObjectTable
	ObjectField
	ObjectIndex
	ObjectView
	ObjectEvent
	ObjectAccess
	ObjectUser
	ObjectAPI
)

var objectKindNames = [...]string{
	ObjectNamespace: "namespace", ObjectDatabase: "database", ObjectConfig: "config", ObjectSequence: "sequence",
	ObjectBucket: "bucket", ObjectModule: "module", ObjectFunction: "function", ObjectAnalyzer: "analyzer",
	ObjectParam: "param", ObjectTable: "table", ObjectField: "field", ObjectIndex: "index", ObjectView: "view",
	ObjectEvent: "event", ObjectAccess: "access", ObjectUser: "user", ObjectAPI: "api",
}

// String returns the kind's name in lower case, as in "analyzer".
func (k ObjectKind) String() string { return objectKindNames[k] }

// An Object is one thing that a DEFINE statement defines.
type Object struct {
	Kind ObjectKind
	// Table is the table of a field, an index or an event; for a user or an
	// access method it is the level, "root", "namespace" or "database".
	Table string
	// Name is the object's name: of a field its path, as in address.city or
	// tags.*; of a function the path with fn::; of a param without the dollar
	// sign; of a config its type, as in "graphql".
	Name string
	// Def is the current definition, with every ALTER applied.
	Def surql.Definition
	// Span is the definition's text. After an ALTER it is still the DEFINE's.
	Span source.Span
}

// objectKey identifies an object. Views and tables share their names.
type objectKey struct {
	kind        ObjectKind
	table, name string
}

func (o *Object) key() objectKey {
	k := o.Kind
	if k == ObjectView {
		k = ObjectTable
	}
	return objectKey{k, o.Table, o.Name}
}

// A Catalog is what a database's DEFINE statements define. It is filled by
// Apply and is not safe for use while Apply runs.
type Catalog struct {
	objects map[objectKey]*Object
	order   []*Object // by the time of their first definition
	// tables caches what tables look like to queries, index what is defined on
	// them; it is nil until somebody asks. Apply empties both.
	tables map[string]*Table
	index  *catalogIndex
	// made are the tables that a script has made by writing to them.
	made map[string]bool
	// history is what a script has done to the tables.
	history history
}

// NewCatalog returns an empty catalog.
func NewCatalog() *Catalog {
	return &Catalog{objects: map[objectKey]*Object{}, tables: map[string]*Table{}, made: map[string]bool{}}
}

// Objects returns all objects in an order in which they can be defined: an
// object stands after those it needs. Objects that do not depend on each other
// stand in the order of their first definition.
func (c *Catalog) Objects() []Object {
	sorted := slices.Clone(c.order)
	position := map[string]int{}
	for i, o := range sorted {
		if o.Kind == ObjectTable || o.Kind == ObjectView {
			position[o.Name] = i
		}
	}
	rank := func(o *Object) int {
		// A table's fields and indexes follow it.
		if o.Kind == ObjectField || o.Kind == ObjectIndex {
			return int(ObjectTable)
		}
		return int(o.Kind)
	}
	table := func(o *Object) int {
		switch o.Kind {
		case ObjectTable:
			return position[o.Name]
		case ObjectField, ObjectIndex:
			if i, ok := position[o.Table]; ok {
				return i
			}
			return len(sorted)
		}
		return 0
	}
	slices.SortStableFunc(sorted, func(a, b *Object) int {
		if n := cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(table(a), table(b))); n != 0 {
			return n
		}
		if rank(a) != int(ObjectTable) {
			return 0
		}
		return cmp.Or(cmp.Compare(a.Table, b.Table), cmp.Compare(a.Kind, b.Kind), cmp.Compare(depth(a), depth(b)))
	})
	out := make([]Object, len(sorted))
	for i, o := range c.orderViews(sorted) {
		out[i] = *o
	}
	return out
}

// depth is how deep a field is nested. A field stands after the one it is in.
func depth(o *Object) int {
	if def, ok := o.Def.(*surql.DefineField); ok {
		return len(fieldPath(def.Name))
	}
	return 0
}

// orderViews moves each view behind the views that it selects from.
func (c *Catalog) orderViews(sorted []*Object) []*Object {
	out := make([]*Object, 0, len(sorted))
	done := map[*Object]bool{}
	var place func(o *Object)
	place = func(o *Object) {
		if done[o] {
			return
		}
		done[o] = true
		if def, ok := o.Def.(*surql.DefineTable); ok && def.View != nil {
			for _, from := range def.View.From {
				if source, ok := c.objects[objectKey{kind: ObjectTable, name: from.Name}]; ok && source.Kind == ObjectView {
					place(source)
				}
			}
		}
		out = append(out, o)
	}
	for _, o := range sorted {
		place(o)
	}
	return out
}

// Object returns the object of that kind and name, or false. Table is empty but
// for fields, indexes, events, users and access methods.
func (c *Catalog) Object(k ObjectKind, table, name string) (Object, bool) {
	o := c.lookup(k, table, name)
	if o == nil {
		return Object{}, false
	}
	return *o, true
}

func (c *Catalog) lookup(k ObjectKind, table, name string) *Object {
	if k == ObjectView {
		k = ObjectTable
	}
	return c.objects[objectKey{k, table, name}]
}

// names returns the names of all objects of a kind on a table, for suggestions.
func (c *Catalog) names(k ObjectKind, table string) []string {
	var out []string
	for _, o := range c.order {
		if key := o.key(); key.kind == k && key.table == table {
			out = append(out, o.Name)
		}
	}
	return out
}

// Apply runs the DEFINE, ALTER and REMOVE statements of the script, in order,
// on the catalog, as an engine would. Other statements do not change a schema
// and are passed over. The list holds the statements that an engine would
// refuse; the others are applied all the same.
func (c *Catalog) Apply(script *surql.Script) *diag.List {
	l := &diag.List{}
	for _, stmt := range script.Stmts {
		c.apply(stmt, l)
	}
	return l
}

// apply runs one statement and reports whether it is one that changes a schema.
func (c *Catalog) apply(stmt surql.Stmt, l *diag.List) bool {
	switch stmt := stmt.(type) {
	case surql.Definition:
		c.define(stmt, l)
	case surql.Alteration:
		c.alter(stmt, l)
	case *surql.RemoveStmt:
		c.remove(stmt, l)
	default:
		return false
	}
	c.forget()
	return true
}

func (c *Catalog) define(def surql.Definition, l *diag.List) {
	o, ok := objectOf(def)
	if !ok {
		l.Errorf(def.Span(), diag.SchemaComputedName, "the name in this definition is computed at run time").
			WithHelp("write the name itself: what the statement defines must be known before it runs")
		return
	}
	if why := refused(def); why != "" {
		l.Errorf(def.Span(), diag.SchemaRefused, "%s", why)
		return
	}
	existing := def.Existing()
	if c.history.imports && existing == surql.ExistingError {
		existing = surql.ExistingOverwrite
	}
	old := c.objects[o.key()]
	if old != nil {
		switch existing {
		case surql.ExistingIgnore:
			return
		case surql.ExistingError:
			report := l.Errorf
			if o.Kind == ObjectAPI {
				report = l.Warnf // the engine replaces it
			}
			report(def.Span(), diag.SchemaDuplicate, "%s is already defined", o.label()).
				WithHelp("write OVERWRITE to replace it, or IF NOT EXISTS to keep the first definition").
				WithRelated(old.Span, "first defined here")
			if o.Kind != ObjectAPI {
				return
			}
		}
		*old = *o
		c.remake(o)
		return
	}
	if existing != surql.ExistingOverwrite && o.Kind == ObjectField && c.madeKind(o.key()) != nil {
		if existing == surql.ExistingError {
			l.Errorf(def.Span(), diag.SchemaDuplicate, "%s is already defined", o.label()).
				WithHelp("the engine defined it together with what it belongs to; write DEFINE FIELD OVERWRITE")
		}
		return
	}
	c.objects[o.key()] = o
	c.order = append(c.order, o)
	if o.Kind == ObjectField {
		c.remake(o)
	}
}

// label names an object for a message.
func (o *Object) label() string {
	switch o.Kind {
	case ObjectField, ObjectIndex, ObjectEvent:
		return o.Kind.String() + " " + o.Name + " on table " + o.Table
	case ObjectUser, ObjectAccess:
		return o.Kind.String() + " " + o.Name + " on " + o.Table
	case ObjectParam:
		return "param $" + o.Name
	}
	return o.Kind.String() + " " + o.Name
}

// objectOf returns the object that a definition defines; ok is false for a
// computed name.
func objectOf(def surql.Definition) (o *Object, ok bool) {
	o = &Object{Def: def, Span: def.Span()}
	named := func(k ObjectKind, name surql.Expr) bool {
		o.Kind = k
		o.Name, ok = surql.NameOf(name)
		return ok
	}
	on := func(table surql.Expr) bool {
		o.Table, ok = surql.NameOf(table)
		return ok
	}
	switch def := def.(type) {
	case *surql.DefineNamespace:
		ok = named(ObjectNamespace, def.Name)
	case *surql.DefineDatabase:
		ok = named(ObjectDatabase, def.Name)
	case *surql.DefineTable:
		k := ObjectTable
		if def.View != nil {
			k = ObjectView
		}
		ok = named(k, def.Name)
	case *surql.DefineField:
		o.Kind = ObjectField
		path := fieldPath(def.Name)
		o.Name = pathText(path)
		ok = path != nil && on(def.Table)
	case *surql.DefineIndex:
		ok = named(ObjectIndex, def.Name) && on(def.Table)
	case *surql.DefineEvent:
		ok = named(ObjectEvent, def.Name) && on(def.Table)
	case *surql.DefineFunction:
		o.Kind, o.Name, ok = ObjectFunction, def.Name.Path, true
	case *surql.DefineParam:
		o.Kind, o.Name, ok = ObjectParam, def.Name.Name, true
	case *surql.DefineAnalyzer:
		ok = named(ObjectAnalyzer, def.Name)
	case *surql.DefineUser:
		ok = named(ObjectUser, def.Name)
		o.Table = baseName(def.Base)
	case *surql.DefineAccess:
		ok = named(ObjectAccess, def.Name)
		o.Table = baseName(def.Base)
	case *surql.DefineSequence:
		ok = named(ObjectSequence, def.Name)
	case *surql.DefineBucket:
		ok = named(ObjectBucket, def.Name)
	case *surql.DefineModule:
		o.Kind, ok = ObjectModule, true
		switch {
		case def.Name.Name != "":
			o.Name = "mod::" + def.Name.Name
		case def.Silo != nil:
			o.Name = def.Silo.Path
		case def.File != nil:
			o.Name = def.File.Bucket + ":" + def.File.Key
		}
	case *surql.DefineAPI:
		ok = named(ObjectAPI, def.Path)
	case *surql.DefineConfig:
		o.Kind, o.Name, ok = ObjectConfig, configName(def.Config), true
	}
	return o, ok
}

func baseName(b surql.Base) string {
	switch b {
	case surql.BaseRoot:
		return "root"
	case surql.BaseNamespace:
		return "namespace"
	}
	return "database"
}

func configName(c surql.Config) string {
	switch c.(type) {
	case *surql.APIConfig:
		return "api"
	case *surql.GraphQLConfig:
		return "graphql"
	}
	return "default"
}

// fieldPath returns the parts of a field's name, "*" for .* and [*], or nil
// where the name is computed.
func fieldPath(name surql.Expr) []string {
	idiom, ok := surql.Unparen(name).(*surql.Idiom)
	if !ok {
		if s, ok := surql.NameOf(name); ok {
			return []string{s}
		}
		return nil
	}
	if idiom.Start != nil {
		return nil
	}
	var path []string
	for _, part := range idiom.Parts {
		switch part := part.(type) {
		case *surql.FieldPart:
			path = append(path, part.Name)
		case *surql.AllPart:
			path = append(path, "*")
		case *surql.FlattenPart:
			path = append(path, "...")
		case *surql.IndexPart:
			n, ok := part.X.(*surql.IntLit)
			if !ok {
				return nil
			}
			path = append(path, "["+n.Span().Text()+"]")
		default:
			return nil
		}
	}
	return path
}

// pathText returns a field's name as the engine prints it.
func pathText(path []string) string {
	var b strings.Builder
	for i, p := range path {
		switch {
		case p == "...", strings.HasPrefix(p, "["):
			b.WriteString(p)
			continue
		case i > 0:
			b.WriteByte('.')
		}
		if p == "*" || isIdent(p) {
			b.WriteString(p)
		} else {
			b.WriteString("`" + strings.NewReplacer(`\`, `\\`, "`", "\\`").Replace(p) + "`")
		}
	}
	return b.String()
}

func isIdent(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c != '_' && (c|0x20 < 'a' || c|0x20 > 'z') && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return s != ""
}

func (c *Catalog) remove(stmt *surql.RemoveStmt, l *diag.List) {
	key, ok := removed(stmt)
	if !ok {
		l.Errorf(stmt.Span(), diag.SchemaComputedName, "the name in this REMOVE is computed at run time").
			WithHelp("write the name itself: what the statement removes must be known before it runs")
		return
	}
	if c.objects[key] == nil && !c.made[key.name] && !c.engineMade(key) {
		if !stmt.IfExists {
			missing(l, stmt.Span(), &Object{Kind: key.kind, Table: key.table, Name: key.name}, c.names(key.kind, key.table))
		}
		return
	}
	if key.kind == ObjectTable {
		delete(c.made, key.name)
	}
	drop := func(o *Object) bool {
		return o.key() == key ||
			key.kind == ObjectTable && (o.Kind == ObjectField || o.Kind == ObjectIndex || o.Kind == ObjectEvent) && o.Table == key.name
	}
	for k, o := range c.objects {
		if drop(o) {
			delete(c.objects, k)
		}
	}
	c.order = slices.DeleteFunc(c.order, drop)
}

// engineMade reports whether the engine has made an object by itself: a table
// on which something is defined, the ends of a relation, the elements of a
// collection.
func (c *Catalog) engineMade(key objectKey) bool {
	switch key.kind {
	case ObjectTable:
		return c.implied(key.name)
	case ObjectField:
		return c.madeKind(key) != nil
	}
	return false
}

// implied reports whether a table exists only because something is defined on
// it: the engine makes such tables, schemaless.
func (c *Catalog) implied(table string) bool {
	return c.made[table] || slices.ContainsFunc(c.order, func(o *Object) bool {
		return o.Table == table && (o.Kind == ObjectField || o.Kind == ObjectIndex || o.Kind == ObjectEvent)
	})
}

// save returns a copy of the catalog for restore.
func (c *Catalog) save() *Catalog {
	saved := &Catalog{objects: map[objectKey]*Object{}, made: maps.Clone(c.made), history: c.history.clone()}
	for _, o := range c.order {
		copied := *o
		saved.objects[o.key()] = &copied
		saved.order = append(saved.order, &copied)
	}
	return saved
}

// restore goes back to what save returned.
func (c *Catalog) restore(saved *Catalog) {
	again := saved.save()
	c.objects, c.order, c.made, c.history = again.objects, again.order, again.made, again.history
	c.forget()
}

// forget empties what is kept of the objects.
func (c *Catalog) forget() {
	clear(c.tables)
	c.index = nil
}

// A catalogIndex finds objects without going through all of them.
type catalogIndex struct {
	// parts are the objects of a kind that are defined on a table, in the order of
	// their first definition.
	parts map[tablePart][]*Object
	// unsetsReferences says that records may be written where another one is
	// deleted.
	unsetsReferences bool
}

type tablePart struct {
	kind  ObjectKind
	table string
}

func (c *Catalog) indexed() *catalogIndex {
	if c.index == nil {
		c.index = &catalogIndex{parts: map[tablePart][]*Object{}}
		for _, o := range c.order {
			part := tablePart{o.Kind, o.Table}
			c.index.parts[part] = append(c.index.parts[part], o)
			if def, ok := o.Def.(*surql.DefineField); ok && def.Reference != nil {
				on := def.Reference.OnDelete
				c.index.unsetsReferences = c.index.unsetsReferences || on == surql.OnDeleteUnset || on == surql.OnDeleteThen
			}
		}
	}
	return c.index
}

// on returns what of a kind is defined on the table.
func (c *Catalog) on(k ObjectKind, table string) []*Object {
	return c.indexed().parts[tablePart{k, table}]
}

// implyTable notes that a script has written to a table that nothing defines.
func (c *Catalog) implyTable(name string) {
	c.made[name] = true
	c.forget()
}

func missing(l *diag.List, span source.Span, o *Object, candidates []string) {
	d := l.Errorf(span, diag.SchemaUnknown, "%s is not defined", o.label())
	if near := diag.Nearest(o.Name, candidates); near != "" {
		d.WithHelp("did you mean %s?", near)
	}
}

var removedKinds = map[surql.RemoveTarget]ObjectKind{
	surql.RemoveNamespace: ObjectNamespace, surql.RemoveDatabase: ObjectDatabase, surql.RemoveTable: ObjectTable,
	surql.RemoveField: ObjectField, surql.RemoveIndex: ObjectIndex, surql.RemoveEvent: ObjectEvent,
	surql.RemoveFunction: ObjectFunction, surql.RemoveParam: ObjectParam, surql.RemoveAnalyzer: ObjectAnalyzer,
	surql.RemoveUser: ObjectUser, surql.RemoveAccess: ObjectAccess, surql.RemoveSequence: ObjectSequence,
	surql.RemoveBucket: ObjectBucket, surql.RemoveModule: ObjectModule, surql.RemoveAPI: ObjectAPI,
	surql.RemoveConfig: ObjectConfig,
}

func removed(stmt *surql.RemoveStmt) (key objectKey, ok bool) {
	key.kind = removedKinds[stmt.Target]
	ok = true
	switch stmt.Target {
	case surql.RemoveFunction, surql.RemoveModule:
		key.name = stmt.Function.Path
	case surql.RemoveConfig:
		key.name = strings.ToLower(stmt.Config)
	case surql.RemoveParam:
		param, isParam := stmt.Name.(*surql.Param)
		if !isParam {
			return key, false
		}
		key.name = param.Name
	case surql.RemoveField:
		path := fieldPath(stmt.Name)
		key.name, ok = pathText(path), path != nil
	default:
		key.name, ok = surql.NameOf(stmt.Name)
	}
	if stmt.Target == surql.RemoveUser || stmt.Target == surql.RemoveAccess {
		key.table = baseName(stmt.Base)
	}
	if ok && stmt.Table != nil {
		key.table, ok = surql.NameOf(stmt.Table)
	}
	return key, ok
}
