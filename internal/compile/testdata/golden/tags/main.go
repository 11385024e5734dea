// The program prints JSON, whose names are the schema's in snake case.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	tagsdb "github.com/devq-ai/tandem/internal/compile/testdata/golden/tags/gen"
	"github.com/devq-ai/tandem/internal/compile/testdata/program"
	"github.com/devq-ai/tandem/store"
)

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	db := program.Must(tagsdb.Open(ctx, store.ConfigFromEnv()))
	defer db.Close()
	program.Define(ctx, db.Surreal())

	var host tagsdb.AddHostHost
	program.Check(json.Unmarshal([]byte(`{
		"id": "host:one", "home_url": "https://example.com", "http_port": 80, "ip": "192.0.2.1",
		"last_seen": 1, "last_seen2": 2, "nested_thing": { "inner_name": "x" }
	}`), &host))
	stored := program.Must(db.Hosts.AddHost(ctx, host))
	program.Show("stored", stored)
	fmt.Println(stored.HomeURL, *stored.HTTPPort, stored.Address, stored.NestedThing.InnerName)
	program.Show("found", program.Must(db.Hosts.FindHost(ctx, stored.HomeURL, stored.Address, 80)))
	params := tagsdb.FindHostsParams{HomeURL: stored.HomeURL, Address: stored.Address, HTTPPort: 80, LastSeen: 2}
	program.Show("parameters", params)
	program.Show("found", program.Must(db.Hosts.FindHosts(ctx, params)))
}
