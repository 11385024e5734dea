package surql

import (
	"strings"

	"github.com/devq-ai/tandem/internal/diag"
)

func (p *parser) define() Expr {
	start := p.take()
	switch kind := p.tok; kind.kind {
	case kwNamespace:
		return p.defineNamespace(start)
	case kwDatabase:
		return p.defineDatabase(start)
	case kwTable:
		return p.defineTable(start)
	case kwField:
		return p.defineField(start)
	case kwIndex:
		return p.defineIndex(start)
	case kwEvent:
		return p.defineEvent(start)
	case kwFunction:
		return p.defineFunction(start)
	case kwParam:
		return p.defineParam(start)
	case kwAnalyzer:
		return p.defineAnalyzer(start)
	case kwUser:
		return p.defineUser(start)
	case kwAccess:
		return p.defineAccess(start)
	case kwSequence:
		return p.defineSequence(start)
	case kwBucket:
		p.requireExperimental(kind, "files")
		return p.defineBucket(start)
	case kwModule:
		p.requireExperimental(kind, "surrealism")
		return p.defineModule(start)
	case kwAPI:
		return p.defineAPI(start)
	case kwConfig:
		return p.defineConfig(start)
	}
	p.hint(defineTargets)
	p.unexpected(p.tok, "the kind of thing to define")
	return nil
}

var defineTargets = &clauses{
	words: []string{
		"ACCESS", "ANALYZER", "API", "BUCKET", "CONFIG", "DATABASE", "EVENT", "FIELD", "FUNCTION",
		"INDEX", "MODULE", "NAMESPACE", "PARAM", "SEQUENCE", "TABLE", "USER",
	},
	removed: map[string]string{
		"SCOPE": "scopes were removed in SurrealDB 3: use DEFINE ACCESS … TYPE RECORD",
		"SC":    "scopes were removed in SurrealDB 3: use DEFINE ACCESS … TYPE RECORD",
		"TOKEN": "tokens were removed in SurrealDB 3: use DEFINE ACCESS … TYPE JWT",
		"LOGIN": "logins were removed in SurrealDB 2: use DEFINE USER",
		"MODEL": "DEFINE MODEL was removed: models are imported",
	},
}

// existing moves over the word after DEFINE and parses IF NOT EXISTS or
// OVERWRITE.
func (p *parser) existing() IfExisting {
	p.advance()
	switch {
	case p.eat(kwIf):
		p.expect(kwNot)
		p.expect(kwExists)
		return ExistingIgnore
	case p.eat(kwOverwrite):
		return ExistingOverwrite
	}
	return ExistingError
}

func (p *parser) defineNamespace(start lexeme) Expr {
	d := &DefineNamespace{IfExisting: p.existing(), Name: p.exprField()}
	for p.eat(kwComment) {
		d.Comment = p.exprField()
	}
	p.hint(&clauses{words: []string{"COMMENT"}})
	d.pos = p.pos(start)
	return d
}

var databaseClauses = &clauses{words: []string{"COMMENT", "CHANGEFEED", "STRICT"}}

func (p *parser) defineDatabase(start lexeme) Expr {
	d := &DefineDatabase{IfExisting: p.existing(), Name: p.exprField()}
	for {
		switch {
		case p.eat(kwComment):
			d.Comment = p.exprField()
		case p.eat(kwChangefeed):
			d.Changefeed = p.changefeed()
		case p.eat(kwStrict):
			d.Strict = true
		default:
			p.hint(databaseClauses)
			d.pos = p.pos(start)
			return d
		}
	}
}

// changefeed parses a changefeed after its keyword.
func (p *parser) changefeed() *Changefeed {
	start := p.last
	c := &Changefeed{Expiry: p.durationValue()}
	if p.eat(kwInclude) {
		p.expect(kwOriginal)
		c.IncludeOriginal = true
	}
	c.pos = p.pos(start)
	return c
}

var tableClauses = &clauses{words: []string{
	"AS", "CHANGEFEED", "COMMENT", "DROP", "PERMISSIONS", "SCHEMAFULL", "SCHEMALESS", "TYPE",
}}

