package migrate

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	atlas "ariga.io/atlas/sql/migrate"
	"ariga.io/atlas/sql/schema"
)

// A pgPlanner plans the statements that lead from one catalog to another: what
// Atlas sees by Atlas's planner, the rest by its definitions, all of it in the
// order that the objects' dependencies ask for.
type pgPlanner struct {
	from, to *pgCatalog
	driver   atlas.Driver
	graph    stepGraph
	// gone holds the step after which an object of from is no more, there the
	// step after which one of to is there, both by key.
	gone, there map[string]*step
	// removes holds the step that takes parts away from a table that stays, and
	// detached the one that adds foreign keys to a new table, by the table's key.
	removes, detached map[string]*step
	// stepsAside holds the keys of the checks and indexes that are dropped and
	// made again around the replacement of an enum, and restores the steps that
	// make them again.
	stepsAside map[string]bool
	restores   []*step
	// newKeys holds the keys of the tables whose primary key Atlas makes anew.
	newKeys map[string]bool
	// touched holds, by table, the columns whose users must step aside while
	// the table is altered.
	touched  map[string]map[string]bool
	warnings []pgWarning
}

// A pgWarning is what a person should know of a planned change.
type pgWarning struct {
	kind          warningKind
	on            string // the key of the object of the desired schema that it is about, or ""
	message, help string
}

type warningKind uint8

const (
	losesData warningKind = iota
	meetsRows
)

func (p *pgPlanner) warn(kind warningKind, on, format string, args ...any) {
	p.warnings = append(p.warnings, pgWarning{kind: kind, on: on, message: fmt.Sprintf(format, args...)})
}

// plan returns the changes in order.
func (p *pgPlanner) plan(ctx context.Context, changes []schema.Change) ([]Change, error) {
	p.gone, p.there = map[string]*step{}, map[string]*step{}
	p.removes, p.detached = map[string]*step{}, map[string]*step{}
	p.touched, p.stepsAside = map[string]map[string]bool{}, map[string]bool{}
	p.newKeys = map[string]bool{}
	p.swapEnums()
	for _, c := range detachForeignKeys(changes) {
		if err := p.addAtlas(ctx, c); err != nil {
			return nil, err
		}
	}
	p.addUnseenIndexes()
	p.addKeyNames()
	p.addDeferrable()
	p.addDefinitions()
	p.addEdges()
	return p.graph.sort()
}

// addDefinitions adds the steps for what Tandem plans by its definition.
func (p *pgPlanner) addDefinitions() {
	aside := p.stepAside()
	// What stands on another object comes after it.
	old := slices.Clone(p.from.order)
	slices.SortStableFunc(old, func(a, b *pgObject) int { return cmp.Compare(min(len(a.table), 1), min(len(b.table), 1)) })
	for _, f := range old {
		if creationRank[f.kind] == 0 {
			continue
		}
		t := p.to.objects[f.key]
		if t != nil && f.def == t.def && !aside[f.key] {
			continue
		}
		if t != nil && !aside[f.key] {
			if cmds, ok := alterInPlace(f, t); ok {
				s := p.graph.add(creationRank[f.kind], f.key)
				for _, cmd := range cmds {
					s.changes = append(s.changes, Change{Comment: verb(f, cmd, "change ") + f.String(), Cmd: cmd})
				}
				p.there[f.key] = s
				continue
			}
		}
		if host := p.gone[f.table]; f.table != "" && host != nil {
			p.gone[f.key] = host // it goes with what it stands on
			continue
		}
		s := p.graph.add(dropRank-creationRank[f.kind], f.key)
		p.gone[f.key] = s
		for _, cmd := range dropStatements(f) {
			s.changes = append(s.changes, Change{Comment: verb(f, cmd, "drop ") + f.String(), Cmd: cmd, Destructive: f.kind == kindSequence})
		}
		if f.kind == kindSequence && t == nil {
			p.warn(losesData, "", "%s is dropped with its position", f)
		}
	}
	for _, t := range p.to.order {
		f := p.from.objects[t.key]
		if creationRank[t.kind] == 0 || f != nil && p.gone[t.key] == nil {
			continue
		}
		s := p.graph.add(creationRank[t.kind], t.key)
		for _, cmd := range t.create {
			s.changes = append(s.changes, Change{Comment: verb(t, cmd, "create ") + t.String(), Cmd: strings.Replace(cmd, "CREATE OR REPLACE ", "CREATE ", 1)})
		}
		p.there[t.key] = s
	}
}

// verb says what a statement does to the object that it belongs to.
func verb(o *pgObject, cmd, otherwise string) string {
	switch {
	case isSetting(o):
		return "set "
	case strings.HasPrefix(cmd, "COMMENT ON "):
		return "comment on "
	}
	return otherwise
}

// stepAside returns the keys of the objects that must be dropped and made again
// although they may not differ, since something that they use cannot be changed
// under them.
func (p *pgPlanner) stepAside() map[string]bool {
	aside := map[string]bool{}
	leaves := func(key string) bool { // the object, as it is now, will be dropped
		o := p.from.objects[key]
		if o == nil {
			return false
		}
		if aside[key] || p.gone[key] != nil {
			return true
		}
		if creationRank[o.kind] == 0 {
			return false
		}
		t := p.to.objects[key]
		if t == nil {
			return true
		}
		if o.def == t.def {
			return false
		}
		_, inPlace := alterInPlace(o, t)
		return !inPlace
	}
	for changed := true; changed; {
		changed = false
		for _, o := range p.from.order {
			if creationRank[o.kind] == 0 || aside[o.key] {
				continue
			}
			for _, u := range o.uses {
				if leaves(u.key) || u.column != "" && p.touched[u.key][u.column] {
					aside[o.key], changed = true, true
					break
				}
			}
		}
	}
	return aside
}

func dropStatements(o *pgObject) []string {
	if isSetting(o) {
		return o.detail
	}
	return []string{"DROP " + o.address}
}
