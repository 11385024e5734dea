package config

import (
	"go/token"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/devq-ai/tandem/internal/diag"
	"github.com/devq-ai/tandem/internal/source"
	"go.yaml.in/yaml/v3"
)

// Go are the options for the code that is generated over SurrealDB. Those that
// sqlc has too are called as there.
type Go struct {
	// ParameterLimit is query_parameter_limit: the most parameters that a query
	// takes as arguments, 1 by default. One with more takes a struct.
	ParameterLimit int
	// Interface is emit_interface: whether the package has an interface Querier
	// with all of its queries.
	Interface bool
	// CBORMethods is emit_cbor_methods: whether all types of the schema, and not
	// only record ids, have MarshalCBOR and UnmarshalCBOR, for the SDK's client.
	CBORMethods bool
	// JSONTags is emit_json_tags, true by default, and JSONTagStyle
	// json_tags_case_style: how field names are written in them, "none" (as in
	// the schema, the default), "camel", "pascal" or "snake".
	JSONTags     bool
	JSONTagStyle string
	// PointersForNull is emit_pointers_for_null_types, true by default: whether
	// what may be missing is a pointer, rather than an option type.
	PointersForNull bool
	Overrides       []Override
}

// An Override gives values another Go type than the usual one.
type Override struct {
	// Kind is the kind of the values, as in "uuid", or else Column the path of
	// the schema's field, as in "note.origin.kind".
	Kind, Column string
	// Import, Package and Type are the Go type. Import is empty for a type of
	// the language.
	Import, Package, Type string
	// Codec says how values become the Go type: "convert" by a conversion from
	// the usual type, "text" by its encoding.TextMarshaler and TextUnmarshaler,
	// "cbor" by its methods EncodeSurreal and DecodeSurreal.
	Codec string
	Span  source.Span
}

// goOptions are the keys of Go.
type goOptions struct {
	Limit     yaml.Node   `yaml:"query_parameter_limit"`
	Interface bool        `yaml:"emit_interface"`
	CBOR      bool        `yaml:"emit_cbor_methods"`
	JSONTags  *bool       `yaml:"emit_json_tags"`
	JSONStyle yaml.Node   `yaml:"json_tags_case_style"`
	Pointers  *bool       `yaml:"emit_pointers_for_null_types"`
	Overrides []yaml.Node `yaml:"overrides"`
}

var goOptionKeys = []string{
	"query_parameter_limit", "emit_interface", "emit_cbor_methods", "emit_json_tags", "json_tags_case_style", "emit_pointers_for_null_types", "overrides",
}

// OverridableKinds are the kinds that an override can name.
var OverridableKinds = []string{
	"any", "bool", "bytes", "datetime", "decimal", "duration", "file", "float", "int", "number", "string", "uuid",
}

var (
	tagStyles = []string{"none", "camel", "pascal", "snake"}
	codecs    = []string{"convert", "text", "cbor"}
)

func (l *loader) goOptions(o *goOptions) Go {
	g := Go{ParameterLimit: 1, Interface: o.Interface, CBORMethods: o.CBOR, JSONTags: true, JSONTagStyle: "none", PointersForNull: true}
	if o.JSONTags != nil {
		g.JSONTags = *o.JSONTags
	}
	if o.Pointers != nil {
		g.PointersForNull = *o.Pointers
	}
	if !o.Limit.IsZero() {
		if err := o.Limit.Decode(&g.ParameterLimit); err != nil || g.ParameterLimit < 0 {
			l.diags.Errorf(l.span(&o.Limit), diag.ConfigInvalid, "query_parameter_limit is %q, which is not a number of parameters", o.Limit.Value)
		}
	}
	if !o.JSONStyle.IsZero() {
		g.JSONTagStyle = o.JSONStyle.Value
		l.oneOf(&o.JSONStyle, "json_tags_case_style", tagStyles)
	}
	for i := range o.Overrides {
		if override, ok := l.override(&o.Overrides[i]); ok {
			g.Overrides = append(g.Overrides, override)
		}
	}
	return g
}