func (p *parser) defineTable(start lexeme) Expr {
	d := &DefineTable{IfExisting: p.existing(), Name: p.exprTable()}
	for {
		switch {
		case p.eat(kwComment):
			d.Comment = p.exprField()
		case p.eat(kwDrop):
			d.Drop = true
		case p.eat(kwType):
			d.Type = p.tableType()
		case p.eat(kwSchemaless):
			d.Schema = Schemaless
		case p.eat(kwSchemafull):
			d.Schema = Schemafull
		case p.eat(kwPermissions):
			d.Permissions = p.permissions(false)
		case p.eat(kwChangefeed):
			d.Changefeed = p.changefeed()
		case p.eat(kwAs):
			open := p.tok
			switch {
			case p.eat(tLParen):
				d.View = p.view()
				p.expectClose(tRParen, open)
			case open.kind == kwSelect:
				d.View = p.view()
			default:
				p.unexpected(open, "`SELECT`")
			}
		default:
			p.hint(tableClauses)
			d.pos = p.pos(start)
			return d
		}
	}
}

// tableType parses the type of a table after TYPE.
func (p *parser) tableType() *TableType {
	start := p.last
	t := &TableType{}
	switch {
	case p.eat(kwAny):
	case p.eat(kwNormal):
		t.Kind = TableNormal
	case p.eat(kwRelation):
		t.Kind = TableRelation
		for {
			if p.eat(kwFrom) || p.eat(kwIn) {
				t.From = p.idents(tPipe)
			} else if p.eat(kwTo) || p.eat(kwOut) {
				t.To = p.idents(tPipe)
			} else {
				break
			}
		}
		t.Enforced = p.eat(kwEnforced)
	default:
		p.unexpected(p.tok, "`NORMAL`, `RELATION` or `ANY`")
	}
	t.pos = p.pos(start)
	return t
}

func (p *parser) view() *View {
	start := p.expect(kwSelect)
	v := &View{}
	first := p.tok
	v.Fields = p.fields()
	sel := selection{v.Fields, covering(first, p.last)}
	p.expect(kwFrom)
	v.From = p.idents(tComma)
	v.Where = p.where()
	v.Group = p.group(sel)
	p.hint(selectClauses)
	v.pos = p.pos(start)
	return v
}

// permissions parses the permissions of a table or a field after PERMISSIONS.
func (p *parser) permissions(field bool) *Permissions {
	start := p.last
	ps := &Permissions{}
	switch {
	case p.tok.kind == kwNone, p.tok.kind == kwFull:
		ps.All = p.permission()
	case p.tok.kind == kwFor:
		for p.eat(kwFor) {
			ps.For = append(ps.For, p.permissionFor(field))
			p.eat(tComma)
		}
	default:
		p.unexpected(p.tok, "`NONE`, `FULL` or `FOR`")
	}
	ps.pos = p.pos(start)
	return ps
}

// permissionFor parses the permission of some operations after FOR.
func (p *parser) permissionFor(field bool) *PermissionFor {
	start := p.last
	pf := &PermissionFor{}
	for {
		op := p.take()
		p.role(op, roleKind)
		switch {
		case op.kind == kwSelect:
			pf.Select = true
		case op.kind == kwCreate:
			pf.Create = true
		case op.kind == kwUpdate:
			pf.Update = true
		case op.kind == kwDelete && field:
			p.failHelp(op, diag.SurqlRemoved, "remove DELETE: who may update a record may delete a field of it",
				"a field has no DELETE permission")
		case op.kind == kwDelete:
			pf.Delete = true
		case field:
			p.unexpected(op, "`SELECT`, `CREATE` or `UPDATE`")
		default:
			p.unexpected(op, "`SELECT`, `CREATE`, `UPDATE` or `DELETE`")
		}
		if !p.eat(tComma) {
			break
		}
	}
	pf.Permission = p.permission()
	pf.pos = p.pos(start)
	return pf
}

func (p *parser) permission() *Permission {
	start := p.take()
	perm := &Permission{}
	switch start.kind {
	case kwNone:
	case kwFull:
		perm.Kind = PermissionFull
	case kwWhere:
		perm.Kind = PermissionWhere
		perm.Cond = p.exprField()
	default:
		p.unexpected(start, "`NONE`, `FULL` or `WHERE`")
	}
	perm.pos = p.pos(start)
	return perm
}

var fieldClauses = &clauses{
	words: []string{
		"ASSERT", "COMMENT", "COMPUTED", "DEFAULT", "FLEXIBLE", "PERMISSIONS", "READONLY",
		"REFERENCE", "TYPE", "VALUE",
	},
}

