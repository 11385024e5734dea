package enginetest_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/surrealdb/surrealdb.go"

	"github.com/devq-ai/tandem/internal/engine/enginetest"
)

func TestMain(m *testing.M) { enginetest.Main(m) }

func TestPostgresGivesEachTestItsOwnEmptyDatabase(t *testing.T) {
	first, second := enginetest.Postgres(t), enginetest.Postgres(t)
	for _, address := range []string{first, second} {
		conn, err := pgx.Connect(t.Context(), address)
		require.NoError(t, err)
		_, err = conn.Exec(t.Context(), "CREATE TABLE mine (id int)")
		assert.NoError(t, err, "another test's table is in the way")
		require.NoError(t, conn.Close(t.Context()))
	}
}

func TestPostgresDropsTheDatabaseAfterTheTest(t *testing.T) {
	var dropped string
	t.Run("a test that keeps a connection open", func(t *testing.T) {
		dropped = enginetest.Postgres(t)
		_, err := pgx.Connect(t.Context(), dropped)
		require.NoError(t, err)
	})
	_, err := pgx.Connect(t.Context(), dropped)
	require.ErrorContains(t, err, "does not exist")
}

func TestSurrealGivesEachTestItsOwnNamespace(t *testing.T) {
	first, second := enginetest.Surreal(t), enginetest.Surreal(t)
	assert.NotEqual(t, first, second)
	for _, address := range []string{first, second} {
		conn := dial(t, address)
		_, err := surrealdb.Query[any](t.Context(), conn, "CREATE ONLY mine:1", nil)
		assert.NoError(t, err, "another test's record is in the way")
	}
}

// dial connects as a user of the URL would.
func dial(t *testing.T, address string) *surrealdb.DB {
	t.Helper()
	u, err := url.Parse(address)
	require.NoError(t, err)
	conn, err := surrealdb.FromEndpointURLString(t.Context(), "ws://"+u.Host)
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close(t.Context()) })
	password, _ := u.User.Password()
	_, err = conn.SignIn(t.Context(), map[string]any{"user": u.User.Username(), "pass": password})
	require.NoError(t, err)
	namespace, database, _ := strings.Cut(strings.TrimPrefix(u.Path, "/"), "/")
	require.NoError(t, conn.Use(t.Context(), namespace, database))
	return conn
}
