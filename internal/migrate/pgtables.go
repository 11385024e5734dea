package migrate

import (
	"context"
	"fmt"
	"slices"
	"strings"

	atlas "ariga.io/atlas/sql/migrate"
	"ariga.io/atlas/sql/postgres"
	"ariga.io/atlas/sql/schema"
)

// addAtlas adds the steps of one change that Atlas found.
func (p *pgPlanner) addAtlas(ctx context.Context, c schema.Change) error {
	switch c := c.(type) {
	case *schema.AddSchema:
		return p.addStep(ctx, p.there, schemaKey(c.S.Name), schemaRank, false, c)
	case *schema.ModifySchema:
		return p.addStep(ctx, p.there, schemaKey(c.S.Name), schemaRank, false, c)
	case *schema.DropSchema:
		p.warn(losesData, "", "schema %s is dropped with all that is in it", c.S.Name)
		if err := p.addStep(ctx, p.gone, schemaKey(c.S.Name), dropRank+schemaRank, true, c); err != nil {
			return err
		}
		for _, o := range p.from.order {
			if schemaOf(o) == c.S.Name && plannedByAtlas[o.kind] {
				p.gone[o.key] = p.gone[schemaKey(c.S.Name)]
			}
		}
		return nil
	case *schema.AddTable:
		return p.addTable(ctx, c)
	case detachedKeys:
		return p.addStep(ctx, p.detached, tableKey(c.T.Schema.Name, c.T.Name), tableRank, false, c.ModifyTable)
	case *schema.DropTable:
		return p.dropTable(ctx, c)
	case *schema.ModifyTable:
		return p.modifyTable(ctx, c)
	case *schema.AddObject:
		if e, ok := c.O.(*schema.EnumType); ok {
			return p.addStep(ctx, p.there, enumKey(e.Schema.Name, e.T), enumRank, false, c)
		}
	case *schema.ModifyObject:
		if e, ok := c.To.(*schema.EnumType); ok {
			if p.there[enumKey(e.Schema.Name, e.T)] != nil {
				return nil // is replaced
			}
			return p.addStep(ctx, p.there, enumKey(e.Schema.Name, e.T), enumRank, false, c)
		}
	case *schema.DropObject:
		if e, ok := c.O.(*schema.EnumType); ok {
			return p.addStep(ctx, p.gone, enumKey(e.Schema.Name, e.T), dropRank+enumRank, false, c)
		}
	}
	return fmt.Errorf("plan: unexpected change %T", c)
}

// addStep plans changes with Atlas as one step.
func (p *pgPlanner) addStep(ctx context.Context, at map[string]*step, key string, rank int, destructive bool, changes ...schema.Change) error {
	plan, err := p.driver.PlanChanges(ctx, "plan", changes, func(o *atlas.PlanOptions) { o.Mode, o.Indent = atlas.PlanModeDeferred, "  " })
	if err != nil {
		return err
	}
	s := p.graph.add(rank, key)
	for _, c := range plan.Changes {
		s.changes = append(s.changes, Change{Comment: lowerFirst(c.Comment), Cmd: strings.TrimSuffix(c.Cmd, ";"), Destructive: destructive})
	}
	at[key] = s
	return nil
}

func lowerFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

func schemaOf(o *pgObject) string {
	name, _, _ := strings.Cut(o.name, ".")
	return name
}

// addTable plans a new table, and its indexes as steps of their own: what they
// are over may need the table itself.
func (p *pgPlanner) addTable(ctx context.Context, c *schema.AddTable) error {
	bare := *c.T
	bare.Indexes = nil
	var indexes []schema.Change
	for _, i := range c.T.Indexes {
		if isConstraint(i) {
			bare.Indexes = append(bare.Indexes, i)
		} else {
			indexes = append(indexes, &schema.AddIndex{I: i})
		}
	}
	if err := p.addStep(ctx, p.there, tableKey(c.T.Schema.Name, c.T.Name), tableRank, false, &schema.AddTable{T: &bare, Extra: c.Extra}); err != nil {
		return err
	}
	return p.changeIndexes(ctx, c.T, indexes)
}

// dropTable plans the end of a table. Its indexes go with it, but for those
// over functions, which could not be dropped before the table otherwise.
func (p *pgPlanner) dropTable(ctx context.Context, c *schema.DropTable) error {
	key := tableKey(c.T.Schema.Name, c.T.Name)
	p.warn(losesData, "", "table %s.%s is dropped with its rows", c.T.Schema.Name, c.T.Name)
	if err := p.addStep(ctx, p.gone, key, dropRank+tableRank, true, c); err != nil {
		return err
	}
	var overFunctions []schema.Change
	for _, i := range c.T.Indexes {
		index := p.from.objects[indexKey(c.T.Schema.Name, i.Name)]
		if index == nil { // a constraint's
			continue
		}
		p.gone[index.key] = p.gone[key]
		if slices.ContainsFunc(index.uses, func(u pgUse) bool { return strings.HasPrefix(u.key, string(kindFunction)) }) {
			overFunctions = append(overFunctions, &schema.DropIndex{I: i})
		}
	}
	return p.changeIndexes(ctx, c.T, overFunctions)
}