func (p *parser) defineField(start lexeme) Expr {
	d := &DefineField{IfExisting: p.existing(), Name: p.exprField()}
	d.Table = p.onTable()
	for {
		switch {
		case p.eat(kwFlexible):
			p.failHelp(p.last, diag.SurqlRemoved, "write TYPE … FLEXIBLE", "FLEXIBLE stands after the type since SurrealDB 3")
		case p.eat(kwType):
			d.Type = p.parseKind()
			d.Flexible = p.flexible(d.Type) || d.Flexible
		case p.eat(kwReadonly):
			d.Readonly = true
		case p.eat(kwValue):
			d.Value = p.exprField()
		case p.eat(kwAssert):
			d.Assert = p.exprField()
		case p.eat(kwDefault):
			d.Default = p.defaultClause()
		case p.eat(kwPermissions):
			d.Permissions = p.permissions(true)
		case p.eat(kwComment):
			d.Comment = p.exprField()
		case p.eat(kwReference):
			d.Reference = p.reference()
		case p.eat(kwComputed):
			d.Computed = p.exprField()
		default:
			p.hint(fieldClauses)
			d.pos = p.pos(start)
			return d
		}
	}
}

// defaultClause parses a default after DEFAULT.
func (p *parser) defaultClause() *Default {
	start := p.last
	always := p.eat(kwAlways)
	x := p.exprField()
	return &Default{p.pos(start), always, x}
}

var onDeletes = map[token]OnDelete{
	kwReject: OnDeleteReject, kwCascade: OnDeleteCascade, kwIgnore: OnDeleteIgnore,
	kwUnset: OnDeleteUnset, kwThen: OnDeleteThen,
}

// reference parses a reference after REFERENCE.
func (p *parser) reference() *Reference {
	start := p.last
	r := &Reference{}
	if p.eat(kwOn) {
		p.expect(kwDelete)
		r.OnDelete = onDeletes[p.take().kind]
		switch r.OnDelete {
		case OnDeleteDefault:
			p.unexpected(p.last, "`REJECT`, `CASCADE`, `IGNORE`, `UNSET` or `THEN`")
		case OnDeleteThen:
			r.Then = p.exprField()
		}
	}
	r.pos = p.pos(start)
	return r
}

var indexClauses = &clauses{
	words: []string{"COLUMNS", "COMMENT", "CONCURRENTLY", "COUNT", "FIELDS", "FULLTEXT", "HNSW", "UNIQUE"},
	removed: map[string]string{
		"MTREE":  "MTREE indexes were removed in SurrealDB 3: use HNSW",
		"SEARCH": "SEARCH indexes were renamed in SurrealDB 3: use FULLTEXT ANALYZER",
	},
}

func (p *parser) defineIndex(start lexeme) Expr {
	d := &DefineIndex{IfExisting: p.existing(), Name: p.exprField()}
	d.Table = p.onTable()
	var fieldsEnd lexeme
	for {
		switch {
		case p.eat(kwFields):
			d.Fields = p.exprs(p.exprField)
			fieldsEnd = p.last
		case p.eat(kwUnique):
			d.Index = &UniqueIndex{p.pos(p.last)}
		case p.eat(kwCount):
			count := p.last
			where := p.where()
			d.Index = &CountIndex{p.pos(count), where}
		case p.eat(kwFulltext):
			d.Index = p.fulltext()
		case p.eat(kwHnsw):
			d.Index = p.hnsw()
		case p.eat(kwConcurrently):
			d.Concurrently = true
		case p.eat(kwComment):
			d.Comment = p.exprField()
		default:
			p.hint(indexClauses)
			d.pos = p.pos(start)
			p.checkIndex(d, fieldsEnd)
			return d
		}
	}
}

// checkIndex checks the number of an index's fields.
func (p *parser) checkIndex(d *DefineIndex, fieldsEnd lexeme) {
	if p.hintsAt == p.tok.start {
		if removed, ok := indexClauses.removed[strings.ToUpper(p.text(p.tok))]; ok {
			p.failHelp(p.tok, diag.SurqlRemoved, removed, "unexpected `%s`", p.text(p.tok))
		}
	}
	at := fieldsEnd
	if len(d.Fields) == 0 {
		at = p.tok
	}
	switch d.Index.(type) {
	case *CountIndex:
		if len(d.Fields) > 0 {
			p.fail(at, diag.SurqlClause, "a COUNT index has no fields")
		}
	case *FulltextIndex, *HNSWIndex:
		if len(d.Fields) != 1 {
			p.fail(at, diag.SurqlClause, "the index needs exactly one field, and has %d", len(d.Fields))
		}
	default:
		if len(d.Fields) == 0 {
			p.failHelp(at, diag.SurqlClause, "name them with FIELDS", "the index needs at least one field")
		}
	}
}

