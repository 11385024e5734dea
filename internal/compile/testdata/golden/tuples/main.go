// The program writes and reads arrays whose elements have a kind each.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	routesdb "github.com/devq-ai/tandem/internal/compile/testdata/golden/tuples/gen"
	"github.com/devq-ai/tandem/internal/compile/testdata/golden/tuples/own"
	"github.com/devq-ai/tandem/internal/compile/testdata/program"
	"github.com/devq-ai/tandem/store"
	"github.com/devq-ai/tandem/store/surreal"
)

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	db := program.Must(routesdb.Open(ctx, store.ConfigFromEnv()))
	defer db.Close()
	program.Define(ctx, db.Surreal())
	keys(ctx, db)
	fields(ctx, db)
	expressions(ctx, db)
	mistakes(ctx, db)
}

func keys(ctx context.Context, db *routesdb.DB) {
	roof := routesdb.NewSensorID("roof")
	program.Check(db.Routes.AddSensor(ctx, routesdb.AddSensorParams{ID: roof, Name: "on the roof"}))
	for hour := range 2 {
		at := time.Date(2024, 1, 2, hour, 0, 0, 0, time.UTC)
		id := program.Must(routesdb.NewReadingID(routesdb.ReadingKey{V0: roof, V1: at}))
		reading := program.Must(db.Routes.AddReading(ctx, routesdb.AddReadingParams{ID: id, Value: float64(hour)}))
		key := program.Must(reading.ID.Key())
		fmt.Println("key:", reading.ID, reading.ID == id, key.V0 == roof, key.V1.Equal(at), program.Must(routesdb.ParseReadingID(id.String())) == id)
	}
	fmt.Println("of one sensor:", len(program.Must(db.Routes.ReadingsOf(ctx, roof))))
	_, err := program.Must(routesdb.ParseReadingID("reading:['roof', 1]")).Key()
	fmt.Println("not its key:", err)
	_, err = routesdb.NewReadingID(routesdb.ReadingKey{V1: time.Unix(0, 0)})
	fmt.Println("no sensor:", err)
}

