package surqlcheck

import (
	"github.com/devq-ai/tandem/internal/diag"
	"github.com/devq-ai/tandem/internal/surql"
)

// alter applies an ALTER statement to the definition it changes. Definitions
// are copied, never changed in place: a caller may hold the old one.
func (c *Catalog) alter(stmt surql.Alteration, l *diag.List) {
	switch stmt := stmt.(type) {
	case *surql.AlterTable:
		alter(c, stmt, l, stmt.IfExists, objectKey{kind: ObjectTable, name: stmt.Name.Name}, func(def *surql.DefineTable) {
			if stmt.Type != nil {
				def.Type = stmt.Type
			}
			if stmt.Schema != surql.SchemaDefault {
				def.Schema = stmt.Schema
			}
			change(&def.Changefeed, stmt.Changefeed)
			if stmt.Permissions != nil {
				def.Permissions = stmt.Permissions
			}
			changeComment(&def.Comment, stmt.Comment)
		})
		if o := c.lookup(ObjectTable, "", stmt.Name.Name); o != nil && stmt.Type != nil {
			c.remake(o)
		}
	case *surql.AlterField:
		key := objectKey{ObjectField, stmt.Table.Name, pathText(fieldPath(stmt.Name))}
		c.own(key, stmt)
		alter(c, stmt, l, stmt.IfExists, key, func(def *surql.DefineField) {
			change(&def.Type, stmt.Type)
			changeFlag(&def.Flexible, stmt.Flexible)
			changeFlag(&def.Readonly, stmt.Readonly)
			change(&def.Value, stmt.Value)
			change(&def.Assert, stmt.Assert)
			change(&def.Default, stmt.Default)
			change(&def.Reference, stmt.Reference)
			if stmt.Permissions != nil {
				def.Permissions = stmt.Permissions
			}
			changeComment(&def.Comment, stmt.Comment)
		})
	case *surql.AlterIndex:
		alter(c, stmt, l, stmt.IfExists, objectKey{ObjectIndex, stmt.Table.Name, stmt.Name.Name}, func(def *surql.DefineIndex) {
			changeComment(&def.Comment, stmt.Comment)
		})
	case *surql.AlterSequence:
		alter(c, stmt, l, stmt.IfExists, objectKey{kind: ObjectSequence, name: stmt.Name.Name}, func(def *surql.DefineSequence) {
			if stmt.Timeout != nil {
				def.Timeout = stmt.Timeout
			}
		})
	case *surql.AlterEvent:
		alter(c, stmt, l, stmt.IfExists, objectKey{ObjectEvent, stmt.Table.Name, stmt.Name.Name}, func(def *surql.DefineEvent) {
			change(&def.When, stmt.When)
			change(&def.Then, stmt.Then)
			change(&def.Async, stmt.Async)
			changeComment(&def.Comment, stmt.Comment)
		})
	case *surql.AlterParam:
		alter(c, stmt, l, stmt.IfExists, objectKey{kind: ObjectParam, name: stmt.Name.Name}, func(def *surql.DefineParam) {
			if stmt.Value != nil {
				def.Value = stmt.Value
			}
			if stmt.Permissions != nil {
				def.Permissions = stmt.Permissions
			}
			changeComment(&def.Comment, stmt.Comment)
		})
	case *surql.AlterBucket:
		alter(c, stmt, l, stmt.IfExists, objectKey{kind: ObjectBucket, name: stmt.Name.Name}, func(def *surql.DefineBucket) {
			changeLiteral(&def.Backend, stmt.Backend)
			changeFlag(&def.Readonly, stmt.Readonly)
			if stmt.Permissions != nil {
				def.Permissions = stmt.Permissions
			}
			changeComment(&def.Comment, stmt.Comment)
		})
	case *surql.AlterAnalyzer:
		alter(c, stmt, l, stmt.IfExists, objectKey{kind: ObjectAnalyzer, name: stmt.Name.Name}, func(def *surql.DefineAnalyzer) {
			change(&def.Function, stmt.Function)
			change(&def.Tokenizers, stmt.Tokenizers)
			change(&def.Filters, stmt.Filters)
			changeComment(&def.Comment, stmt.Comment)
		})
	case *surql.AlterFunction:
		alter(c, stmt, l, stmt.IfExists, objectKey{kind: ObjectFunction, name: stmt.Name.Path}, func(def *surql.DefineFunction) {
			if stmt.Body != nil {
				def.Params, def.Returns, def.Body = stmt.Params, stmt.Returns, stmt.Body
			}
			if stmt.Permissions != nil {
				def.Permissions = stmt.Permissions
			}
			changeComment(&def.Comment, stmt.Comment)
		})
	case *surql.AlterUser:
		key := objectKey{ObjectUser, baseName(stmt.Base), stmt.Name.Name}
		alter(c, stmt, l, stmt.IfExists, key, func(def *surql.DefineUser) {
			if stmt.Password != nil || stmt.Passhash != nil {
				def.Password, def.Passhash = stmt.Password, stmt.Passhash
			}
			if stmt.Roles != nil {
				def.Roles = stmt.Roles
			}
			changeLiteral(&def.Duration.Token, stmt.Token)
			changeLiteral(&def.Duration.Session, stmt.Session)
			changeComment(&def.Comment, stmt.Comment)
		})
	case *surql.AlterAccess:
		key := objectKey{ObjectAccess, baseName(stmt.Base), stmt.Name.Name}
		alter(c, stmt, l, stmt.IfExists, key, func(def *surql.DefineAccess) {
			change(&def.Authenticate, stmt.Authenticate)
			changeLiteral(&def.Duration.Grant, stmt.Grant)
			changeLiteral(&def.Duration.Token, stmt.Token)
			changeLiteral(&def.Duration.Session, stmt.Session)
			changeComment(&def.Comment, stmt.Comment)
		})
	case *surql.AlterConfig:
		alter(c, stmt, l, stmt.IfExists, objectKey{kind: ObjectConfig, name: configName(stmt.Config)}, func(def *surql.DefineConfig) {
			def.Config = stmt.Config
		})
	case *surql.AlterAPI:
		name, _ := surql.NameOf(stmt.Path)
		alter(c, stmt, l, stmt.IfExists, objectKey{kind: ObjectAPI, name: name}, func(def *surql.DefineAPI) {
			def.Routes = alterRoutes(def.Routes, stmt.Routes)
			changeComment(&def.Comment, stmt.Comment)
		})
	case *surql.AlterModule:
		alter(c, stmt, l, stmt.IfExists, objectKey{kind: ObjectModule, name: stmt.Name.Path}, func(def *surql.DefineModule) {
			if stmt.Permissions != nil {
				def.Permissions = stmt.Permissions
			}
			changeComment(&def.Comment, stmt.Comment)
		})
	case *surql.AlterSystem, *surql.AlterNamespace, *surql.AlterDatabase:
		// They tune or compact the engine and define nothing.
	}
}

