package surqlcheck

import (
	"github.com/devq-ai/tandem/internal/diag"
	"github.com/devq-ai/tandem/internal/source"
	"github.com/devq-ai/tandem/internal/surql"
	"github.com/devq-ai/tandem/internal/surqlcheck/kind"
)

// A checker infers the kinds of statements and expressions. Its methods report
// what they find to diags and always return a kind: one that holds every value
// the engine can return.
type checker struct {
	cat   *Catalog
	diags *diag.List
	// params are the parameters that the caller gives.
	params *params
	// strict is set for query files, where every table must be defined and
	// every result column must have a stable name. A script that is merely
	// looked at may make its tables as it goes.
	strict  bool
	inTx    bool // between BEGIN and COMMIT
	written written
	saved   *Catalog // what CANCEL goes back to
	// newer is set while what the engine's newer executor runs is inferred: a
	// statement at the top of a query that only reads. The older one runs the
	// rest, and both count there.
	newer bool
	// plans are the IF and FOR statements that the engine runs as plans.
	plans map[surql.Node]bool
	// sawAggregate is set when an aggregate is met.
	sawAggregate bool
	// mayFail is set when an expression is met that fails for some values: where
	// a group is computed, the engine then takes NONE or NULL.
	mayFail bool
	// trying is set while the members of a union are looked at one by one: what
	// one of them lacks is no mistake if another one has it.
	trying bool
	// values has the origins of what SELECT VALUE and RETURN VALUE give, where
	// somebody wants to know them.
	values map[*surql.Fields]source.Span
	// insertsOne is the INSERT whose parameter is a single row, not a list of
	// them; nil where there is none.
	insertsOne *surql.InsertStmt
	// calls holds the custom functions whose bodies are being inferred.
	calls map[string]bool
}

// computedKind returns the kind of a COMPUTED field's expression for records
// like row.
func (c *Catalog) computedKind(x surql.Expr, row kind.Kind) kind.Kind {
	ck := &checker{cat: c, diags: &diag.List{}, params: newParams()}
	return kind.Widen(ck.expr(x, &scope{doc: row}, nil))
}

// viewRow returns the fields of a view's records and, for a grouped view, the
// kinds of the keys that make up a record's id.
func (c *Catalog) viewRow(v *surql.View) (row *kind.Object, keys []kind.Kind) {
	ck := &checker{cat: c, diags: &diag.List{}, params: newParams()}
	var docs []kind.Kind
	for _, from := range v.From {
		if t := c.Table(from.Name); t != nil {
			docs = append(docs, c.reads(t))
		}
	}
	s := &scope{doc: kind.Join(docs...), view: true}
	k := kind.Widen(ck.project(v.Fields, s, v.Group))
	row, ok := k.(*kind.Object)
	if !ok {
		return &kind.Object{Open: true}, nil
	}
	if v.Group == nil {
		return row, nil
	}
	keys = []kind.Kind{}
	for _, by := range v.Group.By {
		keys = append(keys, c.lookPath(row, by))
	}
	return row, keys
}

// lookPath returns the kind at a plain path of a row.
func (c *Catalog) lookPath(row kind.Kind, idiom *surql.Idiom) kind.Kind {
	ck := &checker{cat: c, diags: &diag.List{}, params: newParams()}
	return ck.idiom(idiom, &scope{doc: row}, nil)
}

// A scope is where names have their meaning: the variables, and the current
// record.
type scope struct {
	up   *scope
	vars map[string]*variable
	// doc is the current record; nil where this scope has none of its own.
	doc kind.Kind
	// narrowed is doc with what a condition says of it; nil where it says
	// nothing.
	narrowed kind.Kind
	// returns collects the kinds of the RETURN statements of the block.
	returns *[]kind.Kind
	// each is set in the projection of a SELECT with GROUP: the record that the
	// arguments of an aggregate see. The current record is then the group.
	each kind.Kind
	// keys are the keys of its groups.
	keys []surql.Expr
	// compound is set beside it where the aggregate is part of an expression.
	compound bool
	// source is set around what a subquery reads from: $parent is the current
	// record there.
	source bool
	// apart is set where the records around are out of sight.
	apart bool
	// view is set in the projection of a table's view; filled says that no
	// group can be empty.
	view, filled bool
	// matches are the fields that the full-text operators of the WHERE clause
	// refer to by number; nearest is the kind of vector::distance::knn().
	matches map[int64]kind.Kind
	nearest kind.Kind
}

