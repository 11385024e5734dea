package surql

import "fmt"

// Walk calls visit for n and, where visit returns true, for all nodes below it,
// in the order of the grammar. Names that are nodes by value, such as the table
// of a record id, are visited as *Ident and *FunctionName; absent ones are not
// visited.
func Walk(n Node, visit func(Node) bool) {
	if !visit(n) {
		return
	}
	w := walker{visit}
	switch n := n.(type) {
	case Expr:
		w.exprChildren(n)
	case Stmt:
		w.stmtChildren(n)
	case Kind:
		w.kindChildren(n)
	case Part:
		w.partChildren(n)
	case *KeyRange:
		walkIf(w, n.From)
		walkIf(w, n.To)
	case *GeneratedKey:
	default:
		w.clauseChildren(n)
	}
}

// Inspect calls visit for all nodes of all statements of the script, as Walk
// does.
func (s *Script) Inspect(visit func(Node) bool) {
	for _, stmt := range s.Stmts {
		Walk(stmt, visit)
	}
}

// A walker visits the children of nodes.
type walker struct {
	visit func(Node) bool
}

// walkIf walks a node of an interface type, unless it is nil.
func walkIf[T Node](w walker, n T) {
	if Node(n) != nil {
		Walk(n, w.visit)
	}
}

// walkPtr walks a node of a pointer type, unless it is nil.
func walkPtr[T any, P interface {
	*T
	Node
}](w walker, n P) {
	if n != nil {
		Walk(n, w.visit)
	}
}

func walkAll[T Node](w walker, list []T) {
	for _, n := range list {
		Walk(n, w.visit)
	}
}

func (w walker) ident(id *Ident) {
	if id.Name != "" {
		Walk(id, w.visit)
	}
}

func (w walker) idents(list []Ident) {
	for i := range list {
		Walk(&list[i], w.visit)
	}
}

func (w walker) exprChildren(x Expr) {
	switch x := x.(type) {
	case *ParenExpr:
		walkIf(w, x.X)
	case *UnaryExpr:
		walkIf(w, x.X)
	case *CastExpr:
		walkIf(w, x.Kind)
		walkIf(w, x.X)
	case *BinaryExpr:
		walkIf(w, x.X)
		walkIf(w, x.Y)
	case *MatchExpr:
		walkIf(w, x.X)
		walkIf(w, x.Y)
	case *NearestExpr:
		walkIf(w, x.X)
		walkPtr(w, x.Distance)
		walkIf(w, x.Y)
	case *RangeExpr:
		walkIf(w, x.From)
		walkIf(w, x.To)
	case *CallExpr:
		walkIf(w, x.Fun)
		walkAll(w, x.Args)
	case *FunctionCall:
		Walk(&x.Name, w.visit)
		walkAll(w, x.Args)
	case *ScriptCall:
		walkAll(w, x.Args)
	case *Idiom:
		walkIf(w, x.Start)
		walkAll(w, x.Parts)
	case *RecordID:
		w.ident(&x.Table)
		walkIf(w, x.Key)
	case *Mock:
		w.ident(&x.Table)
	case *Closure:
		walkAll(w, x.Params)
		walkIf(w, x.Returns)
		walkIf(w, x.Body)
	case *Block:
		walkAll(w, x.Stmts)
	case *ArrayLit:
		walkAll(w, x.Elems)
	case *SetLit:
		walkAll(w, x.Elems)
	case *ObjectLit:
		walkAll(w, x.Entries)
	case *Constant, *Param, *TableName, *NoneLit, *NullLit, *BoolLit, *IntLit, *FloatLit,
		*DecimalLit, *DurationLit, *StringLit, *DatetimeLit, *UUIDLit, *BytesLit, *FileLit,
		*RegexLit, *PointLit:
	default:
		w.stmtChildren(x.(Stmt))
	}
}

