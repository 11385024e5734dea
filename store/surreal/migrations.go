package surreal

import (
	"context"
	"errors"
	"fmt"

	"github.com/devq-ai/tandem/store"
	"github.com/devq-ai/tandem/store/surreal/cbor"
)

const revisionsQuery = `SELECT version, applied ?? 0 AS applied, total ?? 0 AS total, error ?? '' AS error, type ?? 0 AS type FROM ` +
	store.RevisionsTable

// revisionBaseline is the bit of a revision's type by which Atlas says that
// the database was declared to have the version.
const revisionBaseline = 1

// CheckMigrations returns an error that is store.ErrSchema if the database
// lacks the migration with the given version, or if it was not applied wholly.
// If the pool is optional and the server is away, it returns nil and the check
// is made when the server is back: until it succeeds the pool stays out of use.
func (p *Pool) CheckMigrations(ctx context.Context, version string) error {
	if version == "" {
		return nil
	}
	err := p.verify(ctx, version)
	if p.optional && isAway(ctx, err) {
		p.postpone(version, err)
		return nil
	}
	return p.runner.OpError(ctx, "check migrations", err)
}

func (p *Pool) verify(ctx context.Context, version string) error {
	share, err := p.join(ctx)
	if err != nil {
		return err
	}
	defer p.leave(share)
	return verify(ctx, share.conn(), version)
}

// verify looks for the migration with the given version.
func verify(ctx context.Context, c *conn, version string) error {
	var revisions []store.Revision
	r, err := newQuery(nil, revisionsQuery, nil)
	if err != nil {
		return err
	}
	statements, err := c.query(ctx, r, revisionsQuery)
	failure, failed := errors.AsType[*StatementError](err)
	switch {
	case failed && kindOf(failure.Kind, failure.DetailKind, failure.Message).Kind == store.KindSchema:
		// There is no such table: nothing was ever applied.
	case err != nil:
		return err
	case len(statements) != 1:
		return malformed("table of revisions", fmt.Errorf("%d results", len(statements)))
	default:
		if revisions, err = decodeRevisions(statements[0].result); err != nil {
			return err
		}
	}
	return store.VerifyRevision(version, revisions)
}

func decodeRevisions(data []byte) ([]store.Revision, error) {
	d := cbor.NewDecoder(data)
	revisions := cbor.DecodeArray(d, func(d *cbor.Decoder) (r store.Revision) {
		fields(d, func(name string) {
			switch name {
			case "version":
				r.Version = d.String()
			case "applied":
				r.Applied = int(d.Int())
			case "total":
				r.Total = int(d.Int())
			case "error":
				r.Error = d.String()
			case "type":
				r.Baseline = d.Int()&revisionBaseline != 0
			default:
				d.Skip()
			}
		})
		return r
	})
	return revisions, malformed("table of revisions", d.Finish())
}
