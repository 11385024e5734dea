package golden

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	namesdb "github.com/devq-ai/tandem/internal/emit/testdata/golden/names"
	"github.com/devq-ai/tandem/internal/engine/enginetest"
	"github.com/devq-ai/tandem/store"
	"github.com/devq-ai/tandem/store/surreal"
)

func TestAwkwardNamesReachTheEngineAsTheyAre(t *testing.T) {
	db, err := namesdb.Open(t.Context(), store.ConfigFromURLs("", enginetest.Surreal(t)))
	require.NoError(t, err)
	t.Cleanup(db.Close)
	schema, err := os.ReadFile(filepath.Join("..", "testdata", "golden", "names", "schema.surql"))
	require.NoError(t, err)
	_, err = db.Surreal().Query(t.Context(), string(schema)+"CREATE type_meta SET error = 'nil';", nil)
	require.NoError(t, err)

	more, err := surreal.NewValue(true)
	require.NoError(t, err)
	content := namesdb.PutTypeContent{
		Func: "f", UserID: 1, UserID2: 2, X名前: "n", Extra: "e",
		Meta: namesdb.TypeMeta2{Extra: 3, Extra2: map[string]surreal.Value{"more": more}},
	}
	id := namesdb.NewTypeID("a b`c")
	put, err := db.ContextLinux.PutType(t.Context(), id, content)
	require.NoError(t, err)
	assert.Equal(t, namesdb.Type{ID: id, Func: "f", UserID: 1, UserID2: 2, X名前: "n", Extra: "e", Meta: content.Meta}, put)
	all, err := db.ContextLinux.Select(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []namesdb.Type{put}, all)
	values, err := db.ContextLinux.Decode(t.Context(), 1, 2, 3, 4, "5", 6, 7, 8, 9, 10, 11, namesdb.NewTypeID("x"))
	require.NoError(t, err)
	assert.Equal(t, "[1, 2, 3, 4, '5', 6, 7, 8, 9, 10, 11, type:x]", values.String())
	metas, err := db.ContextLinux.Errors(t.Context())
	require.NoError(t, err)
	require.Len(t, metas, 1)
	assert.Equal(t, namesdb.TypeMetaErrorNil, metas[0].Error)
}
