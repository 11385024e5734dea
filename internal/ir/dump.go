package ir

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// TypeString returns a type in SurrealQL's kind syntax, with what that lacks in its
// manner: row<note> is the row type of a model, go<…> a foreign type, an open
// object ends in "...", and the name of an object, tuple or union follows "as". Types
// are the same if and only if their texts are.
func TypeString(t Type) string {
	b := typeWriter{names: true}
	b.write(t)
	return b.String()
}

// KindString is TypeString without the names of objects, tuples and unions: what a type
// is to those who read of it in an error.
func KindString(t Type) string {
	var b typeWriter
	b.write(t)
	return b.String()
}

type typeWriter struct {
	strings.Builder
	names bool
}

// Equal reports whether two types are the same.
func Equal(a, b Type) bool { return TypeString(a) == TypeString(b) }

func (b *typeWriter) write(t Type) {
	switch t := t.(type) {
	case nil:
		b.WriteString("-")
	case Scalar:
		b.WriteString(t.String())
	case *Geometry:
		b.writeArgs("geometry", t.Forms)
	case *Range:
		b.writeOf("range", t.Elem, 0)
	case *Option:
		b.writeOf("option", t.Elem, 0)
	case *Nullable:
		b.writeOf("nullable", t.Elem, 0)
	case *Array:
		b.writeOf("array", t.Elem, t.Len)
	case *Set:
		b.writeOf("set", t.Elem, t.Len)
	case *Tuple:
		b.WriteString("[")
		for i, e := range t.Elems {
			if i > 0 {
				b.WriteString(", ")
			}
			b.write(e)
		}
		b.WriteString("]")
		b.writeName(t.Name)
	case *Record:
		b.writeArgs("record", t.Tables)
	case *Literal:
		if s, ok := t.Value.(string); ok {
			b.WriteString("'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`, "\n", `\n`).Replace(s) + "'")
		} else if f, ok := t.Value.(float64); ok {
			b.WriteString(strconv.FormatFloat(f, 'g', -1, 64) + "f")
		} else {
			fmt.Fprint(b, t.Value)
		}
	case *Union:
		for i, m := range t.Members {
			if i > 0 {
				b.WriteString(" | ")
			}
			b.write(m)
		}
		b.writeName(t.Name)
	case *Object:
		b.WriteString("{")
		for i, f := range t.Fields {
			if i > 0 {
				b.WriteString(",")
			}
			b.WriteString(" " + quoteName(f.Name) + ": ")
			b.write(f.Type)
		}
		if t.Open {
			if len(t.Fields) > 0 {
				b.WriteString(",")
			}
			b.WriteString(" ...")
		}
		b.WriteString(" }")
		b.writeName(t.Name)
	case *Row:
		b.WriteString("row<" + quoteName(t.Model.Name) + ">")
	case *Foreign:
		b.WriteString("go<" + t.Expr + ">")
	}
}

func (b *typeWriter) writeOf(kind string, elem Type, length int) {
	b.WriteString(kind + "<")
	b.write(elem)
	if length > 0 {
		b.WriteString(", " + strconv.Itoa(length))
	}
	b.WriteString(">")
}

func (b *typeWriter) writeArgs(kind string, args []string) {
	b.WriteString(kind)
	if len(args) == 0 {
		return
	}
	quoted := make([]string, len(args))
	for i, arg := range args {
		quoted[i] = quoteName(arg)
	}
	b.WriteString("<" + strings.Join(quoted, " | ") + ">")
}

func (b *typeWriter) writeName(name []string) {
	if !b.names {
		return
	}
	for i, part := range name {
		if i == 0 {
			b.WriteString(" as ")
		} else {
			b.WriteString(".")
		}
		b.WriteString(quoteName(part))
	}
}

// quoteName returns a source name, in backticks unless it is plain.
func quoteName(name string) string {
	plain := name != "" && strings.IndexFunc(name, func(r rune) bool {
		return r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	}) < 0
	if plain || name == "*" {
		return name
	}
	return "`" + strings.ReplaceAll(name, "`", "\\`") + "`"
}

// Dump writes p as stable text: what the front ends are tested by.
func Dump(w io.Writer, p *Program) error {
	d := &dumper{w: w}
	for _, m := range p.Models {
		d.doc("", m.Doc)
		d.printf("model %s key %s\n", quoteName(m.Name), TypeString(m.Key))
		for _, f := range m.Row.Fields {
			d.doc("  ", f.Doc)
			d.printf("  %s: %s\n", quoteName(f.Name), TypeString(f.Type))
		}
		if m.Row.Open {
			d.printf("  ...\n")
		}
	}
	for _, f := range p.Files {
		d.doc("", f.Doc)
		d.printf("file %s %s\n", f.Engine, f.Name)
		for _, q := range f.Queries {
			d.query(q)
		}
	}
	for _, f := range p.Foreign {
		d.printf("foreign %s\n", strings.Join(slices.Concat([]string{f.Name}, f.Values, f.Funcs), " "))
	}
	return d.err
}

type dumper struct {
	w   io.Writer
	err error
}

func (d *dumper) printf(format string, args ...any) {
	if d.err == nil {
		_, d.err = fmt.Fprintf(d.w, format, args...)
	}
}

func (d *dumper) doc(indent string, lines []string) {
	for _, line := range lines {
		d.printf("%s# %s\n", indent, strings.TrimSpace(line))
	}
}

func (d *dumper) query(q *Query) {
	d.doc("  ", q.Doc)
	access := ""
	if q.ReadOnly {
		access = " read-only"
	}
	d.printf("  query %s :%s%s at %s\n", q.Name, q.Cardinality, access, q.Span)
	for _, p := range q.Params {
		d.printf("    param %s: %s\n", quoteName(p.Name), TypeString(p.Type))
		if f, ok := p.Type.(*Foreign); ok {
			d.imports(f)
		}
	}
	if q.Rows != nil {
		d.printf("    rows %s\n", quoteName(q.Rows.Name))
	}
	if q.Result != nil {
		d.printf("    result %s\n", TypeString(q.Result))
		if f, ok := q.Result.(*Foreign); ok {
			d.imports(f)
		}
	}
	for i, s := range q.Slots {
		name := ""
		if s.Name != "" {
			name = " " + quoteName(s.Name)
		}
		d.printf("    slot %d%s line %d: %s\n", i, name, s.Line, TypeString(s.Type))
	}
	for _, line := range strings.Split(strings.TrimSpace(q.Text), "\n") {
		d.printf("    | %s\n", line)
	}
}

func (d *dumper) imports(f *Foreign) {
	for _, name := range slices.Sorted(maps.Keys(f.Imports)) {
		d.printf("      import %s %q\n", name, f.Imports[name])
	}
}
