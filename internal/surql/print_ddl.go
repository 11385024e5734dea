package surql

import (
	"fmt"
	"strconv"
)

// defineHead writes DEFINE, what is defined, and IF NOT EXISTS or OVERWRITE.
func (w *printer) defineHead(what string, e IfExisting) {
	w.put("DEFINE ", what, " ")
	w.putIf(e == ExistingIgnore, "IF NOT EXISTS ")
	w.putIf(e == ExistingOverwrite, "OVERWRITE ")
}

func (w *printer) define(d Definition) {
	switch d := d.(type) {
	case *DefineNamespace:
		w.defineHead("NAMESPACE", d.IfExisting)
		w.element(d.Name)
		w.clauseExpr(" COMMENT ", d.Comment)
	case *DefineDatabase:
		w.defineHead("DATABASE", d.IfExisting)
		w.element(d.Name)
		w.changefeedClause(d.Changefeed)
		w.putIf(d.Strict, " STRICT")
		w.clauseExpr(" COMMENT ", d.Comment)
	case *DefineTable:
		w.defineTable(d)
	case *DefineField:
		w.defineField(d)
	case *DefineIndex:
		w.defineIndex(d)
	case *DefineEvent:
		w.defineHead("EVENT", d.IfExisting)
		w.element(d.Name)
		w.clauseExpr(" ON ", d.Table)
		if d.Async != nil {
			w.put(" ")
			w.eventAsync(d.Async)
		}
		w.clauseExpr(" WHEN ", d.When)
		w.put(" THEN ")
		list(w, d.Then, w.element)
		w.clauseExpr(" COMMENT ", d.Comment)
	case *DefineFunction:
		w.defineHead("FUNCTION", d.IfExisting)
		w.functionName(&d.Name)
		w.function(d.Params, d.Returns, d.Body)
		w.permissionClause(d.Permissions)
		w.clauseExpr(" COMMENT ", d.Comment)
	case *DefineParam:
		w.defineHead("PARAM", d.IfExisting)
		w.param(d.Name.Name)
		w.clauseExpr(" VALUE ", d.Value)
		w.permissionClause(d.Permissions)
		w.clauseExpr(" COMMENT ", d.Comment)
	case *DefineAnalyzer:
		w.defineAnalyzer(d)
	case *DefineUser:
		w.defineUser(d)
	case *DefineAccess:
		w.defineAccess(d)
	case *DefineSequence:
		w.defineHead("SEQUENCE", d.IfExisting)
		w.element(d.Name)
		w.clauseExpr(" BATCH ", d.Batch)
		w.clauseExpr(" START ", d.Start)
		w.clauseExpr(" TIMEOUT ", d.Timeout)
	case *DefineBucket:
		w.defineHead("BUCKET", d.IfExisting)
		w.element(d.Name)
		w.clauseExpr(" BACKEND ", d.Backend)
		w.putIf(d.Readonly, " READONLY")
		w.permissionClause(d.Permissions)
		w.clauseExpr(" COMMENT ", d.Comment)
	case *DefineModule:
		w.defineModule(d)
	case *DefineAPI:
		w.defineHead("API", d.IfExisting)
		w.element(d.Path)
		w.apiRoutes(d.Routes)
		w.clauseExpr(" COMMENT ", d.Comment)
	case *DefineConfig:
		w.defineHead("CONFIG", d.IfExisting)
		w.configNamed(d.Config)
	default:
		panic(fmt.Sprintf("surql: Print of a %T", d))
	}
}

func (w *printer) defineTable(d *DefineTable) {
	w.defineHead("TABLE", d.IfExisting)
	w.element(d.Name)
	if d.Type != nil {
		w.put(" ")
		w.tableType(d.Type)
	}
	w.putIf(d.Drop, " DROP")
	w.schema(d.Schema)
	if d.View != nil {
		w.put(" AS ")
		w.view(d.View)
	}
	w.changefeedClause(d.Changefeed)
	w.permissionsClause(d.Permissions)
	w.clauseExpr(" COMMENT ", d.Comment)
}

