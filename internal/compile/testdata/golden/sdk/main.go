// The program has the SDK's client write and read values of generated types.
package main

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
	surrealdb "github.com/surrealdb/surrealdb.go"

	fleetdb "github.com/devq-ai/tandem/internal/compile/testdata/golden/sdk/gen"
	"github.com/devq-ai/tandem/internal/compile/testdata/program"
	"github.com/devq-ai/tandem/store"
	"github.com/devq-ai/tandem/store/surreal"
)

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	db := program.Must(fleetdb.Open(ctx, store.ConfigFromEnv()))
	defer db.Close()
	program.Define(ctx, db.Surreal())
	north := fleetdb.Depot{ID: fleetdb.NewDepotID("north"), Place: surreal.Point{8.5, 47.25}}
	trucks := []fleetdb.Truck{
		{
			ID: fleetdb.NewTruckID(1), Name: "one", State: fleetdb.TruckStateParked, Depot: &north.ID,
			Load: fleetdb.TruckLoadDecimal{Decimal: decimal.RequireFromString("12.5")},
			Engine: fleetdb.TruckEngine{
				Power: 300, Serial: uuid.MustParse("018f1c3a-0000-7000-8000-0000000000aa"), Built: time.Unix(1_700_000_000, 5).UTC(),
			},
			Note: surreal.NewNull("new"), Pause: 90 * time.Minute, MarshalCBOR2: true,
		},
		{
			ID: fleetdb.NewTruckID(2), Name: "two", State: fleetdb.TruckStateDriving, Load: fleetdb.TruckLoadString("gravel"),
			Engine: fleetdb.TruckEngine{Built: time.Unix(0, 0).UTC()}, Note: &surreal.Null[string]{},
		},
	}
	program.Check(db.Surreal().SDK(ctx, func(client *surrealdb.DB) error {
		if _, err := surrealdb.Query[fleetdb.Depot](ctx, client, "CREATE ONLY depot CONTENT $depot", map[string]any{"depot": north}); err != nil {
			return err
		}
		made, err := surrealdb.Query[[]fleetdb.Truck](ctx, client, "INSERT INTO truck $trucks", map[string]any{"trucks": trucks})
		if err != nil {
			return err
		}
		fmt.Println("inserted", len((*made)[0].Result))
		here, err := surrealdb.Query[[]*fleetdb.Truck](ctx, client, "SELECT * FROM truck WHERE depot = $depot AND load = $load AND state = $state", map[string]any{
			"depot": north.ID, "load": trucks[0].Load, "state": fleetdb.TruckStateParked,
		})
		if err != nil {
			return err
		}
		for _, truck := range (*here)[0].Result {
			fmt.Println("parked", truck.ID, *truck.Depot, truck.Load, truck.Engine.Power, truck.Note.V)
		}
		type report struct {
			Truck fleetdb.TruckID    `json:"truck"`
			State fleetdb.TruckState `json:"state"`
			Depot *fleetdb.Depot     `json:"depot"`
		}
		reports, err := surrealdb.Query[[]report](ctx, client, "SELECT id AS truck, state, depot FROM truck ORDER BY truck FETCH depot", nil)
		if err != nil {
			return err
		}
		for _, r := range (*reports)[0].Result {
			fmt.Println("report", r.Truck, r.State, r.Depot != nil && r.Depot.Place == north.Place)
		}
		_, err = surrealdb.Query[[]fleetdb.TruckState](ctx, client, "RETURN ['flying']", nil)
		fmt.Println("a state that there is not:", err)
		_, err = surrealdb.Query[fleetdb.TruckID](ctx, client, "RETURN depot:north", nil)
		fmt.Println("a depot is no truck:", err)
		return nil
	}))
	for _, truck := range program.Must(db.Trucks.ListTrucks(ctx)) {
		fmt.Println("listed", truck.ID, truck.State, truck.Load, truck.Engine, truck.Note.Valid, truck.Pause, truck.MarshalCBOR2)
	}
}
