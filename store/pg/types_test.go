package pg_test

import (
	"reflect"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

type mood string

// TestTypesOfTheDatabaseNeedNoRegistration writes and reads each type as the
// code that sqlc generates does, and copies it, which is binary.
func TestTypesOfTheDatabaseNeedNoRegistration(t *testing.T) {
	p := open(t, `
		CREATE EXTENSION citext;
		CREATE TYPE mood AS ENUM ('fine', 'bad');
		CREATE DOMAIN positive AS int CHECK (VALUE > 0);
		CREATE DOMAIN slug AS text;
		CREATE DOMAIN handle AS citext;
		CREATE DOMAIN feeling AS mood;
		CREATE TYPE pair AS (a int, b text);
		CREATE DOMAIN pairs AS pair;
		CREATE TABLE t (m mood, ms mood[], c citext, cs citext[], p positive, ps positive[], s slug, ss slug[],
			h handle, f feeling, fs feeling[])`, nil)
	p.Pgx().Reset() // the connections that know the types are made after them
	bad := mood("bad")
	for column, value := range map[string]any{
		"m": mood("fine"), "ms": []mood{"fine", "bad"}, "c": "aBc", "cs": []string{"a", "B"},
		"p": int32(4), "ps": []int32{4, 5}, "s": "a", "ss": []string{"a"}, "h": "x", "f": &bad, "fs": []mood{"bad"},
	} {
		t.Run(column, func(t *testing.T) {
			ctx := t.Context()
			_, err := p.Pgx().Exec(ctx, "DELETE FROM t")
			require.NoError(t, err)
			_, err = p.Pgx().Exec(ctx, "INSERT INTO t ("+column+") VALUES ($1)", value)
			require.NoError(t, err)
			_, err = p.Pgx().CopyFrom(ctx, pgx.Identifier{"t"}, []string{column}, pgx.CopyFromRows([][]any{{value}}))
			require.NoError(t, err)
			rows, err := p.Pgx().Query(ctx, "SELECT "+column+" FROM t")
			require.NoError(t, err)
			defer rows.Close()
			n := 0
			for ; rows.Next(); n++ {
				got := reflect.New(reflect.TypeOf(value))
				require.NoError(t, rows.Scan(got.Interface()))
				assert.Equal(t, value, got.Elem().Interface())
			}
			require.NoError(t, rows.Err())
			assert.Equal(t, 2, n)
		})
	}
}