func (w *printer) schema(m SchemaMode) {
	w.putIf(m == Schemafull, " SCHEMAFULL")
	w.putIf(m == Schemaless, " SCHEMALESS")
}

func (w *printer) tableType(t *TableType) {
	w.put("TYPE ", [...]string{TableAny: "ANY", TableNormal: "NORMAL", TableRelation: "RELATION"}[t.Kind])
	if len(t.From) > 0 {
		w.put(" IN ")
		w.names(t.From, " | ")
	}
	if len(t.To) > 0 {
		w.put(" OUT ")
		w.names(t.To, " | ")
	}
	w.putIf(t.Enforced, " ENFORCED")
}

func (w *printer) changefeedClause(c *Changefeed) {
	if c != nil {
		w.put(" ")
		w.changefeed(c)
	}
}

func (w *printer) changefeed(c *Changefeed) {
	w.put("CHANGEFEED ", c.Expiry.Value.String())
	w.putIf(c.IncludeOriginal, " INCLUDE ORIGINAL")
}

func (w *printer) view(v *View) {
	w.put("SELECT ")
	w.fields(v.Fields)
	w.put(" FROM ")
	w.names(v.From, ", ")
	w.clauseExpr(" WHERE ", v.Where)
	w.splitGroupOrder(nil, v.Group, nil)
}

func (w *printer) permissionClause(p *Permission) {
	if p != nil {
		w.put(" PERMISSIONS ")
		w.permission(p)
	}
}

func (w *printer) permission(p *Permission) {
	switch p.Kind {
	case PermissionNone:
		w.put("NONE")
	case PermissionFull:
		w.put("FULL")
	case PermissionWhere:
		w.clauseExpr("WHERE ", p.Cond)
	}
}

func (w *printer) permissionsClause(p *Permissions) {
	if p != nil {
		w.put(" ")
		w.permissions(p)
	}
}

func (w *printer) permissions(p *Permissions) {
	w.put("PERMISSIONS ")
	if p.All != nil {
		w.permission(p.All)
		return
	}
	list(w, p.For, w.permissionFor)
}

func (w *printer) permissionFor(p *PermissionFor) {
	w.put("FOR ")
	separator := ""
	for _, op := range []struct {
		set  bool
		name string
	}{{p.Select, "select"}, {p.Create, "create"}, {p.Update, "update"}, {p.Delete, "delete"}} {
		if op.set {
			w.put(separator, op.name)
			separator = ", "
		}
	}
	w.put(" ")
	w.permission(p.Permission)
}

func (w *printer) defineField(d *DefineField) {
	w.defineHead("FIELD", d.IfExisting)
	w.element(d.Name)
	w.clauseExpr(" ON ", d.Table)
	if d.Type != nil {
		w.put(" TYPE ")
		w.kind(d.Type)
		w.putIf(d.Flexible, " FLEXIBLE")
	}
	if d.Reference != nil {
		w.put(" ")
		w.reference(d.Reference)
	}
	if d.Default != nil {
		w.put(" ")
		w.defaultClause(d.Default)
	}
	w.putIf(d.Readonly, " READONLY")
	w.clauseExpr(" VALUE ", d.Value)
	w.clauseExpr(" ASSERT ", d.Assert)
	w.clauseExpr(" COMPUTED ", d.Computed)
	w.permissionsClause(d.Permissions)
	w.clauseExpr(" COMMENT ", d.Comment)
}

func (w *printer) defaultClause(d *Default) {
	w.put("DEFAULT ")
	w.putIf(d.Always, "ALWAYS ")
	w.element(d.X)
}

