package migrate

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func graphOf(names ...string) (*stepGraph, map[string]*step) {
	g, steps := &stepGraph{}, map[string]*step{}
	for i, n := range names {
		s := g.add(i, n)
		s.changes = []Change{{Cmd: n}}
		steps[n] = s
	}
	return g, steps
}

func sorted(t *testing.T, g *stepGraph) (order []string) {
	t.Helper()
	changes, err := g.sort()
	require.NoError(t, err)
	for _, c := range changes {
		order = append(order, c.Cmd)
	}
	return order
}

func TestStepsComeByRankWhereNothingElseOrdersThem(t *testing.T) {
	g, _ := graphOf("a", "b", "c")
	assert.Equal(t, []string{"a", "b", "c"}, sorted(t, g))
}

func TestAStepComesAfterWhatItNeeds(t *testing.T) {
	g, s := graphOf("a", "b", "c")
	g.before(s["c"], s["a"], hard)
	g.before(nil, s["a"], hard)
	g.before(s["a"], s["a"], hard)
	assert.Equal(t, []string{"b", "c", "a"}, sorted(t, g))
}

func TestAWishIsGivenUpForANeed(t *testing.T) {
	g, s := graphOf("a", "b", "c")
	g.before(s["b"], s["a"], soft)
	g.before(s["a"], s["b"], hard)
	g.before(s["b"], s["c"], soft)
	assert.Equal(t, []string{"a", "b", "c"}, sorted(t, g))
}

func TestStepsThatNeedEachOtherAreNamed(t *testing.T) {
	g, s := graphOf("a", "b", "c")
	g.before(s["b"], s["c"], hard)
	g.before(s["c"], s["b"], hard)
	_, err := g.sort()
	assert.EqualError(t, err, "b, c need each other")
}
