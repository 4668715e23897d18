package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// settled waits until b knows the file called name as text, or as gone where that is "".
func settled(t *testing.T, b *Bucket, name, text string) {
	t.Helper()
	waitUntil(t, func() bool {
		data, _, err := b.Read(name)
		if text == "" {
			return errors.Is(err, fs.ErrNotExist)
		}
		return err == nil && string(data) == text
	})
}

func TestWhatOneWritesTheOthersSee(t *testing.T) {
	_, c := newServer(t)
	a, b := newBucket(t, c), newBucket(t, c)
	large := strings.Repeat("large", maxInline)
	for name, text := range map[string]string{"a.md": "text", "sub/b.png": large} {
		mustPut(t, a, name, text)
		settled(t, b, name, text)
	}
	if err := b.Remove("a.md"); err != nil {
		t.Fatal(err)
	}
	settled(t, a, "a.md", "")
	mustPut(t, a, "a.md", "again")
	settled(t, b, "a.md", "again")
	if _, err := b.Rename("sub", "moved"); err != nil {
		t.Fatal(err)
	}
	settled(t, a, "moved/b.png", large)
	fresh := newBucket(t, c)
	if got := strings.Join(listed(t, fresh), " "); got != "a.md moved/b.png" {
		t.Errorf("a fresh replica lists %q", got)
	}
	if versions, err := fresh.History("a.md"); err != nil || len(versions) != 1 {
		t.Errorf("%v, %v", versions, err)
	}
}

func TestTwoPushesAtOnceLoseNothing(t *testing.T) {
	_, c := newServer(t)
	replicas := []*Bucket{newBucket(t, c), newBucket(t, c)}
	conflicts, want := 0, make(map[string]bool)
	for round := range 30 {
		var pushing sync.WaitGroup
		errs := make([]error, len(replicas))
		for n, b := range replicas {
			text := fmt.Sprintf("by %d in round %d", n, round)
			if round%3 == 0 {
				text += strings.Repeat(" large", maxInline)
			}
			want[text] = true
			pushing.Go(func() { _, errs[n] = b.Put("a.md", []byte(text), time.Time{}) })
		}
		pushing.Wait()
		for n, err := range errs {
			var conflict *Conflict
			if errors.As(err, &conflict) {
				conflicts++
				data, err := replicas[1-n].ReadVersion("a.md", conflict.Version)
				if err != nil || !strings.HasPrefix(string(data), fmt.Sprintf("by %d in round %d", n, round)) {
					t.Errorf("round %d: version %s: %.30q, %v", round, conflict.Version, data, err)
				}
			} else if err != nil {
				t.Errorf("round %d: %v", round, err)
			}
		}
	}
	if conflicts == 0 {
		t.Error("they never met")
	}
	live, _, err := newBucket(t, c).Read("a.md") // the others may not have heard of the last one
	if err != nil {
		t.Fatal(err)
	}
	delete(want, string(live))
	versions, err := replicas[1].History("a.md")
	if err != nil || len(versions) != 59 {
		t.Fatalf("%d versions, %v", len(versions), err)
	}
	for _, v := range versions {
		data, err := replicas[1].ReadVersion("a.md", v.ID)
		if err != nil {
			t.Fatal(err)
		}
		delete(want, string(data))
	}
	if len(want) > 0 {
		t.Errorf("%d of 60 pushes are lost", len(want))
	}
}

// deaf returns a bucket that no news reach any more, so that it is overtaken for sure.
func deaf(t *testing.T, c Cluster) *Bucket {
	t.Helper()
	b := newBucket(t, c)
	b.shut()
	b.running.Wait()
	b.open, b.shut = context.WithCancel(context.Background())
	return b
}

func TestWhoIsOvertakenIsTold(t *testing.T) {
	_, c := newServer(t)
	a := newBucket(t, c)
	mustPut(t, a, "same.md", "old")
	mustPut(t, a, "gone.md", "old")
	mustPut(t, a, "from.md", "old")
	late := deaf(t, c)
	for _, name := range []string{"same.md", "gone.md", "to.md", "new.md"} {
		mustPut(t, a, name, "theirs")
	}
	if _, err := late.Put("same.md", []byte("theirs"), when); err != nil {
		t.Errorf("the same bytes: %v", err)
	}
	var conflict *Conflict
	if err := late.Remove("gone.md"); !errors.As(err, &conflict) || conflict.Version != "" {
		t.Errorf("removed: %v", err)
	}
	if _, err := late.Rename("from.md", "to.md"); !errors.As(err, &conflict) || conflict.Name != "to.md" {
		t.Errorf("renamed: %v", err)
	}
	if _, err := late.Put("new.md", []byte("ours"), time.Time{}); !errors.As(err, &conflict) {
		t.Errorf("put: %v", err)
	}
	if versions, err := a.History("new.md"); err != nil || len(versions) != 1 || versions[0].ID != conflict.Version || versions[0].Size != 4 {
		t.Errorf("%v, %v", versions, err)
	}
	for name, text := range map[string]string{"same.md": "theirs", "gone.md": "theirs", "to.md": "theirs", "new.md": "theirs", "from.md": "old"} {
		settled(t, a, name, text)
	}
	if err := a.Remove("new.md"); err != nil {
		t.Fatal(err)
	}
	if _, err := late.Put("new.md", []byte("ours"), time.Time{}); err != nil {
		t.Errorf("where there is nothing any more: %v", err)
	}
}

