package kind

import "slices"

// Equal reports whether a and b are the same kind, whatever their paths and
// rows. Unions are equal whatever the order of their members.
func Equal(a, b Kind) bool { return Contains(a, b) && Contains(b, a) }

// Contains reports whether every value of sub is a value of sup.
func Contains(sup, sub Kind) bool {
	if sup == Any || sub == Never || sup == sub {
		return true
	}
	if u, ok := sub.(*Union); ok {
		return !slices.ContainsFunc(u.Members, func(m Kind) bool { return !Contains(sup, m) })
	}
	if u, ok := sup.(*Union); ok {
		return slices.ContainsFunc(u.Members, func(m Kind) bool { return Contains(m, sub) }) ||
			sub == Number && Contains(sup, Int) && Contains(sup, Float) && Contains(sup, Decimal) ||
			sub == Bool && Contains(sup, Literal{Value: true}) && Contains(sup, Literal{Value: false})
	}
	switch sup := sup.(type) {
	case Basic:
		switch sub := sub.(type) {
		case Basic:
			return sup == sub || sup == Number && (sub == Int || sub == Float || sub == Decimal)
		case Literal:
			if declaredNumber(sub) {
				return sup == Number
			}
			return Contains(sup, sub.Base())
		}
	case Literal:
		sub, ok := sub.(Literal)
		return ok && sameLiteral(sup, sub)
	case *Array:
		switch sub := sub.(type) {
		case *Array:
			return (sup.Len < 0 || sup.Len == sub.Len) && Contains(sup.Elem, sub.Elem)
		case *Tuple:
			return (sup.Len < 0 || sup.Len == len(sub.Elems)) && Contains(sup.Elem, Join(sub.Elems...))
		}
	case *Tuple:
		switch sub := sub.(type) {
		case *Tuple:
			return slices.EqualFunc(sup.Elems, sub.Elems, Contains)
		case *Array:
			return sub.Len == len(sup.Elems) && !slices.ContainsFunc(sup.Elems, func(e Kind) bool { return !Contains(e, sub.Elem) })
		}
	case *Set:
		sub, ok := sub.(*Set)
		return ok && (sup.Len < 0 || sup.Len == sub.Len) && Contains(sup.Elem, sub.Elem)
	case *Object:
		sub, ok := sub.(*Object)
		return ok && containsObject(sup, sub)
	case *Record:
		sub, ok := sub.(*Record)
		return ok && (sub.Exists || !sup.Exists) && containsNames(sup.Tables, sub.Tables)
	case *Table:
		sub, ok := sub.(*Table)
		return ok && containsNames(sup.Tables, sub.Tables)
	case *Geometry:
		sub, ok := sub.(*Geometry)
		return ok && containsNames(sup.Forms, sub.Forms)
	case *File:
		sub, ok := sub.(*File)
		return ok && containsNames(sup.Buckets, sub.Buckets)
	case *Range:
		sub, ok := sub.(*Range)
		return ok && Contains(sup.Elem, sub.Elem)
	case *Function:
		_, ok := sub.(*Function)
		return ok
	}
	return false
}

// sameLiteral reports whether the literal a takes the value of b.
func sameLiteral(a, b Literal) bool {
	if a.Fresh {
		return a.Value == b.Value && !declaredNumber(b) // its int is an int, its float a float
	}
	if a.Value == b.Value {
		return true
	}
	x, xok := number(a.Value)
	y, yok := number(b.Value)
	return xok && yok && x == y
}

func number(v any) (float64, bool) {
	switch v := v.(type) {
	case int64:
		return float64(v), true
	case float64:
		return v, true
	}
	return 0, false
}

func containsObject(sup, sub *Object) bool {
	if sub.Open && !sup.Open {
		return false
	}
	for _, f := range sup.Fields {
		switch g, ok := sub.Field(f.Name); {
		case ok && !Contains(f.Kind, g.Kind):
			return false
		case !ok && sub.Open && f.Kind != Any:
			return false
		case !ok && !Admits(f.Kind, None):
			return false
		}
	}
	if sup.Open {
		return true
	}
	for _, g := range sub.Fields {
		if _, ok := sup.Field(g.Name); !ok && g.Kind != None {
			return false
		}
	}
	return true
}

// containsNames reports whether every name of sub is one of sup, where an empty
// list stands for all names.
func containsNames(sup, sub []string) bool {
	if len(sup) == 0 {
		return true
	}
	return len(sub) > 0 && !slices.ContainsFunc(sub, func(n string) bool { return !slices.Contains(sup, n) })
}

// Join returns the least kind the lattice has that holds every value of the
// kinds. Members that others contain are dropped, arrays stay apart where their
// elements differ, and anonymous objects merge into one whose fields may be
// missing. Of two equal tuples the stated one counts.
func Join(kinds ...Kind) Kind {
	if len(kinds) == 1 {
		if _, ok := kinds[0].(*Union); !ok {
			return kinds[0]
		}
	}
	var path []string
	var members []Kind
	for _, k := range kinds {
		if p := pathOf(k); p != nil {
			path = p
		}
		for _, m := range Members(k) {
			members = add(members, m)
		}
	}
	if slices.Contains(members, Kind(Any)) {
		return Any
	}
	// The path names the members of one declared union, beside NONE and NULL.
	for _, k := range kinds {
		if rest := Strip(k, None, Null); rest != Never && !slices.Equal(pathOf(rest), path) {
			path = nil
		}
	}
	if i := slices.Index(members, Kind(None)); i > 0 {
		members = slices.Insert(slices.Delete(members, i, i+1), 0, Kind(None))
	}
	return union(path, members)
}

