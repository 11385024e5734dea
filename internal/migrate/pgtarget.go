package migrate

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/devq-ai/tandem/internal/diag"
)

// A pgTarget is a PostgreSQL database that migrations are applied to.
type pgTarget struct {
	conn *pgx.Conn
	// schema is where the table of revisions is: the URL's search_path, or a
	// schema of the table's name, as the Atlas CLI has it.
	schema string
}

// openPgTarget returns nil where a diagnostic says that the server cannot be
// reached.
func openPgTarget(ctx context.Context, url string, list *diag.List) (target, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("parse the URL of the database: %w", err)
	}
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		if unreachable(err, list) {
			return nil, nil
		}
		return nil, err
	}
	schema, _, _ := strings.Cut(config.RuntimeParams["search_path"], ",")
	if schema == "" {
		schema = revisionTable
	}
	return &pgTarget{conn, schema}, nil
}

func (t *pgTarget) close(ctx context.Context) error { return t.conn.Close(ctx) }

func (t *pgTarget) table() string { return quoteIdent(t.schema) + "." + quoteIdent(revisionTable) }

// lock takes the advisory lock that the Atlas CLI takes, so that the two do not
// meet either.
func (t *pgTarget) lock(ctx context.Context, timeout time.Duration) (func() error, error) {
	h := fnv.New32()
	h.Write([]byte("atlas_migrate_execute"))
	id := int64(h.Sum32())
	for deadline := time.Now().Add(timeout); ; {
		var taken bool
		if err := t.conn.QueryRow(ctx, "SELECT pg_try_advisory_lock($1)", id).Scan(&taken); err != nil {
			return nil, err
		}
		if taken {
			break
		}
		if time.Now().After(deadline) {
			return nil, errLocked
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
	return func() error {
		if t.conn.IsClosed() { // and the lock is gone with it
			return nil
		}
		_, err := t.conn.Exec(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock($1)", id)
		return err
	}, nil
}

func (t *pgTarget) revisions(ctx context.Context) ([]*revision, error) {
	rows, err := t.conn.Query(ctx, `SELECT version, description, type, applied, total, executed_at, execution_time,
		coalesce(error, ''), coalesce(error_stmt, ''), hash, partial_hashes, operator_version
		FROM `+t.table()+` WHERE version NOT LIKE '.%' ORDER BY version COLLATE "C"`)
	if err == nil {
		var revs []*revision
		revs, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (*revision, error) {
			r := &revision{}
			return r, row.Scan(&r.Version, &r.Description, &r.Type, &r.Applied, &r.Total, &r.ExecutedAt, &r.ExecutionTime,
				&r.Error, &r.ErrorStmt, &r.Hash, &r.PartialHashes, &r.OperatorVersion)
		})
		if err == nil {
			return revs, nil
		}
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) && (pg.Code == "42P01" || pg.Code == "3F000") { // no such table or schema
		return nil, nil
	}
	return nil, fmt.Errorf("read revisions: %w", err)
}

func (t *pgTarget) prepare(ctx context.Context) error {
	_, err := t.conn.Exec(ctx, `CREATE SCHEMA IF NOT EXISTS `+quoteIdent(t.schema)+`;
		CREATE TABLE IF NOT EXISTS `+t.table()+` (
			version varchar NOT NULL PRIMARY KEY, description varchar NOT NULL,
			type bigint NOT NULL DEFAULT 2, applied bigint NOT NULL DEFAULT 0, total bigint NOT NULL DEFAULT 0,
			executed_at timestamptz NOT NULL, execution_time bigint NOT NULL, error text, error_stmt text,
			hash varchar NOT NULL, partial_hashes jsonb, operator_version varchar NOT NULL)`)
	if err != nil {
		return fmt.Errorf("make the table of revisions: %w", err)
	}
	return nil
}

// occupant does not count extensions, which are often installed for the user.
func (t *pgTarget) occupant(ctx context.Context) (string, error) {
	catalog, err := readPgCatalog(ctx, t.conn)
	if err != nil {
		return "", err
	}
	for _, o := range catalog.order {
		switch o.kind {
		case kindTable, kindView, kindMatView, kindSequence, kindFunction, kindEnum, kindDomain, kindComposite:
			if !strings.HasPrefix(o.name, revisionTable+".") && !strings.HasSuffix(o.name, "."+revisionTable) {
				return o.String(), nil
			}
		}
	}
	return "", nil
}

func (t *pgTarget) run(ctx context.Context, stmts []statement, transactional bool, change revisionChange) error {
	return runStatements(ctx, t.conn, stmts, transactional, func() error { return t.change(ctx, change) })
}

func (t *pgTarget) change(ctx context.Context, c revisionChange) error {
	r := c.revision()
	if r == nil {
		if _, err := t.conn.Exec(ctx, "DELETE FROM "+t.table()+" WHERE version = $1", c.delete); err != nil {
			return fmt.Errorf("delete revision: %w", err)
		}
		return nil
	}
	if _, err := t.conn.Exec(ctx, `INSERT INTO `+t.table()+` AS t
		(version, description, type, applied, total, executed_at, execution_time, error, error_stmt, hash, partial_hashes, operator_version)
		VALUES ($1, $2, $3, $4, $5, $6, $7, nullif($8, ''), nullif($9, ''), $10, $11, $12)
		ON CONFLICT (version) DO UPDATE SET (description, type, applied, total, executed_at, execution_time, error, error_stmt, hash, partial_hashes, operator_version)
			= (excluded.description, excluded.type, excluded.applied, excluded.total, excluded.executed_at, excluded.execution_time,
				excluded.error, excluded.error_stmt, excluded.hash, excluded.partial_hashes, excluded.operator_version)`,
		r.Version, r.Description, r.Type, r.Applied, r.Total, r.ExecutedAt, int64(r.ExecutionTime), r.Error, r.ErrorStmt, r.Hash, r.PartialHashes, r.OperatorVersion,
	); err != nil {
		return fmt.Errorf("write revision: %w", err)
	}
	return nil
}
