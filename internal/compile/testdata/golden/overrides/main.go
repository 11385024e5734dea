// The program reads and writes overridden columns wherever queries have them.
package main

import (
	"context"
	"fmt"
	"net/netip"
	"time"

	serverdb "github.com/devq-ai/tandem/internal/compile/testdata/golden/overrides/gen"
	"github.com/devq-ai/tandem/internal/compile/testdata/golden/overrides/own"
	"github.com/devq-ai/tandem/internal/compile/testdata/program"
	"github.com/devq-ai/tandem/store"
)

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	db := program.Must(serverdb.Open(ctx, store.ConfigFromEnv()))
	defer db.Close()
	program.Define(ctx, db.Surreal())
	addr := netip.MustParseAddr("192.0.2.1")
	zone := own.Zone("eu")

	server := program.Must(db.Servers.AddServer(ctx, serverdb.AddServerServer{
		ID: new(serverdb.NewServerID("one")), Addr: addr, Port: 443, Names: &own.Names{"a", "b"},
		Up: new(own.Uptime(50 * time.Hour)), Meta: &serverdb.ServerMeta{Zone: &zone},
	}))
	fmt.Println("table:", server.Addr.Is4(), server.Port, server.Names, server.Up.Days(), *server.Meta.Zone)
	program.Check(db.Servers.AddApp(ctx, server.ID))

	for _, row := range program.Must(db.Servers.Find(ctx, serverdb.FindParams{Addr: addr, Ports: []uint16{80, 443}, Zone: zone})) {
		fmt.Println("found:", row.Addr.Is4(), row.P == server.Port, row.AllNames[0], row.Next+int64(row.P), row.Up.Days())
	}
	nested := program.Must(db.Servers.Nested(ctx, server.ID))
	fmt.Println("nested:", *nested.Meta.Zone, *nested.Zone == zone, nested.Built.Ip.Is4(), *nested.Built.Place.Zone == zone, *nested.Picked.Zone == zone)
	linked := program.Must(db.Servers.Linked(ctx))
	fmt.Println("linked:", len(linked.Addr), linked.MainAddr.Is4(), linked.SpareAddr == nil, linked.Addrs[0].Is4(), *linked.First)
	var all []netip.Addr = program.Must(db.Servers.Addrs(ctx))
	fmt.Println("values:", all)
	fmt.Println("port:", program.Must(db.Servers.PortOf(ctx, server.ID)) == server.Port)
	both := program.Must(db.Servers.Both(ctx))
	fmt.Println("several:", both.Ports[0] == server.Port, *both.Zones[0].Zone == zone)
	fmt.Println("inserted:", program.Must(db.Servers.AddServers(ctx, []serverdb.AddServersServer{{Addr: netip.IPv6Loopback(), Port: 1}}))[0].Is6())

	live := program.Must(db.Servers.WatchAddrs(ctx))
	fmt.Println("moved:", program.Must(db.Servers.Move(ctx, serverdb.MoveParams{ID: server.ID, Addr: netip.IPv4Unspecified(), Port: 8443})))
	fmt.Println("live:", program.Must(live.Next(ctx)).Value.IsUnspecified())
	program.Check(live.Close())
}