// fulltext parses a full-text index after FULLTEXT.
func (p *parser) fulltext() *FulltextIndex {
	start := p.last
	f := &FulltextIndex{}
	for {
		switch {
		case p.eat(kwAnalyzer):
			f.Analyzer = p.ident()
		case p.eat(kwBm25):
			f.BM25, f.K1, f.B = true, nil, nil
			if open := p.tok; p.eat(tLParen) {
				p.role(open, roleCall)
				k1 := p.float(32)
				p.expect(tComma)
				b := p.float(32)
				p.expectClose(tRParen, open)
				f.K1, f.B = &k1, &b
			}
		case p.eat(kwHighlights):
			f.Highlights = true
		default:
			f.pos = p.pos(start)
			return f
		}
	}
}

// hnsw parses a vector index after HNSW.
func (p *parser) hnsw() *HNSWIndex {
	start := p.last
	p.expect(kwDimension)
	h := &HNSWIndex{Dimension: uint16(p.uint(16))}
	var m lexeme
	for {
		switch {
		case p.eat(kwDistance):
			h.Distance = p.distance()
		case p.eat(kwType):
			if !p.tok.kind.isVectorType() {
				p.unexpected(p.tok, "`F64`, `F32`, `I64`, `I32` or `I16`")
			}
			h.Type = tokenText[p.take().kind]
		case p.eat(kwLm):
			h.LM = p.numberLit()
		case p.eat(kwM0):
			h.M0 = uintPointer[uint8](p, 8)
		case p.eat(kwM):
			h.M = uintPointer[uint8](p, 8)
			m = p.last
		case p.eat(kwEfc):
			h.EFC = uintPointer[uint16](p, 16)
		case p.eat(kwExtendCandidates):
			h.ExtendCands = true
		case p.eat(kwKeepPrunedConnections):
			h.KeepPrunedConns = true
		case p.eat(kwHashedVector):
			h.HashedVector = true
		default:
			if h.M != nil && *h.M > 127 {
				p.fail(m, diag.SurqlClause, "M must not be larger than 127")
			}
			h.pos = p.pos(start)
			return h
		}
	}
}

var eventClauses = &clauses{words: []string{"ASYNC", "COMMENT", "MAXDEPTH", "RETRY", "THEN", "WHEN"}}

func (p *parser) defineEvent(start lexeme) Expr {
	d := &DefineEvent{IfExisting: p.existing(), Name: p.exprField()}
	d.Table = p.onTable()
	for {
		switch {
		case p.eat(kwWhen):
			d.When = p.exprField()
		case p.eat(kwThen):
			d.Then = p.exprs(p.exprField)
		case p.eat(kwComment):
			d.Comment = p.exprField()
		case p.eat(kwAsync):
			d.Async = &EventAsync{pos: p.pos(p.last)}
		case p.tok.kind == kwRetry, p.tok.kind == kwMaxdepth:
			p.eventLimit(d.Async)
		default:
			p.hint(eventClauses)
			if len(d.Then) == 0 {
				if p.tok.kind.isName() {
					if near := diag.Nearest(p.text(p.tok), eventClauses.words); near != "" {
						p.failHelp(p.last, diag.SurqlClause, "did you mean "+near+" instead of "+p.text(p.tok)+"?", "the event has no THEN")
					}
				}
				p.fail(p.last, diag.SurqlClause, "the event has no THEN")
			}
			d.pos = p.pos(start)
			return d
		}
	}
}

// eventLimit parses RETRY n or MAXDEPTH n.
func (p *parser) eventLimit(async *EventAsync) {
	word := p.take()
	if async == nil {
		p.failHelp(word, diag.SurqlClause, "write ASYNC before it", "only an asynchronous event has %s", tokenText[word.kind])
	}
	n := uintPointer[uint16](p, 16)
	if word.kind == kwRetry {
		async.Retry = n
	} else {
		async.MaxDepth = n
	}
	async.end = p.last.end
}

var functionClauses = &clauses{words: []string{"COMMENT", "PERMISSIONS"}}

func (p *parser) defineFunction(start lexeme) Expr {
	d := &DefineFunction{IfExisting: p.existing(), Name: p.customFunctionName()}
	open := p.expect(tLParen)
	d.Params = p.functionParams(open)
	if p.eat(tArrow) {
		d.Returns = p.parseKind()
	}
	d.Body = p.braced()
	for {
		switch {
		case p.eat(kwComment):
			d.Comment = p.exprField()
		case p.eat(kwPermissions):
			d.Permissions = p.permission()
		default:
			p.hint(functionClauses)
			d.pos = p.pos(start)
			return d
		}
	}
}

