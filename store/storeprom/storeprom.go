// Package storeprom exports a data layer's queries and pools as Prometheus
// metrics:
//
//	observer := storeprom.NewObserver()
//	cfg.Observer = observer
//	db, err := agentdb.Open(ctx, cfg)
//	…
//	registry.MustRegister(observer, storeprom.NewCollector(db))
//
// The metrics of queries, by engine and query:
//
//	tandem_queries_total{engine,query,result}      calls; result is "ok" or a store.Kind
//	tandem_query_duration_seconds{engine,query}    histogram of how long calls took
//	tandem_queries_in_flight{engine}               calls under way
//
// The metrics of pools, by engine:
//
//	tandem_pool_connections{engine,state}          acquired, idle and constructing connections
//	tandem_pool_max_connections{engine}            the pool's size
//	tandem_pool_subscriptions{engine}              live queries
//	tandem_pool_acquires_total{engine}             acquisitions that succeeded
//	tandem_pool_acquire_seconds_total{engine}      time they took
//	tandem_pool_waits_total{engine}                those that had to wait for a connection
//	tandem_pool_wait_seconds_total{engine}         time they waited
//	tandem_pool_canceled_acquires_total{engine}    acquisitions that a context ended
//	tandem_pool_new_connections_total{engine}      connections made
//	tandem_pool_closes_total{engine,reason}        connections closed for their age or for being idle
//	tandem_pool_fail_fasts_total{engine}           calls refused while the engine was away
package storeprom

import (
	"context"
	"errors"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/devq-ai/tandem/store"
)

const namespace = "tandem"

// buckets reach from what an index lookup takes to what nobody waits for.
var buckets = []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30}

// An Observer counts and times queries. It is a store.Observer and a
// prometheus.Collector, safe for concurrent use.
type Observer struct {
	total    *prometheus.CounterVec
	duration *prometheus.HistogramVec
	inFlight *prometheus.GaugeVec
}

// NewObserver returns an Observer, which is still to be registered.
func NewObserver() *Observer {
	return &Observer{
		total: prometheus.NewCounterVec(prometheus.CounterOpts{
			Namespace: namespace, Name: "queries_total", Help: "Calls of queries by their result.",
		}, []string{"engine", "query", "result"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Namespace: namespace, Name: "query_duration_seconds", Help: "How long calls of queries took.", Buckets: buckets,
		}, []string{"engine", "query"}),
		inFlight: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Namespace: namespace, Name: "queries_in_flight", Help: "Calls of queries under way.",
		}, []string{"engine"}),
	}
}

type startKey struct{ observer *Observer }

// Start implements store.Observer.
func (o *Observer) Start(ctx context.Context, q *store.Query) context.Context {
	o.inFlight.WithLabelValues(string(q.Engine)).Inc()
	return context.WithValue(ctx, startKey{o}, time.Now())
}

// End implements store.Observer.
func (o *Observer) End(ctx context.Context, q *store.Query, err error) {
	engine := string(q.Engine)
	o.inFlight.WithLabelValues(engine).Dec()
	o.total.WithLabelValues(engine, q.Name, result(err)).Inc()
	if start, ok := ctx.Value(startKey{o}).(time.Time); ok {
		o.duration.WithLabelValues(engine, q.Name).Observe(time.Since(start).Seconds())
	}
}

func result(err error) string {
	if err == nil {
		return "ok"
	}
	if e, ok := errors.AsType[*store.Error](err); ok {
		return e.Kind.String()
	}
	return store.KindOther.String()
}

// Describe implements prometheus.Collector.
func (o *Observer) Describe(ch chan<- *prometheus.Desc) {
	o.total.Describe(ch)
	o.duration.Describe(ch)
	o.inFlight.Describe(ch)
}

// Collect implements prometheus.Collector.
func (o *Observer) Collect(ch chan<- prometheus.Metric) {
	o.total.Collect(ch)
	o.duration.Collect(ch)
	o.inFlight.Collect(ch)
}

