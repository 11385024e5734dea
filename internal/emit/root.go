package emit

import (
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"
	"github.com/devq-ai/tandem/internal/ir"
	"github.com/devq-ai/tandem/internal/names"
)

// A root is the root package.
type root struct {
	*emitter
	engines    []*rootEngine
	aliases    map[qualified]bool // what the root package re-exports
	declared   map[string]declaration
	unexported *names.Scope // the package's unexported names
	fileNames  *names.Scope
}

type qualified struct{ importPath, name string }

// A rootEngine is the part of the root package that belongs to one engine.
type rootEngine struct {
	engine  ir.Engine
	title   string // the engine's name in comments
	word    string // the engine's name in identifiers
	runtime string // import path of the engine's pool
	queries string // import path of the package with its Queries
	// connection is the type that the package's New takes, and querier what
	// gives one of a pool or a transaction.
	connection *jen.Statement
	querier    func(pool *jen.Statement) *jen.Statement
	migration  string // the version that the code is generated for
	repos      []*repository
}

// field is the field of DB that holds the engine's pool.
func (e *rootEngine) field() string { return strings.ToLower(e.word) }

// set is the struct of the engine's repositories.
func (e *rootEngine) set() string { return e.word + "Repositories" }

// dbMembers are the fields and methods of DB that are always there. No
// repository can have such a name.
var dbMembers = []string{"Group", "Close", "Health", "Stats", "Postgres", "Surreal", "InPostgresTx", "InSurrealTx", "PostgresRepositories", "SurrealRepositories"}

func newRoot(e *emitter) (*root, error) {
	r := &root{
		emitter:    e,
		aliases:    map[qualified]bool{},
		declared:   map[string]declaration{},
		unexported: names.NewScope(),
		fileNames:  names.NewScope("db", "postgres_types", "surreal_types"),
	}
	for _, name := range []string{"DB", "Open"} {
		r.declare(name, own(name))
	}
	if sub := e.opts.Postgres; sub != nil {
		r.engines = append(r.engines, &rootEngine{
			engine: ir.PostgreSQL, title: "PostgreSQL", word: "Postgres", runtime: pgPath, queries: sub.ImportPath,
			connection: jen.Qual(sub.ImportPath, "DBTX"),
			querier:    func(pool *jen.Statement) *jen.Statement { return pool.Dot("Pgx").Call() },
			migration:  e.opts.PostgresMigration,
		})
	}
	if sub := e.opts.Surreal; sub != nil {
		r.engines = append(r.engines, &rootEngine{
			engine: ir.SurrealDB, title: "SurrealDB", word: "Surreal", runtime: surrealPath, queries: sub.ImportPath,
			connection: jen.Qual(surrealPath, "Querier"),
			querier:    func(pool *jen.Statement) *jen.Statement { return pool },
			migration:  e.opts.SurrealMigration,
		})
	}
	r.engines = slices.DeleteFunc(r.engines, func(engine *rootEngine) bool { return len(e.queryFiles(engine.engine)) == 0 })
	for _, engine := range r.engines {
		r.declare(engine.set(), own(engine.set()))
	}
	r.declareAliases()
	for _, engine := range r.engines {
		for _, f := range e.queryFiles(engine.engine) {
			repo, err := r.repository(f)
			if err != nil {
				return nil, err
			}
			engine.repos = append(engine.repos, repo)
		}
	}
	return r, nil
}

func (r *root) repository(f *ir.QueryFile) (*repository, error) {
	if f.Engine == ir.SurrealDB {
		return r.surrealRepository(f), nil
	}
	return r.postgresRepository(f)
}

// alias is the qualifier of the root package: it names what the package
// re-exports without its package.
func (r *root) alias(importPath, name string) *jen.Statement {
	if r.aliases[qualified{importPath, name}] {
		return jen.Id(name)
	}
	return jen.Qual(importPath, name)
}

func (r *root) render() {
	r.plan("db.go", r.renderDB)
	r.renderAliases()
	for _, engine := range r.engines {
		for _, repo := range engine.repos {
			r.plan(repo.goFile, func(f *jen.File) { r.renderRepository(f, repo, engine.queries) })
		}
	}
}

// plan plans a file of the root package.
func (r *root) plan(name string, write func(f *jen.File)) {
	r.file("", name, r.opts.ImportPath, r.opts.Package, write)
}

