package migrate

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	atlas "ariga.io/atlas/sql/migrate"
	"ariga.io/atlas/sql/postgres"
	"ariga.io/atlas/sql/schema"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/devq-ai/tandem/internal/diag"
	"github.com/devq-ai/tandem/internal/source"
)

// A devServer is a PostgreSQL server on which throw-away databases are made.
type devServer struct {
	config *pgx.ConnConfig
	admin  *pgx.Conn
	made   []string
}

func openDevServer(ctx context.Context, url string) (*devServer, error) {
	if url == "" {
		return nil, errors.New("planning a PostgreSQL migration needs a dev server")
	}
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("parse the URL of the dev server: %w", err)
	}
	admin, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	return &devServer{config: config, admin: admin}, nil
}

// database makes an empty database and returns how to connect to it.
func (s *devServer) database(ctx context.Context) (*pgx.ConnConfig, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	name := "tandem_dev_" + strings.ToLower(rand.Text()[:12])
	// Once begun it is not cancelled: a server can go on making a database that
	// nobody would drop.
	if _, err := s.admin.Exec(context.WithoutCancel(ctx), "CREATE DATABASE "+quoteIdent(name)+" TEMPLATE template0"); err != nil {
		return nil, fmt.Errorf("make a throw-away database: %w", err)
	}
	s.made = append(s.made, name)
	config := s.config.Copy()
	config.Database = name
	return config, nil
}

// close drops the databases that were made, even when ctx is done.
func (s *devServer) close(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
	defer cancel()
	if s.admin.IsClosed() { // a cancelled query takes its connection with it
		admin, err := pgx.ConnectConfig(ctx, s.config)
		if err != nil {
			return fmt.Errorf("drop the throw-away databases %s: %w", strings.Join(s.made, ", "), err)
		}
		s.admin = admin
	}
	var errs []error
	for _, name := range s.made {
		if _, err := s.admin.Exec(ctx, "DROP DATABASE IF EXISTS "+quoteIdent(name)+" WITH (FORCE)"); err != nil {
			errs = append(errs, fmt.Errorf("drop the throw-away database %s: %w", name, err))
		}
	}
	return errors.Join(append(errs, s.admin.Close(ctx))...)
}

// unreachable adds a diagnostic where err says that there is no talking to the
// server, and reports whether it did.
func unreachable(err error, list *diag.List) bool {
	var connect *pgconn.ConnectError
	if !errors.As(err, &connect) || errors.Is(err, context.Canceled) {
		return false
	}
	list.Errorf(source.Span{}, diag.MigrateUnreachable, "%s", oneLineError(connect)).
		WithHelp("check that the server runs and that the URL names its host, port, user and database")
	return true
}

func oneLineError(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }

// readRealm returns what Atlas sees of a database.
func readRealm(ctx context.Context, config *pgx.ConnConfig) (*schema.Realm, error) {
	db := stdlib.OpenDB(*config)
	defer db.Close()
	driver, err := postgres.Open(db)
	if err != nil {
		return nil, fmt.Errorf("inspect database: %w", err)
	}
	realm, err := driver.InspectRealm(ctx, nil)
	if err != nil {
		return nil, fmt.Errorf("inspect database: %w", err)
	}
	return realm, nil
}

// A stmtError is a statement that a database refused.
type stmtError struct {
	stmt statement
	err  error
}

func (e *stmtError) Error() string { return e.err.Error() }
func (e *stmtError) Unwrap() error { return e.err }

// span returns where in the file the statement went wrong: the place that
// PostgreSQL names, or else the statement.
func (e *stmtError) span(f *source.File) source.Span {
	start := e.stmt.Offset
	var pg *pgconn.PgError
	if errors.As(e.err, &pg) && pg.Position > 0 {
		at := byteOffset(e.stmt.Text, int(pg.Position)-1)
		return f.Span(start+at, start+at+wordLength(e.stmt.Text[at:]))
	}
	return f.Span(start, start+len(e.stmt.Text))
}

// byteOffset returns the offset of the character with the given index.
func byteOffset(s string, characters int) int {
	at := 0
	for ; characters > 0 && at < len(s); characters-- {
		_, size := utf8.DecodeRuneInString(s[at:])
		at += size
	}
	return at
}

func wordLength(s string) int {
	if loc := reWord.FindStringIndex(s); loc != nil && loc[0] == 0 {
		return loc[1]
	}
	_, size := utf8.DecodeRuneInString(s)
	return size
}

