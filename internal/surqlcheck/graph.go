package surqlcheck

import (
	"slices"

	"github.com/devq-ai/tandem/internal/diag"
	"github.com/devq-ai/tandem/internal/surql"
	"github.com/devq-ai/tandem/internal/surqlcheck/kind"
)

// lookup follows edges or references from a value of kind k.
func (c *checker) lookup(k kind.Kind, part *surql.LookupPart, parts []surql.Part, w *walk) kind.Kind {
	rest := parts[1:]
	after := &walk{s: w.s, graph: true, steps: w.steps, inside: w.inside}
	switch k := k.(type) {
	case *kind.Record:
		return c.path(c.follow(k, part, w), rest, after)
	case *kind.Object:
		id, ok := k.Field("id")
		switch {
		case ok:
			return c.path(kind.Strip(id.Kind, kind.None), parts, w)
		case k.Open:
			return c.path(kind.Any, parts, w)
		}
		return kind.Join(c.path(kind.ArrayOf(kind.Never), rest, after), c.path(kind.None, rest, after))
	case *kind.Array, *kind.Tuple:
		elem, _ := kind.Elem(k)
		if !w.graph {
			if kind.Meet(elem, kind.AnyArray) != kind.Never && elem != kind.Never {
				c.path(kind.Any, parts, w)
				return kind.Any // arrays in arrays become one array, or do not
			}
			return c.each(k, func(elem kind.Kind) kind.Kind { return c.path(elem, parts, w.within()) })
		}
		// From the records of a lookup the next one goes on in one flat array.
		if elem == kind.Never {
			return c.path(kind.ArrayOf(kind.Never), rest, after)
		}
		found := c.path(elem, []surql.Part{part}, w.behind())
		all := c.path(arrayOf(kind.Map(found, func(k kind.Kind) kind.Kind {
			if e, ok := kind.Elem(k); ok {
				return e
			}
			return kind.Never // NONE adds nothing
		}), c.strays(elem, part)), rest, after)
		if onlyRecords(elem) && !slices.ContainsFunc(rest, dependsOnExecutor) {
			return all
		}
		// The older executor runs the rest of the path for each element.
		each := kind.ArrayOf(onceFlat(c.path(elem, parts, w.behind())))
		if joined := kind.Join(all, each); !kind.Equal(joined, all) {
			c.diags.Lintf(part.Span(), diag.QueryExecutors, "what follows this step applies to all that it finds, or to what each edge leads to, depending on how the engine runs it").
				WithHelp("put the steps in parentheses: (->edge->table)[0]")
			if !c.newer || !onlyRecords(elem) {
				return joined
			}
		}
		return all
	case kind.Basic:
		if k == kind.Any {
			c.follow(&kind.Record{}, part, w)
			return kind.Any
		}
	}
	return c.path(kind.None, rest, after)
}

func arrayOf(kinds ...kind.Kind) kind.Kind { return kind.ArrayOf(kind.Join(kinds...)) }

// strays returns NONE where a step from edges may come to other tables than it
// asks for: the older executor has NONE for these.
func (c *checker) strays(edges kind.Kind, part *surql.LookupPart) kind.Kind {
	r, ok := edges.(*kind.Record)
	if c.newer || !ok || len(part.Subjects) == 0 {
		return kind.Never
	}
	for _, name := range r.Tables {
		t := c.cat.Table(name)
		if t == nil || !t.Relation {
			continue
		}
		ends := t.Out
		switch part.Dir {
		case surql.LookupIn:
			ends = t.In
		case surql.LookupBoth:
			ends = slices.Concat(t.In, t.Out)
		}
		for _, end := range ends {
			if !slices.ContainsFunc(part.Subjects, func(s *surql.LookupSubject) bool { return s.Table.Name == end }) {
				return kind.None
			}
		}
		if len(ends) == 0 {
			return kind.None
		}
	}
	return kind.Never
}

func onlyRecords(k kind.Kind) bool {
	for _, m := range kind.Members(k) {
		if _, ok := m.(*kind.Record); !ok {
			return false
		}
	}
	return true
}