func (w *printer) reference(r *Reference) {
	w.put("REFERENCE")
	if r.OnDelete == OnDeleteDefault {
		return
	}
	w.put(" ON DELETE ", [...]string{
		OnDeleteReject: "REJECT", OnDeleteCascade: "CASCADE", OnDeleteIgnore: "IGNORE",
		OnDeleteUnset: "UNSET", OnDeleteThen: "THEN",
	}[r.OnDelete])
	w.clauseExpr(" ", r.Then)
}

func (w *printer) defineIndex(d *DefineIndex) {
	w.defineHead("INDEX", d.IfExisting)
	w.element(d.Name)
	w.clauseExpr(" ON ", d.Table)
	if len(d.Fields) > 0 {
		w.put(" FIELDS ")
		list(w, d.Fields, w.element)
	}
	if d.Index != nil {
		w.put(" ")
		w.indexSpec(d.Index)
	}
	w.clauseExpr(" COMMENT ", d.Comment)
	w.putIf(d.Concurrently, " CONCURRENTLY")
}

func (w *printer) indexSpec(i IndexSpec) {
	switch i := i.(type) {
	case *UniqueIndex:
		w.put("UNIQUE")
	case *CountIndex:
		w.put("COUNT")
		w.clauseExpr(" WHERE ", i.Where)
	case *FulltextIndex:
		w.put("FULLTEXT")
		if i.Analyzer.Name != "" {
			w.put(" ANALYZER ")
			w.name(i.Analyzer.Name)
		}
		w.putIf(i.BM25, " BM25")
		if i.K1 != nil {
			w.put("(", formatFloat(*i.K1), ", ", formatFloat(*i.B), ")")
		}
		w.putIf(i.Highlights, " HIGHLIGHTS")
	case *HNSWIndex:
		w.hnsw(i)
	}
}

func (w *printer) hnsw(h *HNSWIndex) {
	w.put("HNSW DIMENSION ", strconv.Itoa(int(h.Dimension)))
	if h.Distance != nil {
		w.put(" DIST ")
		w.distance(h.Distance)
	}
	w.putIf(h.Type != "", " TYPE "+h.Type)
	if h.EFC != nil {
		w.put(" EFC ", strconv.Itoa(int(*h.EFC)))
	}
	if h.M != nil {
		w.put(" M ", strconv.Itoa(int(*h.M)))
	}
	if h.M0 != nil {
		w.put(" M0 ", strconv.Itoa(int(*h.M0)))
	}
	w.clauseExpr(" LM ", h.LM)
	w.putIf(h.ExtendCands, " EXTEND_CANDIDATES")
	w.putIf(h.KeepPrunedConns, " KEEP_PRUNED_CONNECTIONS")
	w.putIf(h.HashedVector, " HASHED_VECTOR")
}

func (w *printer) eventAsync(a *EventAsync) {
	w.put("ASYNC")
	if a.Retry != nil {
		w.put(" RETRY ", strconv.Itoa(int(*a.Retry)))
	}
	if a.MaxDepth != nil {
		w.put(" MAXDEPTH ", strconv.Itoa(int(*a.MaxDepth)))
	}
}

// function writes the parameters, the result and the body of a function.
func (w *printer) function(params []*FunctionParam, returns Kind, body *Block) {
	w.put("(")
	list(w, params, w.functionParam)
	w.put(") ")
	if returns != nil {
		w.put("-> ")
		w.kind(returns)
		w.put(" ")
	}
	w.braces(body)
}

func (w *printer) functionParam(p *FunctionParam) {
	w.param(p.Name.Name)
	w.put(": ")
	w.kind(p.Kind)
}

func (w *printer) defineAnalyzer(d *DefineAnalyzer) {
	w.defineHead("ANALYZER", d.IfExisting)
	w.element(d.Name)
	if d.Function != nil {
		w.put(" FUNCTION ")
		w.functionName(d.Function)
	}
	w.tokenizers(d.Tokenizers)
	w.filters(d.Filters)
	w.clauseExpr(" COMMENT ", d.Comment)
}

