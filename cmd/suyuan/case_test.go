package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"suyuan/internal/event"
)

// opened returns a console with a ledger in which case C-1 was opened and traced.
func opened(t *testing.T) (*console, string) {
	t.Helper()
	c, name := made(t)
	c.want(t, 0, "--ledger", name, "record", "manufacture", "--time", "now", "--site", "S", "--step", "fill", "--material", "lot=ALB-1", "--output", "unit=U-1,role=dose")
	c.want(t, 0, "--ledger", name, "case", "open", "C-1", "--source", "lot:ALB-1")
	c.want(t, 0, "--ledger", name, "case", "scope", "C-1", "--json")
	return c, name
}

// TestTheDigestOfAScopeIsThatOfTheTrace asks the same of the same prefix: who checks a case needs nothing but the trace command.
func TestTheDigestOfAScopeIsThatOfTheTrace(t *testing.T) {
	t.Parallel()
	c, name := opened(t)
	var scope struct {
		SHA256 string `json:"sha256"`
		Size   int    `json:"size"`
	}
	if err := json.Unmarshal(c.out.Bytes(), &scope); err != nil {
		t.Fatal(err)
	}
	c.want(t, 0, "--ledger", name, "record", "manufacture", "--time", "now", "--site", "S", "--step", "fill", "--material", "lot=ALB-1", "--output", "unit=U-2,role=dose")
	c.want(t, 0, "--ledger", name, "trace", "lot:ALB-1", "--as-of", "4", "--json")
	sum := sha256.Sum256(c.out.Bytes())
	if got := hex.EncodeToString(sum[:]); scope.Size != 4 || got != scope.SHA256 {
		t.Errorf("scope of %d records %s, the trace's bytes are %s", scope.Size, scope.SHA256, got)
	}
	if c.want(t, 0, "--ledger", name, "trace", "lot:ALB-1", "--json"); strings.Contains(c.out.String(), `"size":4`) {
		t.Error("the ledger did not grow")
	}
}

// TestWatchShowsItAgainUntilItIsInterrupted has a pause that ends at once, and an interruption in the third.
func TestWatchShowsItAgainUntilItIsInterrupted(t *testing.T) {
	t.Parallel()
	c, name := opened(t)
	c.terminal = true
	ctx, cancel := context.WithCancel(t.Context())
	env, pauses := c.env(), 0
	now := env.Now()
	env.Now = func() time.Time { return now }
	env.Height = func() int { return 12 }
	env.Pause = func(ctx context.Context, d time.Duration) error {
		if now = now.Add(d); d != 2*time.Hour {
			t.Errorf("a pause of %s", d)
		}
		if pauses++; pauses == 3 {
			cancel()
		}
		return ctx.Err()
	}
	c.out.Reset()
	c.err.Reset()
	if got := run(ctx, env, []string{"--ledger", name, "case", "watch", "C-1", "--every", "2h"}, c.in, &c.out, &c.err); got != 130 {
		t.Errorf("exit code %d: %s", got, &c.err)
	}
	shown := c.out.String()
	if n := strings.Count(shown, "\x1b[H\x1b[2J"); n != 3 {
		t.Errorf("shown %d times", n)
	}
	if !strings.Contains(shown, "4 h 0 min left") || !strings.Contains(shown, "0 h 0 min left") {
		t.Errorf("time does not pass: %q", shown)
	}
	if lines := strings.Count(shown[strings.LastIndex(shown, "\x1b[H"):], "\n"); lines > 12 || !strings.Contains(shown, "\n…\n") {
		t.Errorf("%d lines on a terminal of 12", lines)
	}
	if !strings.HasPrefix(shown, "\x1b[?1049h") || !strings.HasSuffix(strings.TrimSpace(shown), "\x1b[?1049l") {
		t.Errorf("the terminal is not given back: %q", shown)
	}
	env.Now = func() time.Time { return now }
	if got := run(t.Context(), env, []string{"--ledger", name, "case", "watch", "C-9"}, c.in, &c.out, &c.err); got != 1 {
		t.Errorf("exit code %d for a case that is not there", got)
	}
}

// TestNoticeFilesHaveNamesThatEverySystemTakes and that no two sites share.
func TestNoticeFilesHaveNamesThatEverySystemTakes(t *testing.T) {
	t.Parallel()
	had := make(map[string]string)
	for _, id := range []string{"H1", "h1", "H/1", "H:1", "H_1", "医院一", "医院二", "..", "CON", strings.Repeat("A", 200), strings.Repeat("A", 199) + "B", "H1.", "É"} {
		c, err := event.NewRef(event.KindCase, "C-1")
		if err != nil {
			t.Fatal(err)
		}
		site, err := event.NewRef(event.KindSite, id)
		if err != nil {
			t.Fatal(err)
		}
		name := noticeFile(c, site)
		key := strings.ToLower(name)
		if other, taken := had[key]; taken {
			t.Errorf("%q and %q are both %s", id, other, name)
		}
		had[key] = id
		if filepath.Base(name) != name || len(name) > 200 || strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") != "" {
			t.Errorf("%q: %q", id, name)
		}
	}
}
