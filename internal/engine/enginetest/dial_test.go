package enginetest_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/surrealdb/surrealdb.go"
)

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