// oneOf reports a value that is none of the known ones.
func (l *loader) oneOf(n *yaml.Node, key string, known []string) bool {
	if slices.Contains(known, n.Value) {
		return true
	}
	d := l.diags.Errorf(l.span(n), diag.ConfigInvalid, "%s is %q", key, n.Value)
	if near := diag.Nearest(n.Value, known); near != "" {
		d.WithHelp("did you mean %s?", near)
	} else {
		d.WithHelp("it may be %s", strings.Join(known, ", "))
	}
	return false
}

var columnPath = regexp.MustCompile(`^[^.\s]+(\.[^.\s]+)+$`)

func (l *loader) override(n *yaml.Node) (o Override, ok bool) {
	const where = "an override"
	l.unknownKeys(n, where, "kind", "column", "go_type", "codec")
	var keys struct {
		Kind   yaml.Node
		Column yaml.Node
		GoType yaml.Node `yaml:"go_type"`
		Codec  yaml.Node
	}
	if err := n.Decode(&keys); err != nil {
		l.yamlError(err)
		return o, false
	}
	o = Override{Kind: keys.Kind.Value, Column: keys.Column.Value, Codec: keys.Codec.Value, Span: l.span(n)}
	switch {
	case (o.Kind == "") == (o.Column == ""):
		l.diags.Errorf(l.span(n), diag.ConfigInvalid, "%s needs either a kind or a column", where).
			WithHelp("write kind: uuid, or column: note.rating")
		return o, false
	case o.Kind != "" && !l.oneOf(&keys.Kind, "the kind of an override", OverridableKinds):
		return o, false
	case o.Column != "" && !columnPath.MatchString(o.Column):
		l.diags.Errorf(l.span(&keys.Column), diag.ConfigInvalid, "the column of an override is %q", o.Column).
			WithHelp("write the table and the path of the field, as in note.origin.kind")
		return o, false
	case o.Codec == "":
		o.Codec = "convert"
	case !l.oneOf(&keys.Codec, "the codec of an override", codecs):
		return o, false
	}
	if o.Column != "" {
		o.Span = l.span(&keys.Column)
	}
	return o, l.goType(n, &keys.GoType, &o)
}

// goType reads go_type, which has sqlc's two forms: "example.com/money.Amount",
// and a map of import, package and type.
func (l *loader) goType(parent, n *yaml.Node, o *Override) bool {
	at := n
	switch n.Kind {
	case yaml.ScalarNode:
		o.Type = n.Value
		if slash := strings.LastIndexByte(n.Value, '/'); strings.Contains(n.Value[slash+1:], ".") {
			dot := strings.LastIndexByte(n.Value, '.')
			o.Import, o.Type = n.Value[:dot], n.Value[dot+1:]
		}
	case yaml.MappingNode:
		l.unknownKeys(n, "go_type", "import", "package", "type")
		var keys struct{ Import, Package, Type string }
		if err := n.Decode(&keys); err != nil {
			l.yamlError(err)
			return false
		}
		o.Import, o.Package, o.Type = keys.Import, keys.Package, keys.Type
	default:
		at = parent
	}
	if o.Import != "" && o.Package == "" {
		o.Package = path.Base(o.Import)
		if majorVersion.MatchString(o.Package) {
			o.Package = path.Base(path.Dir(o.Import))
		}
	}
	switch {
	case !token.IsIdentifier(o.Type), o.Import != "" && !token.IsExported(o.Type):
		l.diags.Errorf(l.span(at), diag.ConfigInvalid, "the override has no go_type that is the name of a type").
			WithHelp("write go_type: example.com/money.Amount, or the name of a type of the language")
		return false
	case o.Import != "" && !token.IsIdentifier(o.Package):
		l.diags.Errorf(l.span(at), diag.ConfigInvalid, "the name of the package %s is not that of its folder", o.Import).
			WithHelp("write go_type: { import: %s, package: ..., type: %s }", o.Import, o.Type)
		return false
	}
	return true
}

var majorVersion = regexp.MustCompile(`^v[0-9]+$`)

// merge returns the entries of both maps; those of over win.
func merge(under, over map[string]string) map[string]string {
	if len(under)+len(over) == 0 {
		return nil
	}
	all := maps.Clone(under)
	if all == nil {
		all = map[string]string{}
	}
	maps.Copy(all, over)
	return all
}