func (w *printer) tokenizers(list []Ident) {
	if len(list) > 0 {
		w.put(" TOKENIZERS ")
		w.names(list, ", ")
	}
}

func (w *printer) filters(filters []*Filter) {
	if len(filters) > 0 {
		w.put(" FILTERS ")
		list(w, filters, w.filter)
	}
}

func (w *printer) filter(f *Filter) {
	w.put(f.Name)
	switch f.Name {
	case "EDGENGRAM", "NGRAM":
		w.buf = fmt.Appendf(w.buf, "(%d, %d)", f.Min, f.Max)
	case "SNOWBALL":
		w.put("(", f.Language, ")")
	case "MAPPER":
		w.put("(")
		w.quoted(f.Path)
		w.put(")")
	}
}

// password writes the password of a user, or its hash.
func (w *printer) password(password, hash *StringLit) {
	if password != nil {
		w.put(" PASSWORD ")
		w.quoted(password.Value)
	}
	if hash != nil {
		w.put(" PASSHASH ")
		w.quoted(hash.Value)
	}
}

func (w *printer) roles(roles []Ident) {
	if len(roles) > 0 {
		w.put(" ROLES ")
		w.names(roles, ", ")
	}
}

func (w *printer) defineUser(d *DefineUser) {
	w.defineHead("USER", d.IfExisting)
	w.element(d.Name)
	w.base(" ON ", d.Base)
	w.password(d.Password, d.Passhash)
	w.roles(d.Roles)
	w.accessDuration(d.Duration)
	w.clauseExpr(" COMMENT ", d.Comment)
}

func (w *printer) accessDuration(d AccessDuration) {
	keyword := " DURATION FOR "
	for _, part := range []struct {
		name string
		x    Expr
	}{{"GRANT ", d.Grant}, {"TOKEN ", d.Token}, {"SESSION ", d.Session}} {
		if part.x != nil {
			w.put(keyword, part.name)
			w.element(part.x)
			keyword = ", FOR "
		}
	}
}

func (w *printer) defineAccess(d *DefineAccess) {
	w.defineHead("ACCESS", d.IfExisting)
	w.element(d.Name)
	w.base(" ON ", d.Base)
	if d.Type != nil {
		w.put(" TYPE ")
		w.accessType(d.Type)
	}
	w.clauseExpr(" AUTHENTICATE ", d.Authenticate)
	w.accessDuration(d.Duration)
	w.clauseExpr(" COMMENT ", d.Comment)
}

func (w *printer) accessType(t AccessType) {
	switch t := t.(type) {
	case *JWTAccess:
		w.jwt(t)
	case *RecordAccess:
		w.put("RECORD")
		w.clauseExpr(" SIGNUP ", t.Signup)
		w.clauseExpr(" SIGNIN ", t.Signin)
		if t.JWT != nil {
			w.put(" WITH ")
			w.jwt(t.JWT)
			w.putIf(t.Refresh, ",") // a WITH directly after JWT is its issuer
		}
		w.putIf(t.Refresh, " WITH REFRESH")
	case *BearerAccess:
		w.put("BEARER FOR ")
		if t.Record {
			w.put("RECORD")
		} else {
			w.put("USER")
		}
		if t.JWT != nil {
			w.put(" WITH ")
			w.jwt(t.JWT)
		}
	}
}

func (w *printer) jwt(j *JWTAccess) {
	w.put("JWT ")
	if j.URL != nil {
		w.clauseExpr("URL ", j.URL)
	} else {
		w.put("ALGORITHM ", j.Algorithm)
		w.clauseExpr(" KEY ", j.Key)
	}
	if j.Issuer != nil {
		w.put(" ")
		w.jwtIssuer(j.Issuer)
	}
}

func (w *printer) jwtIssuer(i *JWTIssuer) {
	w.put("WITH ISSUER")
	w.putIf(i.Algorithm != "", " ALGORITHM "+i.Algorithm)
	w.clauseExpr(" KEY ", i.Key)
}

