package pgcheck

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

// stableFunctionList names the functions, aggregates and window functions of
// PostgreSQL and of its common extensions (btree_gin, btree_gist, citext, cube,
// earthdistance, fuzzystrmatch, hstore, intarray, ltree, pg_trgm, pgcrypto,
// unaccent, uuid-ossp) that PostgreSQL declares stable or immutable in all their
// forms, and that do not run SQL text they are given.
//
//go:embed stable_functions.txt
var stableFunctionList string

var stableFunctions = sync.OnceValue(func() []string { return strings.Fields(stableFunctionList) })

// effects knows what of a schema may change the database when it is read.
//
// It errs on one side only: a query is read-only if it is a SELECT or VALUES
// without locks, INTO or statements that change data, and if every function it
// calls is known not to be volatile, as are those of the views and row-level
// policies that it may meet. Operators are taken to be without effect, unless
// the schema defines operators, casts, rules or aggregates of its own: nothing
// is known then.
type effects struct {
	stable   map[string]bool // by function name
	volatile map[string]bool // functions of the schema, which go before those of PostgreSQL
	touchy   map[string]bool // relations that call volatile functions when they are read
	opaque   bool
}

// readEffects reads a schema.
func readEffects(schema []*block) *effects {
	e := &effects{stable: map[string]bool{}, volatile: map[string]bool{}, touchy: map[string]bool{}}
	for _, name := range stableFunctions() {
		e.stable[name] = true
	}
	for _, b := range schema {
		e.define(b.tokens)
	}
	// A view may read another one that comes to be touchy later.
	for changed := true; changed; {
		changed = false
		for _, b := range schema {
			if name := e.reads(b.tokens); name != "" && !e.touchy[name] && !e.harmless(b.tokens) {
				e.touchy[name], changed = true, true
			}
		}
	}
	return e
}

// define takes in a statement that creates a function, or something that can
// call one unseen.
func (e *effects) define(stmt []token) {
	kind, at := created(stmt)
	switch kind {
	case "function", "procedure":
		name := lastName(stmt[at:])
		// What it says about itself stands outside of its body, which is a
		// literal, or comes last.
		has := func(text string) bool {
			return slices.ContainsFunc(stmt, func(t token) bool { return t.is(text) })
		}
		switch {
		case has("atomic") || !has("immutable") && !has("stable"):
			e.volatile[name] = true
		case !e.volatile[name]:
			e.stable[name] = true
		}
	case "operator", "cast", "rule", "aggregate":
		e.opaque = true
	}
}

// reads returns the name of the relation that runs what the statement says when
// it is read: a view's, or that of a policy's table.
func (e *effects) reads(stmt []token) string {
	switch kind, at := created(stmt); kind {
	case "view":
		return lastName(stmt[at:])
	case "policy":
		if on := slices.IndexFunc(stmt, func(t token) bool { return t.is("on") }); on >= 0 {
			return lastName(stmt[on+1:])
		}
	}
	return ""
}

// created returns what kind of thing a CREATE statement creates, and where the
// thing's name starts.
func created(stmt []token) (kind string, at int) {
	if len(stmt) == 0 || !stmt[0].is("create") {
		return "", 0
	}
	for i, t := range stmt[1:] {
		switch t.text {
		case "or", "replace", "temp", "temporary", "recursive", "constraint", "unique":
		case "materialized":
			return "", 0 // what it calls, it called when it was refreshed
		default:
			return t.text, i + 2
		}
	}
	return "", 0
}

// lastName returns the last part of the qualified name that the tokens start
// with.
func lastName(tokens []token) string {
	name := ""
	for i, t := range tokens {
		if i%2 == 0 {
			if !t.isName() {
				break
			}
			name = t.text
		} else if !t.is(".") {
			break
		}
	}
	return name
}

// readOnly reports whether it is certain that a query changes nothing.
func (e *effects) readOnly(query []token) bool {
	if e.opaque || len(query) == 0 {
		return false
	}
	switch query[0].text {
	case "select", "with", "values", "table", "(":
		return e.harmless(query)
	}
	return false
}

// changing are the words that a statement which changes something, or locks
// rows, cannot do without. That they may also be names only makes for caution.
var changing = map[string]bool{
	"insert": true, "update": true, "delete": true, "merge": true, "into": true, "share": true, "call": true,
}

// syntactic are the words that may stand before a parenthesis without being
// called: those that PostgreSQL reserves, or lets be names of columns only, and
// those of its grammar's other constructs.
var syntactic = wordSet(`
	all analyse analyze and any array as asc asymmetric between bigint bit boolean both by case cast char character
	check coalesce collate column constraint create cross cube current_catalog current_date current_role
	current_time current_timestamp current_user dec decimal default deferrable desc distinct do else end except
	exists extract false fetch filter float for foreign from full grant greatest group grouping groups having ilike
	in initially inner inout int integer intersect interval into is isnull join lateral leading least left like
	limit localtime localtimestamp materialized national natural nchar none normalize not notnull null nullif
	numeric offset on only or order out outer over overlaps overlay partition placing position precision primary
	range real references returning right rollup row rows select session_user setof sets similar smallint some
	substring symmetric table then ties time timestamp to trailing treat trim true union unique user using values
	varchar variadic when where window with within xmlattributes xmlconcat xmlelement xmlexists xmlforest
	xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable`)

// reserved are the words that cannot be the alias of a relation without AS.
var reserved = wordSet(`
	as cross except fetch for full group having inner intersect join left limit natural offset on order outer
	returning right set tablesample union using when where window with`)

// emptyIsNull are the aggregates that are NULL over no rows.
var emptyIsNull = wordSet(`
	any_value array_agg avg bit_and bit_or bit_xor bool_and bool_or corr covar_pop covar_samp every json_agg
	json_object_agg jsonb_agg jsonb_object_agg max min mode percentile_cont percentile_disc range_agg
	range_intersect_agg regr_avgx regr_avgy regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy stddev
	stddev_pop stddev_samp string_agg sum var_pop var_samp variance xmlagg`)

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}

// harmless reports whether a statement, or a part of one, calls nothing that
// may change something and reads no relation that does.
func (e *effects) harmless(stmt []token) bool {
	for i, t := range stmt {
		switch {
		case t.kind == word && changing[t.text]:
			return false
		case !t.isName():
			continue
		case e.touchy[t.text]:
			return false
		case i+1 < len(stmt) && stmt[i+1].is("(") && !e.callable(t):
			return false
		}
	}
	return true
}

// callable reports whether a name before a parenthesis is known to have no
// effect.
func (e *effects) callable(t token) bool {
	return !e.volatile[t.text] && (e.stable[t.text] || t.kind == word && syntactic[t.text])
}
