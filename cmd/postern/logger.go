package main

import (
	"fmt"
	"io"
	"log/slog"
	"os"

	"charm.land/log/v2"
	"github.com/charmbracelet/x/term"
)

// newLogger returns a logger in the given format: for people on a terminal, JSON lines elsewhere.
func newLogger(format string, w io.Writer) (*slog.Logger, error) {
	if format == "auto" {
		format = "json"
		if isTerminal(w) {
			format = "text"
		}
	}
	switch format {
	case "text":
		return slog.New(log.NewWithOptions(w, log.Options{ReportTimestamp: true})), nil
	case "json":
		return slog.New(slog.NewJSONHandler(w, nil)), nil
	}
	return nil, fmt.Errorf("--log-format: %q is none of auto, text, json", format)
}

func isTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	return ok && term.IsTerminal(file.Fd())
}