// alter changes a copy of the definition that the key names.
func alter[D any, P interface {
	*D
	surql.Definition
}](c *Catalog, stmt surql.Alteration, l *diag.List, ifExists bool, key objectKey, edit func(P)) {
	o := c.objects[key]
	if o == nil {
		if !ifExists {
			missing(l, stmt.Span(), &Object{Kind: key.kind, Table: key.table, Name: key.name}, c.names(key.kind, key.table))
		}
		return
	}
	def := *o.Def.(P)
	edit(&def)
	o.Def = P(&def)
}

func change[T any](clause *T, c surql.Change[T]) {
	switch c.Op {
	case surql.ChangeSet:
		*clause = c.Value
	case surql.ChangeDrop:
		var none T
		*clause = none
	}
}

// changeLiteral is change for a clause that DEFINE takes as any expression and
// ALTER as a literal only.
func changeLiteral[T surql.Expr](clause *surql.Expr, c surql.Change[T]) {
	switch c.Op {
	case surql.ChangeSet:
		*clause = c.Value
	case surql.ChangeDrop:
		*clause = nil
	}
}

func changeComment(clause *surql.Expr, c surql.Change[*surql.StringLit]) { changeLiteral(clause, c) }

func changeFlag(clause *bool, c surql.Change[surql.Flag]) {
	if c.Op != surql.ChangeNone {
		*clause = c.Op == surql.ChangeSet
	}
}

// alterRoutes replaces the routes whose methods an ALTER gives anew.
func alterRoutes(routes, changes []*surql.APIRoute) []*surql.APIRoute {
	methods := func(r *surql.APIRoute) string {
		var names string
		for _, m := range r.Methods {
			names += m.Name + " "
		}
		return names
	}
	out := append([]*surql.APIRoute(nil), routes...)
	for _, change := range changes {
		replaced := false
		for i, r := range out {
			if methods(r) != methods(change) {
				continue
			}
			merged := *r
			if change.Config != nil {
				merged.Config = change.Config
			}
			if change.Then != nil || change.DropThen {
				merged.Then = change.Then
			}
			out[i], replaced = &merged, true
		}
		if !replaced {
			out = append(out, change)
		}
	}
	return out
}
