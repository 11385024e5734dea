// The program writes a value of every kind, and prints what it reads.
package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	typesdb "github.com/devq-ai/tandem/internal/compile/testdata/golden/types/gen"
	"github.com/devq-ai/tandem/internal/compile/testdata/program"
	"github.com/devq-ai/tandem/store"
	"github.com/devq-ai/tandem/store/surreal"
)

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	db := program.Must(typesdb.Open(ctx, store.ConfigFromEnv()))
	defer db.Close()
	program.Define(ctx, db.Surreal())

	full := typesdb.PutSampleSample{
		ID: new(typesdb.NewSampleID("full")), Flag: true, Whole: math.MinInt64, Real: 1.5,
		Exact: decimal.RequireFromString("12345678901234567890.12345678"), AnyNumber: surreal.NewNumber(2.5),
		Text: "größe \x00 '\"", Blob: []byte{0, 1, 255}, At: time.Date(2024, 2, 29, 23, 59, 58, 123456789, time.UTC),
		Took: 90*time.Minute + time.Nanosecond, Token: uuid.MustParse("018f1c3a-0000-7000-8000-0000000000aa"),
		Attachment: surreal.File{Bucket: "mail", Key: "/a b.txt"}, Span: span(1, 9),
		List: []int64{3, 1, 3}, Pair: []float64{0.5, -1}, Tags: []string{"a", "b"},
		Anything: value(map[string]any{"deep": []any{1, nil, "x"}}), Free: map[string]surreal.Value{"k": value(7)},
		Nested: typesdb.SampleNested{Depth: 2}, Parts: []typesdb.SamplePart{{Name: "one"}, {Name: "two"}},
		Place: surreal.Point{13.4, 52.5}, Area: surreal.Polygon{{{0, 0}, {1, 0}, {1, 1}, {0, 0}}}, Shape: surreal.Line{{0, 0}, {1, 1}},
		Maybe: new(int64(1)), Nothing: new(int64(2)), Either: surreal.NewNull(int64(3)),
		Matrix: [][]int64{{1}, {}, {2, 3}}, Gaps: []*int64{new(int64(1)), nil},
	}
	got := program.Must(db.Samples.PutSample(ctx, full))
	program.Show("full", got)
	program.Show("same", program.Must(db.Samples.Same(ctx, typesdb.SameParams{
		ID: got.ID, Exact: got.Exact, At: got.At, Took: got.Took, Tags: got.Tags, Place: got.Place,
		Span: got.Span, Uuid: got.Token, Attachment: got.Attachment, Blob: got.Blob,
	})))

	lean := full
	lean.ID = new(typesdb.NewSampleID("lean"))
	lean.Maybe, lean.Nothing, lean.Either, lean.Matrix = nil, nil, nil, nil
	lean.List, lean.Tags, lean.Free, lean.Parts, lean.Gaps = nil, nil, nil, nil, nil
	lean.Anything = surreal.Value{}
	got = program.Must(db.Samples.PutSample(ctx, lean))
	fmt.Println("NONE:", got.Maybe == nil, got.Either == nil, got.Matrix == nil, got.Anything.IsNone())
	fmt.Println("NULL:", got.Nothing == nil, "empty:", got.List != nil, got.Tags != nil, got.Free != nil)
	lean.ID, lean.Either = new(typesdb.NewSampleID("null")), &surreal.Null[int64]{}
	got = program.Must(db.Samples.PutSample(ctx, lean))
	fmt.Println("NULL beside NONE:", got.Either != nil, got.Either.Valid)

	program.Check(db.Samples.SetTook(ctx, got.ID))
	_, err := db.Samples.ReadTook(ctx, got.ID)
	fmt.Println("overflow:", errors.Is(err, store.ErrDecode), err)
	lean.ID, lean.Took = new(typesdb.NewSampleID("negative")), -time.Second
	_, err = db.Samples.PutSample(ctx, lean)
	fmt.Println("negative:", err)
	lean.Took, lean.Pair = time.Second, []float64{1}
	_, err = db.Samples.PutSample(ctx, lean)
	fmt.Println("length:", errors.Is(err, store.ErrCheck), err)

	computed := program.Must(db.Samples.Computed(ctx))
	fmt.Println("computed:", computed.Range, computed.Open, computed.None, computed.Null, computed.Nan, computed.Big, computed.Small)
}

func span(from, to int64) surreal.Range[surreal.Value] {
	return surreal.Range[surreal.Value]{
		From: surreal.Bound[surreal.Value]{Value: value(from), Kind: surreal.Included},
		To:   surreal.Bound[surreal.Value]{Value: value(to), Kind: surreal.Excluded},
	}
}

func value(v any) surreal.Value { return program.Must(surreal.NewValue(v)) }
