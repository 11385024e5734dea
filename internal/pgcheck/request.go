package pgcheck

// A request is what sqlc hands to code generators, as far as it is of use here.
type request struct {
	Catalog struct {
		DefaultSchema string `json:"default_schema"`
		Schemas       []struct {
			Name   string
			Tables []struct {
				Rel     relation
				Columns []column
			}
			Enums []struct{ Name string }
		}
	}
	Queries []*requestQuery
}

type requestQuery struct {
	Text    string
	Name    string
	Cmd     string
	Params  []requestParam
	Columns []column
}

type requestParam struct {
	Number int
	Column column
}

type column struct {
	Name        string
	IsArray     bool `json:"is_array"`
	IsSqlcSlice bool `json:"is_sqlc_slice"`
	Type        relation
}

type relation struct{ Schema, Name string }

// builtin reports whether a schema is PostgreSQL's own.
func builtin(schema string) bool {
	return schema == "pg_catalog" || schema == "information_schema" || schema == "pg_temp"
}

// relations returns the names of the project's tables and views.
func (r *request) relations() []string {
	var names []string
	for _, s := range r.Catalog.Schemas {
		if !builtin(s.Name) {
			for _, t := range s.Tables {
				names = append(names, t.Rel.Name)
			}
		}
	}
	return names
}

// columns returns the names of the columns of the project's relations for which
// ok holds.
func (r *request) columns(ok func(relation string) bool) []string {
	var names []string
	for _, s := range r.Catalog.Schemas {
		if builtin(s.Name) {
			continue
		}
		for _, t := range s.Tables {
			if !ok(t.Rel.Name) {
				continue
			}
			for _, c := range t.Columns {
				names = append(names, c.Name)
			}
		}
	}
	return names
}

// schemas returns the names of the project's schemas.
func (r *request) schemas() []string {
	var names []string
	for _, s := range r.Catalog.Schemas {
		if !builtin(s.Name) {
			names = append(names, s.Name)
		}
	}
	return names
}

// types returns the names of the project's enums.
func (r *request) types() []string {
	var names []string
	for _, s := range r.Catalog.Schemas {
		for _, e := range s.Enums {
			names = append(names, e.Name)
		}
	}
	return names
}