// add adds k to the members of a union, and changes the list.
func add(members []Kind, k Kind) []Kind {
	if i := slices.IndexFunc(members, func(m Kind) bool { return Contains(m, k) }); i >= 0 {
		if t, ok := k.(*Tuple); ok && t.Stated && Contains(k, members[i]) {
			members[i] = k
		}
		return members
	}
	members = slices.DeleteFunc(members, func(m Kind) bool { return Contains(k, m) })
	for i, m := range members {
		if merged, ok := merge(m, k); ok {
			return add(slices.Delete(members, i, i+1), merged)
		}
	}
	members = append(members, k)
	switch k {
	case Int, Float, Decimal:
		if Contains(&Union{Members: members}, Number) {
			return add(members, Number)
		}
	}
	return members
}

// merge returns one kind for two that are better told apart by their parts than
// by a union: anonymous objects, and links, table names and geometries.
func merge(a, b Kind) (Kind, bool) {
	switch a := a.(type) {
	case *Object:
		b, ok := b.(*Object)
		if !ok || a.Row != "" && b.Row != "" || a.Path != nil && b.Path != nil {
			return nil, false
		}
		return mergeObjects(a, b), true
	case *Record:
		if b, ok := b.(*Record); ok {
			return &Record{mergeNames(a.Tables, b.Tables), a.Exists && b.Exists}, true
		}
	case *Table:
		if b, ok := b.(*Table); ok {
			return &Table{mergeNames(a.Tables, b.Tables)}, true
		}
	case *Geometry:
		if b, ok := b.(*Geometry); ok {
			return &Geometry{mergeNames(a.Forms, b.Forms)}, true
		}
	case *Range:
		if b, ok := b.(*Range); ok {
			return &Range{Join(a.Elem, b.Elem)}, true
		}
	case *Array:
		switch b := b.(type) {
		case *Array:
			if a.Elem == Never || b.Elem == Never || mergeable(a.Elem, b.Elem) {
				return ArrayOf(Join(a.Elem, b.Elem)), true
			}
		case *Tuple:
			return ArrayOf(Join(append([]Kind{a.Elem}, b.Elems...)...)), true
		}
	case *Tuple:
		switch b := b.(type) {
		case *Array:
			return merge(b, a)
		case *Tuple:
			if a.Stated && b.Stated {
				return nil, false
			}
			return mergeTuples(a, b), true
		}
	case Literal, Basic:
		if Numeric(a) && Numeric(b) && (declaredNumber(a) || declaredNumber(b)) && !(declaredNumber(a) && declaredNumber(b)) {
			return Number, true
		}
	}
	return nil, false
}

// declaredNumber reports whether k is a literal that stands for every equal
// number.
func declaredNumber(k Kind) bool {
	l, ok := k.(Literal)
	return ok && !l.Fresh && (l.Base() == Int || l.Base() == Float)
}

func mergeTuples(a, b *Tuple) Kind {
	if len(a.Elems) != len(b.Elems) {
		return ArrayOf(Join(slices.Concat(a.Elems, b.Elems)...))
	}
	elems := make([]Kind, len(a.Elems))
	for i := range elems {
		elems[i] = Join(a.Elems[i], b.Elems[i])
	}
	return &Tuple{Elems: elems}
}

func mergeable(a, b Kind) bool {
	_, ok := merge(a, b)
	return ok
}

func mergeObjects(a, b *Object) *Object {
	out := &Object{Open: a.Open || b.Open}
	missing := func(f Field, in *Object) Field {
		if in.Open {
			f.Kind = Any
		} else {
			f.Kind = Option(f.Kind)
		}
		return f
	}
	for _, f := range a.Fields {
		if g, ok := b.Field(f.Name); ok {
			f.Kind = Join(f.Kind, g.Kind)
		} else {
			f = missing(f, b)
		}
		out.Fields = append(out.Fields, f)
	}
	for _, g := range b.Fields {
		if _, ok := a.Field(g.Name); !ok {
			out = out.With(missing(g, a))
		}
	}
	return out
}