func TestRemovalThatWasSweptIsNoConflict(t *testing.T) {
	_, c := newServer(t)
	a := newBucket(t, c)
	mustPut(t, a, "a.md", "old")
	if err := a.Remove("a.md"); err != nil {
		t.Fatal(err)
	}
	late := deaf(t, c)
	if n, err := a.expire(time.Now().Add(time.Hour), time.Now()); err != nil || n != 2 {
		t.Errorf("expired %d, %v", n, err)
	}
	if _, err := late.Put("a.md", []byte("new"), time.Time{}); err != nil {
		t.Error(err)
	}
}

func TestExpiredIsWhatIsOver(t *testing.T) {
	_, c := newServer(t)
	b := newBucket(t, c)
	large := func(n int) string { return strings.Repeat(fmt.Sprint(n), maxInline+1) }
	for n := range 3 {
		mustPut(t, b, "a.png", large(n))
	}
	mustPut(t, b, "b.md", "b")
	between := time.Now()
	mustPut(t, b, "a.png", large(3))
	if n, err := b.expire(between, time.Now().Add(time.Hour)); n != 4 || err != nil { // two versions, and their objects
		t.Errorf("removed %d, %v", n, err)
	}
	versions, err := b.History("a.png")
	if err != nil || len(versions) != 1 {
		t.Fatalf("%v, %v", versions, err)
	}
	if data, err := b.ReadVersion("a.png", versions[0].ID); err != nil || string(data) != large(2) {
		t.Errorf("%d bytes, %v", len(data), err)
	}
	for name, text := range map[string]string{"a.png": large(3), "b.md": "b"} {
		if data, _, err := newBucket(t, c).Read(name); err != nil || string(data) != text {
			t.Errorf("%s: %d bytes, %v", name, len(data), err)
		}
	}
}