// A variable is what LET, FOR, a function or the engine gives a name.
type variable struct {
	kind kind.Kind
	// param is the parameter whose value the variable has, nil where it has one
	// of its own: what is learnt about one holds for the other.
	param *surql.Param
	span  source.Span
	used  bool
}

// child returns a scope within s.
func (s *scope) child() *scope { return &scope{up: s} }

// record returns a scope within s whose current record is of the kind.
func (s *scope) record(doc kind.Kind) *scope { return &scope{up: s, doc: doc} }

func (s *scope) set(name string, k kind.Kind) *variable {
	if s.vars == nil {
		s.vars = map[string]*variable{}
	}
	v := &variable{kind: k}
	s.vars[name] = v
	return v
}

// lookup returns the variable of that name, or nil.
func (s *scope) lookup(name string) *variable {
	for at := s; at != nil; at = at.up {
		if v, ok := at.vars[name]; ok {
			return v
		}
	}
	return nil
}

// at returns the scope whose record is the current one, or nil.
func (s *scope) at() *scope {
	for ; s != nil && !s.apart; s = s.up {
		if s.doc != nil {
			return s
		}
	}
	return nil
}

// current returns the current record as a condition has narrowed it, false
// where there is none.
func (s *scope) current() (kind.Kind, bool) {
	at := s.at()
	if at == nil {
		return nil, false
	}
	for ; s != at; s = s.up {
		if s.narrowed != nil {
			return s.narrowed, true
		}
	}
	if at.narrowed != nil {
		return at.narrowed, true
	}
	return at.doc, true
}

// The parameters that the engine sets by itself, outside of events and fields.
var engineParams = map[string]kind.Kind{
	"session": kind.NewObject(
		kind.Field{Name: "ac", Kind: kind.Any}, kind.Field{Name: "db", Kind: kind.Option(kind.String)},
		kind.Field{Name: "exp", Kind: kind.Any}, kind.Field{Name: "id", Kind: kind.Any},
		kind.Field{Name: "ip", Kind: kind.Option(kind.String)}, kind.Field{Name: "ns", Kind: kind.Option(kind.String)},
		kind.Field{Name: "or", Kind: kind.Option(kind.String)}, kind.Field{Name: "rd", Kind: kind.Any},
		kind.Field{Name: "tk", Kind: kind.Any}),
	"auth":   kind.Option(&kind.Record{}),
	"token":  kind.Any,
	"access": kind.Option(kind.String),
}

// param returns the kind of $name. want is what the place takes, or nil.
func (c *checker) param(p *surql.Param, s *scope, want *want) kind.Kind {
	switch p.Name {
	case "this":
		if k, ok := s.current(); ok {
			return k
		}
		return kind.None
	case "parent":
		return c.parent(p, s)
	}
	if v := s.lookup(p.Name); v != nil {
		v.used = true
		if v.param != nil && want != nil {
			c.params.use(v.param, *want)
		}
		return v.kind
	}
	if k, ok := engineParams[p.Name]; ok {
		return k
	}
	if o := c.cat.lookup(ObjectParam, "", p.Name); o != nil {
		return c.paramValue(o)
	}
	return c.params.get(p, want)
}

// parent returns the kind of $parent: the record around the current one or, to
// the newer executor in what a subquery reads from, the current one.
func (c *checker) parent(p *surql.Param, s *scope) kind.Kind {
	at := s.at()
	if at == nil {
		return kind.None
	}
	around := kind.Kind(kind.None)
	if at.up != nil {
		if k, ok := at.up.current(); ok {
			around = k
		}
	}
	for ; s != at; s = s.up {
		if s.source {
			c.diags.Lintf(p.Span(), diag.QueryExecutors, "in what a subquery reads from, $parent is the current record or the one around it, depending on how the engine runs the query").
				WithHelp("write $this")
			k, _ := s.current()
			if c.newer {
				return k
			}
			return kind.Join(k, around)
		}
	}
	return around
}

// paramValue returns the kind of a DEFINE PARAM's value.
func (c *checker) paramValue(o *Object) kind.Kind {
	key := "$" + o.Name
	if c.calls[key] {
		return kind.Any
	}
	inner := c.quiet(key)
	return kind.Widen(inner.expr(o.Def.(*surql.DefineParam).Value, &scope{}, nil))
}

// quiet returns a checker for something that is defined elsewhere, whose
// findings are reported there. The name guards against recursion.
func (c *checker) quiet(name string) *checker {
	calls := map[string]bool{name: true}
	for k := range c.calls {
		calls[k] = true
	}
	return &checker{cat: c.cat, diags: &diag.List{}, params: newParams(), calls: calls}
}
