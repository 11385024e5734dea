package surql

import (
	"bytes"
	"context"
	"encoding/json"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fxamacker/cbor/v2"
	surrealdb "github.com/surrealdb/surrealdb.go"
	"github.com/surrealdb/surrealdb.go/pkg/connection"

	"github.com/devq-ai/tandem/internal/engine/enginetest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// specialSetup finds, in the head of a corpus file, what asks for another session than that of
// the root user in an ordinary database, or for a server of its own.
var specialSetup = regexp.MustCompile(`(?m)^(?:signin|signup|auth = \{ (?:namespace|database|access)|\[env\.capabilities|clean = true|namespace = false|database = false|backend|versioned)`)

// imports finds the list of the files that a corpus file is run after.
var imports = regexp.MustCompile(`(?m)^imports = (\[.*\])$`)

// noAnswer is the status of a request that failed as a whole.
const noAnswer = "no answer"

// A slot is what a statement of a script returned.
type slot struct {
	Status string          `json:"status"`
	Result cbor.RawMessage `json:"result"`
}

func (s slot) equal(other slot) bool {
	return s.Status == other.Status && bytes.Equal(s.Result, other.Result)
}

func (s slot) String() string {
	text, err := cbor.Diagnose(s.Result)
	if err != nil {
		text = string(s.Result)
	}
	return s.Status + " " + text
}

// at returns the slot of a statement, or an empty one where a run has none.
func at(run []slot, i int) slot {
	if i < len(run) {
		return run[i]
	}
	return slot{}
}

// A freshSession runs scripts, each as the first in its namespace.
type freshSession struct {
	address   string
	namespace string
	token     string // of the root user
}

func newFreshSession(t *testing.T) freshSession {
	t.Helper()
	u, err := url.Parse(enginetest.Surreal(t))
	require.NoError(t, err)
	s := freshSession{address: "ws://" + u.Host, namespace: path.Dir(strings.TrimPrefix(u.Path, "/"))}
	db, err := surrealdb.FromEndpointURLString(t.Context(), s.address)
	require.NoError(t, err)
	defer func() { _ = db.Close(t.Context()) }()
	password, _ := u.User.Password()
	s.token, err = db.SignIn(t.Context(), map[string]any{"user": u.User.Username(), "pass": password})
	require.NoError(t, err)
	return s
}

// connect opens a connection as the root user.
func (s freshSession) connect(t *testing.T) *surrealdb.DB {
	t.Helper()
	db, err := surrealdb.FromEndpointURLString(t.Context(), s.address)
	require.NoError(t, err)
	require.NoError(t, db.Authenticate(t.Context(), s.token))
	return db
}

// run returns what the statements of a script return after others were run. A request that fails
// as a whole, with a place in its text, has a single slot.
func (s freshSession) run(t *testing.T, before []string, script string) []slot {
	t.Helper()
	db := s.connect(t)
	defer func() { _ = db.Close(context.Background()) }()
	send := func(text string) []slot {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		var response connection.RPCResponse[[]slot]
		if err := surrealdb.Send(ctx, db, &response, "query", text, map[string]any{}); err != nil {
			return []slot{{Status: noAnswer}}
		}
		return *response.Result
	}
	for _, s := range send("REMOVE NAMESPACE IF EXISTS " + s.namespace + "; DEFINE NAMESPACE " + s.namespace) {
		require.Equal(t, "OK", s.Status, "%s", s.Result)
	}
	require.NoError(t, db.Use(t.Context(), s.namespace, "test"))
	for _, text := range before {
		send(text)
	}
	return send(script)
}

// TestPrintedTextGivesTheSameResults runs files as they are written and as they are printed. What
// the engine answers differently to the same text, a time or a random key, is not compared.
func TestPrintedTextGivesTheSameResults(t *testing.T) {
	if testing.Short() {
		t.Skip("runs scripts on a real engine")
	}
	cases := Corpus(t)
	texts := map[string]string{}
	for _, c := range cases {
		texts[c.Path] = c.Text
	}
	session := newFreshSession(t)
	var special, files, same, slots, masked, unanswered int
	for _, c := range cases {
		if !c.Accept {
			continue
		}
		head, _, _ := strings.Cut(c.Text, "*/")
		if specialSetup.MatchString(head) {
			special++
			continue
		}
		var before []string
		if list := imports.FindStringSubmatch(head); list != nil {
			var names []string
			require.NoError(t, json.Unmarshal([]byte(list[1]), &names), c.Path)
			for _, name := range names {
				before = append(before, texts[name])
			}
		}
		printed := printedScript(c.Text, Options{})
		runs := [][]slot{session.run(t, before, c.Text), session.run(t, before, c.Text)}
		again := session.run(t, before, printed)
		// What is left to chance can agree with itself by chance, too.
		for len(runs) < 10 && !slices.EqualFunc(runs[0], again, slot.equal) {
			runs = append(runs, session.run(t, before, c.Text))
		}
		files++
		equal := true
		for i := range max(len(runs[0]), len(again)) {
			want := at(runs[0], i)
			if slices.ContainsFunc(runs, func(run []slot) bool { return !at(run, i).equal(want) }) {
				masked++
				continue
			}
			slots++
			if want.Status == noAnswer {
				unanswered++
			}
			got := at(again, i)
			equal = assert.True(t, got.equal(want), "%s: statement %d gives\n%s\nand printed\n%s\n%s", c.Path, i, want, got, printed) && equal
		}
		if equal {
			same++
		}
	}
	assert.NotZero(t, slots)
	t.Logf("%d files and %d results compared: %d files with the same results; %d files without an answer; %d results differ by themselves; %d files need a special setup",
		files, slots, same, unanswered, masked, special)
}
