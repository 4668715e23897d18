// Package telemetry is what an operator's machines ask of a running server: numbers, whether it lives and serves, and
// where its time goes. It knows nothing of the server; whoever joins the two tells it what to count.
package telemetry

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// A Gauge is a number that is asked for when somebody wants to know it. Value must be safe for concurrent use.
type Gauge struct {
	Name, Help string // the name without the prefix that all have
	Value      func() float64
}

// Metrics counts. All labels have few values, whatever clients say. It is safe for concurrent use.
type Metrics struct {
	registry  *prometheus.Registry
	refused   *prometheus.CounterVec
	ended     *prometheus.CounterVec
	lasted    *prometheus.HistogramVec
	bytes     *prometheus.CounterVec
	entered   prometheus.Histogram
	frame     prometheus.Histogram
	reloads   *prometheus.CounterVec
	published *prometheus.CounterVec
}

const prefix = "postern"

// New returns metrics of a program of that version, with gauges among them. The reasons are all that anybody may be
// refused for; they are there from the start, as zero.
func New(version string, reasons []string, gauges ...Gauge) *Metrics {
	registry := prometheus.NewRegistry()
	quick := prometheus.ExponentialBuckets(0.001, 2, 14) // 1 ms to 8 s
	long := prometheus.ExponentialBuckets(0.001, 4, 12)  // 1 ms to 70 min
	m := &Metrics{
		registry:  registry,
		refused:   counter("refusals_total", "Who was refused or sent away, by reason.", "reason"),
		ended:     counter("sessions_total", "Sessions that ended, by what they did and their exit status.", "verb", "status"),
		bytes:     counter("session_bytes_total", "Bytes of sessions that ended.", "direction"),
		reloads:   counter("reloads_total", "Times that keys, configuration and posts were read anew on request.", "result"),
		published: counter("publish_total", "Files that authors pushed or removed, by what became of them.", "result"),
		lasted:    prometheus.NewHistogramVec(histogram("session_seconds", "How long sessions took.", long), []string{"verb"}),
		entered:   prometheus.NewHistogram(histogram("handshake_seconds", "Time from a connection to a client that is in.", quick)),
		frame:     prometheus.NewHistogram(histogram("first_frame_seconds", "Time from asking for the screen to its first bytes.", quick)),
	}
	registry.MustRegister(m.refused, m.ended, m.bytes, m.reloads, m.published, m.lasted, m.entered, m.frame,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	for _, reason := range reasons {
		m.refused.WithLabelValues(reason)
	}
	for _, g := range append(gauges, Gauge{"start_time_seconds", "When this started, as Unix time.", started()}) {
		registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Namespace: prefix, Name: g.Name, Help: g.Help}, g.Value))
	}
	registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Namespace: prefix, Name: "build_info",
		Help: "1, with what runs here.", ConstLabels: prometheus.Labels{"version": version}}, func() float64 { return 1 }))
	return m
}

func started() func() float64 {
	at := float64(time.Now().Unix())
	return func() float64 { return at }
}

func counter(name, help string, labels ...string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: prefix, Name: name, Help: help}, labels)
}

func histogram(name, help string, buckets []float64) prometheus.HistogramOpts {
	return prometheus.HistogramOpts{Namespace: prefix, Name: name, Help: help, Buckets: buckets}
}

// Refused counts somebody who was refused for a reason, one of those that New got.
func (m *Metrics) Refused(reason string) { m.refused.WithLabelValues(reason).Inc() }

// Entered counts a client that took so long to come in.
func (m *Metrics) Entered(took time.Duration) { m.entered.Observe(took.Seconds()) }

// FirstFrame counts a screen whose first bytes took so long.
func (m *Metrics) FirstFrame(took time.Duration) { m.frame.Observe(took.Seconds()) }

// Ended counts a session. Verb must be one of a few.
func (m *Metrics) Ended(verb string, status int, took time.Duration) {
	word := "refused"
	switch status {
	case 0:
		word = "done"
	case 2:
		word = "usage"
	}
	m.ended.WithLabelValues(verb, word).Inc()
	m.lasted.WithLabelValues(verb).Observe(took.Seconds())
}

// Moved counts the bytes of a session.
func (m *Metrics) Moved(sent, received int64) {
	m.bytes.WithLabelValues("sent").Add(float64(sent))
	m.bytes.WithLabelValues("received").Add(float64(received))
}

// Reloaded counts a reading of everything anew.
func (m *Metrics) Reloaded(err error) {
	result := "done"
	if err != nil {
		result = "failed"
	}
	m.reloads.WithLabelValues(result).Inc()
}

// Published counts what became of a file. Result must be one of a few.
func (m *Metrics) Published(result string) { m.published.WithLabelValues(result).Inc() }