// dependsOnExecutor reports whether a part gives something else for one array
// than for its elements.
func dependsOnExecutor(part surql.Part) bool {
	switch part.(type) {
	case *surql.IndexPart, *surql.LastPart, *surql.MethodPart, *surql.FlattenPart:
		return true
	}
	return false
}

// onceFlat returns the elements of arrays and what else there is.
func onceFlat(k kind.Kind) kind.Kind {
	return kind.Map(k, func(m kind.Kind) kind.Kind {
		if isArray(m) {
			e, _ := kind.Elem(m)
			return e
		}
		return m
	})
}

// follow returns what a lookup finds from records of the tables.
func (c *checker) follow(from *kind.Record, part *surql.LookupPart, w *walk) kind.Kind {
	var found *kind.Record
	if len(part.Subjects) == 0 {
		found = c.anyEnd(from, part.Dir)
	} else {
		tables := make([]string, 0, len(part.Subjects))
		for _, subject := range part.Subjects {
			name := subject.Table.Name
			if !slices.Contains(tables, name) {
				tables = append(tables, name)
			}
			if c.knownTable(name, &subject.Table) {
				c.checkLookup(from, part.Dir, subject)
			}
		}
		found = &kind.Record{Tables: tables}
	}
	found = &kind.Record{Tables: found.Tables, Exists: c.stepExists(from, found)}
	s := w.s.record(c.rows(found))
	if part.Where != nil {
		c.expr(part.Where, s, mayWant(kind.Bool, "a condition"))
	}
	c.count(part.Limit, s)
	c.count(part.Start, s)
	if part.Fields == nil && !c.newer && c.hasWritten(found.Tables) {
		return kind.ArrayOf(kind.Option(found))
	}
	if part.Fields == nil {
		return kind.ArrayOf(found)
	}
	inner := s
	if part.Where != nil {
		inner = c.narrow(part.Where, s, true)
	}
	rows := c.projectSplit(part.Fields, inner, part.Group, part.Split)
	if part.Only {
		return kind.Option(rows)
	}
	return kind.ArrayOf(rows)
}

// stepExists reports whether the records that a step finds are known to exist.
// An edge that is found does, and so do the ends of an enforced relation.
func (c *checker) stepExists(from, to *kind.Record) bool {
	if len(from.Tables) == 0 || len(to.Tables) == 0 {
		return false
	}
	for _, a := range from.Tables {
		for _, b := range to.Tables {
			x, y := c.cat.Table(a), c.cat.Table(b)
			if x == nil || y == nil || x.Relation == y.Relation || x.Relation && !x.Enforced {
				return false
			}
		}
	}
	return true
}

// checkLookup reports a step that can never find anything.
func (c *checker) checkLookup(from *kind.Record, dir surql.LookupDir, subject *surql.LookupSubject) {
	to := c.cat.Table(subject.Table.Name)
	if dir == surql.LookupReference || len(from.Tables) == 0 {
		return
	}
	for _, name := range from.Tables {
		t := c.cat.Table(name)
		if t == nil || meets(t, to, dir) || meets(to, t, reverse(dir)) {
			return
		}
	}
	c.diags.Warnf(subject.Span(), diag.QueryRelation, "%s%s finds nothing: no edge leads there from %s", dir, to.Name, from).
		WithRelated(to.span(), "%s is defined here", to.Name)
}

func reverse(dir surql.LookupDir) surql.LookupDir {
	switch dir {
	case surql.LookupOut:
		return surql.LookupIn
	case surql.LookupIn:
		return surql.LookupOut
	}
	return dir
}

// meets reports whether edges of the table edge touch records of the table node
// at the end that a lookup from node in that direction comes from.
func meets(node, edge *Table, dir surql.LookupDir) bool {
	if !edge.Relation {
		return edge.Def == nil || edge.Def.Type != nil && edge.Def.Type.Kind == surql.TableAny || edge.Def.Type == nil && !edge.Schemafull
	}
	in, out := joins(edge.In, []string{node.Name}), joins(edge.Out, []string{node.Name})
	switch dir {
	case surql.LookupOut:
		return in
	case surql.LookupIn:
		return out
	}
	return in || out
}

