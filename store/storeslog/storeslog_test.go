package storeslog_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/devq-ai/tandem/store"
	"github.com/devq-ai/tandem/store/storeslog"
)

var q = &store.Query{Engine: store.SurrealDB, Name: "Recall", File: "surql/queries/notes.surql", Line: 4}

// logged returns what is logged of a call, or nil.
func logged(t *testing.T, options storeslog.Options, err error) map[string]any {
	t.Helper()
	var out bytes.Buffer
	o := storeslog.NewObserver(slog.New(slog.NewJSONHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug})), options)
	o.End(o.Start(t.Context(), q), q, err)
	if out.Len() == 0 {
		return nil
	}
	var line map[string]any
	require.NoError(t, json.Unmarshal(out.Bytes(), &line))
	return line
}

func TestOnlySlowQueriesAreLogged(t *testing.T) {
	assert.Nil(t, logged(t, storeslog.Options{}, nil))
	assert.Nil(t, logged(t, storeslog.Options{Slow: -1}, nil))
	assert.Nil(t, logged(t, storeslog.Options{Slow: time.Hour}, nil))
	line := logged(t, storeslog.Options{Slow: 1}, nil)
	assert.Equal(t, "slow query", line["msg"])
	assert.Equal(t, "WARN", line["level"])
	assert.Equal(t, "Recall", line["query"])
	assert.Equal(t, "surql/queries/notes.surql", line["file"])
	assert.EqualValues(t, 4, line["line"])
	assert.Positive(t, line["took"])
}

func TestFailuresAreLoggedAtTheLevelTheyDeserve(t *testing.T) {
	for kind, level := range map[store.Kind]string{
		store.KindNotFound: "DEBUG", store.KindConflict: "DEBUG", store.KindForeignKey: "DEBUG", store.KindCheck: "DEBUG", store.KindCanceled: "DEBUG",
		store.KindSerialization: "WARN", store.KindTimeout: "WARN", store.KindUnavailable: "WARN",
		store.KindDecode: "ERROR", store.KindPermission: "ERROR", store.KindSchema: "ERROR", store.KindOther: "ERROR",
	} {
		line := logged(t, storeslog.Options{}, &store.Error{Kind: kind, Engine: store.SurrealDB, Query: q, Line: 9, Err: errors.New("why")})
		assert.Equal(t, "query failed", line["msg"])
		assert.Equal(t, level, line["level"], kind)
		assert.Equal(t, kind.String(), line["kind"])
		assert.EqualValues(t, 9, line["line"], "the statement's line, not the query's")
		assert.Contains(t, line["error"], "why")
	}
	assert.Equal(t, "ERROR", logged(t, storeslog.Options{}, errors.New("odd"))["level"])
	mine := storeslog.Options{Level: func(store.Kind) slog.Level { return slog.LevelInfo }}
	assert.Equal(t, "INFO", logged(t, mine, errors.New("odd"))["level"])
}