// mergeNames joins two lists of which an empty one stands for all names.
func mergeNames(a, b []string) []string {
	if len(a) == 0 || len(b) == 0 {
		return nil
	}
	out := slices.Clone(a)
	for _, n := range b {
		if !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}

// OneOf returns the union as a schema declares it: members that are the same
// count once, but none is dropped because another contains it, for the order
// decides how a value is coerced.
func OneOf(path []string, kinds ...Kind) Kind {
	var members []Kind
	for _, k := range kinds {
		for _, m := range Members(k) {
			if m == Any {
				return Any
			}
			if !slices.ContainsFunc(members, func(n Kind) bool { return n.String() == m.String() }) {
				members = append(members, m)
			}
		}
	}
	return union(path, members)
}

func union(path []string, members []Kind) Kind {
	switch len(members) {
	case 0:
		return Never
	case 1:
		return members[0]
	}
	return &Union{Members: members, Path: path}
}

// Meet returns the kind of the values that are of both kinds, Never if there
// are none. A tuple that one of them states stays stated.
func Meet(a, b Kind) Kind {
	switch {
	case Contains(b, a) && !(hasTuple(a, false) && hasTuple(b, true)):
		return a
	case Contains(a, b) && !(hasTuple(b, false) && hasTuple(a, true)):
		return b
	}
	if u, ok := a.(*Union); ok {
		out := make([]Kind, 0, len(u.Members))
		for _, m := range u.Members {
			out = append(out, Meet(m, b))
		}
		return joinKeeping(u.Path, out)
	}
	if _, ok := b.(*Union); ok {
		return Meet(b, a)
	}
	switch a := a.(type) {
	case Literal:
		if b == a.Base() || declaredNumber(a) && Numeric(b) && !isLiteral(b) {
			return a
		}
	case Basic:
		if isLiteral(b) {
			return Meet(b, a)
		}
	case *Array:
		switch b := b.(type) {
		case *Array:
			if a.Len < 0 || b.Len < 0 || a.Len == b.Len {
				return &Array{Meet(a.Elem, b.Elem), max(a.Len, b.Len)}
			}
		case *Tuple:
			return Meet(b, a)
		}
	case *Tuple:
		return meetTuple(a, b)
	case *Set:
		if b, ok := b.(*Set); ok && (a.Len < 0 || b.Len < 0 || a.Len == b.Len) {
			return &Set{Meet(a.Elem, b.Elem), max(a.Len, b.Len)}
		}
	case *Object:
		if b, ok := b.(*Object); ok {
			return meetObjects(a, b)
		}
	case *Record:
		if b, ok := b.(*Record); ok {
			if names := meetNames(a.Tables, b.Tables); names != nil {
				return &Record{names, a.Exists || b.Exists}
			}
		}
	case *Table:
		if b, ok := b.(*Table); ok {
			if names := meetNames(a.Tables, b.Tables); names != nil {
				return &Table{names}
			}
		}
	case *Geometry:
		if b, ok := b.(*Geometry); ok {
			if names := meetNames(a.Forms, b.Forms); names != nil {
				return &Geometry{names}
			}
		}
	case *File:
		if b, ok := b.(*File); ok {
			if names := meetNames(a.Buckets, b.Buckets); names != nil {
				return &File{names}
			}
		}
	case *Range:
		if b, ok := b.(*Range); ok {
			return &Range{Meet(a.Elem, b.Elem)}
		}
	}
	return Never
}

func isLiteral(k Kind) bool {
	_, ok := k.(Literal)
	return ok
}

func joinKeeping(path []string, kinds []Kind) Kind {
	k := Join(kinds...)
	if u, ok := k.(*Union); ok && u.Path == nil {
		return &Union{Members: u.Members, Path: path}
	}
	return k
}

func meetTuple(a *Tuple, b Kind) Kind {
	var other func(i int) Kind
	stated := a
	switch b := b.(type) {
	case *Tuple:
		if len(a.Elems) != len(b.Elems) {
			return Never
		}
		if !a.Stated {
			stated = b
		}
		other = func(i int) Kind { return b.Elems[i] }
	case *Array:
		if b.Len >= 0 && b.Len != len(a.Elems) {
			return Never
		}
		other = func(int) Kind { return b.Elem }
	default:
		return Never
	}
	out := make([]Kind, len(a.Elems))
	for i, e := range a.Elems {
		if out[i] = Meet(e, other(i)); out[i] == Never {
			return Never
		}
	}
	return stated.of(out)
}

func meetObjects(a, b *Object) Kind {
	out := &Object{Open: a.Open && b.Open}
	for _, f := range a.Fields {
		switch g, ok := b.Field(f.Name); {
		case ok:
			f.Kind = Meet(f.Kind, g.Kind)
		case !b.Open:
			f.Kind = Meet(f.Kind, None)
		}
		if f.Kind == Never {
			return Never
		}
		if f.Kind != None {
			out = out.With(f)
		}
	}
	for _, g := range b.Fields {
		if _, ok := a.Field(g.Name); ok {
			continue
		}
		if !a.Open {
			g.Kind = Meet(g.Kind, None)
		}
		if g.Kind == Never {
			return Never
		}
		if g.Kind != None {
			out = out.With(g)
		}
	}
	return out
}

// meetNames returns the names in both lists, of which an empty one stands for
// all names, and nil if there are none.
func meetNames(a, b []string) []string {
	switch {
	case len(a) == 0:
		return b
	case len(b) == 0:
		return a
	}
	var out []string
	for _, n := range a {
		if slices.Contains(b, n) {
			out = append(out, n)
		}
	}
	return out
}
