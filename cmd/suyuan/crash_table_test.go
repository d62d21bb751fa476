package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The kills of one run, and the rows of the table: several durable steps.
const (
	tableKills = 60
	tableRows  = 3600
)

// crashTable has a row that is refused for each hundred, the last row among them.
func crashTable(mended bool) string {
	var file strings.Builder
	file.WriteString("到货时间,物料批号,物料名称,数量,机构\n")
	for n := 1; n <= tableRows; n++ {
		day := "2025-03-01"
		if n%100 == 0 && !mended {
			day = "2025-02-29"
		}
		fmt.Fprintf(&file, "%s 08:00,L-%d,medium,%d,S1\n", day, n, n)
	}
	return file.String()
}

// TestKilledImportOfATableLosesNothingAndGoesOn kills imports of a table at random moments. What the ledger holds is a prefix of the rows that are fit,
// the file of those that are not has all of them or is not there, and the same command goes on; mended, the rest goes in too.
func TestKilledImportOfATableLosesNothingAndGoesOn(t *testing.T) {
	t.Parallel()
	r := newCrashRig(t)
	r.table(t, "table.csv", crashTable(false))
	r.table(t, "whole.csv", crashTable(true))
	r.fresh(t)
	r.run(t, "import", "--profile", "receipt.zh", "whole.csv")
	all := r.sound(t)
	args := []string{"import", "--profile", "receipt.zh", "--skip-rejected", "--rejects", "left.csv", "table.csv"}

	r.fresh(t)
	began := time.Now()
	r.leaves(t, args...)
	span := time.Since(began) * 11 / 10
	want, left := r.sound(t), r.read(t, "left.csv")
	if rows := strings.Count(left, "\n"); rows != 1+tableRows/100 || len(want) != tableRows-tableRows/100 {
		t.Fatalf("%d events and %d lines left, want %d and %d", len(want), rows, tableRows-tableRows/100, 1+tableRows/100)
	}
	hits, during := 0, 0
	for hits < kills(t, tableKills) {
		r.fresh(t)
		r.removeLeft(t)
		had, done := 0, false
		for !done && hits < kills(t, tableKills) {
			_, hit := r.killedEnding(t, span, "", exitBadNews, args...)
			done = !hit
			if hit {
				hits++
			}
			ids := r.sound(t)
			if len(ids) < had || len(ids) > len(want) {
				t.Fatalf("%d events after a kill, %d before it, %d in all", len(ids), had, len(want))
			}
			for i, id := range ids {
				if id != want[i] {
					t.Fatalf("event %d is %s, want %s: not a prefix of the rows", i, id, want[i])
				}
			}
			if had = len(ids); 0 < had && had < len(want) {
				during++
			}
			r.leftWhole(t, left, had > 0)
		}
		r.leaves(t, args...)
		r.leftWhole(t, left, true)
		r.table(t, "mended.csv", strings.ReplaceAll(r.read(t, "left.csv"), "2025-02-29", "2025-03-01"))
		r.run(t, "import", "--profile", "receipt.zh", "mended.csv")
		if got := r.sound(t); len(got) != len(all) {
			t.Fatalf("%d events once all is mended, want %d", len(got), len(all))
		}
		r.run(t, "import", "--profile", "receipt.zh", "whole.csv") // whose events these are
		if got := r.sound(t); len(got) != len(all) {
			t.Fatalf("%d events after the mended table, want %d: a row went in twice", len(got), len(all))
		}
	}
	t.Logf("%d kills, %d of them between two commits", hits, during)
}

func (r *crashRig) table(t *testing.T, name, content string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(r.dir, name), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func (r *crashRig) read(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(r.dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// removeLeft removes the file of rejected rows, and what kills left of it.
func (r *crashRig) removeLeft(t *testing.T) {
	t.Helper()
	for _, pattern := range []string{"left.csv", ".left.csv.*.new"} {
		old, err := filepath.Glob(filepath.Join(r.dir, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range old {
			if err := os.Remove(name); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// leftWhole checks that the file of rejected rows holds all of them, or, where nothing was recorded, is not there.
func (r *crashRig) leftWhole(t *testing.T, want string, recorded bool) {
	t.Helper()
	if _, err := os.Stat(filepath.Join(r.dir, "left.csv")); err != nil && !recorded {
		return
	}
	if got := r.read(t, "left.csv"); got != want {
		t.Fatalf("the file of rejected rows has %d lines, want %d", strings.Count(got, "\n"), strings.Count(want, "\n"))
	}
}

// leaves runs an import to its end, which leaves rows out and says so.
func (r *crashRig) leaves(t *testing.T, args ...string) {
	t.Helper()
	cmd := r.command(t.Context(), args...)
	if out, err := cmd.CombinedOutput(); cmd.ProcessState == nil || exit(cmd.ProcessState.ExitCode()) != exitBadNews {
		t.Fatalf("suyuan %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}