// functionParams parses the parameters of a function after its parenthesis.
func (p *parser) functionParams(open lexeme) []*FunctionParam {
	p.role(open, roleCall)
	var params []*FunctionParam
	for !p.eat(tRParen) {
		start := p.tok
		param := &FunctionParam{Name: p.paramName()}
		p.expect(tColon)
		param.Kind = p.parseKind()
		param.pos = p.pos(start)
		params = append(params, param)
		if !p.eat(tComma) {
			p.expectClose(tRParen, open)
			break
		}
	}
	return params
}

var paramClauses = &clauses{words: []string{"COMMENT", "PERMISSIONS", "VALUE"}}

func (p *parser) defineParam(start lexeme) Expr {
	d := &DefineParam{IfExisting: p.existing(), Name: p.paramName()}
	for {
		switch {
		case p.eat(kwValue):
			d.Value = p.exprField()
		case p.eat(kwComment):
			d.Comment = p.exprField()
		case p.eat(kwPermissions):
			d.Permissions = p.permission()
		default:
			p.hint(paramClauses)
			d.pos = p.pos(start)
			return d
		}
	}
}

var analyzerClauses = &clauses{words: []string{"COMMENT", "FILTERS", "FUNCTION", "TOKENIZERS"}}

func (p *parser) defineAnalyzer(start lexeme) Expr {
	d := &DefineAnalyzer{IfExisting: p.existing(), Name: p.exprField()}
	for {
		switch {
		case p.eat(kwFilters):
			d.Filters = p.filters()
		case p.eat(kwTokenizers):
			d.Tokenizers = p.tokenizers()
		case p.eat(kwFunction):
			name := p.customFunctionName()
			d.Function = &name
		case p.eat(kwComment):
			d.Comment = p.exprField()
		default:
			p.hint(analyzerClauses)
			d.pos = p.pos(start)
			return d
		}
	}
}

func (p *parser) tokenizers() []Ident {
	var list []Ident
	for {
		t := p.take()
		switch t.kind {
		case kwBlank, kwCamel, kwClass, kwPunct:
			list = append(list, Ident{p.pos(t), tokenText[t.kind]})
		default:
			p.unexpected(t, "a tokenizer: `BLANK`, `CAMEL`, `CLASS` or `PUNCT`")
		}
		if !p.eat(tComma) {
			return list
		}
	}
}

func (p *parser) filters() []*Filter {
	var list []*Filter
	for {
		list = append(list, p.filter())
		if !p.eat(tComma) {
			return list
		}
	}
}

func (p *parser) filter() *Filter {
	start := p.take()
	f := &Filter{Name: tokenText[start.kind]}
	switch start.kind {
	case kwASCII, kwLowercase, kwUppercase:
		f.pos = p.pos(start)
		return f
	case kwEdgengram, kwNgram, kwSnowball, kwMapper:
	default:
		p.unexpected(start, "a filter: `ASCII`, `LOWERCASE`, `UPPERCASE`, `EDGENGRAM`, `NGRAM`, `SNOWBALL` or `MAPPER`")
	}
	open := p.expect(tLParen)
	p.role(open, roleCall)
	switch start.kind {
	case kwSnowball:
		f.Language = p.language()
	case kwMapper:
		f.Path = p.stringValue()
	default:
		f.Min = uint16(p.uint(16))
		p.expect(tComma)
		f.Max = uint16(p.uint(16))
	}
	p.expectClose(tRParen, open)
	f.pos = p.pos(start)
	return f
}

// language parses the language of a SNOWBALL filter. NO is the keyword, and
// Norwegian.
func (p *parser) language() string {
	switch {
	case p.eat(kwNo):
		return tokenText[kwNorwegian]
	case p.tok.kind.isLanguage():
		return tokenText[p.take().kind]
	}
	var languages []string
	for t := languagesBegin + 1; t < distancesBegin; t++ {
		languages = append(languages, tokenText[t])
	}
	p.hint(&clauses{words: languages})
	p.unexpected(p.tok, "a language")
	return ""
}

var userClauses = &clauses{words: []string{"COMMENT", "DURATION", "PASSHASH", "PASSWORD", "ROLES"}}

func (p *parser) defineUser(start lexeme) Expr {
	d := &DefineUser{IfExisting: p.existing(), Name: p.exprField()}
	p.expect(kwOn)
	d.Base = p.base()
	for {
		word := p.tok
		switch {
		case p.eat(kwComment):
			d.Comment = p.exprField()
		case p.eat(kwPassword):
			if d.Passhash != nil {
				p.fail(word, diag.SurqlClause, "a user has a password or the hash of one, not both")
			}
			d.Password = p.stringLit()
		case p.eat(kwPasshash):
			if d.Password != nil {
				p.fail(word, diag.SurqlClause, "a user has a password or the hash of one, not both")
			}
			d.Passhash = p.stringLit()
		case p.eat(kwRoles):
			d.Roles = p.roles()
		case p.eat(kwDuration):
			p.expect(kwFor)
			for {
				switch {
				case p.eat(kwToken):
					d.Duration.Token = p.exprField()
				case p.eat(kwSession):
					d.Duration.Session = p.exprField()
				default:
					p.unexpected(p.tok, "`TOKEN` or `SESSION`")
				}
				p.eat(tComma)
				if !p.eat(kwFor) {
					break
				}
			}
		default:
			p.hint(userClauses)
			d.pos = p.pos(start)
			return d
		}
	}
}

