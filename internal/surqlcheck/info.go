package surqlcheck

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/devq-ai/tandem/internal/source"
	"github.com/devq-ai/tandem/internal/surql"
)

// ReadInfo returns the catalog of a live database. The function runs one
// statement on the database and returns the string that is its result; to see
// one state of a database whose schema changes meanwhile, it runs all of them in
// one transaction.
//
// The catalog holds what the definitions say as the engine keeps them: kinds in
// canonical form (option<int> is none | int), clauses that have their defaults
// left out, keys as [REDACTED], the values of params in place of the expressions
// that made them. Fields that the engine makes by itself, such as tags.* and the
// ends of a relation, are in it only where they were changed. Objects above the
// database and machine learning models are not read. Engine 3.0 leaves out
// parentheses around a right operand, as in a - (b - c), which the catalog then
// lacks too.
func ReadInfo(query func(text string) (string, error)) (*Catalog, error) {
	r := &infoReader{query: query, cat: NewCatalog()}
	var db infoDatabase
	if err := r.read("(INFO FOR DB STRUCTURE)", &db); err != nil {
		return nil, err
	}
	// Engine 3.0 gives in STRUCTURE a user's token duration for the session's.
	var users map[string]string
	if err := r.read("(INFO FOR DB).users", &users); err != nil {
		return nil, err
	}
	definitions := append(db.definitions(), slices.Sorted(maps.Values(users))...)
	if err := r.define("INFO FOR DB", definitions); err != nil {
		return nil, err
	}
	for _, t := range db.Tables {
		var table infoTableObjects
		info := "INFO FOR TABLE " + nameText(t.Name)
		if err := r.read("("+info+" STRUCTURE)", &table); err != nil {
			return nil, err
		}
		if err := r.define(info, table.definitions()); err != nil {
			return nil, err
		}
	}
	return r.cat, nil
}

type infoReader struct {
	query func(text string) (string, error)
	cat   *Catalog
}

// read asks the engine for a value and decodes it. The engine writes it as
// SurrealQL, so that it does not matter how a driver decodes durations and the
// names of tables.
func (r *infoReader) read(what string, into any) error {
	text, err := r.query("RETURN <string> " + what)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	x, found := surql.ParseExpr(source.NewFile(what, text), surql.Options{})
	if found.HasErrors() {
		return fmt.Errorf("read the answer to %s: %w", what, found.Sorted()[0])
	}
	value, err := plainValue(x)
	if err != nil {
		return fmt.Errorf("read the answer to %s: %w", what, err)
	}
	encoded, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("read the answer to %s: %w", what, err)
	}
	dec := json.NewDecoder(bytes.NewReader(encoded))
	dec.DisallowUnknownFields() // a clause that is not known must not get lost
	if err := dec.Decode(into); err != nil {
		return fmt.Errorf("read the answer to %s: %w", what, err)
	}
	return nil
}

// define adds the definitions to the catalog but for those that the engine has
// made by itself.
func (r *infoReader) define(name string, definitions []string) error {
	file := source.NewFile(name, strings.Join(definitions, ";\n"))
	script, found := surql.Parse(file, surql.Options{})
	if !found.HasErrors() {
		for _, stmt := range script.Stmts {
			if field, ok := stmt.(*surql.DefineField); !ok || !r.cat.madeAlike(field) {
				r.cat.apply(stmt, found)
			}
		}
	}
	if found.HasErrors() {
		return fmt.Errorf("read the definitions of the database: %w", found.Sorted()[0])
	}
	return nil
}

// plainValue returns what JSON has for a literal: an object, an array, a string,
// a bool, a number or null. The rest is text.
func plainValue(x surql.Expr) (any, error) {
	switch x := surql.Unparen(x).(type) {
	case *surql.ObjectLit:
		object := map[string]any{}
		for _, e := range x.Entries {
			v, err := plainValue(e.Value)
			if err != nil {
				return nil, err
			}
			object[e.Key.Name] = v
		}
		return object, nil
	case *surql.ArrayLit:
		array := make([]any, len(x.Elems))
		for i, e := range x.Elems {
			v, err := plainValue(e)
			if err != nil {
				return nil, err
			}
			array[i] = v
		}
		return array, nil
	case *surql.StringLit:
		return x.Value, nil
	case *surql.BoolLit:
		return x.Value, nil
	case *surql.IntLit:
		return x.Value, nil
	case *surql.NoneLit, *surql.NullLit:
		return nil, nil
	case *surql.DurationLit:
		return x.Span().Text(), nil
	default:
		if name, ok := surql.NameOf(x); ok { // of a table
			return name, nil
		}
		return nil, fmt.Errorf("%s is not a value that INFO is known to give", x.Span().Text())
	}
}

