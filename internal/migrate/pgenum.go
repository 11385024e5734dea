package migrate

import (
	"regexp"
	"slices"
	"strings"
)

// PostgreSQL can only add values to an enum, and does not let them be used
// before the transaction ends. What it cannot do in place is done by a new type
// that takes the old one's name, its columns cast over by their text. Checks and
// indexes that name the type step aside meanwhile: PostgreSQL would read them
// against both types.

// swapEnums adds the steps for the enums that are replaced.
func (p *pgPlanner) swapEnums() {
	for _, to := range p.to.order {
		from := p.from.objects[to.key]
		if to.kind != kindEnum || from == nil || slices.Equal(from.detail, to.detail) || p.growsInPlace(from, to) {
			continue
		}
		p.swapEnum(from, to)
	}
}

// growsInPlace reports whether an enum gets values and nothing uses them yet.
func (p *pgPlanner) growsInPlace(from, to *pgObject) bool {
	kept := 0
	for _, v := range to.detail {
		if kept < len(from.detail) && from.detail[kept] == v {
			kept++
			continue
		}
		literal := "'" + strings.ReplaceAll(v, "'", "''") + "'::" + to.typeName()
		if slices.ContainsFunc(p.to.order, func(o *pgObject) bool { return strings.Contains(o.def, literal) }) {
			return false
		}
	}
	return kept == len(from.detail)
}

// typeName returns a type's name as definitions have it.
func (o *pgObject) typeName() string { return strings.TrimPrefix(o.address, "TYPE ") }

// naming returns a function that reports whether a definition names the type.
func naming(typeName string) func(definition string) bool {
	re := regexp.MustCompile(`::` + regexp.QuoteMeta(typeName) + `(?:[^\w$]|$)`)
	return re.MatchString
}

func (p *pgPlanner) swapEnum(from, to *pgObject) {
	name := to.typeName()
	schema, bare, _ := strings.Cut(to.name, ".")
	oldIdent := quoteIdent(bare + "__old")
	replace := p.graph.add(enumRank, to.key)
	restore := p.graph.add(tableRank, to.key+" restored")
	change := func(s *step, cmd string) {
		s.changes = append(s.changes, Change{Comment: "replace " + to.String(), Cmd: cmd})
	}
	p.graph.before(replace, restore, hard)
	p.gone[to.key], p.there[to.key] = replace, replace
	p.warn(meetsRows, to.key, "%s is replaced, which fails where a row holds a value that it has no more", to)

	names := naming(name)
	for _, o := range p.from.order {
		if (o.kind == kindCheck || o.kind == kindIndex) && p.to.objects[o.table] != nil && names(o.detail[0]) {
			p.stepsAside[o.key] = true
			change(replace, dropOf(o))
		}
	}
	change(replace, "ALTER TYPE "+name+" RENAME TO "+oldIdent)
	change(replace, "CREATE TYPE "+name+" AS ENUM ("+quoteLiterals(to.detail)+")")
	for _, o := range p.from.order {
		t := p.to.objects[o.key]
		if o.kind != kindColumn || t == nil {
			continue
		}
		text, isColumn := map[string]string{name: "text", name + "[]": "text[]"}[o.detail[columnType]]
		if !isColumn || t.detail[columnType] != o.detail[columnType] {
			continue
		}
		table := p.to.objects[o.table]
		column := o.detail[columnName]
		if p.touched[o.table] == nil {
			p.touched[o.table] = map[string]bool{}
		}
		p.touched[o.table][column] = true
		alter := "ALTER " + table.address + " ALTER COLUMN " + quoteIdent(column)
		if o.detail[columnDefault] != "" {
			change(replace, alter+" DROP DEFAULT")
		}
		change(replace, alter+" TYPE "+o.detail[columnType]+" USING "+quoteIdent(column)+"::"+text+"::"+o.detail[columnType])
		if t.detail[columnDefault] != "" {
			change(restore, alter+" SET DEFAULT "+t.detail[columnDefault])
		}
	}
	for _, o := range p.to.order {
		if (o.kind == kindCheck || o.kind == kindIndex) && p.from.objects[o.table] != nil && names(o.detail[0]) {
			p.stepsAside[o.key] = true
			change(restore, makeOf(o))
		}
	}
	change(restore, "DROP TYPE "+quoteIdent(schema)+"."+oldIdent)
	p.restores = append(p.restores, restore)
}

// dropOf and makeOf return the statements that drop a constraint or an index of
// a table, and make it.
func dropOf(o *pgObject) string {
	if o.kind == kindIndex {
		return "DROP " + o.address
	}
	constraint, table, _ := strings.Cut(strings.TrimPrefix(o.address, "CONSTRAINT "), " ON ")
	return "ALTER TABLE " + table + " DROP CONSTRAINT " + constraint
}

func makeOf(o *pgObject) string {
	if o.kind == kindIndex {
		return o.detail[0]
	}
	constraint, table, _ := strings.Cut(strings.TrimPrefix(o.address, "CONSTRAINT "), " ON ")
	return "ALTER TABLE " + table + " ADD CONSTRAINT " + constraint + " " + o.detail[0]
}

func quoteLiterals(values []string) string {
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = "'" + strings.ReplaceAll(v, "'", "''") + "'"
	}
	return strings.Join(quoted, ", ")
}
