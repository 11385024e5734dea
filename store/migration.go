package store

import (
	"fmt"
)

// RevisionsTable is the table in which Atlas, and Tandem for SurrealDB, keep
// what was applied to a database.
const RevisionsTable = "atlas_schema_revisions"

// A Revision is one row of RevisionsTable.
type Revision struct {
	Version string
	Applied int // statements applied
	Total   int // statements in the file
	Error   string
	// Baseline says that the database was not migrated to this version but
	// declared to have it.
	Baseline bool
}

// VerifyRevision returns an error that wraps ErrSchema if the revisions of a
// database do not say that the migration with the given version was applied
// wholly. Later migrations do not matter. A later baseline stands for all
// before it.
func VerifyRevision(version string, revisions []Revision) error {
	for _, r := range revisions {
		switch {
		case r.Baseline && r.Version >= version:
			return nil
		case r.Version != version:
		case r.Error != "":
			return fmt.Errorf("%w: migration %s failed when it was applied: %s", ErrSchema, version, r.Error)
		case r.Applied < r.Total:
			return fmt.Errorf("%w: migration %s was applied in part: %d of its %d statements", ErrSchema, version, r.Applied, r.Total)
		default:
			return nil
		}
	}
	return fmt.Errorf("%w: migration %s was not applied to the database, whose latest is %s; apply the migrations first",
		ErrSchema, version, latest(revisions))
}

func latest(revisions []Revision) string {
	var version string
	for _, r := range revisions {
		version = max(version, r.Version)
	}
	if version == "" {
		return "none"
	}
	return version
}
