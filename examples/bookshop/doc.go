// Package bookshop is a small consumer of Tandem: a shop keeps its stock and
// its orders in PostgreSQL and what its readers like in SurrealDB.
//
//	go generate                               writes db/ from the schemas and queries
//	go tool tandem migrate diff NAME          plans the migrations of both databases
//	go tool tandem dev run -- go test ./...   runs the tests on real engines
package bookshop

//go:generate go tool tandem generate
