package boltstore

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"suyuan/internal/ledger"
	"suyuan/internal/ledger/ledgertest"
)

func TestTheMountOfAPathIsTheLongestThatLeadsToIt(t *testing.T) {
	t.Parallel()
	const mounts = `22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw,errors=remount-ro
23 22 0:21 / /proc rw - proc proc rw
30 22 0:30 / /srv rw,nosuid - nfs4 host:/srv rw,vers=4.2
31 30 8:2 / /srv/local\040disk rw - xfs /dev/sdb1 rw,nobarrier
32 22 8:3 / /over rw - ext4 /dev/sdc1 rw
33 32 0:31 / /over ro - tmpfs none rw
no mount at all
40 22 0:40 / /remote rw - fuse.sshfs host: rw
`
	for path, want := range map[string]string{
		"/var/a.db": "ext4", "/": "ext4", "/srv": "nfs4", "/srv/a.db": "nfs4", "/srvx/a.db": "ext4", "/srv/local disk/a.db": "xfs",
		"/over/a.db": "tmpfs", "/remote/a.db": "fuse.sshfs",
	} {
		m, ok := mountOf([]byte(mounts), path)
		if !ok || m.kind != want {
			t.Errorf("%s: %+v, %v; want %s", path, m, ok, want)
		}
	}
	m, _ := mountOf([]byte(mounts), "/srv/local disk/a.db")
	d := Disk{Options: m.options}
	if !reflect.DeepEqual(d.Unsafe(), []string{"nobarrier"}) {
		t.Errorf("options %q: unsafe %q", m.options, d.Unsafe())
	}
	if _, ok := mountOf([]byte("nonsense"), "/"); ok {
		t.Error("a mount was read out of nonsense")
	}
}

func FuzzMountinfo(f *testing.F) {
	f.Add([]byte(`31 30 8:2 / /srv/local\040disk rw - xfs /dev/sdb1 rw`), "/srv/local disk/a")
	f.Add([]byte("1: FLOCK ADVISORY WRITE 7 fe:00:99 0 EOF"), "/")
	f.Fuzz(func(t *testing.T, b []byte, path string) {
		if m, ok := mountOf(b, path); ok && !leads(m.point, path) {
			t.Errorf("%q does not lead to %q", m.point, path)
		}
		if n := len(parseLocks(b)); n > bytes.Count(b, []byte("\n"))+1 {
			t.Errorf("%d locks in %q", n, b)
		}
		if n, known := parseFastCommits(string(b)); !known && n != 0 {
			t.Errorf("%d commits, and not known", n)
		}
	})
}

func TestLocksAreReadAsTheKernelWritesThem(t *testing.T) {
	t.Parallel()
	const locks = `1: FLOCK  ADVISORY  WRITE 22180 fe:00:9979901 0 EOF
1: -> FLOCK  ADVISORY  READ 22181 fe:00:9979901 0 EOF
2: POSIX  ADVISORY  WRITE 5 08:01:77 0 EOF
3: FLOCK  ADVISORY  READ  26407 00:2f:12 0 EOF
4: FLOCK  ADVISORY  READ  x 00:2f:12 0 EOF
5: FLOCK
`
	want := []lock{{Holder{PID: 22180, Writing: true}, "fe:00", 9979901}, {Holder{PID: 26407}, "00:2f", 12}}
	if got := parseLocks([]byte(locks)); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
}

func TestFastCommitsAreCounted(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{"fc stats:\n12 commits\n3 ineligible\n": 12, "fc stats:\n0 commits\n": 0, "": -1, "x commits": -1} {
		n, known := parseFastCommits(text)
		if known != (want >= 0) || known && n != want {
			t.Errorf("%q: %d, %v", text, n, known)
		}
	}
}

func TestWhoHoldsALedgerIsNamed(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat("/proc/locks"); err != nil {
		t.Skip(err)
	}
	path := filepath.Join(t.TempDir(), "suyuan.db")
	if err := Create(t.Context(), path, ledger.Genesis{Origin: "a", Created: ledgertest.Epoch}, "", ledgertest.Epoch); err != nil {
		t.Fatal(err)
	}
	if list, known, err := Holders(path); err != nil || !known || len(list) != 0 {
		t.Errorf("nobody: %+v, %v, %v", list, known, err)
	}
	for _, readOnly := range []bool{false, true} {
		s, err := Open(t.Context(), path, Options{ReadOnly: readOnly})
		if err != nil {
			t.Fatal(err)
		}
		list, _, err := Holders(path)
		if err != nil || len(list) != 1 || list[0].PID != os.Getpid() || list[0].Writing == readOnly || list[0].Program == "" {
			t.Errorf("read-only %v: %+v, %v; want this process", readOnly, list, err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	if _, _, err := Holders(path + "none"); err == nil {
		t.Error("somebody holds what is not there")
	}
}

func TestTheDiskOfTheTestsIsNamed(t *testing.T) {
	t.Parallel()
	d, err := DiskOf(t.TempDir())
	if err != nil || d.Kind == "" || !d.FreeKnown || d.Network || Kernel() == "" {
		t.Errorf("%+v, kernel %q, %v", d, Kernel(), err)
	}
	if _, err := DiskOf(filepath.Join(t.TempDir(), "none")); err == nil {
		t.Error("a disk of nothing")
	}
}
