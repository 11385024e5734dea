package surql

import (
	"math"

	"github.com/devq-ai/tandem/internal/diag"
)

// parseKind parses a kind, which may be a union.
func (p *parser) parseKind() Kind {
	start := p.tok
	first := p.singleKind()
	if p.tok.kind != tPipe || start.kind == kwAny {
		return first
	}
	members := []Kind{first}
	for p.eat(tPipe) {
		members = append(members, p.concreteKind())
	}
	return &UnionKind{p.pos(start), members}
}

// singleKind parses a kind that is not a union, except in option<…>.
func (p *parser) singleKind() Kind {
	start := p.tok
	if !p.eat(kwOption) {
		if p.eat(kwAny) {
			p.role(start, roleKind)
			return &BasicKind{p.pos(start), "any"}
		}
		return p.concreteKind()
	}
	p.role(p.last, roleKind)
	open := p.expect(tLess)
	p.role(open, roleCallOpen)
	first := p.tok
	elem := p.concreteKind()
	if p.tok.kind == tPipe {
		members := []Kind{elem}
		for p.eat(tPipe) {
			members = append(members, p.concreteKind())
		}
		elem = &UnionKind{p.pos(first), members}
	}
	p.role(p.tok, roleClose)
	p.expectClose(tMore, open)
	return &OptionKind{p.pos(start), elem}
}

// basicKinds are the kinds without parameters, but any.
var basicKinds = map[token]string{
	kwNone: "none", kwNull: "null", kwBool: "bool", kwBytes: "bytes", kwDatetime: "datetime",
	kwDecimal: "decimal", kwDuration: "duration", kwFloat: "float", kwInt: "int",
	kwNumber: "number", kwObject: "object", kwString: "string", kwUUID: "uuid",
	kwRange: "range", kwRegex: "regex", kwFunction: "function",
}

var kindNames = &clauses{
	words: []string{
		"ANY", "ARRAY", "BOOL", "BYTES", "DATETIME", "DECIMAL", "DURATION", "FILE", "FLOAT",
		"FUNCTION", "GEOMETRY", "INT", "NONE", "NULL", "NUMBER", "OBJECT", "OPTION", "POINT",
		"RANGE", "RECORD", "REGEX", "SET", "STRING", "TABLE", "UUID",
	},
	removed: map[string]string{
		"FUTURE":     "futures were removed in SurrealDB 3: use DEFINE FIELD … COMPUTED",
		"EITHER":     "either<a, b> was removed: write a | b",
		"REFERENCES": "references were removed as a kind in SurrealDB 3: use DEFINE FIELD … COMPUTED <~table",
	},
}

// concreteKind parses a kind that is not any, option<…> or a union.
func (p *parser) concreteKind() Kind {
	p.enter()
	p.role(p.tok, roleKind)
	k := p.concreteKindInner()
	p.depth--
	return k
}

func (p *parser) concreteKindInner() Kind {
	start := p.tok
	if name, ok := basicKinds[start.kind]; ok {
		p.advance()
		return &BasicKind{p.pos(start), name}
	}
	switch start.kind {
	case kwTrue, kwFalse:
		p.advance()
		where := p.pos(start)
		return &LiteralKind{where, &BoolLit{where, start.kind == kwTrue}}
	case tString:
		lit := p.stringLit()
		return &LiteralKind{lit.pos, lit}
	case tNaN, tInfinity:
		p.advance()
		where, value := p.pos(start), math.NaN()
		if start.kind == tInfinity {
			value = math.Inf(1)
		}
		return &LiteralKind{where, &FloatLit{where, value}}
	case tPlus, tMinus, tDigits:
		lit := p.numeric()
		return &LiteralKind{p.pos(start), lit}
	case tLBrace:
		return p.objectKind()
	case tLBracket:
		p.advance()
		var elems []Kind
		for !p.eat(tRBracket) {
			elems = append(elems, p.parseKind())
			p.eat(tComma)
		}
		return &TupleKind{p.pos(start), elems}
	case kwPoint:
		p.advance()
		where := p.pos(start)
		return &GeometryKind{where, []Ident{{where, "point"}}}
	case kwRecord:
		p.advance()
		tables := p.kindNames()
		return &RecordKind{p.pos(start), tables}
	case kwTable:
		p.advance()
		tables := p.kindNames()
		return &TableKind{p.pos(start), tables}
	case kwFile:
		p.advance()
		buckets := p.kindNames()
		return &FileKind{p.pos(start), buckets}
	case kwGeometry:
		p.advance()
		shapes := p.geometryShapes()
		return &GeometryKind{p.pos(start), shapes}
	case kwArray:
		p.advance()
		elem, size := p.elemKind()
		return &ArrayKind{p.pos(start), elem, size}
	case kwSet:
		p.advance()
		elem, size := p.elemKind()
		return &SetKind{p.pos(start), elem, size}
	}
	p.hint(kindNames)
	p.unexpected(start, "a kind")
	return nil
}

