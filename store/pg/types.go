package pg

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
)

// userTypes are the types of the database that pgx does not know by itself and
// that generated code has Go types for: enums, domains and citext. Domains
// come after what they are made of, because it is older.
const userTypes = `
SELECT oid, typarray, typname, typtype::text, typbasetype FROM pg_catalog.pg_type
WHERE oid >= 16384 AND (typtype IN ('e', 'd') OR typname = 'citext') ORDER BY oid`

type userType struct {
	OID, Array uint32
	Name, Kind string
	Base       uint32
}

// registerTypes makes the database's own types known to a new connection.
// Without that, pgx cannot encode a []Mood where Mood is a string type and the
// parameter an array of an enum.
func registerTypes(ctx context.Context, conn *pgx.Conn) error {
	// The connection's cache of statements is not for a query that runs once.
	rows, err := conn.Query(ctx, userTypes, pgx.QueryExecModeSimpleProtocol)
	if err != nil {
		return fmt.Errorf("list the database's types: %w", err)
	}
	types, err := pgx.CollectRows(rows, pgx.RowToStructByPos[userType])
	if err != nil {
		return fmt.Errorf("list the database's types: %w", err)
	}
	m := conn.TypeMap()
	for _, t := range types {
		codec := t.codec(m)
		if codec == nil {
			continue // a domain over a type that pgx does not know either
		}
		element := &pgtype.Type{Name: t.Name, OID: t.OID, Codec: codec}
		m.RegisterType(element)
		if t.Array != 0 {
			m.RegisterType(&pgtype.Type{Name: "_" + t.Name, OID: t.Array, Codec: &pgtype.ArrayCodec{ElementType: element}})
		}
	}
	return nil
}

func (t userType) codec(m *pgtype.Map) pgtype.Codec {
	switch t.Kind {
	case "e":
		return &pgtype.EnumCodec{}
	case "d":
		if base, ok := m.TypeForOID(t.Base); ok {
			return base.Codec
		}
		return nil
	default: // citext
		return pgtype.TextCodec{}
	}
}