// message returns what a database has to say, without codes and file names.
func message(err error) string {
	var pg *pgconn.PgError
	if !errors.As(err, &pg) {
		return oneLineError(err)
	}
	message := pg.Message
	if pg.Detail != "" {
		message += ": " + pg.Detail
	}
	return strings.Join(strings.Fields(message), " ")
}

func hint(err error) string {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Hint
	}
	return ""
}

var (
	reTransaction = regexp.MustCompile(`(?i)^(?:BEGIN|START\s+TRANSACTION|COMMIT|END|ABORT|ROLLBACK)\b`)
	reRollbackTo  = regexp.MustCompile(`(?i)^ROLLBACK\s+(?:WORK\s+|TRANSACTION\s+)?TO\b`)
)

// splitPostgres splits a migration file as the Atlas CLI does.
func splitPostgres(f *source.File, list *diag.List) []statement {
	stmts, err := (&postgres.Driver{}).ScanStmts(f.Text)
	if err != nil {
		list.Errorf(f.Span(0, 0), diag.MigrateSyntax, "cannot split %s into statements: %s", f.Path, oneLineError(err))
		return nil
	}
	split := statements(f.Text, stmts)
	for _, s := range split {
		if transactional(f.Text) && reTransaction.MatchString(s.Text) && !reRollbackTo.MatchString(s.Text) {
			list.Errorf(f.Span(s.Offset, s.Offset+len(s.Text)), diag.MigrateSyntax, "a migration runs in a transaction of its own").
				WithHelp("leave out BEGIN, COMMIT and ROLLBACK, or begin the file with the line -- atlas:txmode none")
		}
	}
	return split
}

// statements finds where each statement begins: Atlas counts from after a
// delimiter directive.
func statements(text string, stmts []*atlas.Stmt) []statement {
	found := make([]statement, 0, len(stmts))
	from := 0
	for _, s := range stmts {
		if i := strings.Index(text[from:], s.Text); i >= 0 {
			from += i
		}
		found = append(found, statement{s.Text, from})
		from += len(s.Text)
	}
	return found
}

// delimited returns text where Atlas's scanner finds the planned statements in
// it, and otherwise the same with a delimiter that no statement holds.
func delimited(text, head string, changes []Change) string {
	stmts, err := (&postgres.Driver{}).ScanStmts(text)
	if err == nil && len(stmts) == len(changes) {
		same := true
		for i, s := range stmts {
			same = same && strings.TrimSuffix(s.Text, ";") == changes[i].Cmd
		}
		if same {
			return text
		}
	}
	const delimiter = "-- end of statement"
	var b strings.Builder
	fmt.Fprintf(&b, "-- atlas:delimiter %s\n%s\n", delimiter, head)
	for _, c := range changes {
		fmt.Fprintf(&b, "-- %s\n%s;\n%s\n\n", strings.ReplaceAll(c.Comment, "\n", " "), c.Cmd, delimiter)
	}
	return b.String()
}

// runStatements runs statements one by one and then calls finish, all of it in a
// transaction where asked.
func runStatements(ctx context.Context, conn *pgx.Conn, stmts []statement, transactional bool, finish func() error) (err error) {
	if _, err := conn.Exec(ctx, "RESET ALL"); err != nil {
		return err
	}
	if transactional {
		if _, err := conn.Exec(ctx, "BEGIN"); err != nil {
			return err
		}
		defer func() {
			end := "COMMIT"
			if err != nil {
				end = "ROLLBACK"
			}
			if _, e := conn.Exec(context.WithoutCancel(ctx), end); e != nil && err == nil {
				err = e
				if n := len(stmts); n > 0 { // a deferred constraint
					err = &stmtError{stmts[n-1], e}
				}
			}
		}()
	}
	for _, s := range stmts {
		if _, err := conn.PgConn().Exec(ctx, s.Text).ReadAll(); err != nil {
			return &stmtError{s, err}
		}
	}
	return finish()
}

func nothing() error { return nil }

// replayPostgres runs all files of a migration directory.
func replayPostgres(ctx context.Context, config *pgx.ConnConfig, dir *directory, list *diag.List) error {
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	for _, f := range dir.files {
		stmts := dir.split(f, list)
		if list.HasErrors() {
			return nil
		}
		err := runStatements(ctx, conn, stmts, transactional(f.Text), nothing)
		var failed *stmtError
		if ctx.Err() == nil && errors.As(err, &failed) {
			list.Errorf(failed.span(f.File), diag.MigrateReplay, "migration %s fails on an empty database: %s", f.base, message(err)).WithHelp("%s", hint(err))
			return nil
		}
		if err != nil {
			return fmt.Errorf("replay %s: %w", f.base, err)
		}
	}
	return nil
}