func (p *parser) objectKind() Kind {
	start := p.take()
	var fields []*ObjectKindField
	for !p.eat(tRBrace) {
		first := p.tok
		f := &ObjectKindField{Key: p.objectKey()}
		p.expect(tColon)
		f.Kind = p.parseKind()
		f.pos = p.pos(first)
		fields = append(fields, f)
		p.eat(tComma)
	}
	return &ObjectKind{p.pos(start), fields}
}

// kindNames parses the names of <a | b>, if there are any.
func (p *parser) kindNames() []Ident {
	open := p.tok
	if !p.eat(tLess) {
		return nil
	}
	p.role(open, roleCallOpen)
	names := p.idents(tPipe)
	p.role(p.tok, roleClose)
	p.expectClose(tMore, open)
	return names
}

func (p *parser) geometryShapes() []Ident {
	open := p.tok
	if !p.eat(tLess) {
		return nil
	}
	p.role(open, roleCallOpen)
	var shapes []Ident
	for {
		start := p.tok
		p.role(start, roleKind)
		switch start.kind {
		case kwPoint, kwLine, kwPolygon, kwMultipoint, kwMultiline, kwMultipolygon, kwCollection:
			p.advance()
			shapes = append(shapes, Ident{p.pos(start), lower(tokenText[start.kind])})
		default:
			p.unexpected(start, "a geometry: `POINT`, `LINE`, `POLYGON`, `MULTIPOINT`, `MULTILINE`, `MULTIPOLYGON` or `COLLECTION`")
		}
		if !p.eat(tPipe) {
			p.role(p.tok, roleClose)
			p.expectClose(tMore, open)
			return shapes
		}
	}
}

// elemKind parses the parameters of array<kind, length>, if there are any.
func (p *parser) elemKind() (elem Kind, size *uint64) {
	open := p.tok
	if !p.eat(tLess) {
		return nil, nil
	}
	p.role(open, roleCallOpen)
	elem = p.parseKind()
	if p.eat(tComma) {
		size = uintPointer[uint64](p, 64)
	}
	p.role(p.tok, roleClose)
	p.expectClose(tMore, open)
	return elem, size
}

// containsObject reports whether a value of the kind can hold an object, which
// is what FLEXIBLE needs.
func containsObject(k Kind) bool {
	switch k := k.(type) {
	case *BasicKind:
		return k.Name == "object"
	case *OptionKind:
		return containsObject(k.Elem)
	case *UnionKind:
		return anyContainsObject(k.Members)
	case *ArrayKind:
		return k.Elem != nil && containsObject(k.Elem)
	case *SetKind:
		return k.Elem != nil && containsObject(k.Elem)
	case *ObjectKind:
		return true
	case *TupleKind:
		return anyContainsObject(k.Elems)
	}
	return false
}

func anyContainsObject(kinds []Kind) bool {
	for _, k := range kinds {
		if containsObject(k) {
			return true
		}
	}
	return false
}

// flexible parses FLEXIBLE after a kind, if it is there.
func (p *parser) flexible(k Kind) bool {
	if !p.eat(kwFlexible) {
		return false
	}
	if !containsObject(k) {
		p.fail(p.last, diag.SurqlClause, "FLEXIBLE needs a type that contains an object")
	}
	return true
}
