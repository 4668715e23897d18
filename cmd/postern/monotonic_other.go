//go:build !linux

package main

// monotonic returns nothing of use where there is no systemd.
func monotonic() int64 { return 0 }