func (w walker) partChildren(p Part) {
	switch p := p.(type) {
	case *IndexPart:
		walkIf(w, p.X)
	case *WherePart:
		walkIf(w, p.Cond)
	case *MethodPart:
		w.ident(&p.Name)
		walkAll(w, p.Args)
	case *DestructurePart:
		walkAll(w, p.Fields)
	case *RecursePart:
		walkIf(w, p.Target)
		walkPtr(w, p.Nested)
	case *LookupPart:
		walkPtr(w, p.Fields)
		walkAll(w, p.Subjects)
		walkIf(w, p.Where)
		walkAll(w, p.Split)
		walkPtr(w, p.Group)
		walkPtr(w, p.Order)
		walkIf(w, p.Limit)
		walkIf(w, p.Start)
		walkPtr(w, p.Alias)
	}
}

func (w walker) kindChildren(k Kind) {
	switch k := k.(type) {
	case *OptionKind:
		walkIf(w, k.Elem)
	case *UnionKind:
		walkAll(w, k.Members)
	case *RecordKind:
		w.idents(k.Tables)
	case *TableKind:
		w.idents(k.Tables)
	case *GeometryKind:
		w.idents(k.Shapes)
	case *FileKind:
		w.idents(k.Buckets)
	case *ArrayKind:
		walkIf(w, k.Elem)
	case *SetKind:
		walkIf(w, k.Elem)
	case *LiteralKind:
		walkIf(w, k.Value)
	case *ObjectKind:
		walkAll(w, k.Fields)
	case *TupleKind:
		walkAll(w, k.Elems)
	}
}

func (w walker) stmtChildren(s Stmt) {
	switch s := s.(type) {
	case *ExprStmt:
		walkIf(w, s.X)
	case *UseStmt:
		walkIf(w, s.Namespace)
		walkIf(w, s.Database)
	case *LiveStmt:
		walkPtr(w, s.Fields)
		walkIf(w, s.What)
		walkIf(w, s.Where)
		walkAll(w, s.Fetch)
	case *KillStmt:
		walkIf(w, s.ID)
	case *OptionStmt:
		w.ident(&s.Name)
	case *ShowStmt:
		w.ident(&s.Table)
		walkIf(w, s.Since)
	case *AccessStmt:
		w.ident(&s.Name)
		w.ident(&s.User)
		walkPtr(w, s.Record)
		w.ident(&s.GrantID)
		walkIf(w, s.Where)
		walkPtr(w, s.Grace)
	case *SelectStmt:
		walkPtr(w, s.Fields)
		walkAll(w, s.Omit)
		walkAll(w, s.What)
		walkPtr(w, s.With)
		walkIf(w, s.Where)
		walkAll(w, s.Split)
		walkPtr(w, s.Group)
		walkPtr(w, s.Order)
		walkIf(w, s.Limit)
		walkIf(w, s.Start)
		walkAll(w, s.Fetch)
		walkIf(w, s.Version)
		walkIf(w, s.Timeout)
		walkPtr(w, s.Explain)
	case *CreateStmt:
		walkAll(w, s.What)
		walkIf(w, s.Data)
		walkPtr(w, s.Output)
		walkIf(w, s.Version)
		walkIf(w, s.Timeout)
	case *UpdateStmt:
		walkAll(w, s.What)
		walkPtr(w, s.With)
		walkIf(w, s.Data)
		walkIf(w, s.Where)
		walkPtr(w, s.Output)
		walkIf(w, s.Timeout)
		walkPtr(w, s.Explain)
	case *DeleteStmt:
		walkAll(w, s.What)
		walkPtr(w, s.With)
		walkIf(w, s.Where)
		walkPtr(w, s.Output)
		walkIf(w, s.Timeout)
		walkPtr(w, s.Explain)
	case *InsertStmt:
		walkIf(w, s.Into)
		walkIf(w, s.Value)
		walkAll(w, s.Columns)
		for _, row := range s.Rows {
			walkAll(w, row)
		}
		walkAll(w, s.OnDuplicate)
		walkPtr(w, s.Output)
		walkIf(w, s.Version)
		walkIf(w, s.Timeout)
	case *RelateStmt:
		walkIf(w, s.From)
		walkIf(w, s.Edge)
		walkIf(w, s.To)
		walkIf(w, s.Data)
		walkPtr(w, s.Output)
		walkIf(w, s.Timeout)
	case *LetStmt:
		w.ident(&s.Name)
		walkIf(w, s.Kind)
		walkIf(w, s.Value)
	case *ReturnStmt:
		walkIf(w, s.X)
		walkAll(w, s.Fetch)
	case *ThrowStmt:
		walkIf(w, s.X)
	case *ForStmt:
		w.ident(&s.Name)
		walkIf(w, s.In)
		walkPtr(w, s.Body)
	case *IfStmt:
		walkAll(w, s.Branches)
		walkIf(w, s.Else)
	case *SleepStmt:
		walkPtr(w, s.Duration)
	case *ExplainStmt:
		walkIf(w, s.X)
	case *InfoStmt:
		walkIf(w, s.Name)
		walkIf(w, s.Table)
		walkIf(w, s.Version)
	case *RebuildStmt:
		w.ident(&s.Name)
		w.ident(&s.Table)
	case *RemoveStmt:
		walkIf(w, s.Name)
		walkPtr(w, s.Function)
		walkIf(w, s.Table)
	case Definition:
		w.definitionChildren(s)
	case Alteration:
		w.alterationChildren(s)
	}
}

