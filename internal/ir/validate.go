package ir

import (
	"errors"
	"fmt"
	"slices"
)

// Validate reports what in p breaks the rules that the types' comments state.
// Such a program is a mistake of a front end, not of a user.
func Validate(p *Program) error {
	v := &validator{models: map[string]*Model{}}
	for _, m := range p.Models {
		if v.models[m.Name] != nil {
			v.errorf("model %s: declared twice", m.Name)
		}
		v.models[m.Name] = m
	}
	for _, m := range p.Models {
		v.where = "model " + m.Name
		v.typ(m.Key)
		if m.Row == nil {
			v.errorf("no row type")
		} else {
			v.typ(m.Row)
		}
	}
	for _, f := range p.Files {
		for _, q := range f.Queries {
			v.where = fmt.Sprintf("file %s: query %s", f.Name, q.Name)
			if q.Engine != f.Engine {
				v.errorf("of %s in a file of %s", q.Engine, f.Engine)
			}
			v.query(q)
		}
	}
	return errors.Join(v.errs...)
}

type validator struct {
	models map[string]*Model
	where  string
	errs   []error
}

func (v *validator) errorf(format string, args ...any) {
	v.errs = append(v.errs, fmt.Errorf("%s: "+format, append([]any{v.where}, args...)...))
}

// cardinalities are those of each engine, with whether there is a result.
var cardinalities = map[Engine]map[Cardinality]bool{
	PostgreSQL: {
		One: true, Many: true, Exec: false, ExecRows: false, ExecResult: true,
		CopyFrom: false, BatchExec: false, BatchMany: true, BatchOne: true,
	},
	SurrealDB: {One: true, Many: true, Iter: true, Exec: false, Live: true},
}

func (v *validator) query(q *Query) {
	hasResult, known := cardinalities[q.Engine][q.Cardinality]
	if !known {
		v.errorf("%s has no :%s", q.Engine, q.Cardinality)
		return
	}
	values := 0
	for _, s := range q.Slots {
		if s.Type != nil {
			values++
			v.typ(s.Type)
		}
	}
	switch {
	case !hasResult && q.Result != nil:
		v.errorf(":%s with a result", q.Cardinality)
	case hasResult && q.Result == nil && values < 2:
		v.errorf(":%s without a result", q.Cardinality)
	case q.Engine == SurrealDB && hasResult && q.Cardinality != Live && values == 0:
		v.errorf(":%s, but no statement has a result", q.Cardinality)
	}
	if q.Result != nil {
		v.typ(q.Result)
	}
	for _, p := range q.Params {
		v.typ(p.Type)
	}
	if q.Rows != nil {
		if _, ok := q.Rows.Type.(*Array); !ok || !slices.Contains(q.Params, q.Rows) {
			v.errorf("the rows $%s are no parameter that is an array", q.Rows.Name)
		}
	}
	if q.Engine != PostgreSQL {
		return
	}
	if (q.Cardinality == BatchOne || q.Cardinality == BatchMany) && len(q.Params) != 1 {
		v.errorf(":%s with %d parameters instead of one slice", q.Cardinality, len(q.Params))
	}
	for _, p := range q.Params {
		v.foreign(p.Type)
	}
	if q.Result != nil {
		v.foreign(q.Result)
	}
}

// foreign checks a type of a PostgreSQL query.
func (v *validator) foreign(t Type) {
	if _, ok := t.(*Foreign); !ok {
		v.errorf("the type %s is not sqlc's", TypeString(t))
	}
}

func (v *validator) typ(t Type) {
	switch t := t.(type) {
	case nil:
		v.errorf("a type is missing")
	case *Range:
		v.typ(t.Elem)
	case *Option:
		if _, ok := t.Elem.(*Option); ok {
			v.errorf("an option of an option")
		}
		v.typ(t.Elem)
	case *Nullable:
		switch t.Elem.(type) {
		case *Option, *Nullable:
			v.errorf("a nullable %s", TypeString(t.Elem))
		}
		v.typ(t.Elem)
	case *Array:
		v.typ(t.Elem)
	case *Set:
		v.typ(t.Elem)
	case *Tuple:
		for _, e := range t.Elems {
			v.typ(e)
		}
	case *Record:
		for _, table := range t.Tables {
			if v.models[table] == nil {
				v.errorf("a record of %s, which has no model", table)
			}
		}
	case *Row:
		if t.Model == nil || v.models[t.Model.Name] != t.Model {
			v.errorf("a row of a model that the program does not have")
		}
	case *Literal:
		switch t.Value.(type) {
		case string, bool, int64, float64:
		default:
			v.errorf("a literal of the Go type %T", t.Value)
		}
	case *Union:
		if len(t.Members) < 2 {
			v.errorf("a union of %d members", len(t.Members))
		}
		for _, m := range t.Members {
			switch m.(type) {
			case *Union, *Option, *Nullable:
				v.errorf("a union with the member %s", TypeString(m))
			}
			v.typ(m)
		}
	case *Object:
		var names []string
		for _, f := range t.Fields {
			if slices.Contains(names, f.Name) {
				v.errorf("the field %s twice in one object", f.Name)
			}
			names = append(names, f.Name)
			v.typ(f.Type)
		}
	}
}