// anyEnd returns what ->? and its like find.
func (c *checker) anyEnd(from *kind.Record, dir surql.LookupDir) *kind.Record {
	if dir == surql.LookupReference || len(from.Tables) == 0 {
		return &kind.Record{}
	}
	var tables []string
	for _, name := range from.Tables {
		node := c.cat.Table(name)
		if node == nil {
			return &kind.Record{}
		}
		if node.Relation {
			ends := node.Out
			switch dir {
			case surql.LookupIn:
				ends = node.In
			case surql.LookupBoth:
				ends = append(slices.Clone(node.In), node.Out...)
			}
			if len(node.In) == 0 || len(node.Out) == 0 {
				return &kind.Record{}
			}
			tables = append(tables, ends...)
		}
		for _, other := range c.cat.tableNames() {
			t := c.cat.Table(other)
			if !meets(node, t, dir) {
				continue
			}
			if !t.Relation {
				return &kind.Record{} // such a table may hold any edges
			}
			tables = append(tables, other)
		}
	}
	slices.Sort(tables)
	if tables = slices.Compact(tables); len(tables) == 0 {
		return &kind.Record{}
	}
	return kind.RecordOf(tables...)
}

// maxDepth is how many different steps of a recursion are followed before its
// result is taken to be anything.
const maxDepth = 8

// recurse returns the kind of .{min..max}. The body is the idiom in the
// parentheses, or the rest of the path.
func (c *checker) recurse(k kind.Kind, part *surql.RecursePart, rest []surql.Part, w *walk) kind.Kind {
	body, after := rest, []surql.Part(nil)
	if part.Nested != nil {
		body, after = part.Nested.Parts, rest
	}
	if k == kind.Any {
		c.path(kind.Any, body, w.behind())
		return kind.Any
	}
	starts := k
	if e, ok := kind.Elem(k); ok {
		starts = e
	}
	found := kind.Kind(kind.Never)
	tree, single, list, misses := false, false, false, false
	at := starts
	for depth := 0; ; depth++ {
		next := kind.Map(at, func(m kind.Kind) kind.Kind {
			if m == kind.None || m == kind.Null {
				return kind.Never
			}
			return kind.Map(c.path(m, body, w.behind()), func(m kind.Kind) kind.Kind {
				if e, ok := kind.Elem(m); ok {
					list = true
					return e
				}
				switch m := m.(type) {
				case *kind.Object:
					tree = true
				case kind.Basic:
					if m == kind.None {
						misses = true
						return kind.Never
					}
				}
				single = true
				return m
			})
		})
		if tree {
			found = next
			break
		}
		joined := kind.Join(found, next)
		if kind.Equal(joined, found) {
			break
		}
		if found = joined; depth == maxDepth {
			found = kind.Any
			break
		}
		at = next
	}
	var result kind.Kind
	switch {
	case tree:
		// Where the recursion ends, the links stand in the place of objects.
		result = kind.Join(found, kind.None)
	case part.Instruction == surql.RecursePath:
		result = kind.ArrayOf(kind.ArrayOf(kind.Join(starts, found)))
	case part.Instruction == surql.RecurseShortest:
		if p, ok := part.Target.(*surql.Param); ok {
			c.param(p, w.s, wants(kind.Strip(found, kind.None), "the end of a path"))
		} else {
			c.expr(part.Target, w.s, nil)
		}
		steps := kind.ArrayOf(kind.Join(included(part, starts), found))
		result = kind.Option(steps)
		if part.Max != nil {
			// Where the target is not reached within the limit, all paths are.
			result = kind.Join(result, kind.ArrayOf(steps))
		}
	case part.Instruction == surql.RecurseCollect:
		result = kind.ArrayOf(kind.Join(included(part, starts), found))
	default:
		result = kind.Never
		if single {
			result = kind.Option(found)
		}
		if list || !single {
			result = kind.Join(result, kind.ArrayOf(found))
		}
		if misses {
			result = kind.Option(result)
		}
	}
	return c.path(result, after, w.behind())
}

// included returns the kind of the start where it is part of the result.
func included(part *surql.RecursePart, start kind.Kind) kind.Kind {
	if part.Inclusive {
		return start
	}
	return kind.Never
}
