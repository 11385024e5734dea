package migrate

import (
	"regexp"
	"slices"
	"strings"
)

// addEdges says which step comes before which.
func (p *pgPlanner) addEdges() {
	for _, o := range p.from.order {
		for _, u := range o.uses {
			p.orderOld(o, u)
		}
	}
	for _, o := range p.to.order {
		for _, u := range o.uses {
			p.orderNew(o, u)
		}
		p.graph.before(p.removes[o.table], p.there[o.key], hard)
		p.graph.before(p.gone[o.key], p.there[o.key], hard)
		if o.kind == kindFunction && p.there[o.key] != nil {
			for _, m := range p.mentions(o) {
				p.graph.before(p.there[m.key], p.there[o.key], soft)
			}
		}
	}
	p.freeNames()
	for key, s := range p.removes {
		p.graph.before(s, p.there[key], hard)
		p.graph.before(s, p.gone[key], hard)
	}
	for _, restore := range p.restores {
		for key, s := range p.there {
			if strings.HasPrefix(key, string(kindTable)+" ") {
				p.graph.before(s, restore, hard)
			}
		}
		for _, s := range p.gone {
			if s.rank >= dropRank+tableRank {
				p.graph.before(s, restore, soft)
			}
		}
	}
	for key, s := range p.detached {
		p.graph.before(p.there[key], s, hard)
	}
}

// freeNames lets what takes over another kind of object's name come after its
// end: tables, views, sequences, indexes and types share their names.
func (p *pgPlanner) freeNames() {
	shares := func(k pgKind) bool {
		return slices.Contains([]pgKind{kindTable, kindView, kindMatView, kindSequence, kindIndex, kindViewIndex, kindEnum, kindDomain, kindComposite}, k)
	}
	freed := map[string]*step{}
	for _, o := range p.from.order {
		if shares(o.kind) && p.gone[o.key] != nil {
			freed[o.name] = p.gone[o.key]
		}
	}
	for _, o := range p.to.order {
		if shares(o.kind) && p.from.objects[o.key] == nil {
			p.graph.before(freed[o.name], p.there[o.key], hard)
		}
	}
}

// orderOld orders the end of what an object of from uses: the object must have
// gone, or have let go of it, before.
func (p *pgPlanner) orderOld(o *pgObject, u pgUse) {
	g, gone, changed := &p.graph, p.gone[o.key], p.there[o.key]
	used := p.gone[u.key]
	keeps := false
	if t := p.to.objects[o.key]; t != nil {
		keeps = slices.ContainsFunc(t.uses, func(v pgUse) bool { return v.key == u.key })
	}
	switch {
	case o.kind == kindTable && gone != nil:
		g.before(p.removes[o.key], used, hard)
		g.before(gone, used, soft) // tables may refer to each other
	case o.kind == kindTable:
		g.before(p.removes[o.key], used, hard)
		if !keeps {
			g.before(changed, used, hard)
		}
	case gone != nil:
		g.before(gone, used, hard)
		g.before(gone, p.removes[u.key], hard)
		if p.from.isTable(u.key) {
			g.before(gone, p.there[u.key], hard)
		}
	case !keeps: // changed in place
		g.before(changed, used, hard)
		g.before(changed, p.removes[u.key], soft)
	}
}

// orderNew orders the beginning of what an object of to uses: it must be there
// before the object.
func (p *pgPlanner) orderNew(o *pgObject, u pgUse) {
	used, user, strength := p.there[u.key], p.there[o.key], hard
	if o.kind == kindTable && p.to.isTable(u.key) {
		switch {
		case p.detached[o.key] != nil:
			user = p.detached[o.key]
		case p.from.objects[o.key] != nil:
			strength = soft // altered tables may refer to each other
		}
	}
	p.graph.before(used, user, strength)
}

var reWord = regexp.MustCompile(`[\p{L}_][\p{L}\p{N}_$]*`)

// mentions returns the objects whose names stand in a function's body. The
// catalog does not know what a body that is a string uses, and PostgreSQL
// checks some of it when the function is made.
func (p *pgPlanner) mentions(f *pgObject) []*pgObject {
	if f.body == "" {
		return nil
	}
	words := map[string]bool{}
	for _, w := range reWord.FindAllString(f.body, -1) {
		words[w], words[strings.ToLower(w)] = true, true
	}
	var mentioned []*pgObject
	for _, o := range p.to.order {
		switch o.kind {
		case kindTable, kindView, kindMatView, kindEnum, kindDomain, kindComposite, kindSequence, kindFunction:
			_, name, _ := strings.Cut(o.name, ".")
			name, _, _ = strings.Cut(name, "(")
			if o != f && words[name] {
				mentioned = append(mentioned, o)
			}
		}
	}
	return mentioned
}
