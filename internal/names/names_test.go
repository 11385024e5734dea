package names_test

import (
	"go/token"
	"testing"

	"github.com/devq-ai/tandem/internal/names"
	"github.com/stretchr/testify/assert"
)

var style = names.Style{Initialisms: names.DefaultInitialisms, Renames: map[string]string{"utc_at": "UTCTime"}}

func TestExportedNamesAreWrittenAsSqlcWritesThem(t *testing.T) {
	for name, want := range map[string]string{
		"agent":      "Agent",
		"agent_id":   "AgentID",
		"id":         "ID",
		"createdAt":  "CreatedAt",
		"http_url":   "HttpUrl",
		"a-b c":      "ABC",
		"__x__":      "X",
		"utc_at":     "UTCTime",
		"->imports":  "Imports",
		"état":       "État",
		"identifier": "Identifier",
	} {
		assert.Equal(t, want, style.Exported(name), name)
	}
}

func TestEveryNameBecomesAnExportedIdentifier(t *testing.T) {
	for name, want := range map[string]string{
		"":     "X",
		"*":    "X",
		"1st":  "X1st",
		"名前":   "X名前",
		"_名_1": "X名1",
	} {
		id := style.Exported(name)
		assert.Equal(t, want, id, name)
		assert.True(t, token.IsIdentifier(id) && token.IsExported(id), id)
	}
}

func TestPathsJoinWithoutTheStepsThatHaveNoName(t *testing.T) {
	assert.Equal(t, "NoteStatus", style.Exported("note", "status"))
	assert.Equal(t, "NoteItemsID", style.Exported("note", "items", "*", "id"))
	assert.Equal(t, "Note名", style.Exported("note", "名"))
}

func TestLocalNamesNeverCollideWithTheLanguage(t *testing.T) {
	for name, want := range map[string]string{
		"id":         "id",
		"ID":         "id",
		"agent_id":   "agentID",
		"CreatedAt":  "createdAt",
		"type":       "typ",
		"package":    "pkg",
		"switch":     "switch_",
		"string":     "string_",
		"len":        "len_",
		"uint16":     "uint16_",
		"2fa":        "x2fa",
		"":           "x",
		"utc_at":     "utcTime",
		"HTML":       "html",
		"名前":         "名前",
		"http_url_x": "httpUrlX",
	} {
		id := style.Local(name)
		assert.Equal(t, want, id, name)
		assert.True(t, token.IsIdentifier(id), id)
	}
}

func TestAnElementIsNamedInTheSingular(t *testing.T) {
	for list, want := range map[string]string{
		"PutPackagesPackages": "PutPackagesPackage",
		"Edges":               "Edge",
		"Entries":             "Entry",
		"Branches":            "Branch",
		"Caches":              "Cache",
		"Boxes":               "Box",
		"Addresses":           "Address",
		"Address":             "Address",
		"Status":              "Status",
		"Statuses":            "Status",
		"Bases":               "Base",
		"Uses":                "Use",
		"Analysis":            "Analysis",
		"People":              "Person",
		"RowData":             "RowData",
		"UserIDs":             "UserID",
		"HTTPS":               "HTTPS",
		"X":                   "X",
		"S":                   "S",
		"Größen":              "Größen",
		"":                    "",
	} {
		assert.Equal(t, want, names.Singular(list), list)
	}
}

func TestJSONNamesInEveryStyle(t *testing.T) {
	for name, want := range map[string][3]string{
		"created_at": {"createdAt", "CreatedAt", "created_at"},
		"createdAt":  {"createdAt", "CreatedAt", "created_at"},
		"id":         {"id", "Id", "id"},
		"HTTPServer": {"httpServer", "HTTPServer", "http_server"},
		"user-id":    {"userId", "UserId", "user_id"},
		"\U0001F600": {"\U0001F600", "\U0001F600", "\U0001F600"},
	} {
		assert.Equal(t, want, [3]string{names.Camel(name), names.Pascal(name), names.Snake(name)}, name)
	}
}

func TestCollidingNamesAreNumberedInOrder(t *testing.T) {
	s := names.NewScope("Note")
	assert.Equal(t, "Note2", s.Unique("Note"))
	assert.Equal(t, "Note3", s.Unique("Note"))
	assert.Equal(t, "Slot1", s.Unique("Slot1"))
	assert.Equal(t, "Slot1_2", s.Unique("Slot1"), "not Slot12, which reads as the twelfth")
	assert.False(t, s.Take("Note2"))
}
