//go:build unix

package main

import (
	"os"
	"os/signal"
	"syscall"
)

// onResize calls resized whenever the terminal gets another size, until the returned function is called.
func onResize(resized func()) (stop func()) {
	sizes := make(chan os.Signal, 1)
	signal.Notify(sizes, syscall.SIGWINCH)
	go func() {
		for range sizes {
			resized()
		}
	}()
	return func() { signal.Stop(sizes); close(sizes) }
}
