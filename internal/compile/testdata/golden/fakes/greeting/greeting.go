// Package greeting is a consumer of a repository.
package greeting

import (
	"context"
	"fmt"

	mailerdb "github.com/devq-ai/tandem/internal/compile/testdata/golden/fakes/gen"
)

// Greet sends a mail to each user who has had none, and returns how many it
// sent.
func Greet(ctx context.Context, users mailerdb.UsersRepository, send func(address string) error) (sent int, err error) {
	ungreeted, err := users.Ungreeted(ctx)
	if err != nil {
		return 0, fmt.Errorf("find users to greet: %w", err)
	}
	for user, err := range ungreeted {
		if err != nil {
			return sent, fmt.Errorf("read users to greet: %w", err)
		}
		if err := send(user.Email); err != nil {
			return sent, fmt.Errorf("greet %s: %w", user.ID, err)
		}
		if err := users.SetGreeted(ctx, mailerdb.SetGreetedParams{ID: user.ID, Greeted: true}); err != nil {
			return sent, err
		}
		sent++
	}
	return sent, nil
}

// FirstNew waits for a user to be added.
func FirstNew(ctx context.Context, users mailerdb.UsersRepository) (string, error) {
	live, err := users.WatchUsers(ctx)
	if err != nil {
		return "", err
	}
	defer live.Close()
	for change, err := range live.Changes(ctx) {
		if err != nil {
			return "", err
		}
		if change.Created() {
			return change.Value.Email, nil
		}
	}
	return "", ctx.Err()
}