func (w walker) definitionChildren(d Definition) {
	switch d := d.(type) {
	case *DefineNamespace:
		walkIf(w, d.Name)
		walkIf(w, d.Comment)
	case *DefineDatabase:
		walkIf(w, d.Name)
		walkPtr(w, d.Changefeed)
		walkIf(w, d.Comment)
	case *DefineTable:
		walkIf(w, d.Name)
		walkPtr(w, d.Type)
		walkPtr(w, d.View)
		walkPtr(w, d.Changefeed)
		walkPtr(w, d.Permissions)
		walkIf(w, d.Comment)
	case *DefineField:
		walkIf(w, d.Name)
		walkIf(w, d.Table)
		walkIf(w, d.Type)
		walkPtr(w, d.Reference)
		walkPtr(w, d.Default)
		walkIf(w, d.Value)
		walkIf(w, d.Assert)
		walkIf(w, d.Computed)
		walkPtr(w, d.Permissions)
		walkIf(w, d.Comment)
	case *DefineIndex:
		walkIf(w, d.Name)
		walkIf(w, d.Table)
		walkAll(w, d.Fields)
		walkIf(w, d.Index)
		walkIf(w, d.Comment)
	case *DefineEvent:
		walkIf(w, d.Name)
		walkIf(w, d.Table)
		walkPtr(w, d.Async)
		walkIf(w, d.When)
		walkAll(w, d.Then)
		walkIf(w, d.Comment)
	case *DefineFunction:
		Walk(&d.Name, w.visit)
		walkAll(w, d.Params)
		walkIf(w, d.Returns)
		walkPtr(w, d.Body)
		walkPtr(w, d.Permissions)
		walkIf(w, d.Comment)
	case *DefineParam:
		w.ident(&d.Name)
		walkIf(w, d.Value)
		walkPtr(w, d.Permissions)
		walkIf(w, d.Comment)
	case *DefineAnalyzer:
		walkIf(w, d.Name)
		walkPtr(w, d.Function)
		w.idents(d.Tokenizers)
		walkAll(w, d.Filters)
		walkIf(w, d.Comment)
	case *DefineUser:
		walkIf(w, d.Name)
		walkPtr(w, d.Password)
		walkPtr(w, d.Passhash)
		w.idents(d.Roles)
		w.durations(d.Duration)
		walkIf(w, d.Comment)
	case *DefineAccess:
		walkIf(w, d.Name)
		walkIf(w, d.Type)
		walkIf(w, d.Authenticate)
		w.durations(d.Duration)
		walkIf(w, d.Comment)
	case *DefineSequence:
		walkIf(w, d.Name)
		walkIf(w, d.Batch)
		walkIf(w, d.Start)
		walkIf(w, d.Timeout)
	case *DefineBucket:
		walkIf(w, d.Name)
		walkIf(w, d.Backend)
		walkPtr(w, d.Permissions)
		walkIf(w, d.Comment)
	case *DefineModule:
		w.ident(&d.Name)
		walkPtr(w, d.Silo)
		walkPtr(w, d.File)
		walkPtr(w, d.Permissions)
		walkIf(w, d.Comment)
	case *DefineAPI:
		walkIf(w, d.Path)
		walkAll(w, d.Routes)
		walkIf(w, d.Comment)
	case *DefineConfig:
		walkIf(w, d.Config)
	}
}

