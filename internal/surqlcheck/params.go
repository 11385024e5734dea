package surqlcheck

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/devq-ai/tandem/internal/diag"
	"github.com/devq-ai/tandem/internal/source"
	"github.com/devq-ai/tandem/internal/surql"
	"github.com/devq-ai/tandem/internal/surqlcheck/kind"
)

// A want is the kind of value that a place takes.
type want struct {
	kind kind.Kind
	// why completes the sentence "a parameter here is …".
	why string
	// weak is set where other kinds would do as well; it counts only where no
	// other use says what the parameter is.
	weak bool
	// checks is set where the place does nothing with a value but check it
	// against the want: what its kind turns out to be changes nothing there.
	checks bool
	// origin is where the schema defines the field that the value is for.
	origin source.Span
}

// of sets the want's origin. A nil want stays nil.
func (w *want) of(origin source.Span) *want {
	if w != nil {
		w.origin = origin
	}
	return w
}

func wants(k kind.Kind, why string) *want { return &want{kind: k, why: why} }

// mayWant is wants for a place that other kinds suit as well.
func mayWant(k kind.Kind, why string) *want { return &want{kind: k, why: why, weak: true} }

// elem returns the want for the elements of a collection.
func (w *want) elem() *want {
	if w == nil {
		return nil
	}
	k := kind.Map(w.kind, func(k kind.Kind) kind.Kind {
		if e, ok := kind.Elem(k); ok {
			return e
		}
		return kind.Never
	})
	return &want{kind: k, why: w.why, weak: w.weak, origin: w.origin}
}

// field returns the want for a field of an object.
func (w *want) field(name string) *want {
	if w == nil {
		return nil
	}
	var origin source.Span
	k := kind.Map(w.kind, func(k kind.Kind) kind.Kind {
		if o, ok := k.(*kind.Object); ok {
			if f, ok := o.Field(name); ok {
				origin = f.Origin
				return f.Kind
			}
		}
		return kind.Never
	})
	return &want{kind: k, why: w.why, weak: w.weak, origin: origin}
}

// params collects what a query says about the parameters that its caller gives.
type params struct {
	all []*param
	// known are the kinds that a round before this one has found. In the first
	// round they are those that are declared, which trusted says.
	known   map[string]kind.Kind
	trusted bool
	// guessed is set once a parameter was taken for Any where its kind matters:
	// another round can then find out more.
	guessed bool
	// declared are the parameters that the query's comments declare.
	declared map[string]declaredParam
	// target is the parameter that names the record which is being written to,
	// while nothing is known of it: what is written depends on it.
	target *surql.Param
}

// A declaredParam is a parameter that a -- @param line declares.
type declaredParam struct {
	kind kind.Kind
	span source.Span
}

type param struct {
	name     string
	span     source.Span // where it is used first
	uses     []paramUse
	override kind.Kind // from a @param line or a cast, else nil
	// target is the parameter on whose kind this one's depends, or nil.
	target *surql.Param
	// excused is set where the parameter is used beside something that has been
	// reported: what it is would follow from that.
	excused bool
}

type paramUse struct {
	want
	span source.Span
}

// text says what the use says about the parameter.
func (u *paramUse) text(name string) string {
	text := fmt.Sprintf("$%s is %s here", name, u.why)
	if strings.HasSuffix(u.why, " "+u.kind.String()) {
		return text
	}
	return fmt.Sprintf("%s, which is %s", text, u.kind)
}

func newParams() *params { return &params{} }

// next returns an empty collection that knows what p has found.
func (p *params) next() *params {
	n := &params{declared: p.declared}
	if len(p.all) > 0 {
		n.known = make(map[string]kind.Kind, len(p.all))
	}
	for _, q := range p.all {
		n.known[q.name] = q.kind()
	}
	return n
}

// declaredParams returns an empty collection that knows what the query's
// comments declare.
func declaredParams(declared map[string]declaredParam) *params {
	p := &params{declared: declared, trusted: true}
	if len(declared) > 0 {
		p.known = make(map[string]kind.Kind, len(declared))
	}
	for name, d := range declared {
		p.known[name] = d.kind
	}
	return p
}