// roles parses the roles of a new user.
func (p *parser) roles() []Ident {
	var roles []Ident
	for {
		t := p.tok
		role := p.ident()
		switch strings.ToLower(role.Name) {
		case "viewer", "editor", "owner":
		default:
			p.unexpected(t, "a role: `VIEWER`, `EDITOR` or `OWNER`")
		}
		roles = append(roles, role)
		if !p.eat(tComma) {
			return roles
		}
	}
}

var accessClauses = &clauses{
	words: []string{"AUTHENTICATE", "COMMENT", "DURATION", "TYPE", "SIGNIN", "SIGNUP", "WITH"},
}

func (p *parser) defineAccess(start lexeme) Expr {
	d := &DefineAccess{IfExisting: p.existing(), Name: p.exprField()}
	p.expect(kwOn)
	d.Base = p.base()
	for {
		switch {
		case p.eat(kwComment):
			d.Comment = p.exprField()
		case p.eat(kwType):
			t := p.accessType(d.Base)
			if t == nil {
				d.pos = p.pos(start)
				return d
			}
			d.Type = t
		case p.eat(kwAuthenticate):
			d.Authenticate = p.exprField()
		case p.eat(kwDuration):
			for p.eat(kwFor) {
				switch {
				case p.eat(kwGrant):
					d.Duration.Grant = p.exprField()
				case p.eat(kwToken):
					d.Duration.Token = p.exprField()
				case p.eat(kwSession):
					d.Duration.Session = p.exprField()
				default:
					p.unexpected(p.tok, "`GRANT`, `TOKEN` or `SESSION`")
				}
				p.eat(tComma)
			}
		default:
			p.hint(accessClauses)
			d.pos = p.pos(start)
			return d
		}
	}
}

// accessType parses the type of an access method after TYPE. It returns nil for
// a word it does not know, with which the statement then must end.
func (p *parser) accessType(base Base) AccessType {
	start := p.tok
	switch {
	case p.eat(kwJwt):
		return p.jwt()
	case p.eat(kwRecord):
		if base != BaseDatabase {
			p.failHelp(start, diag.SurqlClause, "use ON DATABASE", "record access is defined on a database")
		}
		return p.recordAccess(start)
	case p.eat(kwBearer):
		b := &BearerAccess{}
		p.expect(kwFor)
		switch subject := p.tok; {
		case p.eat(kwUser):
		case base == BaseDatabase && p.eat(kwRecord):
			b.Record = true
		case subject.kind == kwRecord:
			p.failHelp(subject, diag.SurqlClause, "use ON DATABASE", "bearer access for records is defined on a database")
		case base == BaseDatabase:
			p.unexpected(subject, "`USER` or `RECORD`")
		default:
			p.unexpected(subject, "`USER`")
		}
		if p.eat(kwWith) {
			p.expect(kwJwt)
			b.JWT = p.jwt()
		}
		b.pos = p.pos(start)
		return b
	}
	p.hint(&clauses{words: []string{"JWT", "RECORD", "BEARER"}})
	return nil
}

func (p *parser) recordAccess(start lexeme) *RecordAccess {
	r := &RecordAccess{}
	for {
		if p.eat(kwSignup) {
			r.Signup = p.exprField()
		} else if p.eat(kwSignin) {
			r.Signin = p.exprField()
		} else {
			break
		}
	}
	for p.eat(kwWith) {
		switch {
		case p.eat(kwJwt):
			r.JWT = p.jwt()
		case p.eat(kwRefresh):
			r.Refresh = true
		default:
			p.unexpected(p.tok, "`JWT` or `REFRESH`")
		}
		p.eat(tComma)
	}
	r.pos = p.pos(start)
	return r
}