// isConstraint reports whether an index belongs to a constraint, which stands
// in the table's own definition.
func isConstraint(i *schema.Index) bool {
	return slices.ContainsFunc(i.Attrs, func(a schema.Attr) bool {
		c, ok := a.(*postgres.Constraint)
		return ok && (c.IsUnique() || c.IsExclude())
	})
}

// changeIndexes plans each index that is added or dropped as a step.
func (p *pgPlanner) changeIndexes(ctx context.Context, t *schema.Table, changes []schema.Change) error {
	for _, c := range changes {
		at, index := p.there, (*schema.Index)(nil)
		switch c := c.(type) {
		case *schema.AddIndex:
			index = c.I
		case *schema.DropIndex:
			at, index = p.gone, c.I
		}
		key := indexKey(t.Schema.Name, index.Name)
		if err := p.addStep(ctx, at, key, tableRank, false, &schema.ModifyTable{T: t, Changes: []schema.Change{c}}); err != nil {
			return err
		}
		if o := p.to.objects[key]; o != nil && at[key] == p.there[key] {
			// Atlas leaves out collations and storage parameters.
			at[key].changes[0].Cmd = makeOf(o)
		}
	}
	return nil
}

// addUnseenIndexes adds the steps for the indexes in which Atlas sees no
// difference where there is one.
func (p *pgPlanner) addUnseenIndexes() {
	for _, t := range p.to.order {
		f := p.from.objects[t.key]
		if t.kind != kindIndex || f == nil || f.detail[0] == t.detail[0] || p.there[t.key] != nil || p.gone[t.key] != nil || p.stepsAside[t.key] {
			continue
		}
		p.gone[t.key], p.there[t.key] = p.graph.add(tableRank, f.key), p.graph.add(tableRank, t.key)
		p.gone[t.key].changes = []Change{{Comment: "drop " + f.String(), Cmd: dropOf(f)}}
		p.there[t.key].changes = []Change{{Comment: "create " + t.String(), Cmd: makeOf(t)}}
	}
}

// addKeyNames adds the steps that give primary keys the names that Atlas does
// not give them.
func (p *pgPlanner) addKeyNames() {
	for _, t := range p.to.order {
		if t.kind != kindCheck || t.detail[constraintType] != "p" || !p.to.isTable(t.table) {
			continue
		}
		name := p.keyName(t)
		if name == "" || name == t.detail[constraintName] {
			continue
		}
		s := p.graph.add(tableRank, t.key)
		s.changes = []Change{{
			Comment: "rename the primary key of " + strings.TrimPrefix(t.table, string(kindTable)+" "),
			Cmd:     "ALTER " + p.to.objects[t.table].address + " RENAME CONSTRAINT " + quoteIdent(name) + " TO " + quoteIdent(t.detail[constraintName]),
		}}
		p.graph.before(p.there[t.table], s, hard)
	}
}

// keyName returns the name that a table's primary key has when Atlas is done.
func (p *pgPlanner) keyName(t *pgObject) string {
	for _, f := range p.from.order {
		if f.kind == kindCheck && f.table == t.table && f.detail[constraintType] == "p" && !p.newKeys[t.table] {
			return f.detail[constraintName]
		}
	}
	_, table, _ := strings.Cut(strings.TrimPrefix(t.table, string(kindTable)+" "), ".")
	return table + "_pkey"
}

