package sshd

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestWatchdogBarksAtAStalledWriteOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var w watchdog
		barked := make(chan time.Time, 9)
		bark := func() { barked <- time.Now() }
		for range 5 { // quick ones, long apart
			w.begin(10*time.Second, bark)
			w.end()
			time.Sleep(7 * time.Second)
		}
		time.Sleep(time.Minute)
		if len(barked) > 0 {
			t.Fatal("it barks at a client that takes all")
		}
		w.begin(10*time.Second, bark)
		w.end()
		time.Sleep(4 * time.Second)
		start := time.Now()
		w.begin(10*time.Second, bark)
		if waited := (<-barked).Sub(start); waited != 10*time.Second {
			t.Errorf("it barks after %v", waited)
		}
		w.end()
		w.begin(10*time.Second, bark)
		w.begin(10*time.Second, bark)
		time.Sleep(6 * time.Second)
		w.end() // the client takes something: the other has time again
		time.Sleep(6 * time.Second)
		if len(barked) > 0 {
			t.Error("it barks though the client took something")
		}
		w.end()
		w.stop()
	})
}
