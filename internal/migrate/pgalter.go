package migrate

import (
	"fmt"
	"slices"
	"strings"
)

// alterInPlace returns the statements that turn one object into another of the
// same key without dropping it, where PostgreSQL can.
func alterInPlace(from, to *pgObject) ([]string, bool) {
	if isSetting(to) {
		return changedSettings(from, to), true
	}
	comments := changedComments(from, to)
	if sameButComments(from, to) {
		return comments, true
	}
	switch to.kind {
	case kindExtension:
		return alterExtension(from, to), true
	case kindSequence:
		return append([]string{strings.Replace(to.create[0], "CREATE ", "ALTER ", 1)}, comments...), true
	case kindFunction:
		if slices.Equal(from.detail, to.detail) {
			return append([]string{to.create[0]}, comments...), true
		}
	case kindView:
		// A view can be replaced by one that has more columns, at its end.
		if len(from.detail) <= len(to.detail) && slices.Equal(from.detail, to.detail[:len(from.detail)]) {
			return append([]string{strings.Replace(to.create[0], "CREATE ", "CREATE OR REPLACE ", 1)}, comments...), true
		}
	case kindDomain:
		if from.detail[0] == to.detail[0] {
			return append(alterDomain(from, to), comments...), true
		}
	case kindComposite:
		if cmds, ok := alterComposite(from, to); ok {
			return append(cmds, comments...), true
		}
	}
	return nil, false
}

// isSetting reports whether an object is settings of another: each of its
// statements has, in detail, the one that undoes it.
func isSetting(o *pgObject) bool {
	return o.kind == kindRLS || o.kind == kindSettings || o.kind == kindGrants
}

func changedSettings(from, to *pgObject) []string {
	var cmds []string
	for i, cmd := range from.create {
		if !slices.Contains(to.create, cmd) {
			cmds = append(cmds, from.detail[i])
		}
	}
	for _, cmd := range to.create {
		if !slices.Contains(from.create, cmd) {
			cmds = append(cmds, cmd)
		}
	}
	return cmds
}

// sameButComments reports whether nothing but comments differs.
func sameButComments(from, to *pgObject) bool {
	bare := func(o *pgObject) []string {
		rest := []string{o.further}
		for _, cmd := range o.create {
			if !strings.HasPrefix(cmd, "COMMENT ON ") {
				rest = append(rest, cmd)
			}
		}
		return rest
	}
	return slices.Equal(bare(from), bare(to))
}

// changedComments returns the statements that bring the comments on an object
// and its columns to what they should be.
func changedComments(from, to *pgObject) []string {
	subjects := func(o *pgObject) map[string]string {
		m := map[string]string{}
		for _, cmd := range o.create {
			if strings.HasPrefix(cmd, "COMMENT ON ") {
				subject, _, _ := strings.Cut(cmd, " IS ")
				m[subject] = cmd
			}
		}
		return m
	}
	old, wanted := subjects(from), subjects(to)
	var cmds []string
	for _, cmd := range to.create {
		if subject, _, _ := strings.Cut(cmd, " IS "); wanted[subject] == cmd && old[subject] != cmd {
			cmds = append(cmds, cmd)
		}
	}
	for _, cmd := range from.create {
		if subject, _, _ := strings.Cut(cmd, " IS "); old[subject] == cmd && wanted[subject] == "" {
			cmds = append(cmds, subject+" IS NULL")
		}
	}
	return cmds
}

func alterExtension(from, to *pgObject) []string {
	var cmds []string
	if from.detail[0] != to.detail[0] {
		cmds = append(cmds, fmt.Sprintf("ALTER %s SET SCHEMA %s", to.address, quoteIdent(to.detail[0])))
	}
	if from.detail[1] != to.detail[1] {
		cmds = append(cmds, fmt.Sprintf("ALTER %s UPDATE TO '%s'", to.address, strings.ReplaceAll(to.detail[1], "'", "''")))
	}
	return cmds
}

func alterDomain(from, to *pgObject) []string {
	alter := "ALTER " + to.address + " "
	var cmds []string
	if def := to.detail[1]; from.detail[1] != def {
		if def == "" {
			cmds = append(cmds, alter+"DROP DEFAULT")
		} else {
			cmds = append(cmds, alter+"SET DEFAULT "+def)
		}
	}
	old, wanted := pairs(from.detail[3:]), pairs(to.detail[3:])
	for _, c := range old {
		if !slices.Contains(wanted, c) {
			cmds = append(cmds, alter+"DROP CONSTRAINT "+quoteIdent(c[0]))
		}
	}
	for _, c := range wanted {
		if !slices.Contains(old, c) {
			cmds = append(cmds, alter+"ADD CONSTRAINT "+quoteIdent(c[0])+" "+c[1])
		}
	}
	if notNull := to.detail[2]; from.detail[2] != notNull {
		verb := "SET"
		if notNull == "false" {
			verb = "DROP"
		}
		cmds = append(cmds, alter+verb+" NOT NULL")
	}
	return cmds
}

// alterComposite changes the attributes of a composite type where those that
// stay keep their order and the new ones come last.
func alterComposite(from, to *pgObject) ([]string, bool) {
	old, wanted := pairs(from.detail), pairs(to.detail)
	alter := "ALTER " + to.address + " "
	var cmds []string
	at := 0
	for _, a := range old {
		switch {
		case at < len(wanted) && wanted[at][0] == a[0]:
			if wanted[at][1] != a[1] {
				cmds = append(cmds, alter+"ALTER ATTRIBUTE "+a[0]+" TYPE "+wanted[at][1])
			}
			at++
		case slices.ContainsFunc(wanted, func(w [2]string) bool { return w[0] == a[0] }):
			return nil, false
		default:
			cmds = append(cmds, alter+"DROP ATTRIBUTE "+a[0])
		}
	}
	for _, a := range wanted[at:] {
		cmds = append(cmds, alter+"ADD ATTRIBUTE "+a[0]+" "+a[1])
	}
	return cmds, true
}

func pairs(list []string) [][2]string {
	var p [][2]string
	for i := 0; i+1 < len(list); i += 2 {
		p = append(p, [2]string{list[i], list[i+1]})
	}
	return p
}
