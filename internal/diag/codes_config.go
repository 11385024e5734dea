package diag

// Codes of the configuration and of the output.
const (
	ConfigMissing       Code = "config/missing"
	ConfigSyntax        Code = "config/syntax"
	ConfigUnknownKey    Code = "config/unknown-key"
	ConfigInvalid       Code = "config/invalid"
	ConfigUnknownEngine Code = "config/unknown-engine"
	ConfigNoFiles       Code = "config/no-files"
	ConfigUnknownEnv    Code = "config/unknown-env"
	OutputWrite         Code = "output/write"
	OutputForeignFile   Code = "output/foreign-file"
	OutputNameClash     Code = "output/name-clash"
)

func init() {
	register(
		Info{ConfigMissing, "the configuration file does not exist", "(no sqlc.yaml in the working directory)"},
		Info{ConfigSyntax, "the configuration file cannot be parsed", "version: \"2\n"},
		Info{ConfigUnknownKey, "the configuration has a key that Tandem does not know", "version: \"2\"\noptions:\n  tandem: { pakage: db }\n"},
		Info{ConfigInvalid, "a configuration value is missing or cannot be used", "version: \"2\"\noptions:\n  tandem: { package: \"my-db\", out: gen }\n"},
		Info{ConfigUnknownEngine, "a sql block names an engine that Tandem does not support", "version: \"2\"\nsql:\n  - { engine: mysql, schema: s, queries: q }\noptions:\n  tandem: { package: db, out: gen }\n"},
		Info{ConfigNoFiles, "a configured folder holds no files of its kind", "(surreal.schema names an empty folder)"},
		Info{ConfigUnknownEnv, "atlas.hcl has no environment of that name", "(tandem migrate diff --env nowhere)"},
		Info{OutputWrite, "generated files cannot be written", "(the output folder is read-only)"},
		Info{OutputForeignFile, "a file that Tandem did not write stands where generated code belongs", "(a hand-written db.go in the output folder)"},
		Info{OutputNameClash, "two things would get the same name in the generated code", "(a table and a query type that are both called Note)"},
	)
}
