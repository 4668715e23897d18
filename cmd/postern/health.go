package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"postern/internal/telemetry"
)

func newHealth() *cobra.Command {
	var listen, admin string
	c := &cobra.Command{
		Use:   "health",
		Short: "Say whether the server here serves",
		Long: "Ask the server on this machine whether it serves: its admin listener where --admin or POSTERN_ADMIN names one, " +
			"else its port of SSH. Exits with status 1 where it does not, for health checks of containers.",
		Example: "postern health\npostern health --admin 127.0.0.1:9222",
		Args:    noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := fromEnvironment(c.Flags()); err != nil {
				return err
			}
			ctx, cancel := context.WithTimeout(c.Context(), 5*time.Second)
			defer cancel()
			if admin != "" {
				return unanswered(admin, telemetry.Ask(ctx, admin))
			}
			return greeted(ctx, listen)
		},
	}
	c.Flags().StringVar(&listen, "listen", ":2222", "address that the server listens on")
	c.Flags().StringVar(&admin, "admin", "", "address of its admin listener")
	return c
}

// unanswered says what err means where it comes from the network: nobody is at address, or no postern.
func unanswered(address string, err error) error {
	var failed *net.OpError
	if errors.As(err, &failed) {
		return fmt.Errorf("nothing answers at %s: %w (postern serve says at its start where it listens)", address, failed.Err)
	}
	return err
}

// greeted returns nil where something that speaks SSH answers at address.
func greeted(ctx context.Context, address string) error {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if err != nil {
		return unanswered(address, err)
	}
	defer func() { _ = conn.Close() }() // heard enough
	if deadline, ok := ctx.Deadline(); ok {
		err = conn.SetDeadline(deadline)
	}
	first := make([]byte, 8)
	if _, readErr := io.ReadFull(conn, first); err != nil || readErr != nil {
		return errors.Join(err, readErr)
	}
	if !strings.HasPrefix(string(first), "SSH-2.0-") {
		return fmt.Errorf("%s: not a server of SSH: %q", address, first)
	}
	return nil
}