// jwt parses the verification and the issuer of a token after JWT.
func (p *parser) jwt() *JWTAccess {
	start := p.last
	j := &JWTAccess{}
	switch {
	case p.eat(kwAlgorithm):
		j.Algorithm = p.algorithm()
		p.expect(kwKey)
		j.Key = p.exprField()
	case p.eat(kwURL):
		j.URL = p.exprField()
	default:
		p.unexpected(p.tok, "`ALGORITHM` or `URL`")
	}
	if with := p.tok; p.eat(kwWith) {
		p.expect(kwIssuer)
		j.Issuer = &JWTIssuer{}
		for {
			if p.eat(kwAlgorithm) {
				j.Issuer.Algorithm = p.algorithm()
				if j.Algorithm != "" && j.Issuer.Algorithm != j.Algorithm {
					p.fail(p.last, diag.SurqlClause, "the issuer's algorithm must be %s, as it is for verifying", j.Algorithm)
				}
			} else if p.eat(kwKey) {
				j.Issuer.Key = p.exprField()
			} else {
				break
			}
		}
		j.Issuer.pos = p.pos(with)
	}
	j.pos = p.pos(start)
	return j
}

func (p *parser) algorithm() string {
	if !p.tok.kind.isAlgorithm() {
		p.unexpected(p.tok, "an algorithm: `EDDSA`, `ES256`, `ES384`, `ES512`, `HS256`, `HS384`, `HS512`, `PS256`, `PS384`, `PS512`, `RS256`, `RS384` or `RS512`")
	}
	return tokenText[p.take().kind]
}

func (p *parser) defineSequence(start lexeme) Expr {
	d := &DefineSequence{IfExisting: p.existing(), Name: p.exprField()}
	if p.eat(kwBatch) {
		d.Batch = p.exprField()
	}
	if p.eat(kwStart) {
		d.Start = p.exprField()
	}
	d.Timeout = p.timeout()
	p.hint(&clauses{words: []string{"BATCH", "START", "TIMEOUT"}})
	d.pos = p.pos(start)
	return d
}

var bucketClauses = &clauses{words: []string{"BACKEND", "COMMENT", "PERMISSIONS", "READONLY"}}

func (p *parser) defineBucket(start lexeme) Expr {
	d := &DefineBucket{IfExisting: p.existing(), Name: p.exprField()}
	for {
		switch {
		case p.eat(kwBackend):
			d.Backend = p.exprField()
		case p.eat(kwPermissions):
			d.Permissions = p.permission()
		case p.eat(kwReadonly):
			d.Readonly = true
		case p.eat(kwComment):
			d.Comment = p.exprField()
		default:
			p.hint(bucketClauses)
			d.pos = p.pos(start)
			return d
		}
	}
}

func (p *parser) defineModule(start lexeme) Expr {
	d := &DefineModule{IfExisting: p.existing()}
	if p.eat(kwMod) {
		p.role(p.last, roleName)
		p.expect(tPath)
		d.Name = p.ident()
		p.expect(kwAs)
	}
	switch p.tok.kind {
	case kwSilo:
		name := p.siloName()
		d.Silo = &name
	case tFileString:
		d.File = p.fileLit()
	default:
		p.unexpected(p.tok, "a file or a silo")
	}
	for {
		switch {
		case p.eat(kwComment):
			d.Comment = p.exprField()
		case p.eat(kwPermissions):
			d.Permissions = p.permission()
		default:
			p.hint(functionClauses)
			d.pos = p.pos(start)
			return d
		}
	}
}

// siloName parses silo::org::pkg<1.2.3>.
func (p *parser) siloName() FunctionName {
	p.role(p.tok, roleName)
	start := p.take()
	f := FunctionName{Kind: FunctionSilo, Path: "silo"}
	for range 2 {
		p.expect(tPath)
		f.Path += "::" + p.name()
	}
	f.Version = p.version(false)
	f.pos = p.pos(start)
	return f
}

func (p *parser) defineAPI(start lexeme) Expr {
	d := &DefineAPI{IfExisting: p.existing(), Path: p.exprField()}
	for p.tok.kind == kwFor {
		d.Routes = append(d.Routes, p.apiRoute(false))
	}
	if p.eat(kwComment) {
		d.Comment = p.exprField()
	}
	p.hint(&clauses{words: []string{"FOR", "COMMENT", "THEN", "MIDDLEWARE", "PERMISSIONS"}})
	d.pos = p.pos(start)
	return d
}