func TestWhatOthersPutIntoTheBucketIsJudged(t *testing.T) {
	_, c := newServer(t)
	var log bytes.Buffer
	a := newBucket(t, c)
	ctx := t.Context()
	kv, err := a.js.KeyValue(ctx, c.Bucket)
	if err != nil {
		t.Fatal(err)
	}
	put := func(key, text string) {
		t.Helper()
		if _, err := kv.PutString(ctx, key, text); err != nil {
			t.Fatal(err)
		}
	}
	put("p.by-hand=2Emd", "text")
	for _, key := range []string{"p.=2E=2E/x", "p.=2Ehidden", "p.a=0Ab", "p.lower=2emd", "p.=41", "strange", "x.y", "p.a=", "p.//", "r.x", "d.=2E"} {
		put(key, "text")
	}
	for n := range 50 {
		put(fmt.Sprint("q", n), "text")
	}
	b, err := OpenBucket(ctx, c, slog.New(slog.NewTextHandler(&log, nil)), nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(listed(t, b), " "); got != "by-hand.md" {
		t.Errorf("listed %q", got)
	}
	if data, stamp, err := b.Read("by-hand.md"); err != nil || string(data) != "text" || stamp.Modified.IsZero() {
		t.Errorf("%q, %v, %v", data, stamp, err)
	}
	if _, err := b.Put("by-hand.md", []byte("changed"), time.Time{}); err != nil {
		t.Error(err)
	}
	if versions, err := b.History("by-hand.md"); err != nil || len(versions) != 1 || versions[0].Size != 4 {
		t.Errorf("%v, %v", versions, err)
	}
	if err := b.Close(); err != nil {
		t.Error(err)
	}
	if n := strings.Count(log.String(), "\n"); n != maxStrange {
		t.Errorf("%d lines of log: %s", n, log.String())
	}
}

func TestBucketThatIsMadeAnewIsReadAnew(t *testing.T) {
	_, c := newServer(t)
	b := newBucket(t, c)
	for n := range 5 {
		mustPut(t, b, fmt.Sprint("old-", n), "old")
	}
	ctx := t.Context()
	if err := b.js.DeleteKeyValue(ctx, c.Bucket); err != nil {
		t.Fatal(err)
	}
	kv, err := b.js.CreateKeyValue(ctx, jetstream.KeyValueConfig{Bucket: c.Bucket, History: 64})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := kv.PutString(ctx, "p.new", "new"); err != nil {
		t.Fatal(err)
	}
	waitUntil(t, func() bool {
		poke(b.again)
		files, err := b.List(ctx)
		return err == nil && len(files) == 1
	})
	settled(t, b, "new", "new")
	if _, err := b.Put("old-0", []byte("again"), time.Time{}); err != nil {
		t.Error(err)
	}
}

func TestWritesEndWhenTheBucketIsClosed(t *testing.T) {
	s, c := newServer(t)
	b := newBucket(t, c)
	s.Shutdown()
	done := make(chan error)
	go func() { _, err := b.Put("a.md", []byte("text"), time.Time{}); done <- err }()
	if err := b.Close(); err != nil {
		t.Error(err)
	}
	select {
	case err := <-done:
		if err == nil {
			t.Error("it was accepted")
		}
	case <-time.After(5 * time.Second):
		t.Error("it still waits")
	}
}

func TestWhatIsLostForLongIsNotWaitedFor(t *testing.T) {
	s, c := newServer(t)
	b := newBucket(t, c)
	s.Shutdown()
	b.mu.Lock()
	b.health.lost, b.health.answered = true, time.Now().Add(-longLost)
	b.mu.Unlock()
	started := time.Now()
	if _, err := b.Put("a.md", []byte("text"), time.Time{}); !errors.Is(err, ErrUnreachable) || time.Since(started) > 10*time.Second {
		t.Errorf("after %s: %v", time.Since(started), err)
	}
}

func TestBucketThatCannotBeOpenedSaysWhatToDo(t *testing.T) {
	_, c := newServer(t)
	c.Copies, c.Bucket = 3, "three"
	if _, err := OpenBucket(t.Context(), c, slog.New(slog.DiscardHandler), nil); err == nil || !strings.Contains(err.Error(), "--nats-replicas 1") {
		t.Errorf("copies: %v", err)
	}
	soon, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	nobody, err := ParseCluster("nats://ada:secret@127.0.0.1:1/posts")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := OpenBucket(soon, nobody, slog.New(slog.DiscardHandler), nil); err == nil || strings.Contains(err.Error(), "secret") || !strings.Contains(err.Error(), "127.0.0.1:1/posts") {
		t.Errorf("nobody there: %v", err)
	}
}

func TestPeersKnowEachOther(t *testing.T) {
	_, c := newServer(t)
	a, b := newBucket(t, c), newBucket(t, c)
	for range 2 {
		if err := a.Announce(t.Context(), Peer{ID: "one", Host: "host a", Keys: []string{"k2", "k1"}}); err != nil {
			t.Fatal(err)
		}
	}
	waitUntil(t, func() bool { p := b.Peers(); return len(p) == 1 && p[0].Host == "host a" && p[0].Keys[0] == "k1" })
	if err := a.Withdraw(t.Context(), "one"); err != nil {
		t.Fatal(err)
	}
	waitUntil(t, func() bool { return len(b.Peers()) == 0 })
	if got := listed(t, b); len(got) > 0 {
		t.Errorf("files %q", got)
	}
}

func TestPeersAreKnownThoughManyCame(t *testing.T) {
	b := &Bucket{peers: make(map[string]Peer)}
	for n := range maxPeers + 1 {
		err := b.sawPeerLocked(fmt.Sprint(n), []byte(`{"host":"old"}`), revision{at: time.Now()})
		if many := n >= maxPeers; many != (err != nil) {
			t.Fatalf("replica %d: %v", n, err)
		}
	}
	if err := b.sawPeerLocked("7", []byte(`{"host":"new"}`), revision{at: time.Now()}); err != nil || b.peers["7"].Host != "new" {
		t.Errorf("%v, %v", b.peers["7"], err)
	}
	if err := b.sawPeerLocked("8", nil, revision{at: time.Now(), removed: true}); err != nil || len(b.Peers()) != maxPeers-1 {
		t.Errorf("%d replicas, %v", len(b.Peers()), err)
	}
}

func TestTryThatArrivedIsNotDoneTwice(t *testing.T) {
	_, c := newServer(t)
	b := newBucket(t, c)
	for n, id := range []string{"ours", "theirs"} {
		m := &nats.Msg{Subject: b.subject("p.a"), Data: []byte("text")}
		if _, err := b.js.PublishMsg(t.Context(), m, jetstream.WithMsgID(id)); err != nil {
			t.Fatal(err)
		}
		seq, err := b.overtaken("p.a", "ours")
		if arrived := err == nil && seq == 1; arrived != (n == 0) {
			t.Errorf("after %s: %d, %v", id, seq, err)
		}
	}
}

func TestVersionsTellTheTimeOfWhoReplacedThem(t *testing.T) {
	start := time.Now().UTC().Add(-10 * time.Hour).Truncate(time.Second)
	at := func(n int) time.Time { return start.Add(time.Duration(n) * time.Hour) }
	f := revisions{files: map[string][]revision{"a": {
		{seq: 1, at: at(1), digest: "1"}, {seq: 2, at: at(3), digest: "2"}, {seq: 4, at: at(2), digest: "3"}, {seq: 6, at: at(4), digest: "3"}, {seq: 7, at: at(5), removed: true},
	}}, lost: map[string][]revision{"a": {{seq: 5, at: at(3), digest: "4"}}}}
	var got []string
	for _, k := range f.versions("a") {
		got = append(got, fmt.Sprintf("%d at %s", k.revision.seq, k.Until.Sub(start)))
	}
	if want := "6 at 5h0m0s, 5 at 3h0m0.000002s, 2 at 3h0m0.000001s, 1 at 3h0m0s"; strings.Join(got, ", ") != want {
		t.Errorf("got %s, want %s", strings.Join(got, ", "), want)
	}
	r, err := parseRevision(revision{removed: true, at: at(1)}.header(), 0, at(1).Add(maxSkew/2))
	if err != nil || !r.at.Equal(at(1)) {
		t.Errorf("%+v, %v", r, err)
	}
	if r, err := parseRevision(revision{removed: true, at: at(1)}.header(), 0, at(2)); err != nil || !r.at.Equal(at(2)) {
		t.Errorf("a clock that is an hour off: %+v, %v", r, err)
	}
}

func TestWhatOthersWriteIsNotUndoneByWhatHasNoBytesOfItsOwn(t *testing.T) {
	_, c := newServer(t)
	a, b := newBucket(t, c), newBucket(t, c)
	accepted := make(map[string]string) // text by name
	for round := range 100 {
		name, text := fmt.Sprintf("%02d.md", round), fmt.Sprint("in round ", round)
		mustPut(t, a, name, "old")
		settled(t, b, name, "old")
		var changing sync.WaitGroup
		var changed, pushed error
		changing.Go(func() {
			if round%2 == 0 {
				_, changed = a.Touch(name, when.Add(time.Hour))
			} else {
				_, changed = a.Rename(name, "moved-"+name)
			}
		})
		changing.Go(func() { _, pushed = b.Put(name, []byte(text), time.Time{}) })
		changing.Wait()
		var conflict *Conflict
		for _, err := range []error{changed, pushed} {
			if err != nil && !errors.As(err, &conflict) {
				t.Fatal(err)
			}
		}
		if pushed == nil {
			accepted[name] = text
		}
	}
	if len(accepted) == 0 {
		t.Error("nothing was accepted")
	}
	now := newBucket(t, c)
	for name, text := range accepted {
		here, _, _ := now.Read(name)
		moved, _, _ := now.Read("moved-" + name)
		if string(here) != text && string(moved) != text {
			t.Errorf("%s: %q was accepted, and there is %q and %q", name, text, here, moved)
		}
	}
}

func TestWhatIsSweptAwayUnheardIsForgotten(t *testing.T) {
	_, c := newServer(t)
	a, b := newBucket(t, c), newBucket(t, c)
	for _, name := range []string{"a.md", "sub/b.md", "c.md"} {
		mustPut(t, a, name, "text")
		settled(t, b, name, "text")
	}
	for _, key := range []string{"p.sub/b=2Emd", "d.sub"} { // as nobody should: no news tell of it
		if err := a.stream.Purge(t.Context(), jetstream.WithPurgeSubject(a.subject(key))); err != nil {
			t.Fatal(err)
		}
	}
	came := map[string]bool{"p.a=2Emd": true} // c.md is late
	n := &news{bucket: b, came: came, known: func() {}}
	n.complete(1 << 60)
	if got := strings.Join(listed(t, b), " "); got != "a.md c.md" {
		t.Errorf("listed %q", got)
	}
	if _, err := b.Entry("sub"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the folder: %v", err)
	}
}

func TestLeaderThatIsLateIsNoOtherBucket(t *testing.T) {
	_, c := newServer(t)
	b := deaf(t, c)
	info := b.stream.CachedInfo()
	b.seen, b.made = info.State.LastSeq+5, info.Created
	if seen, err := b.sameAs(info); err == nil || seen != b.seen || b.anew {
		t.Errorf("at first: %d, %v", seen, err)
	}
	b.short = time.Now().Add(-retryFor)
	if seen, err := b.sameAs(info); err != nil || seen != 0 || !b.anew {
		t.Errorf("after a while: %d, %v", seen, err)
	}
}
