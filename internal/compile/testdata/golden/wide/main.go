// The program writes and reads records with 200 fields.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	machinesdb "github.com/devq-ai/tandem/internal/compile/testdata/golden/wide/gen"
	"github.com/devq-ai/tandem/internal/compile/testdata/program"
	"github.com/devq-ai/tandem/store"
	"github.com/devq-ai/tandem/store/surreal"
)

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	db := program.Must(machinesdb.Open(ctx, store.ConfigFromEnv()))
	defer db.Close()
	program.Define(ctx, db.Surreal())
	part := program.Must(db.Machines.AddPart(ctx, "a screw"))
	site := machinesdb.MachineSite{Name: "north", Room: machinesdb.MachineSiteRoom{Number: 7, Notes: []string{"dry"}}}
	required := machinesdb.AddMachineMachine{Site: site}
	fmt.Println("required fields:", fill(&required, part))

	lean := program.Must(db.Machines.AddMachine(ctx, required))
	lean = program.Must(db.Machines.GetMachine(ctx, lean.ID))
	fmt.Println("lean:", compare(required, lean), "of", reflect.TypeFor[machinesdb.Machine]().NumField(), "fields are as they were written")
	fmt.Println("absent:", absent(lean), "NULL:", lean.NullCount01 == nil, lean.NullCount02 == nil, "deep:", lean.Site.Floor == nil, lean.Site.Room.Key == nil)

	full := machinesdb.ReplaceMachineMachine{Site: site}
	fill(&full, part)
	full.MaybeFlag05, full.MaybeCount08, full.MaybeName08 = new(false), new(int64(0)), new("")
	full.MaybeSeen01, full.MaybeTags04, full.MaybePart01 = new(time.Unix(0, 1).UTC()), []string{}, &part
	full.MaybeLevel02, full.MaybeValue03 = new(machinesdb.MachineMaybeLevel02High), machinesdb.MachineMaybeValue03String("x")
	full.NullCount02, full.Site.Floor, full.Site.Room.Key = new(int64(5)), new(int64(-1)), new("under the mat")
	replaced := program.Must(db.Machines.ReplaceMachine(ctx, machinesdb.ReplaceMachineParams{ID: lean.ID, Machine: full}))
	fmt.Println("replaced:", compare(full, replaced), absent(replaced), *replaced.MaybeFlag05, *replaced.MaybeCount08, *replaced.NullCount02, *replaced.Site.Room.Key)

	merged := program.Must(db.Machines.MergeMachine(ctx, machinesdb.MergeMachineParams{ID: lean.ID, Change: machinesdb.MergeMachineChange{
		Count20: new(int64(-20)), MaybeName01: new("merged"), Span02: &machinesdb.MachineSpan02{V0: 8, V1: 9},
	}}))
	fmt.Println("merged:", merged.Count20, *merged.MaybeName01, merged.Span02, compare(full, merged))
	renamed := program.Must(db.Machines.RenameMachine(ctx, machinesdb.RenameMachineParams{ID: lean.ID, First: "first", Last: "last", Maybe: nil, Floor: nil}))
	program.Show("renamed", renamed)
	program.Show("summary", program.Must(db.Machines.Summary(ctx, lean.ID)))

	program.Must(db.Machines.AddMachine(ctx, required))
	rows := 0
	for row, err := range program.Must(db.Machines.ListMachines(ctx, required.Flag01)) {
		program.Check(err)
		rows++
		fmt.Println("listed:", rows, row.Token05 == required.Token05)
	}
	fmt.Println("counted:", program.Must(db.Machines.CountMachines(ctx)) == int64(rows))

	// Of the fields that a record lacks, the first is named. The last of these
	// are beyond the first 64, and beyond the first 128.
	for _, field := range []string{"vector_03", "site", "ratio_20", "name_12", "name_11", "blob_01"} {
		program.Must(db.Surreal().Query(ctx, "DEFINE FIELD OVERWRITE "+field+" ON machine TYPE any; UPDATE machine UNSET "+field, nil))
		_, err := db.Machines.GetMachine(ctx, lean.ID)
		fmt.Println("missing:", errors.Is(err, store.ErrDecode), err)
	}
}

// fill gives a value to every field that must have one, and returns how many
// these are.
func fill(machine any, part machinesdb.PartID) int {
	v := reflect.ValueOf(machine).Elem()
	n := 0
	for i := range v.NumField() {
		if tag := v.Type().Field(i).Tag.Get("json"); strings.HasSuffix(tag, ",omitzero") {
			continue
		}
		n++
		set(v.Field(i), n, part)
	}
	return n
}

func set(v reflect.Value, n int, part machinesdb.PartID) {
	switch v := v.Addr().Interface().(type) {
	case *bool:
		*v = n%2 == 1
	case *float64:
		*v = float64(n) + 0.5
	case *decimal.Decimal:
		*v = decimal.New(int64(n), -2)
	case *time.Time:
		*v = time.Unix(int64(n), 0).UTC()
	case *time.Duration:
		*v = time.Duration(n) * time.Second
	case *uuid.UUID:
		*v = uuid.UUID{15: byte(n)}
	case *[]byte:
		*v = bytes.Repeat([]byte{byte(n)}, 3)
	case *[]string:
		*v = []string{fmt.Sprint("tag ", n), "b"}
	case *[]int64:
		*v = []int64{1, int64(n)}
	case *[]float64:
		*v = []float64{1, 2, float64(n)}
	case *surreal.Point:
		*v = surreal.Point{float64(n % 90), 1}
	case *map[string]surreal.Value:
		*v = map[string]surreal.Value{"n": program.Must(surreal.NewValue(n))}
	case *machinesdb.PartID:
		*v = part
	case *[]machinesdb.PartID:
		*v = []machinesdb.PartID{part, part}
	case *machinesdb.MachineSpan01:
		v.V0, v.V1 = 1, int64(n)
	case *machinesdb.MachineSpan02:
		v.V0, v.V1 = 2, int64(n)
	case *machinesdb.MachineSpan03:
		v.V0, v.V1 = 3, int64(n)
	default:
		switch v := reflect.ValueOf(v).Elem(); {
		case v.Kind() == reflect.Int64:
			v.SetInt(int64(n))
		case v.Type() == reflect.TypeFor[string]():
			v.SetString(fmt.Sprint("name ", n))
		case v.Kind() == reflect.String:
			v.SetString("high")
		}
	}
}

// compare returns how many fields of a record are the same as those that were
// written.
func compare(written any, read machinesdb.Machine) int {
	w, r := reflect.ValueOf(written), reflect.ValueOf(read)
	same := 0
	for i := range w.NumField() {
		name := w.Type().Field(i).Name
		a, b := program.Must(json.Marshal(w.Field(i).Interface())), program.Must(json.Marshal(r.FieldByName(name).Interface()))
		if name != "ID" && bytes.Equal(a, b) {
			same++
		}
	}
	return same
}

// absent returns how many of the optional fields are nil.
func absent(m machinesdb.Machine) int {
	v := reflect.ValueOf(m)
	n := 0
	for i := range v.NumField() {
		if strings.HasPrefix(v.Type().Field(i).Name, "Maybe") && v.Field(i).IsNil() {
			n++
		}
	}
	return n
}
