package surql

var alterTargets = &clauses{words: []string{
	"ACCESS", "ANALYZER", "API", "BUCKET", "CONFIG", "DATABASE", "EVENT", "FIELD", "FUNCTION",
	"INDEX", "MODULE", "NAMESPACE", "PARAM", "SEQUENCE", "SYSTEM", "TABLE", "USER",
}}

func (p *parser) alter() Expr {
	start := p.take()
	target := p.take()
	switch target.kind {
	case kwSystem:
		return p.alterSystem(start)
	case kwNamespace:
		p.expect(kwCompact)
		return &AlterNamespace{p.pos(start)}
	case kwDatabase:
		p.expect(kwCompact)
		return &AlterDatabase{p.pos(start)}
	case kwTable:
		return p.alterTable(start)
	case kwField:
		return p.alterField(start)
	case kwIndex:
		return p.alterIndex(start)
	case kwSequence:
		return p.alterSequence(start)
	}
	return p.alterSince31(start, target)
}

// alterSince31 parses the alterations that engine 3.1 introduced.
func (p *parser) alterSince31(start, target lexeme) Expr {
	var alter func(lexeme) Expr
	switch target.kind {
	case kwEvent:
		alter = p.alterEvent
	case kwParam:
		alter = p.alterParam
	case kwBucket:
		alter = p.alterBucket
	case kwAnalyzer:
		alter = p.alterAnalyzer
	case kwFunction:
		alter = p.alterFunction
	case kwUser:
		alter = p.alterUser
	case kwAccess:
		alter = p.alterAccess
	case kwConfig:
		alter = p.alterConfig
	case kwAPI:
		alter = p.alterAPI
	case kwModule:
		alter = p.alterModule
	default:
		p.hints, p.hintsAt = alterTargets, target.start
		p.unexpected(target, "the kind of thing to alter")
	}
	p.requireVersion(V3_1, target, "ALTER "+tokenText[target.kind])
	return alter(start)
}

// set returns the change that sets a clause.
func set[T any](value T) Change[T] { return Change[T]{ChangeSet, value} }

// drop returns the change that drops a clause.
func drop[T any]() Change[T] { return Change[T]{Op: ChangeDrop} }

func (p *parser) comment() Change[*StringLit] { return set(p.stringLit()) }

func (p *parser) alterSystem(start lexeme) Expr {
	a := &AlterSystem{}
	const timeout = "QUERY_TIMEOUT" // in upper case only
	for {
		switch {
		case p.eat(kwDrop):
			if p.tok.kind != tIdent || p.nameText(p.tok) != timeout {
				p.unexpected(p.tok, "`QUERY_TIMEOUT`")
			}
			p.advance()
			a.QueryTimeout = drop[Expr]()
		case p.eat(kwCompact):
			a.Compact = true
		case p.tok.kind == tIdent:
			if p.nameText(p.tok) != timeout {
				p.unexpected(p.tok, "`QUERY_TIMEOUT`")
			}
			p.advance()
			a.QueryTimeout = set(p.exprField())
		default:
			if !a.Compact && a.QueryTimeout.Op == ChangeNone {
				p.unexpected(p.tok, "`COMPACT`, `DROP` or `QUERY_TIMEOUT`")
			}
			a.pos = p.pos(start)
			return a
		}
	}
}

func (p *parser) alterTable(start lexeme) Expr {
	a := &AlterTable{IfExists: p.ifExists(), Name: p.ident()}
	for {
		switch {
		case p.eat(kwDrop):
			switch {
			case p.eat(kwComment):
				a.Comment = drop[*StringLit]()
			case p.eat(kwChangefeed):
				a.Changefeed = drop[*Changefeed]()
			default:
				p.unexpected(p.tok, "`COMMENT` or `CHANGEFEED`")
			}
		case p.eat(kwComment):
			a.Comment = p.comment()
		case p.eat(kwCompact):
			a.Compact = true
		case p.eat(kwType):
			a.Type = p.tableType()
		case p.eat(kwSchemaless):
			a.Schema = Schemaless
		case p.eat(kwSchemafull):
			a.Schema = Schemafull
		case p.eat(kwPermissions):
			a.Permissions = p.permissions(false)
		case p.eat(kwChangefeed):
			a.Changefeed = set(p.changefeed())
		default:
			p.hint(tableClauses)
			a.pos = p.pos(start)
			return a
		}
	}
}

