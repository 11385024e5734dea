package store

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
)

// redacted stands where a secret was.
const redacted = "xxxxx"

// A Secret holds a text that must not be shown: a password, a token, or a URL
// that contains one. However it is printed, logged or encoded, only its
// redacted form appears, also when it lies in an unexported field of another
// type. The zero Secret is empty.
type Secret struct {
	// text is behind a pointer because package fmt does not call the methods of
	// values that it finds in unexported fields.
	text *string
}

// NewSecret returns a Secret that holds text.
func NewSecret(text string) Secret {
	if text == "" {
		return Secret{}
	}
	return Secret{text: &text}
}

// Reveal returns the text itself.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// IsZero reports whether the secret is empty.
func (s Secret) IsZero() bool { return s.text == nil }

// String returns the text if it is a URL, without its password, else xxxxx.
// An empty secret gives the empty string.
func (s Secret) String() string {
	if s.text == nil {
		return ""
	}
	u, err := url.Parse(*s.text)
	if err != nil || u.Scheme == "" || u.Host == "" {
		return redacted
	}
	if _, ok := u.User.Password(); ok {
		u.User = url.UserPassword(u.User.Username(), redacted)
	}
	if query := u.Query(); len(query) > 0 {
		for name := range query {
			if secretParameter(name) {
				query.Set(name, redacted)
			}
		}
		u.RawQuery = query.Encode()
	}
	return u.String()
}

func secretParameter(name string) bool {
	name = strings.ToLower(name)
	for _, word := range []string{"pass", "token", "secret", "key"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return false
}

// Format implements fmt.Formatter for all verbs.
func (s Secret) Format(f fmt.State, verb rune) {
	if verb == 'q' || verb == 'v' && f.Flag('#') {
		fmt.Fprintf(f, "%q", s.String())
		return
	}
	_, _ = f.Write([]byte(s.String()))
}

// LogValue implements slog.LogValuer.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText implements encoding.TextMarshaler with the redacted form.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// MarshalJSON implements json.Marshaler with the redacted form.
func (s Secret) MarshalJSON() ([]byte, error) { return json.Marshal(s.String()) }