// find returns the parameter of that name, or nil.
func (p *params) find(name string) *param {
	for _, q := range p.all {
		if q.name == name {
			return q
		}
	}
	return nil
}

func (p *params) named(use *surql.Param) *param {
	q := p.find(use.Name)
	if q == nil {
		q = &param{name: use.Name, span: use.Span(), target: p.target}
		if d, ok := p.declared[use.Name]; ok {
			q.override = d.kind
		}
		p.all = append(p.all, q)
	}
	if use.Span().Start < q.span.Start {
		q.span = use.Span()
	}
	return q
}

// order returns the parameters in the order of their first appearance.
func (p *params) order() []*param {
	slices.SortFunc(p.all, func(a, b *param) int {
		return cmp.Or(cmp.Compare(a.span.Start, b.span.Start), cmp.Compare(a.name, b.name))
	})
	return p.all
}

// get notes a use of the parameter and returns what is known of it.
func (p *params) get(use *surql.Param, w *want) kind.Kind {
	p.named(use)
	checked := w != nil && p.use(use, *w) && w.checks
	if k, ok := p.known[use.Name]; ok {
		return k
	}
	p.guessed = p.guessed || !checked
	return kind.Any
}

// use notes what a place says about the parameter, and reports whether it says
// anything. NONE and NULL alone say nothing.
func (p *params) use(use *surql.Param, w want) bool {
	w.kind = kind.Widen(w.kind)
	if w.kind == kind.Never {
		p.named(use).excused = true
	}
	if w.kind == kind.Any || kind.Strip(w.kind, kind.None, kind.Null) == kind.Never {
		return false
	}
	q := p.named(use)
	q.uses = append(q.uses, paramUse{w, use.Span()})
	return true
}

// cast notes that a parameter is cast, which says what the caller gives.
func (p *params) cast(use *surql.Param, k kind.Kind) {
	q := p.named(use)
	if q.override == nil {
		q.override = k
	}
}

// kind returns the kind that all uses allow, Any where nothing is known, and
// Never where they contradict each other.
func (q *param) kind() kind.Kind {
	k, _, _ := q.meet()
	if q.override != nil {
		return kind.Adopt(q.override, k)
	}
	return k
}

// origin returns the field that the parameter is for, if all uses that are for
// one agree on it.
func (q *param) origin() source.Span {
	var origin source.Span
	for i := range q.uses {
		switch at := q.uses[i].origin; {
		case !at.IsValid() || at == origin:
		case origin.IsValid():
			return source.Span{}
		default:
			origin = at
		}
	}
	return origin
}

// meet returns what all uses allow, and the two uses that contradict each other
// where it is Never.
func (q *param) meet() (k kind.Kind, first, second *paramUse) {
	k = kind.Any
	for _, weak := range []bool{false, true} {
		if weak && k != kind.Any {
			break
		}
		for i := range q.uses {
			u := &q.uses[i]
			if u.weak != weak {
				continue
			}
			met := kind.Meet(k, u.kind)
			if met == kind.Never {
				return kind.Never, first, u
			}
			if met != k {
				first = u
			}
			k = met
		}
	}
	return k, first, nil
}

// report reports the parameters whose kind is not known or contradictory.
func (p *params) report(l *diag.List) {
	for _, q := range p.order() {
		if q.override != nil {
			continue
		}
		k, first, second := q.meet()
		switch {
		case k == kind.Any && q.excused && l.HasErrors():
		case k == kind.Any && q.target != nil && p.find(q.target.Name).kind() == kind.Any:
			// It is reported once, for the target.
		case k == kind.Any:
			l.Errorf(q.span, diag.QueryUntypedParam, "nothing in the query says what $%s is", q.name).
				WithHelp("add a comment line to the query: -- @param %s <kind>, as in -- @param %s record<table>", q.name, q.name)
		case second != nil:
			l.Errorf(second.span, diag.QueryParamConflict, "%s", second.text(q.name)).
				WithRelated(first.span, "%s", first.text(q.name))
		}
	}
}