func (w *printer) defineModule(d *DefineModule) {
	w.defineHead("MODULE", d.IfExisting)
	if d.Name.Name != "" {
		w.put("mod::")
		w.segment(d.Name.Name)
		w.put(" AS ")
	}
	if d.Silo != nil {
		w.functionName(d.Silo)
	} else {
		w.expr(d.File)
	}
	w.permissionClause(d.Permissions)
	w.clauseExpr(" COMMENT ", d.Comment)
}

func (w *printer) apiRoutes(routes []*APIRoute) {
	for _, r := range routes {
		w.put(" ")
		w.apiRoute(r)
	}
}

func (w *printer) apiRoute(r *APIRoute) {
	w.put("FOR ")
	if len(r.Methods) == 0 {
		w.put("any")
	}
	list(w, r.Methods, func(m Ident) { w.put(lower(m.Name)) })
	if r.Config != nil {
		w.apiConfig(r.Config)
	}
	w.clauseExpr(" THEN ", r.Then)
	w.putIf(r.DropThen, " DROP THEN")
}

func (w *printer) apiConfig(c *APIConfig) {
	if len(c.Middleware) > 0 {
		w.put(" MIDDLEWARE ")
		list(w, c.Middleware, func(f *FunctionCall) { w.expr(f) })
	}
	w.permissionClause(c.Permissions)
}

// configNamed writes a configuration after its name.
func (w *printer) configNamed(c Config) {
	switch c.(type) {
	case *APIConfig:
		w.put("API")
	case *GraphQLConfig:
		w.put("GRAPHQL")
	case *DefaultConfig:
		w.put("DEFAULT")
	}
	w.config(c)
}

// config writes a configuration, of which each clause begins with a space.
func (w *printer) config(c Config) {
	switch c := c.(type) {
	case *APIConfig:
		w.apiConfig(c)
	case *GraphQLConfig:
		w.graphQL(c)
	case *DefaultConfig:
		w.clauseExpr(" NAMESPACE ", c.Namespace)
		w.clauseExpr(" DATABASE ", c.Database)
	}
}

var graphQLModes = [...]string{
	GraphQLAuto: "AUTO", GraphQLNone: "NONE", GraphQLInclude: "INCLUDE", GraphQLExclude: "EXCLUDE",
}

func (w *printer) graphQL(c *GraphQLConfig) {
	if c.Tables != GraphQLDefault {
		w.put(" TABLES ", graphQLModes[c.Tables])
		w.putIf(len(c.TableNames) > 0, " ")
		w.names(c.TableNames, ", ")
	}
	if c.Functions != GraphQLDefault {
		w.put(" FUNCTIONS ", graphQLModes[c.Functions])
	}
	if c.Depth != nil {
		w.put(" DEPTH ", strconv.FormatUint(uint64(*c.Depth), 10))
	}
	if c.Complexity != nil {
		w.put(" COMPLEXITY ", strconv.FormatUint(uint64(*c.Complexity), 10))
	}
	if c.Introspection != GraphQLDefault {
		w.put(" INTROSPECTION ", graphQLModes[c.Introspection])
	}
}

// change writes the change of a clause.
func change[T any](w *printer, c Change[T], keyword string, write func(T)) {
	switch c.Op {
	case ChangeSet:
		w.put(" ", keyword)
		write(c.Value)
	case ChangeDrop:
		w.put(" DROP ", keyword)
	}
}

func (w *printer) changeExpr(c Change[Expr], keyword string) {
	change(w, c, keyword, func(x Expr) {
		w.put(" ")
		w.element(x)
	})
}

func (w *printer) changeString(c Change[*StringLit], keyword string) {
	change(w, c, keyword, func(s *StringLit) {
		w.put(" ")
		w.quoted(s.Value)
	})
}

func (w *printer) changeFlag(c Change[Flag], keyword string) { change(w, c, keyword, func(Flag) {}) }