// renderDB writes db.go.
func (r *root) renderDB(f *jen.File) {
	var titles []string
	for _, engine := range r.engines {
		titles = append(titles, engine.title)
	}
	f.PackageComment("// Package " + r.opts.Package + " is the typed data layer over " + strings.Join(titles, " and ") + ".")
	f.Comment("With a runtime that this code was not generated for, it does not compile.")
	f.Const().Id("_").Op("=").Qual(storePath, "GeneratedForV1")

	f.Comment("DB holds the connection pools and the repositories over them. It is safe for")
	f.Comment("concurrent use.")
	f.Type().Id("DB").StructFunc(func(g *jen.Group) {
		g.Op("*").Qual(storePath, "Group")
		for _, engine := range r.engines {
			g.Id(engine.set())
		}
		g.Line()
		for _, engine := range r.engines {
			g.Id(engine.field()).Op("*").Qual(engine.runtime, "Pool")
		}
	})
	r.renderOpen(f)
	for _, engine := range r.engines {
		r.renderEngine(f, engine)
	}
}

func (r *root) renderOpen(f *jen.File) {
	f.Comment("Open connects to the engines, all at the same time, and verifies that the")
	f.Comment("migrations that this code was generated for are applied. The caller closes the")
	f.Comment("DB.")
	f.Func().Id("Open").Params(
		jen.Id("ctx").Qual("context", "Context"), jen.Id("cfg").Qual(storePath, "Config"),
	).Params(jen.Op("*").Id("DB"), jen.Error()).BlockFunc(func(g *jen.Group) {
		g.Id("db").Op(":=").Op("&").Id("DB").Values()
		g.List(jen.Id("group"), jen.Err()).Op(":=").Qual(storePath, "OpenAll").CallFunc(func(g *jen.Group) {
			g.Line().Id("ctx")
			g.Id("cfg")
			for _, engine := range r.engines {
				g.Line().Qual(storePath, "Opening").Call(
					jen.Op("&").Id("db").Dot(engine.field()), jen.Qual(engine.runtime, "Open"), jen.Lit(engine.migration))
			}
			g.Line()
		})
		g.If(jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Nil(), jen.Err()))
		g.Id("db").Dot("Group").Op("=").Id("group")
		for _, engine := range r.engines {
			pool := jen.Id("db").Dot(engine.field())
			g.Id("db").Dot(engine.set()).Op("=").Id("new"+engine.set()).Call(
				engine.querier(pool.Clone()), pool.Clone().Dot("Runner").Call())
		}
		g.Return(jen.Id("db"), jen.Nil())
	})
}

// renderEngine writes what DB has of one engine: its repositories, its pool and
// its transactions.
func (r *root) renderEngine(f *jen.File, engine *rootEngine) {
	set := engine.set()
	f.Commentf("%s are the repositories over %s:", set, engine.title)
	f.Comment("those of a DB, or those bound to a transaction.")
	f.Type().Id(set).StructFunc(func(g *jen.Group) {
		for _, repo := range engine.repos {
			g.Id(repo.field).Id(repo.typ)
		}
	})

	f.Func().Id("new"+set).Params(
		jen.Id("db").Add(engine.connection), jen.Id("runner").Op("*").Qual(storePath, "Runner"),
	).Id(set).Block(
		jen.Id("queries").Op(":=").Qual(engine.queries, "New").Call(jen.Id("db")),
		jen.Return(jen.Id(set).Values(jen.DictFunc(func(d jen.Dict) {
			for _, repo := range engine.repos {
				d[jen.Id(repo.field)] = jen.Id(repo.impl).Values(jen.Id("queries"), jen.Id("runner"))
			}
		}))),
	)

	f.Commentf("%s returns the pool of connections to %s.", engine.word, engine.title)
	f.Func().Params(jen.Id("db").Op("*").Id("DB")).Id(engine.word).Params().Op("*").Qual(engine.runtime, "Pool").Block(
		jen.Return(jen.Id("db").Dot(engine.field())),
	)

	name := "In" + engine.word + "Tx"
	ctx := jen.Id("ctx").Qual("context", "Context")
	f.Commentf("%s runs fn in a transaction, which is committed if fn returns nil", name)
	f.Comment("and rolled back otherwise. Only what fn does through tx is part of it.")
	f.Func().Params(jen.Id("db").Op("*").Id("DB")).Id(name).Params(
		ctx.Clone(),
		jen.Id("fn").Func().Params(ctx.Clone(), jen.Id("tx").Id(set)).Error(),
		jen.Id("opts").Op("...").Qual(storePath, "TxOption"),
	).Error().Block(
		jen.Return(jen.Id("db").Dot(engine.field()).Dot("InTx").Call(
			jen.Id("ctx"),
			jen.Qual(storePath, "NewTxOptions").Call(jen.Id("opts").Op("...")),
			jen.Func().Params(ctx.Clone(), jen.Id("tx").Op("*").Qual(engine.runtime, "Tx")).Error().Block(
				jen.Return(jen.Id("fn").Call(jen.Id("ctx"),
					jen.Id("new"+set).Call(engine.querier(jen.Id("tx")), jen.Id("tx").Dot("Runner").Call()))),
			),
		)),
	)
}
