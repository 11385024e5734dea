package surqlcheck

import (
	"slices"
	"strings"

	"github.com/devq-ai/tandem/internal/surql"
	"github.com/devq-ai/tandem/internal/surqlcheck/kind"
)

// madeKind returns the kind of a field that the engine defines by itself: an end
// of a relation, or the elements of an array or a set. It is nil for others.
func (c *Catalog) madeKind(key objectKey) surql.Kind {
	if def := c.relation(key.table); def != nil && (key.name == "in" || key.name == "out") {
		ends := def.Type.From
		if key.name == "out" {
			ends = def.Type.To
		}
		return &surql.RecordKind{Tables: ends}
	}
	parent, ok := strings.CutSuffix(key.name, ".*")
	if !ok {
		return nil
	}
	collection := objectKey{ObjectField, key.table, parent}
	if o := c.objects[collection]; o != nil {
		return elementKind(o.Def.(*surql.DefineField).Type)
	}
	return elementKind(c.madeKind(collection))
}

func (c *Catalog) relation(table string) *surql.DefineTable {
	if o := c.lookup(ObjectTable, "", table); o != nil {
		if def := o.Def.(*surql.DefineTable); def.Type != nil && def.Type.Kind == surql.TableRelation {
			return def
		}
	}
	return nil
}

// elementKind returns the kind of the elements of the collections that a kind
// admits, nil where they may be anything or there are none.
func elementKind(k surql.Kind) surql.Kind {
	switch k := k.(type) {
	case *surql.OptionKind:
		return elementKind(k.Elem)
	case *surql.ArrayKind:
		return unlessAny(k.Elem)
	case *surql.SetKind:
		return unlessAny(k.Elem)
	case *surql.UnionKind:
		var members []surql.Kind
		for _, m := range k.Members {
			elem := elementKind(m)
			if elem != nil && !slices.ContainsFunc(members, func(m surql.Kind) bool { return surql.Equal(m, elem) }) {
				members = append(members, elem)
			}
		}
		switch len(members) {
		case 0:
			return nil
		case 1:
			return members[0]
		}
		return &surql.UnionKind{Members: members}
	}
	return nil
}

func unlessAny(k surql.Kind) surql.Kind {
	if basic, ok := k.(*surql.BasicKind); ok && basic.Name == "any" {
		return nil
	}
	return k
}

// own gives a field that the engine has made a definition of its own, for an
// ALTER to change.
func (c *Catalog) own(key objectKey, stmt *surql.AlterField) {
	made := c.madeKind(key)
	if c.objects[key] != nil || made == nil {
		return
	}
	o := &Object{Kind: ObjectField, Table: key.table, Name: key.name, Span: stmt.Span(), Def: &surql.DefineField{
		IfExisting: surql.ExistingOverwrite, Name: stmt.Name, Table: &surql.TableName{Name: key.table}, Type: made,
	}}
	c.objects[key] = o
	c.order = append(c.order, o)
}

// remake does to the fields that belong to a new definition what the engine
// does: the elements of a collection get their kind from it, and the ends of a
// relation are as they were never changed.
func (c *Catalog) remake(o *Object) {
	switch o.Kind {
	case ObjectTable:
		if c.relation(o.Name) == nil {
			return
		}
		for _, end := range []string{"in", "out"} {
			c.drop(objectKey{ObjectField, o.Name, end})
		}
	case ObjectField:
		key := objectKey{ObjectField, o.Table, o.Name + ".*"}
		elements, made := c.objects[key], c.madeKind(key)
		if elements == nil || made == nil {
			return
		}
		def := *elements.Def.(*surql.DefineField)
		def.Type = made
		elements.Def = &def
		c.remake(elements)
	}
}

func (c *Catalog) drop(key objectKey) {
	delete(c.objects, key)
	c.order = slices.DeleteFunc(c.order, func(o *Object) bool { return o.key() == key })
}

// madeAlike reports whether the engine has made a field just as it is defined.
func (c *Catalog) madeAlike(def *surql.DefineField) bool {
	o, ok := objectOf(def)
	if !ok {
		return false
	}
	made := c.madeKind(o.key())
	if made == nil || !kind.Equal(kindOf(made, nil), kindOf(def.Type, nil)) {
		return false
	}
	return surql.Equal(def, &surql.DefineField{IfExisting: def.IfExisting, Name: def.Name, Table: def.Table, Type: def.Type})
}
