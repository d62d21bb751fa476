package strace

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
)

// Options say what is recorded and what is injected.
type Options struct {
	Calls  []string // names of the calls to record
	Paths  []string // where given, only calls that touch one of these are recorded and counted
	Inject string   // as strace's option takes it, "fsync:error=EIO:when=3"; empty for nothing
	Data   int      // how many bytes of what is read and written are recorded
}

// Command returns the command that runs program under strace, which writes to the file log. It ends as the program ends: by
// its exit code or by the signal that killed it.
func Command(ctx context.Context, log string, o Options, program string, args ...string) *exec.Cmd {
	list := []string{"-f", "-y", "-o", log, "-xx", "-s", strconv.Itoa(o.Data), "-e", "trace=" + strings.Join(o.Calls, ",")}
	for _, p := range o.Paths {
		list = append(list, "-P", p)
	}
	if o.Inject != "" {
		list = append(list, "-e", "inject="+o.Inject)
	}
	list = append(append(list, program), args...)
	return exec.CommandContext(ctx, "strace", list...)
}

// Usable returns why strace cannot be used here, nil where it can.
func Usable(ctx context.Context) error {
	out, err := exec.CommandContext(ctx, "strace", "-f", "-o", os.DevNull, "-e", "inject=fsync:error=EIO:when=1", "true").CombinedOutput()
	if err != nil {
		return fmt.Errorf("strace cannot be used here, apt-get install strace and permit ptrace: %w: %s", err, strings.TrimSpace(string(out)))
	}
	return nil
}
