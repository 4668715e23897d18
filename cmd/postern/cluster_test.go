package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// beNode in the environment makes the test binary be a server of NATS, with the words of a nodeSpec.
const beNode = "POSTERN_TEST_NODE"

// nodeSpec is what a server of a cluster is told.
type nodeSpec struct {
	Name        string
	Port, Route int
	Routes      []int // of all
	Dir         string
}

// runNode serves until it is killed.
func runNode(line string) {
	var spec nodeSpec
	if err := json.Unmarshal([]byte(line), &spec); err != nil {
		panic(err)
	}
	o := &server.Options{ServerName: spec.Name, Host: "127.0.0.1", Port: spec.Port, JetStream: true, StoreDir: spec.Dir, NoLog: true, NoSigs: true}
	o.Cluster = server.ClusterOpts{Name: "test", Host: "127.0.0.1", Port: spec.Route, NoAdvertise: true} // who has a wire must not learn of another way
	for _, route := range spec.Routes {
		o.Routes = append(o.Routes, &url.URL{Scheme: "nats", Host: "127.0.0.1:" + strconv.Itoa(route)})
	}
	s, err := server.NewServer(o)
	if err != nil {
		panic(err)
	}
	s.Start()
	s.WaitForShutdown()
}

// node is a server of a cluster, in a process of its own.
type node struct {
	spec nodeSpec
	*exec.Cmd
}

func (n *node) start(t testing.TB) {
	t.Helper()
	line, err := json.Marshal(n.spec)
	must(t, err)
	n.Cmd = exec.Command(os.Args[0])
	n.Env = append(os.Environ(), beNode+"="+string(line))
	n.Stderr = os.Stderr
	must(t, n.Start())
}

// kill ends the server as a power cut does.
func (n *node) kill() {
	_ = n.Process.Kill()
	_ = n.Wait() // it was killed
}

// cluster is three servers of NATS.
type cluster struct {
	nodes []*node
	js    jetstream.JetStream
}

// newCluster starts a cluster and waits until it has a leader.
func newCluster(t testing.TB) *cluster {
	t.Helper()
	ports := freePorts(t, 6)
	c := &cluster{}
	for n := range 3 {
		c.nodes = append(c.nodes, &node{spec: nodeSpec{Name: fmt.Sprint("n", n+1), Port: ports[n], Route: ports[3+n], Routes: ports[3:], Dir: t.TempDir()}})
		c.nodes[n].start(t)
		t.Cleanup(c.nodes[n].kill)
	}
	var conn *nats.Conn
	waitFor(t, "the cluster", func() (up bool) {
		var err error
		conn, err = nats.Connect(c.servers(), nats.MaxReconnects(-1), nats.ReconnectWait(50*time.Millisecond))
		return err == nil
	})
	t.Cleanup(conn.Close)
	var err error
	c.js, err = jetstream.New(conn)
	must(t, err)
	waitFor(t, "its leader", func() bool {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := c.js.AccountInfo(ctx)
		return err == nil
	})
	return c
}

// freePorts returns ports that nobody listens on.
func freePorts(t testing.TB, n int) (ports []int) {
	t.Helper()
	for range n {
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		must(t, err)
		defer func() { _ = ln.Close() }()
		ports = append(ports, ln.Addr().(*net.TCPAddr).Port)
	}
	return ports
}

// servers returns the addresses of all nodes.
func (c *cluster) servers() string {
	var all []string
	for _, n := range c.nodes {
		all = append(all, "127.0.0.1:"+strconv.Itoa(n.spec.Port))
	}
	return "nats://" + strings.Join(all, ",")
}

// leader returns the node that leads the bucket, nil while there is none, and how many others are current.
func (c *cluster) leader(bucket string) (leads *node, current int) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	stream, err := c.js.Stream(ctx, "KV_"+bucket)
	if err != nil || stream.CachedInfo().Cluster == nil {
		return nil, 0
	}
	about := stream.CachedInfo().Cluster
	for _, n := range c.nodes {
		if n.spec.Name == about.Leader {
			leads = n
		}
	}
	for _, peer := range about.Replicas {
		if peer.Current && !peer.Offline {
			current++
		}
	}
	return leads, current
}

// wire is a way to a cluster that can be cut and mended.
type wire struct {
	net.Listener
	to string

	mu   sync.Mutex
	cut  bool
	ends []net.Conn
}

// newWire opens a way to the address.
func newWire(t testing.TB, to string) *wire {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	w := &wire{Listener: ln, to: to}
	t.Cleanup(func() { _ = ln.Close(); w.set(true) })
	go func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			go w.carry(conn)
		}
	}()
	return w
}

// carry carries bytes both ways until one of them ends.
func (w *wire) carry(near net.Conn) {
	defer func() { _ = near.Close() }()
	far, err := net.Dial("tcp", w.to)
	if err != nil {
		return
	}
	defer func() { _ = far.Close() }()
	w.mu.Lock()
	cut := w.cut
	w.ends = append(w.ends, near, far)
	w.mu.Unlock()
	if cut {
		return
	}
	done := make(chan struct{}, 2)
	for _, way := range [][2]net.Conn{{near, far}, {far, near}} {
		go func() {
			buf := make([]byte, 32<<10)
			for {
				n, err := way[0].Read(buf)
				if err != nil {
					break
				}
				if _, err := way[1].Write(buf[:n]); err != nil {
					break
				}
			}
			done <- struct{}{}
		}()
	}
	<-done
}

// set cuts the way, or mends it.
func (w *wire) set(cut bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cut = cut
	if cut {
		for _, conn := range w.ends {
			_ = conn.Close()
		}
		w.ends = nil
	}
}