// alterHead writes ALTER, what is altered and IF EXISTS.
func (w *printer) alterHead(what string, ifExists bool) {
	w.put("ALTER ", what, " ")
	w.putIf(ifExists, "IF EXISTS ")
}

func (w *printer) alterNamed(what string, ifExists bool, name Ident) {
	w.alterHead(what, ifExists)
	w.name(name.Name)
}

func (w *printer) onTable(table Ident) {
	w.put(" ON ")
	w.name(table.Name)
}

func (w *printer) alter(a Alteration) {
	switch a := a.(type) {
	case *AlterSystem:
		w.put("ALTER SYSTEM")
		w.changeExpr(a.QueryTimeout, "QUERY_TIMEOUT")
		w.putIf(a.Compact, " COMPACT")
	case *AlterNamespace:
		w.put("ALTER NAMESPACE COMPACT")
	case *AlterDatabase:
		w.put("ALTER DATABASE COMPACT")
	case *AlterTable:
		w.alterTable(a)
	case *AlterField:
		w.alterField(a)
	case *AlterIndex:
		w.alterNamed("INDEX", a.IfExists, a.Name)
		w.onTable(a.Table)
		w.putIf(a.PrepareRemove, " PREPARE REMOVE")
		w.changeString(a.Comment, "COMMENT")
	case *AlterSequence:
		w.alterNamed("SEQUENCE", a.IfExists, a.Name)
		w.clauseExpr(" TIMEOUT ", a.Timeout)
	case *AlterEvent:
		w.alterNamed("EVENT", a.IfExists, a.Name)
		w.onTable(a.Table)
		w.changeExpr(a.When, "WHEN")
		change(w, a.Then, "THEN", func(then []Expr) {
			w.put(" ")
			list(w, then, w.element)
		})
		switch a.Async.Op {
		case ChangeSet:
			w.put(" ")
			w.eventAsync(a.Async.Value)
		case ChangeDrop:
			w.put(" DROP ASYNC")
		}
		w.changeString(a.Comment, "COMMENT")
	case *AlterParam:
		w.alterHead("PARAM", a.IfExists)
		w.param(a.Name.Name)
		w.clauseExpr(" VALUE ", a.Value)
		w.permissionClause(a.Permissions)
		w.changeString(a.Comment, "COMMENT")
	case *AlterBucket:
		w.alterNamed("BUCKET", a.IfExists, a.Name)
		w.changeString(a.Backend, "BACKEND")
		w.changeFlag(a.Readonly, "READONLY")
		w.permissionClause(a.Permissions)
		w.changeString(a.Comment, "COMMENT")
	case *AlterAnalyzer:
		w.alterAnalyzer(a)
	case *AlterFunction:
		w.alterHead("FUNCTION", a.IfExists)
		w.functionName(&a.Name)
		if a.Body != nil {
			w.function(a.Params, a.Returns, a.Body)
		}
		w.permissionClause(a.Permissions)
		w.changeString(a.Comment, "COMMENT")
	case *AlterUser:
		w.alterNamed("USER", a.IfExists, a.Name)
		w.base(" ON ", a.Base)
		w.password(a.Password, a.Passhash)
		w.roles(a.Roles)
		w.changeDurations(Change[*DurationLit]{}, a.Token, a.Session)
		w.changeString(a.Comment, "COMMENT")
	case *AlterAccess:
		w.alterNamed("ACCESS", a.IfExists, a.Name)
		w.base(" ON ", a.Base)
		w.changeExpr(a.Authenticate, "AUTHENTICATE")
		w.changeDurations(a.Grant, a.Token, a.Session)
		w.changeString(a.Comment, "COMMENT")
	case *AlterConfig:
		w.alterHead("CONFIG", a.IfExists)
		w.configNamed(a.Config)
		w.changeString(a.Comment, "COMMENT")
	case *AlterAPI:
		w.alterHead("API", a.IfExists)
		w.element(a.Path)
		w.apiRoutes(a.Routes)
		w.changeString(a.Comment, "COMMENT")
	case *AlterModule:
		w.alterHead("MODULE", a.IfExists)
		w.functionName(&a.Name)
		w.permissionClause(a.Permissions)
		w.changeString(a.Comment, "COMMENT")
	default:
		panic(fmt.Sprintf("surql: Print of a %T", a))
	}
}