// What INFO FOR DB STRUCTURE and INFO FOR TABLE STRUCTURE return. A permission is
// true, false or the text of a condition.
type (
	infoDatabase struct {
		Accesses  []infoAccess
		Analyzers []infoAnalyzer
		APIs      []infoAPI
		Buckets   []infoBucket
		Configs   []infoConfig
		Functions []infoFunction
		Models    []any
		Modules   []infoModule
		Params    []infoParam
		Sequences []infoSequence
		Tables    []infoTable
		Users     []any // without their true durations; ReadInfo reads them as text
	}
	infoTableObjects struct {
		Events  []infoEvent
		Fields  []infoField
		Indexes []infoIndex
		Lives   []any
		Tables  []any // the views on the table, which INFO FOR DB lists too
	}

	infoAccess struct {
		Name, Comment, Authenticate string
		Duration                    infoDuration
		Kind                        struct {
			Kind, Signup, Signin, Subject string
			Refresh                       bool
			JWT                           struct{ Verify, Issuer *infoKey }
		}
	}
	infoKey struct{ Alg, Key, URL string }
	// infoDuration has null for a duration without an end.
	infoDuration map[string]*string
	infoAnalyzer struct {
		Name, Comment, Function string
		Tokenizers, Filters     []string
	}
	infoAPI struct {
		Path, Comment, Fallback string
		Config                  infoRouteConfig
		Actions                 []infoRoute
	}
	infoRoute struct {
		Methods []string
		Action  string
		Config  infoRouteConfig
	}
	infoRouteConfig struct {
		Middleware  map[string][]string
		Permissions any
	}
	infoBucket struct {
		Name, Comment, Backend string
		Readonly               bool
		Permissions            any
	}
	infoConfig struct {
		API     *infoRouteConfig
		GraphQL *struct{ Tables, Functions any }
	}
	infoFunction struct {
		Name, Comment, Block, Returns string
		Args                          [][2]string
		Permissions                   any
	}
	infoModule struct {
		Name, Executable, Comment string
		Permissions               any
	}
	infoParam struct {
		Name, Comment, Value string
		Permissions          any
	}
	infoSequence struct{ Name, Batch, Start, Timeout string }
	infoTable    struct {
		Name, Comment, View string
		ID                  int64
		Drop, Schemafull    bool
		Kind                struct {
			Kind     string
			In, Out  []string
			Enforced bool
		}
		Changefeed *struct {
			Expiry   string
			Original bool
		}
		Permissions map[string]any
	}
	infoEvent struct {
		Name, Comment, What, When string
		Then                      []string
		Async                     bool
		Retry, Maxdepth           *int64
	}
	infoField struct {
		Name, Table, Comment, Kind string
		Value, Assert, Computed    string
		Default                    string
		DefaultAlways              bool `json:"default_always"`
		Flexible, Readonly         bool
		Reference                  *struct {
			OnDelete string `json:"on_delete"`
		}
		Permissions map[string]any
	}
	infoIndex struct {
		Name, Table, Comment, Index string
		Cols                        []string
	}
)

func (db *infoDatabase) definitions() []string {
	var out []string
	add(&out, db.Configs, infoConfig.definition)
	add(&out, db.Sequences, infoSequence.definition)
	add(&out, db.Buckets, infoBucket.definition)
	add(&out, db.Modules, infoModule.definition)
	add(&out, db.Functions, infoFunction.definition)
	add(&out, db.Analyzers, infoAnalyzer.definition)
	add(&out, db.Params, infoParam.definition)
	add(&out, db.Tables, infoTable.definition)
	add(&out, db.Accesses, infoAccess.definition)
	add(&out, db.APIs, infoAPI.definition)
	return out
}

func (t *infoTableObjects) definitions() []string {
	var out []string
	add(&out, t.Fields, infoField.definition)
	add(&out, t.Indexes, infoIndex.definition)
	add(&out, t.Events, infoEvent.definition)
	return out
}

func add[T any](out *[]string, objects []T, definition func(T) string) {
	for _, o := range objects {
		*out = append(*out, definition(o))
	}
}

func (c infoConfig) definition() string {
	if c.API != nil {
		return "DEFINE CONFIG API" + c.API.clauses()
	}
	return "DEFINE CONFIG GRAPHQL TABLES " + exposed(c.GraphQL.Tables) + " FUNCTIONS " + exposed(c.GraphQL.Functions)
}

