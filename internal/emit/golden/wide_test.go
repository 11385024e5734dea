package golden

import (
	"fmt"
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	widedb "github.com/devq-ai/tandem/internal/emit/testdata/golden/wide"
	"github.com/devq-ai/tandem/internal/emit/testdata/golden/wide/graphdb"
	"github.com/devq-ai/tandem/internal/engine/enginetest"
	"github.com/devq-ai/tandem/store"
	"github.com/devq-ai/tandem/store/surreal"
	"github.com/devq-ai/tandem/store/surreal/cbor"
)

func TestRowsOfManyFieldsAreCheckedWhole(t *testing.T) {
	ctx := t.Context()
	db, err := widedb.Open(ctx, store.ConfigFromURLs("", enginetest.Surreal(t)))
	require.NoError(t, err)
	t.Cleanup(db.Close)
	row := widedb.Wide{ID: widedb.NewWideID(1)}
	v := reflect.ValueOf(&row).Elem()
	for i := 1; i < v.NumField(); i++ {
		switch f := v.Field(i); f.Kind() {
		case reflect.Int64:
			f.SetInt(int64(i))
		case reflect.Pointer:
			f.Set(reflect.ValueOf(ptr(int64(i))))
		}
	}
	got, err := db.Wide.PutWide(ctx, row)
	require.NoError(t, err)
	assert.Equal(t, row, got)

	for _, lost := range []int{0, 63, 99} {
		var e cbor.Encoder
		e.Map(100)
		e.Key("id")
		surreal.EncodeRecordID(&e, row.ID.RecordID())
		for i := range 100 {
			if i != lost {
				e.Key(fmt.Sprintf("f%d", i))
				e.Int(1)
			}
		}
		_, err := graphdb.New(canned(e.Bytes())).PutWide(ctx, row)
		assert.EqualError(t, err, fmt.Sprintf(`query PutWide: expected a field "f%d", found none`, lost))
	}
}

func TestListsOfAKindKnownOnlyAtRunTime(t *testing.T) {
	ctx := t.Context()
	db, err := widedb.Open(ctx, store.ConfigFromURLs("", enginetest.Surreal(t)))
	require.NoError(t, err)
	t.Cleanup(db.Close)
	for _, list := range []widedb.EchoListList{widedb.EchoListListArray{2, 1}, widedb.EchoListListSet{1, 2}} {
		got, err := db.Wide.EchoList(ctx, list)
		require.NoError(t, err)
		assert.ElementsMatch(t, []int64{1, 2}, got)
	}
	for _, list := range [][]int64{nil, {}, {1}} {
		got, err := db.Wide.EchoMaybe(ctx, list)
		require.NoError(t, err)
		assert.Equal(t, list, got, "no list is not an empty one")
	}
}
