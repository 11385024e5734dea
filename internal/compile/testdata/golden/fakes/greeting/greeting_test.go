package greeting_test

import (
	"context"
	"errors"
	"iter"
	"maps"
	"testing"

	mailerdb "github.com/devq-ai/tandem/internal/compile/testdata/golden/fakes/gen"
	"github.com/devq-ai/tandem/internal/compile/testdata/golden/fakes/gen/mailerdbfake"
	"github.com/devq-ai/tandem/internal/compile/testdata/golden/fakes/greeting"
	"github.com/devq-ai/tandem/store/fake"
	"github.com/devq-ai/tandem/store/surreal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	ada = mailerdb.User{ID: mailerdb.NewUserID("ada"), Email: "ada@example.com"}
	bob = mailerdb.User{ID: mailerdb.NewUserID("bob"), Email: "bob@example.com"}
)

// users returns a double that has ungreeted users.
func users(ungreeted ...mailerdb.User) *mailerdbfake.UsersRepository {
	rows := map[mailerdb.User]error{}
	for _, user := range ungreeted {
		rows[user] = nil
	}
	return &mailerdbfake.UsersRepository{
		UngreetedFunc:  func(context.Context) (iter.Seq2[mailerdb.User, error], error) { return maps.All(rows), nil },
		SetGreetedFunc: func(context.Context, mailerdb.SetGreetedParams) error { return nil },
	}
}

func TestEachUserIsGreetedOnce(t *testing.T) {
	repo := users(ada, bob)
	sent, err := greeting.Greet(t.Context(), repo, func(string) error { return nil })
	require.NoError(t, err)
	assert.Equal(t, 2, sent)
	assert.Equal(t, 1, repo.UngreetedCalls.Len())
	assert.ElementsMatch(t, []mailerdb.SetGreetedParams{{ID: ada.ID, Greeted: true}, {ID: bob.ID, Greeted: true}}, repo.SetGreetedCalls.All())
}

func TestAUserWhoGotNoMailIsNotMarked(t *testing.T) {
	repo := users(ada)
	_, err := greeting.Greet(t.Context(), repo, func(string) error { return errors.New("no route") })
	assert.ErrorContains(t, err, "greet user:ada: no route")
	_, called := repo.SetGreetedCalls.Last()
	assert.False(t, called)
}

func TestACallThatTheTestDoesNotExpectFails(t *testing.T) {
	_, err := greeting.Greet(t.Context(), &mailerdbfake.UsersRepository{}, nil)
	assert.ErrorIs(t, err, fake.ErrUnexpected)
	assert.ErrorContains(t, err, "Users.Ungreeted")
}

func TestTheFirstNewUserIsReported(t *testing.T) {
	changes := make(chan surreal.Change[mailerdb.User], 2)
	changes <- surreal.Change[mailerdb.User]{Action: surreal.ActionUpdate, Value: ada}
	changes <- surreal.Change[mailerdb.User]{Action: surreal.ActionCreate, Value: bob}
	repo := &mailerdbfake.UsersRepository{
		WatchUsersFunc: func(context.Context) (*surreal.Live[mailerdb.User], error) { return surreal.LiveOf(changes), nil },
	}
	email, err := greeting.FirstNew(t.Context(), repo)
	require.NoError(t, err)
	assert.Equal(t, "bob@example.com", email)
}
