package surqlcheck

import (
	"strings"

	"github.com/devq-ai/tandem/internal/surql"
	"github.com/devq-ai/tandem/internal/surqlcheck/kind"
)

// narrow returns the scope in which the condition is known to hold or, with
// holds false, not to hold.
func (c *checker) narrow(cond surql.Expr, s *scope, holds bool) *scope {
	switch x := surql.Unparen(cond).(type) {
	case *surql.UnaryExpr:
		if x.Op == surql.OpNot {
			return c.narrow(x.X, s, !holds)
		}
	case *surql.BinaryExpr:
		switch {
		case x.Op == surql.OpAnd && holds, x.Op == surql.OpOr && !holds:
			return c.narrow(x.Y, c.narrow(x.X, s, holds), holds)
		case x.Op == surql.OpEqual || x.Op == surql.OpExact:
			return c.narrowEqual(x, s, holds)
		case x.Op == surql.OpNotEqual:
			return c.narrowEqual(x, s, !holds)
		}
	case *surql.FunctionCall:
		if test, ok := strings.CutPrefix(x.Name.Path, "type::is_"); ok && len(x.Args) == 1 {
			return c.narrowTest(x.Args[0], test, s, holds)
		}
	case *surql.Idiom:
		if n := len(x.Parts); n > 1 {
			if m, ok := x.Parts[n-1].(*surql.MethodPart); ok && len(m.Args) == 0 {
				if test, ok := strings.CutPrefix(m.Name.Name, "is_"); ok {
					return c.narrowTest(&surql.Idiom{Start: x.Start, Parts: x.Parts[:n-1]}, test, s, holds)
				}
			}
		}
		if holds {
			return refineAt(x, s, func(k kind.Kind) kind.Kind { return kind.Strip(k, kind.None, kind.Null) })
		}
	case *surql.Param:
		if holds {
			return refineAt(x, s, func(k kind.Kind) kind.Kind { return kind.Strip(k, kind.None, kind.Null) })
		}
	}
	return s
}

func (c *checker) narrowEqual(x *surql.BinaryExpr, s *scope, holds bool) *scope {
	for _, side := range [][2]surql.Expr{{x.X, x.Y}, {x.Y, x.X}} {
		at, other := side[0], surql.Unparen(side[1])
		var value kind.Kind
		switch other := other.(type) {
		case *surql.NoneLit:
			value = kind.None
		case *surql.NullLit:
			value = kind.Null
		case *surql.StringLit, *surql.IntLit, *surql.FloatLit, *surql.BoolLit, *surql.RecordID, *surql.DatetimeLit, *surql.UUIDLit:
			if holds {
				s = refineAt(at, s, func(k kind.Kind) kind.Kind { return kind.Strip(k, kind.None, kind.Null) })
			}
			continue
		default:
			_ = other
			continue
		}
		s = refineAt(at, s, func(k kind.Kind) kind.Kind {
			if !holds {
				return kind.Strip(k, value.(kind.Basic))
			}
			return kind.Meet(k, value)
		})
	}
	return s
}

// narrowTest applies a type::is_… test.
func (c *checker) narrowTest(at surql.Expr, test string, s *scope, holds bool) *scope {
	var is kind.Kind
	switch test {
	case "array", "bool", "bytes", "datetime", "decimal", "duration", "float", "int", "none", "null", "number", "object", "range", "record", "set", "string", "uuid", "geometry":
		is = kind.MustParse(test)
	default:
		return s
	}
	return refineAt(at, s, func(k kind.Kind) kind.Kind {
		if holds {
			return kind.Meet(k, is)
		}
		return kind.Map(k, func(m kind.Kind) kind.Kind {
			if kind.Contains(is, m) {
				return kind.Never
			}
			return m
		})
	})
}

// refineAt returns the scope in which the variable, or the stored field of the
// current record, that the expression names has the refined kind. Of another
// expression nothing is remembered.
func refineAt(x surql.Expr, s *scope, f func(kind.Kind) kind.Kind) *scope {
	switch x := surql.Unparen(x).(type) {
	case *surql.Param:
		v := s.lookup(x.Name)
		if v == nil || v.param != nil {
			return s
		}
		inner := s.child()
		inner.set(x.Name, f(v.kind)).span = v.span
		v.used = true
		return inner
	case *surql.Idiom:
		if x.Start != nil {
			return s
		}
		var path []string
		for _, part := range x.Parts {
			field, ok := part.(*surql.FieldPart)
			if !ok {
				return s
			}
			path = append(path, field.Name)
		}
		doc, ok := s.current()
		if !ok {
			return s
		}
		inner := s.child()
		inner.narrowed = refinePath(doc, path, f)
		return inner
	}
	return s
}

// refinePath refines a field of an object. A field behind anything but objects
// stays as it is: what a link leads to is not part of the record. A kind that
// would become empty stays, too.
func refinePath(k kind.Kind, path []string, f func(kind.Kind) kind.Kind) kind.Kind {
	if len(path) == 0 {
		if refined := f(k); refined != kind.Never {
			return refined
		}
		return k
	}
	o, ok := k.(*kind.Object)
	if !ok {
		return k
	}
	field, ok := o.Field(path[0])
	if !ok {
		return k
	}
	refined := refinePath(field.Kind, path[1:], f)
	if refined == field.Kind {
		return k
	}
	field.Kind = refined
	out := o.With(field)
	out.Path = o.Path
	return out
}
