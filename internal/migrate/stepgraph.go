package migrate

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// dropRank puts the drops after what is made, where no dependency says
// otherwise.
const dropRank = 100

// A step is a part of a plan that is run as a whole.
type step struct {
	rank    int
	name    string
	changes []Change
	next    map[*step]edge
}

// An edge says how much it matters that a step comes before another.
type edge uint8

const (
	soft edge = iota + 1 // is better, and can be given up
	hard                 // does not work otherwise
)

// A stepGraph puts steps in order.
type stepGraph struct{ steps []*step }

func (g *stepGraph) add(rank int, name string) *step {
	s := &step{rank: rank, name: name, next: map[*step]edge{}}
	g.steps = append(g.steps, s)
	return s
}

// before asks for a to come before b. Where one of them is nil, or both are the
// same, it asks for nothing.
func (g *stepGraph) before(a, b *step, e edge) {
	if a != nil && b != nil && a != b {
		a.next[b] = max(a.next[b], e)
	}
}

// sort returns all changes in an order that obeys every hard edge, and the soft
// ones where it can; among what is free, by rank and name.
func (g *stepGraph) sort() ([]Change, error) {
	var changes []Change
	left := slices.Clone(g.steps)
	slices.SortStableFunc(left, func(a, b *step) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), strings.Compare(a.name, b.name))
	})
	blocked := func(s *step, least edge) bool {
		return slices.ContainsFunc(left, func(other *step) bool { return other.next[s] >= least })
	}
	for len(left) > 0 {
		i := slices.IndexFunc(left, func(s *step) bool { return !blocked(s, soft) })
		if i < 0 {
			i = slices.IndexFunc(left, func(s *step) bool { return !blocked(s, hard) })
		}
		if i < 0 {
			names := make([]string, len(left))
			for i, s := range left {
				names[i] = s.name
			}
			return nil, fmt.Errorf("%s need each other", strings.Join(names, ", "))
		}
		changes = append(changes, left[i].changes...)
		left = slices.Delete(left, i, i+1)
	}
	return changes, nil
}
