package diag

// Codes of migrations.
const (
	MigrateUnreachable   Code = "migrate/unreachable"
	MigrateSchema        Code = "migrate/schema"
	MigrateReplay        Code = "migrate/replay"
	MigrateNotPlanned    Code = "migrate/not-planned"
	MigrateNotProven     Code = "migrate/not-proven"
	MigrateDataLoss      Code = "migrate/data-loss"
	MigrateExistingRows  Code = "migrate/existing-rows"
	MigrateChecksum      Code = "migrate/checksum"
	MigrateFileName      Code = "migrate/file-name"
	MigrateCheckpoint    Code = "migrate/checkpoint"
	MigrateSyntax        Code = "migrate/syntax"
	MigrateHistory       Code = "migrate/history"
	MigrateOutOfOrder    Code = "migrate/out-of-order"
	MigrateNotClean      Code = "migrate/not-clean"
	MigrateLocked        Code = "migrate/locked"
	MigrateFailed        Code = "migrate/failed"
	MigrateNoDown        Code = "migrate/no-down"
	MigrateNothingToDown Code = "migrate/nothing-to-revert"
)

func init() {
	register(
		Info{MigrateUnreachable, "the database server cannot be reached or refuses the connection", "(no server listens at the URL)"},
		Info{MigrateSchema, "the database rejects a file of the desired schema", "CREATE TABLE agents (id bigserial PRIMARY KEY, name txet);\n"},
		Info{MigrateReplay, "a file of the migration directory fails on an empty database", "(20260101000000_init.sql alters a table that no file creates)"},
		Info{MigrateNotPlanned, "the schema differs in an object or a change that Tandem does not plan", "CREATE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int);\n"},
		Info{MigrateNotProven, "the planned migration was tried and does not lead to the desired schema", "(a column's values cannot be cast to its new type)"},
		Info{MigrateDataLoss, "the planned migration deletes data", "(a column is gone from the desired schema)"},
		Info{MigrateExistingRows, "the planned migration can fail on, or leaves behind, rows that exist already", "(a new column is NOT NULL and has no default)"},
		Info{MigrateChecksum, "the migration directory differs from its atlas.sum", "(a migration file was edited by hand)"},
		Info{MigrateFileName, "a migration file's name is not VERSION_NAME with a version of its own", "(two files that both begin with 20260101000000_)"},
		Info{MigrateCheckpoint, "a migration file is a checkpoint, which stands for those before it and which Tandem does not apply", "-- atlas:checkpoint\n\nCREATE TABLE agents (id bigint);\n"},
		Info{MigrateSyntax, "a migration file cannot be split into statements", "CREATE TABLE agents (name text DEFAULT 'unclosed);\n"},
		Info{MigrateHistory, "a migration that the database has applied was changed or is missing", "(the file of an applied version was deleted)"},
		Info{MigrateOutOfOrder, "a pending migration is older than one that is applied", "(a merged branch brings 20260101000000 after 20260201000000 was applied)"},
		Info{MigrateNotClean, "the database holds objects but no revisions", "(tandem migrate apply on a database that was made by hand)"},
		Info{MigrateLocked, "somebody else is migrating the database", "(two deployments apply at the same time)"},
		Info{MigrateFailed, "a statement of a migration failed on the database", "(a UNIQUE index over duplicate rows)"},
		Info{MigrateNoDown, "an applied migration has no down file", "(down/20260101000000_init.sql was deleted)"},
		Info{MigrateNothingToDown, "there is no applied migration to revert", "(tandem migrate down on an empty database)"},
	)
}