func fields(ctx context.Context, db *routesdb.DB) {
	whole := routesdb.AddRouteRoute{
		Name:  "long",
		Start: routesdb.RouteStart{V0: "north", V1: 3},
		Stop:  &routesdb.RouteStop{V0: "south", V1: new(int64(4))},
		Legs:  []routesdb.RouteLegs{{V0: "a", V1: time.Hour}, {V0: "b", V1: 90 * time.Second}},
		Grid: routesdb.RouteGrid{
			V0: routesdb.RouteGridV0{V0: 1.5, V1: -2},
			V1: routesdb.RouteGridV1{Note: "wet", Kind: routesdb.RouteGridV1KindRail},
			V2: []int64{1, 2, 3},
			V3: program.Must(surreal.NewValue("anything")),
		},
		Meta:    routesdb.RouteMeta{Span: routesdb.RouteMetaSpan{V0: 1, V1: 2}},
		Source:  routesdb.RouteSourceTuple{V0: "by hand", V1: 1},
		Seen:    &routesdb.RouteSeen{V0: time.Unix(1, 0).UTC(), V1: routesdb.NewSensorID("roof")},
		Nothing: &routesdb.RouteNothing{},
		Spot:    own.Spot{V0: 47.5, V1: 9.5},
		Codes:   &own.Codes{Letter: "x", Number: 7},
	}
	long := program.Must(db.Routes.AddRoute(ctx, whole))
	fmt.Println("start:", long.Start.V0, long.Start.V1, "stop:", long.Stop.V0, *long.Stop.V1, "legs:", long.Legs)
	fmt.Println("grid:", long.Grid.V0, long.Grid.V1.Kind, long.Grid.V2, long.Grid.V3, "span:", long.Meta.Span)
	fmt.Println("own types:", long.Spot.North(), *long.Codes, long.Grid.V1.Note == own.Note("wet"))
	id := long.ID
	long.ID = routesdb.RouteID{}
	program.Show("json", long)
	long.ID = id

	short := whole
	short.Name, short.Stop, short.Legs, short.Seen, short.Nothing, short.Codes = "short", &routesdb.RouteStop{V0: "west"}, nil, nil, nil, nil
	short.Source = routesdb.RouteSourceTuple2{V0: 5}
	none := short
	none.Name, none.Stop, none.Source = "none", nil, routesdb.RouteSourceArray{surreal.NullValue}
	fmt.Println("inserted:", program.Must(db.Routes.AddRoutes(ctx, []routesdb.AddRoutesRoute{routesdb.AddRoutesRoute(short), routesdb.AddRoutesRoute(none)})))
	fmt.Println("starts:", program.Must(db.Routes.Starts(ctx)))
	for row, err := range program.Must(db.Routes.Stops(ctx)) {
		program.Check(err)
		program.Show("row", row)
	}
	leg := program.Must(db.Routes.FirstLeg(ctx, id))
	fmt.Println("first leg:", leg.V0, leg.V1, "platform:", program.Must(db.Routes.Platform(ctx, id)))
	fmt.Println("starting there:", program.Must(db.Routes.StartingAt(ctx, long.Start)))
	fmt.Println("with the leg:", program.Must(db.Routes.WithLeg(ctx, long.Legs[1])))

	for _, departures := range program.Must(db.Routes.Departures(ctx)) {
		key := program.Must(departures.ID.Key())
		fmt.Println("departures:", departures.ID, *key.V0 == *departures.Place, key.V1 == departures.Span, departures.Routes)
	}

	for _, source := range []routesdb.RouteSource{
		routesdb.RouteSourceString("text"), routesdb.RouteSourceTuple{V0: "t", V1: 2}, routesdb.RouteSourceTuple2{V0: 3}, routesdb.RouteSourceArray{},
	} {
		moved := program.Must(db.Routes.Move(ctx, routesdb.MoveParams{ID: id, Start: routesdb.RouteStart{V0: "east"}, Source: source, Spot: own.Spot{V0: -1}}))
		fmt.Printf("moved: %v %T %v %v\n", moved.Start, moved.Source, moved.Source, moved.Spot.North())
	}

	var start routesdb.RouteStart
	program.Check(json.Unmarshal([]byte(`["north", 3]`), &start))
	fmt.Println("from json:", start == whole.Start)
	fmt.Println("not from json:", json.Unmarshal([]byte(`["north"]`), &start), json.Unmarshal([]byte(`["north", "3"]`), &start))
}

func expressions(ctx context.Context, db *routesdb.DB) {
	fmt.Println("cast:", program.Must(db.Routes.Cast(ctx)).V1+1, program.Must(db.Routes.Casts(ctx)))
	pair := routesdb.EchoPair{V0: "p", V1: routesdb.EchoPairV1{Deep: []routesdb.EchoPairV1Deep{{V0: 1, V1: true}}}}
	program.Show("echo", program.Must(db.Routes.Echo(ctx, pair)))
	both := program.Must(db.Routes.Both(ctx, routesdb.BothPair{V0: "one", V1: "two"}))
	fmt.Println("both:", both.Swapped.V0, both.Swapped.V1, both.List[0], both.List[1])
	fmt.Println("members:", program.Must(db.Routes.Members(ctx)))
	fmt.Println("slices:", program.Must(db.Routes.Listed(ctx)), program.Must(db.Routes.Numbers(ctx)))
}

func mistakes(ctx context.Context, db *routesdb.DB) {
	start := program.Must(db.Routes.StartingAt(ctx, routesdb.RouteStart{V0: "east"}))
	fmt.Println("moved:", start)
	id := program.Must(db.Routes.AddRoute(ctx, routesdb.AddRouteRoute{
		Name: "broken", Grid: routesdb.RouteGrid{V1: routesdb.RouteGridV1{Kind: "road"}, V2: []int64{}}, Source: routesdb.RouteSourceString(""),
	})).ID
	for _, wrong := range [][]any{{"east"}, {"east", 1, 2}, {"east", "1"}, {"east", nil}} {
		program.Check(db.Routes.Break(ctx, routesdb.BreakParams{ID: id, Start: program.Must(surreal.NewValue(wrong)).Elems()}))
		_, err := db.Routes.GetRoute(ctx, id)
		fmt.Println("wrong:", errors.Is(err, store.ErrDecode), err)
	}
}
