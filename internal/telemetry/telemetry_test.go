package telemetry

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func TestOperatorsAreAnswered(t *testing.T) {
	m := New("1.2", []string{"full", "idle"}, Gauge{"posts", "Posts.", func() float64 { return 7 }})
	m.Refused("full")
	m.Entered(3 * time.Millisecond)
	m.FirstFrame(5 * time.Millisecond)
	m.Ended("list", 0, time.Second)
	m.Moved(10, 20)
	m.Reloaded(errors.New("no"))
	m.Published("live")
	ctx, cancel := context.WithCancel(t.Context())
	ln, err := Listen(ctx, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var closing atomic.Bool
	ended := make(chan error, 1)
	go func() {
		ended <- Serve(ctx, ln, m.Handler(func() (string, error) {
			if closing.Load() {
				return "", errors.New("closing down")
			}
			return "ok", nil
		}))
	}()
	get := func(path string) (string, int) {
		response, err := http.Get("http://" + ln.Addr().String() + path)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = response.Body.Close() }()
		body, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		return string(body), response.StatusCode
	}
	metrics, _ := get("/metrics")
	for _, want := range []string{
		`postern_refusals_total{reason="full"} 1`, `postern_refusals_total{reason="idle"} 0`, "postern_posts 7",
		`postern_sessions_total{status="done",verb="list"} 1`, `postern_build_info{version="1.2"} 1`,
		"postern_handshake_seconds_count 1", "postern_first_frame_seconds_count 1", `postern_session_bytes_total{direction="received"} 20`,
		`postern_reloads_total{result="failed"} 1`, `postern_publish_total{result="live"} 1`, "go_goroutines",
	} {
		if !strings.Contains(metrics, want+"\n") && !strings.Contains(metrics, want+" ") {
			t.Errorf("no %s", want)
		}
	}
	if body, status := get("/healthz"); body != "ok\n" || status != 200 {
		t.Errorf("health: %d %q", status, body)
	}
	if err := Ask(ctx, ln.Addr().String()); err != nil {
		t.Errorf("not ready: %v", err)
	}
	closing.Store(true)
	if body, status := get("/readyz"); body != "closing down\n" || status != 503 {
		t.Errorf("ready: %d %q", status, body)
	}
	if err := Ask(ctx, ln.Addr().String()); err == nil || !strings.Contains(err.Error(), "closing down") {
		t.Errorf("ready all the same: %v", err)
	}
	if body, status := get("/debug/pprof/goroutine?debug=1"); status != 200 || !strings.Contains(body, "goroutine profile") {
		t.Errorf("profile: %d", status)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Errorf("ended: %v", err)
	}
}

func TestStrangersDoNotReachTheAdminListener(t *testing.T) {
	for _, address := range []string{":9000", "0.0.0.0:9000", "192.0.2.1:9000", "[::]:9000", "example.com:9000", "9000"} {
		if ln, err := Listen(t.Context(), address); err == nil {
			_ = ln.Close()
			t.Errorf("%s: listens", address)
		}
	}
}