// modifyTable plans a table's change in two steps, first what is taken away,
// then the rest, so that what the table no longer uses can be dropped in
// between, and what it will use made.
func (p *pgPlanner) modifyTable(ctx context.Context, m *schema.ModifyTable) error {
	key := tableKey(m.T.Schema.Name, m.T.Name)
	name := m.T.Schema.Name + "." + m.T.Name
	if p.touched[key] == nil {
		p.touched[key] = map[string]bool{}
	}
	touched := p.touched[key]
	var remove, rest, indexes []schema.Change
	drop := func(i *schema.Index) {
		if isConstraint(i) {
			touched[constraintUse] = true
			remove = append(remove, &schema.DropIndex{I: i})
		} else {
			indexes = append(indexes, &schema.DropIndex{I: i})
		}
	}
	add := func(i *schema.Index) {
		if i.Unique {
			p.warn(meetsRows, key, "unique index %s on %s fails where rows are duplicates", i.Name, name)
		}
		if isConstraint(i) {
			rest = append(rest, &schema.AddIndex{I: i})
		} else {
			indexes = append(indexes, &schema.AddIndex{I: i})
		}
	}
	for _, c := range m.Changes {
		if p.stepsAside[changedPart(m.T, c)] {
			continue
		}
		switch c := c.(type) {
		case *schema.DropColumn:
			p.warn(losesData, key, "column %s.%s is dropped with its values", name, c.C.Name)
			p.warnings[len(p.warnings)-1].help = p.renameHelp(m, c.C.Name)
			touched[c.C.Name] = true
			remove = append(remove, c)
		case *schema.DropIndex:
			drop(c.I)
		case *schema.AddIndex:
			add(c.I)
		case *schema.ModifyIndex:
			if c.Change == schema.ChangeComment {
				rest = append(rest, c)
			} else {
				drop(c.From)
				add(c.To)
			}
		case *schema.DropPrimaryKey, *schema.DropForeignKey, *schema.DropCheck:
			touched[constraintUse] = true
			remove = append(remove, c)
		case *schema.AddPrimaryKey:
			p.newKeys[key] = true
			rest = append(rest, c)
		case *schema.ModifyPrimaryKey:
			p.newKeys[key] = true
			touched[constraintUse] = true
			remove = append(remove, &schema.DropPrimaryKey{P: c.From})
			rest = append(rest, &schema.AddPrimaryKey{P: c.To})
		case *schema.ModifyColumn:
			if c.Change.Is(schema.ChangeType) || c.Change.Is(schema.ChangeGenerated) {
				touched[c.To.Name] = true
			}
			if c.Change.Is(schema.ChangeNull) && !c.To.Type.Null {
				p.warn(meetsRows, key, "column %s.%s becomes NOT NULL, which fails where a row has NULL in it", name, c.To.Name)
			}
			before, after := p.convertType(name, c)
			remove = append(remove, before...)
			rest = append(rest, after)
		case *schema.AddColumn:
			if needsValue(c.C) {
				p.warn(meetsRows, key, "column %s.%s is added as NOT NULL without a default, which fails where the table has rows", name, c.C.Name)
			}
			rest = append(rest, c)
		default:
			rest = append(rest, c)
		}
	}
	if len(remove) > 0 {
		destructive := slices.ContainsFunc(remove, func(c schema.Change) bool { _, ok := c.(*schema.DropColumn); return ok })
		if err := p.addStep(ctx, p.removes, key, tableRank, destructive, &schema.ModifyTable{T: m.T, Changes: remove}); err != nil {
			return err
		}
	}
	if len(rest) > 0 {
		if err := p.addStep(ctx, p.there, key, tableRank, false, &schema.ModifyTable{T: m.T, Changes: rest}); err != nil {
			return err
		}
	}
	return p.changeIndexes(ctx, m.T, indexes)
}

// renameHelp says how to rename a column rather than drop it, where a column of
// the same type is added to its table, and is "" otherwise.
func (p *pgPlanner) renameHelp(m *schema.ModifyTable, dropped string) string {
	name := m.T.Schema.Name + "." + m.T.Name
	from, table := p.from.objects[columnKey(name, dropped)], p.from.objects[tableKey(m.T.Schema.Name, m.T.Name)]
	for _, c := range m.Changes {
		add, ok := c.(*schema.AddColumn)
		if !ok {
			continue
		}
		if to := p.to.objects[columnKey(name, add.C.Name)]; add.C.Name != dropped && to.detail[columnType] == from.detail[columnType] {
			return fmt.Sprintf("if it is renamed, run tandem migrate new --engine %s NAME, and write into the file that it makes: ALTER %s RENAME COLUMN %s TO %s;",
				Postgres, table.address, quoteIdent(dropped), quoteIdent(add.C.Name))
		}
	}
	return ""
}

// changedPart returns the key of the check or index that a change is about, or
// "".
func changedPart(t *schema.Table, c schema.Change) string {
	check := func(c *schema.Check) string {
		return fmt.Sprintf("%s %s on %s.%s", kindCheck, c.Name, t.Schema.Name, t.Name)
	}
	switch c := c.(type) {
	case *schema.AddCheck:
		return check(c.C)
	case *schema.DropCheck:
		return check(c.C)
	case *schema.ModifyCheck:
		return check(c.To)
	case *schema.AddIndex:
		return indexKey(t.Schema.Name, c.I.Name)
	case *schema.DropIndex:
		return indexKey(t.Schema.Name, c.I.Name)
	case *schema.ModifyIndex:
		return indexKey(t.Schema.Name, c.To.Name)
	}
	return ""
}

// needsValue reports whether a row that exists already cannot get the column.
func needsValue(c *schema.Column) bool {
	if c.Type.Null || c.Default != nil {
		return false
	}
	if _, serial := c.Type.Type.(*postgres.SerialType); serial {
		return false
	}
	return !slices.ContainsFunc(c.Attrs, func(a schema.Attr) bool {
		switch a.(type) {
		case *postgres.Identity, *schema.GeneratedExpr:
			return true
		}
		return false
	})
}