func (p *parser) alterField(start lexeme) Expr {
	a := &AlterField{IfExists: p.ifExists(), Name: p.localIdiom()}
	p.expect(kwOn)
	p.eat(kwTable)
	a.Table = p.ident()
	for {
		switch {
		case p.eat(kwDrop):
			p.alterFieldDrop(a)
		case p.eat(kwType):
			a.Type = set(p.parseKind())
		case p.eat(kwFlexible):
			a.Flexible = set(Flag{})
		case p.eat(kwReadonly):
			a.Readonly = set(Flag{})
		case p.eat(kwValue):
			a.Value = set(p.exprField())
		case p.eat(kwAssert):
			a.Assert = set(p.exprField())
		case p.eat(kwDefault):
			a.Default = set(p.defaultClause())
		case p.eat(kwPermissions):
			a.Permissions = p.permissions(false)
		case p.eat(kwComment):
			a.Comment = p.comment()
		case p.eat(kwReference):
			a.Reference = set(p.reference())
		default:
			p.hint(fieldClauses)
			a.pos = p.pos(start)
			return a
		}
	}
}

func (p *parser) alterFieldDrop(a *AlterField) {
	switch {
	case p.eat(kwType):
		a.Type = drop[Kind]()
	case p.eat(kwFlexible):
		a.Flexible = drop[Flag]()
	case p.eat(kwReadonly):
		a.Readonly = drop[Flag]()
	case p.eat(kwValue):
		a.Value = drop[Expr]()
	case p.eat(kwAssert):
		a.Assert = drop[Expr]()
	case p.eat(kwDefault):
		a.Default = drop[*Default]()
	case p.eat(kwComment):
		a.Comment = drop[*StringLit]()
	case p.eat(kwReference):
		a.Reference = drop[*Reference]()
	default:
		p.unexpected(p.tok, "`FLEXIBLE`, `TYPE`, `READONLY`, `VALUE`, `ASSERT`, `DEFAULT`, `COMMENT` or `REFERENCE`")
	}
}

func (p *parser) alterIndex(start lexeme) Expr {
	a := &AlterIndex{IfExists: p.ifExists(), Name: p.ident()}
	p.expect(kwOn)
	p.eat(kwTable)
	a.Table = p.ident()
	for {
		switch {
		case p.eat(kwDrop):
			p.expect(kwComment)
			a.Comment = drop[*StringLit]()
		case p.eat(kwComment):
			a.Comment = p.comment()
		case p.eat(kwPrepare):
			p.eat(kwRemove)
			a.PrepareRemove = true
		default:
			if !a.PrepareRemove && a.Comment.Op == ChangeNone {
				p.unexpected(p.tok, "`PREPARE`, `DROP` or `COMMENT`")
			}
			a.pos = p.pos(start)
			return a
		}
	}
}

func (p *parser) alterSequence(start lexeme) Expr {
	a := &AlterSequence{IfExists: p.ifExists(), Name: p.ident()}
	a.Timeout = p.timeout()
	a.pos = p.pos(start)
	return a
}