func (w walker) durations(d AccessDuration) {
	walkIf(w, d.Grant)
	walkIf(w, d.Token)
	walkIf(w, d.Session)
}

func (w walker) alterationChildren(a Alteration) {
	switch a := a.(type) {
	case *AlterSystem:
		walkIf(w, a.QueryTimeout.Value)
	case *AlterTable:
		w.ident(&a.Name)
		walkPtr(w, a.Type)
		walkPtr(w, a.Changefeed.Value)
		walkPtr(w, a.Permissions)
		walkPtr(w, a.Comment.Value)
	case *AlterField:
		walkPtr(w, a.Name)
		w.ident(&a.Table)
		walkIf(w, a.Type.Value)
		walkPtr(w, a.Reference.Value)
		walkPtr(w, a.Default.Value)
		walkIf(w, a.Value.Value)
		walkIf(w, a.Assert.Value)
		walkPtr(w, a.Permissions)
		walkPtr(w, a.Comment.Value)
	case *AlterIndex:
		w.ident(&a.Name)
		w.ident(&a.Table)
		walkPtr(w, a.Comment.Value)
	case *AlterSequence:
		w.ident(&a.Name)
		walkIf(w, a.Timeout)
	case *AlterEvent:
		w.ident(&a.Name)
		w.ident(&a.Table)
		walkIf(w, a.When.Value)
		walkAll(w, a.Then.Value)
		walkPtr(w, a.Async.Value)
		walkPtr(w, a.Comment.Value)
	case *AlterParam:
		w.ident(&a.Name)
		walkIf(w, a.Value)
		walkPtr(w, a.Permissions)
		walkPtr(w, a.Comment.Value)
	case *AlterBucket:
		w.ident(&a.Name)
		walkPtr(w, a.Backend.Value)
		walkPtr(w, a.Permissions)
		walkPtr(w, a.Comment.Value)
	case *AlterAnalyzer:
		w.ident(&a.Name)
		walkPtr(w, a.Function.Value)
		w.idents(a.Tokenizers.Value)
		walkAll(w, a.Filters.Value)
		walkPtr(w, a.Comment.Value)
	case *AlterFunction:
		Walk(&a.Name, w.visit)
		walkAll(w, a.Params)
		walkIf(w, a.Returns)
		walkPtr(w, a.Body)
		walkPtr(w, a.Permissions)
		walkPtr(w, a.Comment.Value)
	case *AlterUser:
		w.ident(&a.Name)
		walkPtr(w, a.Password)
		walkPtr(w, a.Passhash)
		w.idents(a.Roles)
		walkPtr(w, a.Token.Value)
		walkPtr(w, a.Session.Value)
		walkPtr(w, a.Comment.Value)
	case *AlterAccess:
		w.ident(&a.Name)
		walkIf(w, a.Authenticate.Value)
		walkPtr(w, a.Grant.Value)
		walkPtr(w, a.Token.Value)
		walkPtr(w, a.Session.Value)
		walkPtr(w, a.Comment.Value)
	case *AlterConfig:
		walkIf(w, a.Config)
		walkPtr(w, a.Comment.Value)
	case *AlterAPI:
		walkIf(w, a.Path)
		walkAll(w, a.Routes)
		walkPtr(w, a.Comment.Value)
	case *AlterModule:
		Walk(&a.Name, w.visit)
		walkPtr(w, a.Permissions)
		walkPtr(w, a.Comment.Value)
	}
}

