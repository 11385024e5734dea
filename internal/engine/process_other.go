//go:build !unix

package engine

import (
	"context"
	"errors"
	"os/exec"
	"syscall"
)

// Elsewhere than on Unix engines are used by their URLs only: unprivileged, which every start asks
// first, says so, and the rest of this file is never reached.

var errNotUnix = errors.New("engines can be started on Linux and macOS only; name running ones in " +
	PostgresURLVariable + " and " + SurrealURLVariable)

func processAttributes(mode, *account) *syscall.SysProcAttr { return nil }

func terminate(int) error { return errNotUnix }

func killGroup(int) {}

func signalName(int) string { return errNotUnix.Error() }

func commandLine(int) string { return "" }

func lockFile(context.Context, string, func()) (func(), error) { return nil, errNotUnix }

type account struct{ name string }

func unprivileged() (*account, error) { return nil, errNotUnix }

func (*account) canEnter(string) bool { return false }

func (*account) own(string) error { return errNotUnix }

func (*account) command(ctx context.Context, name string, args ...string) *exec.Cmd {
	return exec.CommandContext(ctx, name, args...)
}