func (p *parser) alterEvent(start lexeme) Expr {
	a := &AlterEvent{IfExists: p.ifExists(), Name: p.ident()}
	p.expect(kwOn)
	p.eat(kwTable)
	a.Table = p.ident()
	for {
		switch {
		case p.eat(kwDrop):
			switch {
			case p.eat(kwWhen):
				a.When = drop[Expr]()
			case p.eat(kwThen):
				a.Then = drop[[]Expr]()
			case p.eat(kwComment):
				a.Comment = drop[*StringLit]()
			case p.eat(kwAsync):
				a.Async = drop[*EventAsync]()
			default:
				p.unexpected(p.tok, "`WHEN`, `THEN`, `COMMENT` or `ASYNC`")
			}
		case p.eat(kwWhen):
			a.When = set(p.exprField())
		case p.eat(kwThen):
			a.Then = set(p.exprs(p.exprField))
		case p.eat(kwComment):
			a.Comment = p.comment()
		case p.eat(kwAsync):
			a.Async = set(&EventAsync{pos: p.pos(p.last)})
		case p.tok.kind == kwRetry, p.tok.kind == kwMaxdepth:
			p.eventLimit(a.Async.Value)
		default:
			p.hint(eventClauses)
			a.pos = p.pos(start)
			return a
		}
	}
}

// dropComment moves over COMMENT, the only clause that can be dropped here.
func (p *parser) dropComment() Change[*StringLit] {
	p.expect(kwComment)
	return drop[*StringLit]()
}

func (p *parser) alterParam(start lexeme) Expr {
	a := &AlterParam{IfExists: p.ifExists(), Name: p.paramName()}
	for {
		switch {
		case p.eat(kwDrop):
			a.Comment = p.dropComment()
		case p.eat(kwValue):
			a.Value = p.exprField()
		case p.eat(kwComment):
			a.Comment = p.comment()
		case p.eat(kwPermissions):
			a.Permissions = p.permission()
		default:
			p.hint(paramClauses)
			a.pos = p.pos(start)
			return a
		}
	}
}

func (p *parser) alterBucket(start lexeme) Expr {
	p.requireExperimental(p.last, "files")
	a := &AlterBucket{IfExists: p.ifExists(), Name: p.ident()}
	for {
		switch {
		case p.eat(kwDrop):
			switch {
			case p.eat(kwReadonly):
				a.Readonly = drop[Flag]()
			case p.eat(kwBackend):
				a.Backend = drop[*StringLit]()
			case p.eat(kwComment):
				a.Comment = drop[*StringLit]()
			default:
				p.unexpected(p.tok, "`READONLY`, `BACKEND` or `COMMENT`")
			}
		case p.eat(kwReadonly):
			a.Readonly = set(Flag{})
		case p.eat(kwBackend):
			a.Backend = set(p.stringLit())
		case p.eat(kwPermissions):
			a.Permissions = p.permission()
		case p.eat(kwComment):
			a.Comment = p.comment()
		default:
			p.hint(bucketClauses)
			a.pos = p.pos(start)
			return a
		}
	}
}

func (p *parser) alterAnalyzer(start lexeme) Expr {
	a := &AlterAnalyzer{IfExists: p.ifExists(), Name: p.ident()}
	for {
		switch {
		case p.eat(kwDrop):
			switch {
			case p.eat(kwFunction):
				a.Function = drop[*FunctionName]()
			case p.eat(kwTokenizers):
				a.Tokenizers = drop[[]Ident]()
			case p.eat(kwFilters):
				a.Filters = drop[[]*Filter]()
			case p.eat(kwComment):
				a.Comment = drop[*StringLit]()
			default:
				p.unexpected(p.tok, "`FUNCTION`, `TOKENIZERS`, `FILTERS` or `COMMENT`")
			}
		case p.eat(kwFunction):
			name := p.customFunctionName()
			a.Function = set(&name)
		case p.eat(kwTokenizers):
			a.Tokenizers = set(p.tokenizers())
		case p.eat(kwFilters):
			a.Filters = set(p.filters())
		case p.eat(kwComment):
			a.Comment = p.comment()
		default:
			p.hint(analyzerClauses)
			a.pos = p.pos(start)
			return a
		}
	}
}

