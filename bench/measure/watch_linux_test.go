package measure

import (
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
)

func TestAProcessWithTooMuchMemoryIsEnded(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		most    int64
		stopped bool
	}{{1, true}, {1 << 40, false}} {
		cmd := exec.CommandContext(t.Context(), "sh", "-c", "read line; exit 0")
		in, err := cmd.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		w := &watcher{done: make(chan struct{}), ended: make(chan struct{})}
		go w.look(cmd.Process, filepath.Join("/proc", strconv.Itoa(cmd.Process.Pid), "status"), c.most)
		if !c.stopped {
			if err := in.Close(); err != nil {
				t.Fatal(err)
			}
		}
		err = cmd.Wait()
		w.end()
		if w.stopped != c.stopped || c.stopped && err == nil {
			t.Errorf("with at most %d bytes: stopped %v, ended with %v; want stopped %v", c.most, w.stopped, err, c.stopped)
		}
		if c.stopped && (w.anonymous <= 0 || w.resident < w.anonymous) {
			t.Errorf("had %d bytes, %d of them of no file", w.resident, w.anonymous)
		}
	}
}