func (w *printer) alterTable(a *AlterTable) {
	w.alterNamed("TABLE", a.IfExists, a.Name)
	if a.Type != nil {
		w.put(" ")
		w.tableType(a.Type)
	}
	w.schema(a.Schema)
	switch a.Changefeed.Op {
	case ChangeSet:
		w.changefeedClause(a.Changefeed.Value)
	case ChangeDrop:
		w.put(" DROP CHANGEFEED")
	}
	w.permissionsClause(a.Permissions)
	w.putIf(a.Compact, " COMPACT")
	w.changeString(a.Comment, "COMMENT")
}

func (w *printer) alterField(a *AlterField) {
	w.alterHead("FIELD", a.IfExists)
	w.idiom(a.Name, false)
	w.onTable(a.Table)
	change(w, a.Type, "TYPE", func(k Kind) {
		w.put(" ")
		w.kind(k)
	})
	w.changeFlag(a.Flexible, "FLEXIBLE")
	switch a.Reference.Op {
	case ChangeSet:
		w.put(" ")
		w.reference(a.Reference.Value)
	case ChangeDrop:
		w.put(" DROP REFERENCE")
	}
	switch a.Default.Op {
	case ChangeSet:
		w.put(" ")
		w.defaultClause(a.Default.Value)
	case ChangeDrop:
		w.put(" DROP DEFAULT")
	}
	w.changeFlag(a.Readonly, "READONLY")
	w.changeExpr(a.Value, "VALUE")
	w.changeExpr(a.Assert, "ASSERT")
	w.permissionsClause(a.Permissions)
	w.changeString(a.Comment, "COMMENT")
}

func (w *printer) alterAnalyzer(a *AlterAnalyzer) {
	w.alterNamed("ANALYZER", a.IfExists, a.Name)
	change(w, a.Function, "FUNCTION", func(f *FunctionName) {
		w.put(" ")
		w.functionName(f)
	})
	if w.putIf(a.Tokenizers.Op == ChangeDrop, " DROP TOKENIZERS"); a.Tokenizers.Op == ChangeSet {
		w.tokenizers(a.Tokenizers.Value)
	}
	if w.putIf(a.Filters.Op == ChangeDrop, " DROP FILTERS"); a.Filters.Op == ChangeSet {
		w.filters(a.Filters.Value)
	}
	w.changeString(a.Comment, "COMMENT")
}

func (w *printer) changeDurations(grant, token, session Change[*DurationLit]) {
	keyword := " DURATION FOR "
	for _, part := range []struct {
		name string
		c    Change[*DurationLit]
	}{{"GRANT ", grant}, {"TOKEN ", token}, {"SESSION ", session}} {
		switch part.c.Op {
		case ChangeNone:
			continue
		case ChangeSet:
			w.put(keyword, part.name, part.c.Value.Value.String())
		case ChangeDrop:
			w.put(keyword, part.name, "NONE")
		}
		keyword = ", FOR "
	}
}

func (w *printer) remove(r *RemoveStmt) {
	w.put("REMOVE ", r.Target.String(), " ")
	w.putIf(r.Expunge, "AND EXPUNGE ")
	w.putIf(r.IfExists, "IF EXISTS ")
	switch {
	case r.Function != nil:
		w.functionName(r.Function)
	case r.Config != "":
		w.put(r.Config)
	default:
		w.element(r.Name)
	}
	w.clauseExpr(" ON ", r.Table)
	w.base(" ON ", r.Base)
}