// buildDesired runs the files of the desired schema, each in a transaction.
func buildDesired(ctx context.Context, config *pgx.ConnConfig, files []*source.File, list *diag.List) error {
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	for _, f := range files {
		if err := buildDesiredFile(ctx, conn, f, list); err != nil || list.HasErrors() {
			return err
		}
	}
	return nil
}

// buildDesiredFile sends the file as a whole, so that PostgreSQL alone decides
// where its statements end.
func buildDesiredFile(ctx context.Context, conn *pgx.Conn, f *source.File, list *diag.List) error {
	before, err := readRoles(ctx, conn)
	if err != nil {
		return err
	}
	if _, err := conn.Exec(ctx, "BEGIN"); err != nil {
		return fmt.Errorf("read schema %s: %w", f.Path, err)
	}
	defer conn.Exec(context.WithoutCancel(ctx), "ROLLBACK")
	results := conn.PgConn().Exec(ctx, f.Text)
	done := 0
	for results.NextResult() {
		if _, err := results.ResultReader().Close(); err == nil {
			done++
		}
	}
	if err := results.Close(); err != nil {
		var pg *pgconn.PgError
		if ctx.Err() != nil || !errors.As(err, &pg) {
			return fmt.Errorf("read schema %s: %w", f.Path, err)
		}
		failed := &stmtError{statement{f.Text, 0}, err}
		if pg.Position == 0 {
			failed.stmt = statement{}
			if stmts, err := (&postgres.Driver{}).ScanStmts(f.Text); err == nil && done < len(stmts) {
				failed.stmt = statements(f.Text, stmts)[done]
			}
		}
		list.Errorf(failed.span(f), diag.MigrateSchema, "%s", message(err)).WithHelp("%s", hint(err))
		return nil
	}
	if conn.PgConn().TxStatus() != 'T' {
		list.Errorf(f.Span(0, 0), diag.MigrateSchema, "the schema file %s ends the transaction that it is read in", f.Path).
			WithHelp("leave out BEGIN, COMMIT and ROLLBACK")
		return nil
	}
	after, err := readRoles(ctx, conn)
	if err != nil {
		return err
	}
	refuseRoles(before, after, f, list)
	if list.HasErrors() {
		return nil
	}
	if _, err := conn.Exec(ctx, "COMMIT"); err != nil { // deferred constraints
		list.Errorf(f.Span(0, 0), diag.MigrateSchema, "%s", message(err))
		return nil
	}
	_, err = conn.Exec(ctx, "RESET ALL")
	return err
}

// refuseRoles adds an error for each role that a schema file makes, changes or
// drops.
func refuseRoles(before, after map[string]string, f *source.File, list *diag.List) {
	changed := map[string]string{}
	for name := range before {
		if _, stays := after[name]; !stays {
			changed[name] = "drops"
		}
	}
	for name, definition := range after {
		if was, existed := before[name]; !existed {
			changed[name] = "creates"
		} else if was != definition {
			changed[name] = "changes"
		}
	}
	for _, name := range slices.Sorted(maps.Keys(changed)) {
		list.Errorf(readPgSource([]*source.File{f}).role(name), diag.MigrateNotPlanned, "not planned: role %s, which the schema %s: roles belong to the server, not to a database", name, changed[name]).
			WithHelp("manage the server's roles outside the schema")
	}
}

// readRoles returns the server's roles by name, with their memberships.
func readRoles(ctx context.Context, conn *pgx.Conn) (map[string]string, error) {
	rows, err := conn.Query(ctx, `SELECT r.rolname, concat_ws(' ', to_jsonb(r),
		(SELECT jsonb_agg(to_jsonb(m) ORDER BY m.roleid, m.grantor) FROM pg_catalog.pg_auth_members m WHERE m.member = r.oid)) FROM pg_catalog.pg_roles r`)
	if err != nil {
		return nil, fmt.Errorf("read roles: %w", err)
	}
	roles := map[string]string{}
	var name, definition string
	_, err = pgx.ForEachRow(rows, []any{&name, &definition}, func() error { roles[name] = definition; return nil })
	if err != nil {
		return nil, fmt.Errorf("read roles: %w", err)
	}
	return roles, nil
}
