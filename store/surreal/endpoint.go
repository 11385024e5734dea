package surreal

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/devq-ai/tandem/store"
	"github.com/devq-ai/tandem/store/surreal/cbor"
)

// An endpoint is where to connect to, and as whom. It holds secrets behind
// store.Secret only, so that printing it shows none.
type endpoint struct {
	address   string // ws://host:port/rpc
	namespace string
	database  string
	level     string // the kind of user: root, namespace or database
	user      string
	password  store.Secret
	token     store.Secret
}

var errURL = errors.New("the URL cannot be parsed: it must look like ws://user:password@host:port/namespace/database, " +
	"with special characters in user and password percent-encoded")

// parseEndpoint reads cfg's URL. Its errors do not wrap those of net/url,
// which hold the URL.
func parseEndpoint(cfg store.SurrealConfig) (*endpoint, error) {
	if cfg.URL.IsZero() {
		return nil, errors.New("no URL: set Surreal.URL or TANDEM_SURREAL_URL")
	}
	u, err := url.Parse(cfg.URL.Reveal())
	if err != nil {
		return nil, errURL
	}
	if u.Scheme != "ws" && u.Scheme != "wss" {
		return nil, fmt.Errorf("%w; the scheme must be ws or wss", errURL)
	}
	if u.Host == "" {
		return nil, fmt.Errorf("%w; the host is missing", errURL)
	}
	path := strings.Split(strings.Trim(u.Path, "/"), "/")
	if len(path) != 2 || path[0] == "" || path[1] == "" {
		return nil, fmt.Errorf("%w; the path must be /namespace/database", errURL)
	}
	e := &endpoint{
		address:   (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: "/rpc"}).String(),
		namespace: path[0],
		database:  path[1],
		user:      u.User.Username(),
		token:     cfg.Token,
	}
	if password, ok := u.User.Password(); ok {
		e.password = store.NewSecret(password)
	}
	for name, values := range u.Query() {
		if name != "auth" {
			return nil, fmt.Errorf("unknown option %q in the URL; there is only auth", name)
		}
		e.level = values[0]
	}
	switch e.level {
	case "":
		e.level = "root"
	case "root", "namespace", "database":
	default:
		return nil, fmt.Errorf("option auth in the URL is %q; it must be root, namespace or database", e.level)
	}
	return e, nil
}

// credentials writes the parameter of signin.
func (e *endpoint) credentials(c *cbor.Encoder) {
	type field struct{ name, value string }
	list := []field{{"user", e.user}, {"pass", e.password.Reveal()}}
	if e.level != "root" {
		list = append(list, field{"NS", e.namespace})
	}
	if e.level == "database" {
		list = append(list, field{"DB", e.database})
	}
	c.Map(len(list))
	for _, f := range list {
		c.Key(f.name)
		c.String(f.value)
	}
}