// exposed returns what GraphQL shows of the tables or functions.
func exposed(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case map[string]any:
		for word, names := range v {
			var quoted []string
			list, _ := names.([]any)
			for _, name := range list {
				quoted = append(quoted, nameText(fmt.Sprint(name)))
			}
			return strings.ToUpper(word) + " " + strings.Join(quoted, ", ")
		}
	}
	return "NONE"
}

func (s infoSequence) definition() string {
	return "DEFINE SEQUENCE " + nameText(s.Name) + clause("BATCH", s.Batch) + clause("START", s.Start) + clause("TIMEOUT", s.Timeout)
}

func (b infoBucket) definition() string {
	return "DEFINE BUCKET " + nameText(b.Name) + flag("READONLY", b.Readonly) + textClause("BACKEND", b.Backend) +
		permission(b.Permissions) + textClause("COMMENT", b.Comment)
}

func (m infoModule) definition() string {
	name := ""
	if m.Name != "" {
		name = "mod::" + m.Name + " AS "
	}
	return "DEFINE MODULE " + name + m.Executable + permission(m.Permissions) + textClause("COMMENT", m.Comment)
}

func (f infoFunction) definition() string {
	var params []string
	for _, arg := range f.Args {
		params = append(params, "$"+nameText(arg[0])+": "+arg[1])
	}
	return "DEFINE FUNCTION fn::" + f.Name + "(" + strings.Join(params, ", ") + ")" + clause("->", f.Returns) + " " + f.Block +
		textClause("COMMENT", f.Comment) + permission(f.Permissions)
}

func (a infoAnalyzer) definition() string {
	function := ""
	if a.Function != "" {
		function = "fn::" + a.Function
	}
	return "DEFINE ANALYZER " + nameText(a.Name) + clause("FUNCTION", function) + clause("TOKENIZERS", strings.Join(a.Tokenizers, ", ")) +
		clause("FILTERS", strings.Join(a.Filters, ", ")) + textClause("COMMENT", a.Comment)
}

func (p infoParam) definition() string {
	return "DEFINE PARAM $" + nameText(p.Name) + " VALUE " + p.Value + textClause("COMMENT", p.Comment) + permission(p.Permissions)
}

func (t infoTable) definition() string {
	def := "DEFINE TABLE " + nameText(t.Name)
	switch byDefault := t.Kind.Kind == "NORMAL" && t.Schemafull || t.Kind.Kind == "ANY" && !t.Schemafull; {
	case t.Kind.Kind == "RELATION":
		def += " TYPE RELATION" + clause("IN", nameTexts(t.Kind.In, " | ")) + clause("OUT", nameTexts(t.Kind.Out, " | ")) + flag("ENFORCED", t.Kind.Enforced)
	case !byDefault:
		def += " TYPE " + t.Kind.Kind
	}
	def += flag("DROP", t.Drop) + flag("SCHEMAFULL", t.Schemafull) + clause("", t.View) + textClause("COMMENT", t.Comment)
	if t.Changefeed != nil {
		def += clause("CHANGEFEED", t.Changefeed.Expiry) + flag("INCLUDE ORIGINAL", t.Changefeed.Original)
	}
	return def + permissions(t.Permissions, false)
}

func (a infoAccess) definition() string {
	def := "DEFINE ACCESS " + nameText(a.Name) + " ON DATABASE TYPE "
	switch a.Kind.Kind {
	case "JWT":
		def += a.jwt()
	case "BEARER":
		def += "BEARER FOR " + a.Kind.Subject
	default:
		def += a.Kind.Kind + clause("SIGNUP", inParens(a.Kind.Signup)) + clause("SIGNIN", inParens(a.Kind.Signin)) +
			flag("WITH REFRESH", a.Kind.Refresh) + " WITH " + a.jwt()
	}
	return def + clause("AUTHENTICATE", a.Authenticate) + a.Duration.clause() + textClause("COMMENT", a.Comment)
}

func (a infoAccess) jwt() string {
	verify, issuer := a.Kind.JWT.Verify, a.Kind.JWT.Issuer
	def := "JWT"
	if verify != nil {
		def += clause("ALGORITHM", verify.Alg) + textClause("KEY", verify.Key) + textClause("URL", verify.URL)
	}
	if issuer != nil {
		def += " WITH ISSUER" + textClause("KEY", issuer.Key)
	}
	return def
}

func (a infoAPI) definition() string {
	def := "DEFINE API " + quote(a.Path)
	if config := a.Config.clauses(); config != "" || a.Fallback != "" {
		def += " FOR any" + config + clause("THEN", a.Fallback)
	}
	for _, route := range a.Actions {
		def += " FOR " + strings.Join(route.Methods, ", ") + route.Config.clauses() + clause("THEN", route.Action)
	}
	return def + textClause("COMMENT", a.Comment)
}

