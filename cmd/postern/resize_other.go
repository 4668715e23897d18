//go:build !unix

package main

// onResize does nothing: there is no signal for it here.
func onResize(func()) (stop func()) { return func() {} }