func (p *parser) alterFunction(start lexeme) Expr {
	a := &AlterFunction{IfExists: p.ifExists(), Name: p.customFunctionName()}
	for {
		open := p.tok
		switch {
		case p.eat(kwDrop):
			a.Comment = p.dropComment()
		case p.eat(tLParen):
			a.Params = p.functionParams(open)
			if p.eat(tArrow) {
				a.Returns = p.parseKind()
			}
			a.Body = p.braced()
		case p.eat(kwComment):
			a.Comment = p.comment()
		case p.eat(kwPermissions):
			a.Permissions = p.permission()
		default:
			p.hint(functionClauses)
			a.pos = p.pos(start)
			return a
		}
	}
}

// durationOrNone parses a duration, or NONE, which drops it.
func (p *parser) durationOrNone() Change[*DurationLit] {
	if p.eat(kwNone) {
		return drop[*DurationLit]()
	}
	return set(p.durationValue())
}

func (p *parser) alterUser(start lexeme) Expr {
	a := &AlterUser{IfExists: p.ifExists(), Name: p.ident()}
	p.expect(kwOn)
	a.Base = p.base()
	for {
		switch {
		case p.eat(kwDrop):
			a.Comment = p.dropComment()
		case p.eat(kwPassword):
			a.Password, a.Passhash = p.stringLit(), nil
		case p.eat(kwPasshash):
			a.Password, a.Passhash = nil, p.stringLit()
		case p.eat(kwRoles):
			a.Roles = p.idents(tComma)
		case p.eat(kwDuration):
			for more := true; more; more = p.eat(tComma) {
				p.expect(kwFor)
				switch {
				case p.eat(kwToken):
					a.Token = p.durationOrNone()
				case p.eat(kwSession):
					a.Session = p.durationOrNone()
				default:
					p.unexpected(p.tok, "`TOKEN` or `SESSION`")
				}
			}
		case p.eat(kwComment):
			a.Comment = p.comment()
		default:
			p.hint(userClauses)
			a.pos = p.pos(start)
			return a
		}
	}
}

func (p *parser) alterAccess(start lexeme) Expr {
	a := &AlterAccess{IfExists: p.ifExists(), Name: p.ident()}
	p.expect(kwOn)
	a.Base = p.base()
	for {
		switch {
		case p.eat(kwDrop):
			switch {
			case p.eat(kwAuthenticate):
				a.Authenticate = drop[Expr]()
			case p.eat(kwComment):
				a.Comment = drop[*StringLit]()
			default:
				p.unexpected(p.tok, "`AUTHENTICATE` or `COMMENT`")
			}
		case p.eat(kwAuthenticate):
			a.Authenticate = set(p.exprField())
		case p.eat(kwDuration):
			for more := true; more; more = p.eat(tComma) {
				p.expect(kwFor)
				switch {
				case p.eat(kwGrant):
					a.Grant = p.durationOrNone()
				case p.eat(kwToken):
					a.Token = p.durationOrNone()
				case p.eat(kwSession):
					a.Session = p.durationOrNone()
				default:
					p.unexpected(p.tok, "`GRANT`, `TOKEN` or `SESSION`")
				}
			}
		case p.eat(kwComment):
			a.Comment = p.comment()
		default:
			p.hint(accessClauses)
			a.pos = p.pos(start)
			return a
		}
	}
}

func (p *parser) alterConfig(start lexeme) Expr {
	a := &AlterConfig{IfExists: p.ifExists(), Config: p.config()}
	if p.eat(kwComment) {
		a.Comment = p.comment()
	} else if p.eat(kwDrop) {
		a.Comment = p.dropComment()
	}
	a.pos = p.pos(start)
	return a
}

