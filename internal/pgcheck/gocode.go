package pgcheck

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/printer"
	gotoken "go/token"
	"maps"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/devq-ai/tandem/internal/ir"
)

// A golang is sqlc's generated package, as far as its users see it.
type golang struct {
	methods map[string]*method // of Queries, by name
	batches map[string]*method // what hands out a batch's results, by the name of its type
	types   map[string]*typeDecl
	decls   []*ir.ForeignDecl
}

// A method is a method of the generated package.
type method struct {
	params  []goParam // without the context
	results []*ir.Foreign
}

type goParam struct {
	name string
	typ  *ir.Foreign
}

// A typeDecl is a struct type of the generated package.
type typeDecl struct{ fields []*ir.Foreign }

// internalTypes are the exported types of sqlc's package that a user of the
// repositories has no use for.
func internalType(name string) bool {
	return slices.Contains([]string{"Queries", "DBTX", "Querier"}, name) || strings.HasSuffix(name, "BatchResults")
}

// readPackage reads the package that sqlc has generated.
func readPackage(files map[string][]byte) (*golang, error) {
	r := &packageReader{
		pkg: &golang{
			methods: map[string]*method{},
			batches: map[string]*method{},
			types:   map[string]*typeDecl{},
		},
		decls: map[string]*ir.ForeignDecl{},
	}
	fset := gotoken.NewFileSet()
	var parsed []*ast.File
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if path.Ext(name) != ".go" {
			continue
		}
		f, err := parser.ParseFile(fset, name, files[name], parser.SkipObjectResolution)
		if err != nil {
			return nil, fmt.Errorf("read the code that sqlc has generated: %w", err)
		}
		parsed = append(parsed, f)
	}
	// Types first: constants and functions belong to them.
	for _, f := range parsed {
		r.file = f
		r.types()
	}
	for _, f := range parsed {
		r.file = f
		r.values()
	}
	if r.err != nil {
		return nil, fmt.Errorf("read the code that sqlc has generated: %w", r.err)
	}
	for _, name := range slices.Sorted(maps.Keys(r.decls)) {
		r.pkg.decls = append(r.pkg.decls, r.decls[name])
	}
	return r.pkg, nil
}

type packageReader struct {
	pkg   *golang
	file  *ast.File
	decls map[string]*ir.ForeignDecl
	err   error // the first
}

func (r *packageReader) types() {
	for _, decl := range r.file.Decls {
		gen, ok := decl.(*ast.GenDecl)
		if !ok || gen.Tok != gotoken.TYPE {
			continue
		}
		for _, spec := range gen.Specs {
			spec := spec.(*ast.TypeSpec)
			if !spec.Name.IsExported() || internalType(spec.Name.Name) {
				continue
			}
			r.decls[spec.Name.Name] = &ir.ForeignDecl{Name: spec.Name.Name}
			if s, ok := spec.Type.(*ast.StructType); ok {
				r.pkg.types[spec.Name.Name] = &typeDecl{fields: r.fieldTypes(s.Fields)}
			}
		}
	}
}

func (r *packageReader) values() {
	for _, decl := range r.file.Decls {
		switch decl := decl.(type) {
		case *ast.GenDecl:
			if decl.Tok == gotoken.CONST {
				r.constants(decl)
			}
		case *ast.FuncDecl:
			r.function(decl)
		}
	}
}

func (r *packageReader) constants(decl *ast.GenDecl) {
	for _, spec := range decl.Specs {
		spec := spec.(*ast.ValueSpec)
		typ, ok := spec.Type.(*ast.Ident)
		if !ok || r.decls[typ.Name] == nil {
			continue
		}
		for _, name := range spec.Names {
			if name.IsExported() {
				r.decls[typ.Name].Values = append(r.decls[typ.Name].Values, name.Name)
			}
		}
	}
}

func (r *packageReader) function(decl *ast.FuncDecl) {
	if !decl.Name.IsExported() {
		return
	}
	if decl.Recv == nil {
		// AllPetKindValues() []PetKind belongs to PetKind.
		if results := decl.Type.Results; results.NumFields() == 1 {
			if list, ok := results.List[0].Type.(*ast.ArrayType); ok {
				if elem, ok := list.Elt.(*ast.Ident); ok && r.decls[elem.Name] != nil {
					r.decls[elem.Name].Funcs = append(r.decls[elem.Name].Funcs, decl.Name.Name)
				}
			}
		}
		return
	}
	recv, ok := decl.Recv.List[0].Type.(*ast.StarExpr)
	if !ok {
		return
	}
	switch name := recv.X.(*ast.Ident).Name; {
	case name == "Queries":
		if m := r.method(decl.Type); m != nil {
			r.pkg.methods[decl.Name.Name] = m
		}
	case strings.HasSuffix(name, "BatchResults") && (decl.Name.Name == "Query" || decl.Name.Name == "QueryRow"):
		// Its only parameter is a function: func(i int, row Row, err error).
		callback := decl.Type.Params.List[0].Type.(*ast.FuncType)
		r.pkg.batches[name] = &method{results: r.fieldTypes(callback.Params)}
	}
}

// method returns the signature of a query's method: one that takes a context
// first.
func (r *packageReader) method(typ *ast.FuncType) *method {
	if typ.Params.NumFields() == 0 || r.foreign(typ.Params.List[0].Type).Expr != "context.Context" {
		return nil
	}
	m := &method{}
	for _, field := range typ.Params.List[1:] {
		for _, name := range field.Names {
			m.params = append(m.params, goParam{name.Name, r.foreign(field.Type)})
		}
	}
	if typ.Results != nil {
		m.results = r.fieldTypes(typ.Results)
	}
	return m
}

func (r *packageReader) fieldTypes(list *ast.FieldList) []*ir.Foreign {
	var types []*ir.Foreign
	for _, field := range list.List {
		for range max(1, len(field.Names)) {
			types = append(types, r.foreign(field.Type))
		}
	}
	return types
}

// foreign returns a type as it is written, and what it mentions.
func (r *packageReader) foreign(expr ast.Expr) *ir.Foreign {
	var text bytes.Buffer
	if err := printer.Fprint(&text, gotoken.NewFileSet(), expr); err != nil && r.err == nil {
		r.err = err
	}
	t := &ir.Foreign{Expr: text.String()}
	ast.Inspect(expr, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		name := sel.X.(*ast.Ident).Name
		importPath := r.importPath(name)
		if importPath == "" {
			if r.err == nil {
				r.err = fmt.Errorf("no import is called %s, which the type %s mentions", name, t.Expr)
			}
			return false
		}
		if t.Imports == nil {
			t.Imports = map[string]string{}
		}
		t.Imports[name] = importPath
		return false
	})
	return t
}

var majorVersion = regexp.MustCompile(`^v[0-9]+$`)

// importPath returns the path that the file imports under a name. Where the
// import states no name, it is the one that Go's conventions for paths make most
// likely: the last element, without a version, a "go-" before or a "-go" behind.
func (r *packageReader) importPath(name string) string {
	likely := ""
	for _, spec := range r.file.Imports {
		importPath, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue
		}
		if spec.Name != nil {
			if spec.Name.Name == name {
				return importPath
			}
			continue
		}
		base := path.Base(importPath)
		if majorVersion.MatchString(base) {
			base = path.Base(path.Dir(importPath))
		}
		if base == name {
			return importPath
		}
		base, _, _ = strings.Cut(base, ".")
		if slices.Contains(strings.Split(base, "-"), name) {
			likely = importPath
		}
	}
	return likely
}
