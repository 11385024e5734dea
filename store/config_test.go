package store

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestASecretIsNeverShown(t *testing.T) {
	const password = "hunter2"
	for raw, shown := range map[string]string{
		"hunter2": "xxxxx",
		"postgres://app:hunter2@h:5432/db?sslmode=off": "postgres://app:xxxxx@h:5432/db?sslmode=off",
		"postgres://h/db?user=a&password=hunter2":      "postgres://h/db?password=xxxxx&user=a",
		"postgres://h/db?sslpassword=hunter2":          "postgres://h/db?sslpassword=xxxxx",
		"ws://root:hunter2@h/ns/db":                    "ws://root:xxxxx@h/ns/db",
		"host=h user=a password=hunter2":               "xxxxx",
		"postgres://app:hunter2@h:port/db":             "xxxxx",
		"postgres://app:hunter2%zz@h/db":               "xxxxx",
		"":                                             "",
	} {
		secret := NewSecret(raw)
		assert.Equal(t, shown, secret.String())
		assert.Equal(t, raw, secret.Reveal())
		assert.Equal(t, raw == "", secret.IsZero())
		type outer struct {
			Public  Secret
			private Secret
			nested  struct{ s *Secret }
		}
		o := outer{Public: secret, private: secret}
		o.nested.s = &secret
		encoded, err := json.Marshal(map[string]any{"a": secret, "b": o, "c": &secret})
		require.NoError(t, err)
		var log bytes.Buffer
		slog.New(slog.NewTextHandler(&log, nil)).Info("x", "s", secret, "p", &secret, "o", o)
		slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "s", secret, "p", &secret, "o", o)
		for _, text := range []string{
			fmt.Sprint(secret, &secret, o, &o), fmt.Sprintf("%v %+v %#v %s %q %x %d", secret, secret, secret, secret, secret, secret, secret),
			fmt.Sprintf("%v %+v %#v", o, o, o), fmt.Sprintf("%#v %+v", &o, []Secret{secret}), string(encoded), log.String(),
			fmt.Sprintf("%+v %#v", Config{Postgres: PostgresConfig{URL: secret}}, SurrealConfig{URL: secret, Token: secret}),
		} {
			assert.NotContains(t, text, password)
		}
	}
	assert.Equal(t, `""`, fmt.Sprintf("%q", Secret{}))
}

func TestEveryVariableSetsItsOwnField(t *testing.T) {
	values := map[string]string{}
	for _, v := range Variables() {
		_, exists := values[v.Name]
		assert.False(t, exists, "%s is there twice", v.Name)
		assert.NotEmpty(t, v.Doc)
		var empty Config
		for _, value := range []string{"true", "17", "17s"} {
			c := configFrom(func(name string) string {
				if name == v.Name {
					return value
				}
				return ""
			})
			if c.err == nil {
				values[v.Name] = value
				assert.False(t, reflect.DeepEqual(empty, c), "%s sets nothing", v.Name)
			}
		}
		assert.Contains(t, values, v.Name)
	}
	all := configFrom(func(name string) string { return values[name] })
	require.NoError(t, all.Validate())
	// Every field but those that only a program can set has a variable.
	for _, part := range []any{all.Postgres, all.Surreal} {
		fields := reflect.ValueOf(part)
		for i := range fields.NumField() {
			assert.False(t, fields.Field(i).IsZero(), "%T.%s has no variable", part, fields.Type().Field(i).Name)
		}
	}
	assert.NotZero(t, all.OpenTimeout)
	assert.NotZero(t, all.CallAttempts)
	assert.True(t, all.SkipMigrationCheck)
	assert.Equal(t, 17*time.Second, all.Postgres.ConnectTimeout)
}

func TestAVariableThatCannotBeReadIsNamed(t *testing.T) {
	t.Setenv("TANDEM_POSTGRES_MAX_CONNS", "many")
	t.Setenv("TANDEM_SURREAL_CONNECT_TIMEOUT", "5")
	t.Setenv("TANDEM_SURREAL_OPTIONAL", "perhaps")
	err := ConfigFromEnv().Validate()
	require.Error(t, err)
	for _, want := range []string{"TANDEM_POSTGRES_MAX_CONNS", "many", "TANDEM_SURREAL_CONNECT_TIMEOUT", "TANDEM_SURREAL_OPTIONAL"} {
		assert.ErrorContains(t, err, want)
	}
}

func TestTheEnvironmentIsRead(t *testing.T) {
	t.Setenv("TANDEM_POSTGRES_URL", "postgres://a:b@h/d")
	t.Setenv("TANDEM_SURREAL_URL", "ws://a:b@h/n/d")
	t.Setenv("TANDEM_SURREAL_OPTIONAL", "true")
	c := ConfigFromEnv()
	require.NoError(t, c.Validate())
	assert.Equal(t, "postgres://a:b@h/d", c.Postgres.URL.Reveal())
	assert.Equal(t, "ws://a:b@h/n/d", c.Surreal.URL.Reveal())
	assert.True(t, c.Surreal.Optional)
}

func TestANegativeSettingIsNamed(t *testing.T) {
	c := ConfigFromURLs("", "")
	c.Postgres.MaxConns, c.Surreal.PingInterval, c.OpenTimeout = -1, -1, -1
	err := c.Validate()
	for _, want := range []string{"Postgres.MaxConns is negative", "Surreal.PingInterval is negative", "OpenTimeout is negative"} {
		assert.ErrorContains(t, err, want)
	}
}
