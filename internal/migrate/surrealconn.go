package migrate

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	surrealdb "github.com/surrealdb/surrealdb.go"

	"github.com/devq-ai/tandem/internal/diag"
	"github.com/devq-ai/tandem/internal/source"
	"github.com/devq-ai/tandem/internal/surql"
)

// A surrealURL is ws://user:password@host:port/namespace/database, with the
// option auth=root|namespace|database for the kind of user.
type surrealURL struct {
	endpoint            string
	namespace, database string
	auth                surrealdb.Auth
}

// parseSurrealURL reads a URL. Its errors do not quote it, for the password.
func parseSurrealURL(raw string) (*surrealURL, error) {
	u, err := url.Parse(raw)
	if err != nil {
		return nil, errors.New("the URL of the SurrealDB database cannot be parsed: it must look like ws://user:password@host:port/namespace/database")
	}
	path := strings.Split(strings.Trim(u.Path, "/"), "/")
	if (u.Scheme != "ws" && u.Scheme != "wss") || u.Host == "" || len(path) != 2 || path[0] == "" || path[1] == "" {
		return nil, fmt.Errorf("the URL of the SurrealDB database at %q must look like ws://user:password@host:port/namespace/database", u.Host)
	}
	s := &surrealURL{endpoint: u.Scheme + "://" + u.Host, namespace: path[0], database: path[1]}
	s.auth.Username = u.User.Username()
	s.auth.Password, _ = u.User.Password()
	switch level := u.Query().Get("auth"); level {
	case "", "root":
	case "namespace":
		s.auth.Namespace = s.namespace
	case "database":
		s.auth.Namespace, s.auth.Database = s.namespace, s.database
	default:
		return nil, fmt.Errorf("option auth in the URL is %q; it must be root, namespace or database", level)
	}
	return s, nil
}

// connectSurreal signs in and chooses the database. It returns nil where a
// diagnostic says that the server cannot be reached.
func connectSurreal(ctx context.Context, u *surrealURL, list *diag.List) (*surrealdb.DB, error) {
	refuse := func(what string, err error) (*surrealdb.DB, error) {
		if ctx.Err() != nil {
			return nil, fmt.Errorf("%s %s: %w", what, u.endpoint, err)
		}
		list.Errorf(source.Span{}, diag.MigrateUnreachable, "%s %s: %s", what, u.endpoint, oneLineError(err)).
			WithHelp("check that the server runs and that the URL names its host, port, user, namespace and database")
		return nil, nil
	}
	db, err := surrealdb.FromEndpointURLString(ctx, u.endpoint)
	if err != nil {
		return refuse("connect to", err)
	}
	if u.auth.Username != "" {
		if _, err := db.SignIn(ctx, u.auth); err != nil {
			return refuse("sign in to", errors.Join(err, db.Close(context.WithoutCancel(ctx))))
		}
	}
	// The first use of a database makes it, which two clients can try at once.
	if err := retryConflict(ctx, func() error { return db.Use(ctx, u.namespace, u.database) }); err != nil {
		return refuse("use the database on", errors.Join(err, db.Close(context.WithoutCancel(ctx))))
	}
	return db, nil
}

// querySurreal runs a query and returns the result of its last statement.
func querySurreal[T any](ctx context.Context, db *surrealdb.DB, text string, vars map[string]any) (last T, err error) {
	results, err := surrealdb.Query[T](ctx, db, text, vars)
	if err != nil {
		return last, err
	}
	for _, r := range *results {
		last = r.Result
	}
	return last, nil
}

var (
	// What the engine says of each statement of a transaction but the one that
	// failed.
	reNotExecuted = regexp.MustCompile(`^The query was not executed due to a `)
	reParseError  = regexp.MustCompile(`--> \[(\d+):(\d+)\]`)
)

// runSurreal runs statements and then those of finish, which may use vars, all
// of them in a transaction where asked.
func runSurreal(ctx context.Context, db *surrealdb.DB, stmts []statement, transactional bool, finish string, vars map[string]any) error {
	if transactional {
		return runInTransaction(ctx, db, stmts, finish, vars)
	}
	for _, s := range stmts {
		if _, err := surrealdb.Query[any](ctx, db, s.Text, nil); err != nil {
			return &stmtError{s, err}
		}
	}
	if finish == "" {
		return nil
	}
	_, err := surrealdb.Query[any](ctx, db, finish, vars)
	return err
}

// runInTransaction sends all statements at once: the engine gives one result
// for each, in order, of which BEGIN's is the first.
func runInTransaction(ctx context.Context, db *surrealdb.DB, stmts []statement, finish string, vars map[string]any) error {
	var b strings.Builder
	b.WriteString("BEGIN;\n")
	for _, s := range stmts {
		b.WriteString(s.Text + ";\n")
	}
	b.WriteString(finish + "COMMIT;\n")
	results, err := surrealdb.Query[any](ctx, db, b.String(), vars)
	if err == nil {
		return nil
	}
	if results == nil {
		return refusedAsAWhole(err, b.String(), stmts)
	}
	for i, r := range *results {
		if r.Error == nil || reNotExecuted.MatchString(r.Error.Message) {
			continue
		}
		if n := i - 1; n >= 0 && n < len(stmts) {
			return &stmtError{stmts[n], r.Error}
		}
	}
	if n := len(stmts); n > 0 {
		return &stmtError{stmts[n-1], err} // the commit failed
	}
	return err
}

// refusedAsAWhole finds the statement in which the engine found a syntax error.
func refusedAsAWhole(err error, text string, stmts []statement) error {
	m := reParseError.FindStringSubmatch(err.Error())
	if m == nil {
		return err
	}
	line, _ := strconv.Atoi(m[1])
	column, _ := strconv.Atoi(m[2])
	at := source.NewFile("", text).Offset(line, column)
	from := 0
	for _, s := range stmts {
		i := strings.Index(text[from:], s.Text)
		if from += i; at < from+len(s.Text) {
			return &stmtError{s, err}
		}
		from += len(s.Text)
	}
	return err
}

// parseSurreal parses a file, or adds its errors.
func parseSurreal(f *source.File, list *diag.List) *surql.Script {
	script, errs := surql.Parse(f, surql.Options{Engine: surql.V3_1})
	list.Merge(errs)
	return script
}

// splitSurreal splits a migration file into its statements.
func splitSurreal(f *source.File, list *diag.List) []statement {
	script := parseSurreal(f, list)
	if list.HasErrors() {
		return nil
	}
	stmts := make([]statement, 0, len(script.Stmts))
	for _, s := range script.Stmts {
		switch s.(type) {
		case *surql.BeginStmt, *surql.CommitStmt, *surql.CancelStmt:
			list.Errorf(s.Span(), diag.MigrateSyntax, "a migration runs in a transaction of its own").
				WithHelp("leave out BEGIN, COMMIT and CANCEL")
		}
		stmts = append(stmts, statement{s.Span().Text(), s.Span().Start})
	}
	return stmts
}