// A StatsSource has pools. Generated DB types are StatsSources.
type StatsSource interface {
	Stats() store.Stats
}

// NewCollector returns a collector of the figures of source's pools, which it
// reads whenever it is scraped.
func NewCollector(source StatsSource) prometheus.Collector {
	return &collector{source}
}

type collector struct{ source StatsSource }

// A figure is one metric of a pool.
type figure struct {
	desc  *prometheus.Desc
	kind  prometheus.ValueType
	label string // the value of the second label, if the metric has one
	value func(store.PoolStats) float64
}

func desc(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc(prometheus.BuildFQName(namespace, "pool", name), help, append([]string{"engine"}, labels...), nil)
}

var (
	connections = desc("connections", "Connections by their state.", "state")
	closes      = desc("closes_total", "Connections closed by the pool.", "reason")
)

var figures = []figure{
	{connections, prometheus.GaugeValue, "acquired", func(s store.PoolStats) float64 { return float64(s.AcquiredConns) }},
	{connections, prometheus.GaugeValue, "idle", func(s store.PoolStats) float64 { return float64(s.IdleConns) }},
	{connections, prometheus.GaugeValue, "constructing", func(s store.PoolStats) float64 { return float64(s.ConstructingConns) }},
	{desc("max_connections", "The pool's size."), prometheus.GaugeValue, "",
		func(s store.PoolStats) float64 { return float64(s.MaxConns) }},
	{desc("subscriptions", "Live queries."), prometheus.GaugeValue, "",
		func(s store.PoolStats) float64 { return float64(s.Subscriptions) }},
	{desc("acquires_total", "Acquisitions that succeeded."), prometheus.CounterValue, "",
		func(s store.PoolStats) float64 { return float64(s.Acquires) }},
	{desc("acquire_seconds_total", "Time that acquisitions took."), prometheus.CounterValue, "",
		func(s store.PoolStats) float64 { return s.AcquireTime.Seconds() }},
	{desc("waits_total", "Acquisitions that had to wait for a connection."), prometheus.CounterValue, "",
		func(s store.PoolStats) float64 { return float64(s.WaitedAcquires) }},
	{desc("wait_seconds_total", "Time that acquisitions waited for a connection."), prometheus.CounterValue, "",
		func(s store.PoolStats) float64 { return s.WaitTime.Seconds() }},
	{desc("canceled_acquires_total", "Acquisitions that a context ended."), prometheus.CounterValue, "",
		func(s store.PoolStats) float64 { return float64(s.CanceledAcquires) }},
	{desc("new_connections_total", "Connections made."), prometheus.CounterValue, "",
		func(s store.PoolStats) float64 { return float64(s.NewConns) }},
	{closes, prometheus.CounterValue, "lifetime", func(s store.PoolStats) float64 { return float64(s.LifetimeCloses) }},
	{closes, prometheus.CounterValue, "idle", func(s store.PoolStats) float64 { return float64(s.IdleCloses) }},
	{desc("fail_fasts_total", "Calls refused at once while the engine was away."), prometheus.CounterValue, "",
		func(s store.PoolStats) float64 { return float64(s.FailFasts) }},
}

// Describe implements prometheus.Collector.
func (c *collector) Describe(ch chan<- *prometheus.Desc) {
	var last *prometheus.Desc
	for _, f := range figures {
		if f.desc != last {
			ch <- f.desc
		}
		last = f.desc
	}
}

// Collect implements prometheus.Collector.
func (c *collector) Collect(ch chan<- prometheus.Metric) {
	for _, pool := range c.source.Stats().Pools {
		for _, f := range figures {
			labels := []string{string(pool.Engine)}
			if f.label != "" {
				labels = append(labels, f.label)
			}
			ch <- prometheus.MustNewConstMetric(f.desc, f.kind, f.value(pool), labels...)
		}
	}
}