// clauseChildren visits the children of nodes that are parts of others.
func (w walker) clauseChildren(n Node) {
	switch n := n.(type) {
	case *ClosureParam:
		w.ident(&n.Name)
		walkIf(w, n.Kind)
	case *FunctionParam:
		w.ident(&n.Name)
		walkIf(w, n.Kind)
	case *ObjectEntry:
		w.ident(&n.Key)
		walkIf(w, n.Value)
	case *ObjectKindField:
		w.ident(&n.Key)
		walkIf(w, n.Kind)
	case *DestructureField:
		w.ident(&n.Name)
		walkPtr(w, n.Nested)
		walkIf(w, n.Value)
	case *LookupSubject:
		w.ident(&n.Table)
		walkPtr(w, n.Range)
		w.ident(&n.Field)
	case *Distance:
		walkIf(w, n.Order)
	case *Fields:
		walkAll(w, n.Items)
	case *Field:
		walkIf(w, n.X)
		walkPtr(w, n.Alias)
	case *With:
		w.idents(n.Indexes)
	case *Group:
		walkAll(w, n.By)
	case *Order:
		walkAll(w, n.By)
	case *OrderBy:
		walkPtr(w, n.Idiom)
	case *SetData:
		walkAll(w, n.Items)
	case *UnsetData:
		walkAll(w, n.Fields)
	case *ValueData:
		walkIf(w, n.X)
	case *Assignment:
		walkPtr(w, n.Target)
		walkIf(w, n.Value)
	case *Output:
		walkPtr(w, n.Fields)
	case *IfBranch:
		walkIf(w, n.Cond)
		walkIf(w, n.Body)
	case *Changefeed:
		walkPtr(w, n.Expiry)
	case *TableType:
		w.idents(n.From)
		w.idents(n.To)
	case *View:
		walkPtr(w, n.Fields)
		w.idents(n.From)
		walkIf(w, n.Where)
		walkPtr(w, n.Group)
	case *Permission:
		walkIf(w, n.Cond)
	case *Permissions:
		walkPtr(w, n.All)
		walkAll(w, n.For)
	case *PermissionFor:
		walkPtr(w, n.Permission)
	case *Default:
		walkIf(w, n.X)
	case *Reference:
		walkIf(w, n.Then)
	case *CountIndex:
		walkIf(w, n.Where)
	case *FulltextIndex:
		w.ident(&n.Analyzer)
	case *HNSWIndex:
		walkPtr(w, n.Distance)
		walkIf(w, n.LM)
	case *JWTAccess:
		walkIf(w, n.Key)
		walkIf(w, n.URL)
		walkPtr(w, n.Issuer)
	case *JWTIssuer:
		walkIf(w, n.Key)
	case *RecordAccess:
		walkIf(w, n.Signup)
		walkIf(w, n.Signin)
		walkPtr(w, n.JWT)
	case *BearerAccess:
		walkPtr(w, n.JWT)
	case *APIRoute:
		w.idents(n.Methods)
		walkPtr(w, n.Config)
		walkIf(w, n.Then)
	case *APIConfig:
		walkAll(w, n.Middleware)
		walkPtr(w, n.Permissions)
	case *GraphQLConfig:
		w.idents(n.TableNames)
	case *DefaultConfig:
		walkIf(w, n.Namespace)
		walkIf(w, n.Database)
	case *Ident, *FunctionName, *Explain, *UniqueIndex, *EventAsync, *Filter:
	default:
		panic(fmt.Sprintf("surql: Walk of a %T", n))
	}
}