// convertType makes a change of a column's type one that PostgreSQL accepts for
// every pair of types with a cast: the old default is out of the way, and the
// values are cast explicitly.
func (p *pgPlanner) convertType(table string, c *schema.ModifyColumn) (before []schema.Change, after schema.Change) {
	_, fromSerial := c.From.Type.Type.(*postgres.SerialType)
	_, toSerial := c.To.Type.Type.(*postgres.SerialType)
	if !c.Change.Is(schema.ChangeType) || fromSerial || toSerial {
		return nil, c
	}
	column := p.to.objects[columnKey(table, c.To.Name)]
	if column == nil {
		return nil, c
	}
	p.warn(meetsRows, string(kindTable)+" "+table, "column %s.%s changes its type, which fails where a value cannot be cast", table, c.To.Name)
	changed := *c
	if c.From.Default != nil {
		bare := *c.From
		bare.Default = nil
		before = append(before, &schema.ModifyColumn{From: c.From, To: &bare, Change: schema.ChangeDefault})
		changed.From = &bare
		changed.Change &^= schema.ChangeDefault
		if c.To.Default != nil {
			changed.Change |= schema.ChangeDefault
		}
	}
	changed.Extra = append(changed.Extra, &postgres.ConvertUsing{X: quoteIdent(c.To.Name) + "::" + column.detail[columnType]})
	return before, &changed
}

func quoteIdent(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// detachedKeys adds the foreign keys of a new table.
type detachedKeys struct{ *schema.ModifyTable }

// detachForeignKeys makes changes of their own of the foreign keys of new
// tables that refer to each other in a circle, and of dropped ones.
func detachForeignKeys(changes []schema.Change) []schema.Change {
	refs := map[*schema.Table][]*schema.Table{}
	for _, c := range changes {
		var t *schema.Table
		switch c := c.(type) {
		case *schema.AddTable:
			t = c.T
		case *schema.DropTable:
			t = c.T
		default:
			continue
		}
		refs[t] = nil
		for _, fk := range t.ForeignKeys {
			if fk.RefTable != t {
				refs[t] = append(refs[t], fk.RefTable)
			}
		}
	}
	circular := func(t *schema.Table) bool {
		seen := map[*schema.Table]bool{}
		var reaches func(*schema.Table) bool
		reaches = func(u *schema.Table) bool {
			for _, r := range refs[u] {
				if r == t {
					return true
				}
				if !seen[r] {
					seen[r] = true
					if reaches(r) {
						return true
					}
				}
			}
			return false
		}
		return reaches(t)
	}
	var first, last []schema.Change
	for i, c := range changes {
		switch c := c.(type) {
		case *schema.AddTable:
			if !circular(c.T) {
				continue
			}
			bare := *c.T
			bare.ForeignKeys = nil
			changes[i] = &schema.AddTable{T: &bare, Extra: c.Extra}
			m := &schema.ModifyTable{T: c.T}
			for _, fk := range c.T.ForeignKeys {
				m.Changes = append(m.Changes, &schema.AddForeignKey{F: fk})
			}
			last = append(last, detachedKeys{m})
		case *schema.DropTable:
			if !circular(c.T) {
				continue
			}
			m := &schema.ModifyTable{T: c.T}
			for _, fk := range c.T.ForeignKeys {
				m.Changes = append(m.Changes, &schema.DropForeignKey{F: fk})
			}
			first = append(first, m)
		}
	}
	return slices.Concat(first, changes, last)
}

// addDeferrable adds the steps for the foreign keys whose deferrability, which
// Atlas does not see, is to be other than what it is, or than the default.
func (p *pgPlanner) addDeferrable() {
	for _, t := range p.to.order {
		if t.kind != kindCheck || t.detail[constraintDeferrable] == "" {
			continue
		}
		is := "NOT DEFERRABLE"
		if f := p.from.objects[t.key]; f != nil {
			was, _, _ := strings.Cut(f.detail[0], " DEFERRABLE")
			if wanted, _, _ := strings.Cut(t.detail[0], " DEFERRABLE"); was == wanted {
				is = f.detail[constraintDeferrable]
			}
		}
		if is == t.detail[constraintDeferrable] {
			continue
		}
		constraint, table, _ := strings.Cut(strings.TrimPrefix(t.address, "CONSTRAINT "), " ON ")
		s := p.graph.add(tableRank, t.key)
		s.changes = append(s.changes, Change{Comment: "change " + t.String(), Cmd: "ALTER TABLE " + table + " ALTER CONSTRAINT " + constraint + " " + t.detail[constraintDeferrable]})
		p.graph.before(p.there[t.table], s, hard)
		p.graph.before(p.detached[t.table], s, hard)
	}
}
