//go:build race

package render

// raceEnabled says that tests run under the race detector, which makes them slow.
const raceEnabled = true
