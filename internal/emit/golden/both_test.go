package golden

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	platformdb "github.com/devq-ai/tandem/internal/emit/testdata/golden/both"
	"github.com/devq-ai/tandem/internal/engine/enginetest"
	"github.com/devq-ai/tandem/store"
)

func TestBothEnginesAreOneDataLayer(t *testing.T) {
	ctx := t.Context()
	cfg := store.ConfigFromURLs(enginetest.Postgres(t), enginetest.Surreal(t))
	_, err := platformdb.Open(ctx, cfg)
	require.ErrorIs(t, err, store.ErrSchema, "the migrations it was generated for are not applied")

	cfg.SkipMigrationCheck = true
	db, err := platformdb.Open(ctx, cfg)
	require.NoError(t, err)
	t.Cleanup(db.Close)
	assert.Equal(t, store.StatusUp, db.Health(ctx).Status())
	assert.Len(t, db.Stats().Pools, 2)

	_, err = db.Surreal().Query(ctx, "DEFINE TABLE article SCHEMALESS;", nil)
	require.NoError(t, err)
	article := platformdb.Article{
		ID: platformdb.NewArticleID(1), Author: platformdb.NewAuthorID("ada"), Title: "t", Rating: 1, Tags: []string{"a"},
		CreatedAt: time.Unix(1, 0).UTC(),
	}
	stop := errors.New("stop")
	err = db.InSurrealTx(ctx, func(ctx context.Context, tx platformdb.SurrealRepositories) error {
		require.NoError(t, tx.Articles.PutArticle(ctx, article))
		return stop
	})
	require.ErrorIs(t, err, stop)
	_, err = db.Articles.GetArticle(ctx, article.ID)
	require.ErrorIs(t, err, store.ErrNotFound)
	require.NoError(t, db.InSurrealTx(ctx, func(ctx context.Context, tx platformdb.SurrealRepositories) error {
		return tx.Articles.PutArticle(ctx, article)
	}))
	got, err := db.Articles.GetArticle(ctx, article.ID)
	require.NoError(t, err)
	assert.Equal(t, article, got)
}