func (c infoRouteConfig) clauses() string {
	var calls []string
	for _, name := range slices.Sorted(maps.Keys(c.Middleware)) {
		calls = append(calls, name+"("+strings.Join(c.Middleware[name], ", ")+")")
	}
	return clause("MIDDLEWARE", strings.Join(calls, ", ")) + permission(c.Permissions)
}

func (e infoEvent) definition() string {
	def := "DEFINE EVENT " + nameText(e.Name) + " ON " + nameText(e.What)
	if e.Async {
		def += " ASYNC"
		if e.Retry != nil {
			def += fmt.Sprint(" RETRY ", *e.Retry)
		}
		if e.Maxdepth != nil {
			def += fmt.Sprint(" MAXDEPTH ", *e.Maxdepth)
		}
	}
	if e.When != "true" {
		def += clause("WHEN", e.When)
	}
	then := make([]string, len(e.Then))
	for i, text := range e.Then {
		then[i] = inParens(text)
	}
	return def + clause("THEN", strings.Join(then, ", ")) + textClause("COMMENT", e.Comment)
}

func (f infoField) definition() string {
	def := "DEFINE FIELD OVERWRITE " + f.Name + " ON " + nameText(f.Table) + clause("TYPE", f.Kind) + flag("FLEXIBLE", f.Flexible)
	if f.Reference != nil {
		def += " REFERENCE"
		if f.Reference.OnDelete != "IGNORE" {
			def += clause("ON DELETE", f.Reference.OnDelete)
		}
	}
	if f.DefaultAlways {
		def += clause("DEFAULT ALWAYS", f.Default)
	} else {
		def += clause("DEFAULT", f.Default)
	}
	return def + flag("READONLY", f.Readonly) + clause("VALUE", f.Value) + clause("ASSERT", f.Assert) + clause("COMPUTED", f.Computed) +
		textClause("COMMENT", f.Comment) + permissions(f.Permissions, true)
}

func (i infoIndex) definition() string {
	return "DEFINE INDEX " + nameText(i.Name) + " ON " + nameText(i.Table) + clause("FIELDS", strings.Join(i.Cols, ", ")) +
		clause("", i.Index) + textClause("COMMENT", i.Comment)
}

func (d infoDuration) clause() string {
	var parts []string
	for _, name := range []string{"grant", "token", "session"} {
		switch duration, given := d[name]; {
		case given && duration != nil:
			parts = append(parts, "FOR "+strings.ToUpper(name)+" "+*duration)
		case given:
			parts = append(parts, "FOR "+strings.ToUpper(name)+" NONE")
		}
	}
	return clause("DURATION", strings.Join(parts, ", "))
}

// permission returns the clause of an object that has one permission, FULL
// unless it says otherwise.
func permission(p any) string {
	if p == true || p == nil {
		return ""
	}
	return " PERMISSIONS " + allowed(p)
}

// permissions returns the clause of a table or a field, whose actions all are
// allowed unless it says otherwise, or all forbidden.
func permissions(actions map[string]any, byDefault bool) string {
	var parts []string
	changed := false
	for _, action := range []string{"select", "create", "update", "delete"} {
		if p, ok := actions[action]; ok {
			changed = changed || p != byDefault
			parts = append(parts, "FOR "+action+" "+allowed(p))
		}
	}
	if !changed {
		return ""
	}
	return " PERMISSIONS " + strings.Join(parts, ", ")
}

func allowed(p any) string {
	switch p {
	case true:
		return "FULL"
	case false:
		return "NONE"
	}
	return fmt.Sprint("WHERE ", p)
}

// clause returns a clause, or nothing where its text is empty.
func clause(keyword, text string) string {
	switch {
	case text == "":
		return ""
	case keyword == "":
		return " " + text
	}
	return " " + keyword + " " + text
}

// textClause is clause for a text that is not code.
func textClause(keyword, text string) string {
	if text == "" {
		return ""
	}
	return clause(keyword, quote(text))
}

// inParens returns a statement as it stands in a clause.
func inParens(text string) string {
	if text == "" || strings.HasPrefix(text, "{") {
		return text
	}
	return "(" + text + ")"
}

func flag(keyword string, set bool) string {
	if !set {
		return ""
	}
	return " " + keyword
}

func quote(text string) string { return surql.Print(&surql.StringLit{Value: text}) }

func nameText(name string) string { return surql.Print(&surql.Ident{Name: name}) }

func nameTexts(names []string, sep string) string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = nameText(name)
	}
	return strings.Join(quoted, sep)
}
