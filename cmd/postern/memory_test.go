package main

import (
	"strings"
	"testing"
	"testing/fstest"
)

func TestSmallMemoryIsFullAndSaysSo(t *testing.T) {
	p := serving(t, smallBlog(t), t.TempDir(), "--memory", "1")
	r := call(t, []string{"SSH_AUTH_SOCK="}, client(t, "ssh"), p.ssh("localhost", "list")...)
	if r.status != 255 || !strings.Contains(r.err, "full; please try again in a moment") {
		t.Errorf("%+v", r)
	}
}

func TestBudgetIsThatOfTheControlGroup(t *testing.T) {
	for name, test := range map[string]struct {
		files map[string]string
		want  budget
	}{
		"second version": {map[string]string{"proc/self/cgroup": "0::/a/b\n", "sys/fs/cgroup/a/b/memory.max": "max\n", "sys/fs/cgroup/a/memory.max": "1048576\n", "sys/fs/cgroup/memory.max": "9999999\n"}, 1 << 20},
		"in a container": {map[string]string{"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": "2097152\n"}, 2 << 20},
		"first version":  {map[string]string{"proc/self/cgroup": "5:cpu:/x\n4:memory:/x\n", "sys/fs/cgroup/memory/x/memory.limit_in_bytes": "1048576\n", "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n"}, 1 << 20},
		"no limit":       {map[string]string{"proc/self/cgroup": "0::/a\n", "sys/fs/cgroup/a/memory.max": "max\n"}, 0},
		"no groups":      {nil, 0},
	} {
		root := fstest.MapFS{}
		for path, content := range test.files {
			root[path] = &fstest.MapFile{Data: []byte(content)}
		}
		if got := groupBudget(root); got != test.want {
			t.Errorf("%s: got %d, want %d", name, got, test.want)
		}
	}
	machine := fstest.MapFS{"proc/meminfo": &fstest.MapFile{Data: []byte("MemTotal:        2048000 kB\nMemFree:   1 kB\n")}}
	if got := machineBudget(machine); got != 1024000<<10 || machineBudget(fstest.MapFS{}) != 0 {
		t.Errorf("half of the machine: %d", got)
	}
	for _, test := range []struct{ budget, flag, want int }{{0, 0, 64 << 20}, {0, 5, 5 << 20}, {256 << 20, 0, 32 << 20}, {1 << 20, 0, 4 << 20}, {1 << 40, 0, 64 << 20}} {
		if got := budget(test.budget).cache(test.flag); got != test.want {
			t.Errorf("%+v: got %d", test, got)
		}
	}
}