func (p *parser) alterAPI(start lexeme) Expr {
	a := &AlterAPI{IfExists: p.ifExists(), Path: p.exprField()}
	for {
		switch {
		case p.tok.kind == kwFor:
			a.Routes = append(a.Routes, p.apiRoute(true))
		case p.eat(kwDrop):
			a.Comment = p.dropComment()
		case p.eat(kwComment):
			a.Comment = p.comment()
		default:
			a.pos = p.pos(start)
			return a
		}
	}
}

func (p *parser) alterModule(start lexeme) Expr {
	p.requireExperimental(p.last, "surrealism")
	a := &AlterModule{IfExists: p.ifExists(), Name: p.moduleName()}
	for {
		switch {
		case p.eat(kwDrop):
			a.Comment = p.dropComment()
		case p.eat(kwComment):
			a.Comment = p.comment()
		case p.eat(kwPermissions):
			a.Permissions = p.permission()
		default:
			p.hint(functionClauses)
			a.pos = p.pos(start)
			return a
		}
	}
}

// moduleName parses mod::name or silo::org::pkg<1.2.3>.
func (p *parser) moduleName() FunctionName {
	start := p.tok
	switch start.kind {
	case kwMod:
		p.role(start, roleName)
		p.advance()
		p.expectAdjacent(tPath)
		path := "mod::" + p.name()
		return FunctionName{p.pos(start), FunctionModule, path, ""}
	case kwSilo:
		return p.siloName()
	}
	p.unexpected(start, "the name of a module")
	return FunctionName{}
}

var removeTargetTokens = map[token]RemoveTarget{
	kwNamespace: RemoveNamespace, kwDatabase: RemoveDatabase, kwTable: RemoveTable,
	kwField: RemoveField, kwIndex: RemoveIndex, kwEvent: RemoveEvent, kwFunction: RemoveFunction,
	kwParam: RemoveParam, kwAnalyzer: RemoveAnalyzer, kwUser: RemoveUser, kwAccess: RemoveAccess,
	kwSequence: RemoveSequence, kwBucket: RemoveBucket, kwModule: RemoveModule, kwAPI: RemoveAPI,
	kwConfig: RemoveConfig,
}

func (p *parser) remove() Expr {
	start := p.take()
	target := p.take()
	kind, ok := removeTargetTokens[target.kind]
	if !ok {
		p.hints, p.hintsAt = defineTargets, target.start
		p.unexpected(target, "the kind of thing to remove")
	}
	r := &RemoveStmt{Target: kind}
	switch kind {
	case RemoveNamespace, RemoveDatabase, RemoveTable:
		if p.eat(kwAnd) {
			p.expect(kwExpunge)
			r.Expunge = true
		}
	case RemoveModule:
		p.requireExperimental(target, "surrealism")
	case RemoveConfig:
		p.requireVersion(V3_1, target, "REMOVE CONFIG")
	}
	r.IfExists = p.ifExists()
	switch kind {
	case RemoveFunction, RemoveModule:
		name := p.removedFunction(kind)
		r.Function = &name
		if open := p.tok; p.eat(tLParen) {
			p.role(open, roleCall)
			p.expectClose(tRParen, open)
		}
	case RemoveParam:
		r.Name = p.param()
	case RemoveConfig:
		config := p.take()
		switch config.kind {
		case kwAPI, kwGraphql, kwDefault:
			r.Config = tokenText[config.kind]
		default:
			p.unexpected(config, "`API`, `GRAPHQL` or `DEFAULT`")
		}
	default:
		r.Name = p.exprField()
	}
	switch kind {
	case RemoveField, RemoveIndex, RemoveEvent:
		p.expect(kwOn)
		p.eat(kwTable)
		r.Table = p.exprField()
	case RemoveUser, RemoveAccess:
		p.expect(kwOn)
		r.Base = p.base()
	}
	r.pos = p.pos(start)
	return r
}

func (p *parser) removedFunction(kind RemoveTarget) FunctionName {
	if kind == RemoveModule {
		return p.moduleName()
	}
	return p.customFunctionName()
}