// apiRoute parses FOR any … and FOR get, post … THEN action. ALTER may also
// drop an action.
func (p *parser) apiRoute(alter bool) *APIRoute {
	start := p.take()
	r := &APIRoute{}
	first := p.tok
	p.role(first, roleKind)
	if !p.eat(kwAny) {
		for {
			method := p.tok
			p.role(method, roleKind)
			switch method.kind {
			case kwDelete, kwGet, kwPatch, kwPost, kwPut, kwTrace:
				p.advance()
				r.Methods = append(r.Methods, Ident{p.pos(method), tokenText[method.kind]})
			default:
				p.unexpected(first, "`ANY`, `DELETE`, `GET`, `PATCH`, `POST`, `PUT` or `TRACE`, separated by commas")
			}
			if !p.eat(tComma) {
				break
			}
		}
		if alter && p.eat(kwDrop) {
			p.expect(kwThen)
			r.DropThen = true
			r.pos = p.pos(start)
			return r
		}
	}
	if p.tok.kind == kwPermissions || p.tok.kind == kwMiddleware {
		r.Config = p.apiConfig(p.tok)
	}
	switch {
	case p.eat(kwThen):
		r.Then = p.exprField()
	case alter && p.eat(kwDrop):
		p.expect(kwThen)
		r.DropThen = true
	case len(r.Methods) > 0:
		p.unexpected(p.tok, "`THEN`")
	}
	r.pos = p.pos(start)
	return r
}

func (p *parser) apiConfig(start lexeme) *APIConfig {
	c := &APIConfig{}
	for {
		switch {
		case p.eat(kwPermissions):
			c.Permissions = p.permission()
		case p.eat(kwMiddleware):
			c.Middleware = nil
			for {
				first := p.tok
				name := p.middlewareName()
				open := p.expect(tLParen)
				args := p.args(open)
				c.Middleware = append(c.Middleware, &FunctionCall{p.pos(first), name, args})
				if !p.eat(tComma) {
					break
				}
			}
		default:
			c.pos = p.pos(start)
			return c
		}
	}
}

func (p *parser) defineConfig(start lexeme) Expr {
	d := &DefineConfig{IfExisting: p.existing()}
	d.Config = p.config()
	d.pos = p.pos(start)
	return d
}

func (p *parser) config() Config {
	start := p.take()
	switch start.kind {
	case kwAPI:
		return p.apiConfig(start)
	case kwGraphql:
		return p.graphQLConfig(start)
	case kwDefault:
		return p.defaultConfig(start)
	}
	p.unexpected(start, "`API`, `GRAPHQL` or `DEFAULT`")
	return nil
}

func (p *parser) defaultConfig(start lexeme) Config {
	c := &DefaultConfig{}
	if p.tok.kind != kwNamespace && p.tok.kind != kwDatabase {
		p.unexpected(p.tok, "`NAMESPACE` or `DATABASE`")
	}
	for {
		switch {
		case p.eat(kwNamespace):
			c.Namespace = p.exprField()
		case p.eat(kwDatabase):
			c.Database = p.exprField()
		default:
			c.pos = p.pos(start)
			return c
		}
	}
}

func (p *parser) graphQLConfig(start lexeme) Config {
	c := &GraphQLConfig{}
	for {
		switch {
		case p.eat(kwNone):
			c.Tables, c.Functions, c.TableNames = GraphQLNone, GraphQLNone, nil
		case p.eat(kwAuto):
			c.Tables, c.Functions, c.TableNames = GraphQLAuto, GraphQLAuto, nil
		case p.eat(kwTables):
			c.TableNames = nil
			switch p.take().kind {
			case kwInclude:
				c.Tables = GraphQLInclude
				c.TableNames = p.idents(tComma)
			case kwExclude:
				c.Tables = GraphQLExclude
				c.TableNames = p.idents(tComma)
			case kwNone:
				c.Tables = GraphQLNone
			case kwAuto:
				c.Tables = GraphQLAuto
			default:
				p.unexpected(p.last, "`NONE`, `AUTO`, `INCLUDE` or `EXCLUDE`")
			}
		case p.eat(kwFunctions):
			c.Functions = p.graphQLMode()
		case p.eatWord("DEPTH"):
			c.Depth = uintPointer[uint32](p, 32)
		case p.eatWord("COMPLEXITY"):
			c.Complexity = uintPointer[uint32](p, 32)
		case p.eatWord("INTROSPECTION"):
			c.Introspection = p.graphQLMode()
		default:
			p.hint(&clauses{words: []string{"AUTO", "NONE", "TABLES", "FUNCTIONS", "DEPTH", "COMPLEXITY", "INTROSPECTION"}})
			c.pos = p.pos(start)
			return c
		}
	}
}

func (p *parser) graphQLMode() GraphQLMode {
	switch p.take().kind {
	case kwNone:
		return GraphQLNone
	case kwAuto:
		return GraphQLAuto
	}
	p.unexpected(p.last, "`NONE` or `AUTO`")
	return GraphQLDefault
}
