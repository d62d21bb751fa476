package strace_test

import (
	"slices"
	"testing"

	"suyuan/internal/ledger/ledgertest/strace"
)

const log = `7 openat(AT_FDCWD<\x2f\x74>, "\x2f\x74\x2f\x61", O_RDWR|O_CREAT|O_CLOEXEC, 0600) = 5<\x2f\x74\x2f\x61>
7 pwrite64(5<\x2f\x74\x2f\x61>, "\x00\x29\x20\x3d"..., 4096, 8192 <unfinished ...>
8 close(6<\x2f\x74\x2f\x62>)            = 0
7 <... pwrite64 resumed>)            = 4096
8 fdatasync(5<\x2f\x74\x2f\x61>) = -1 EIO (Input/output error) (INJECTED)
8 renameat2(AT_FDCWD<\x2f\x74>, "\x2f\x74\x2f\x61", AT_FDCWD<\x2f\x74>, "\x2f\x74\x2f\x62", RENAME_NOREPLACE) = 0
8 --- SIGURG {si_signo=SIGURG, si_code=SI_TKILL} ---
9 ???( <unfinished ...>
8 fstat(5<\x2f\x74\x2f\x61>, {st_mode=S_IFREG|0600, st_size=8192, ...}) = 0
8 read(5<\x2f\x74\x2f\x61>,  <unfinished ...>
9 <... ??? resumed>)                = ?
7 flock(5<\x2f\x74\x2f\x61>, LOCK_UN) = ?
7 +++ killed by SIGKILL +++
`

func TestCallsAreReadInTheOrderInWhichTheyBegan(t *testing.T) {
	t.Parallel()
	calls, err := strace.Parse(log)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, c := range calls {
		names = append(names, c.Name)
	}
	if want := []string{"openat", "pwrite64", "close", "fdatasync", "renameat2", "fstat", "read", "flock"}; !slices.Equal(names, want) {
		t.Fatalf("%v, want %v", names, want)
	}
	write, sync, rename := calls[1], calls[3], calls[4]
	if write.Thread != 7 || write.Result != "4096" || write.Failed() || string(write.Data()) != "\x00) =" || !slices.Equal(write.Numbers(), []int64{4096, 8192}) {
		t.Errorf("%+v: %q, %v", write, write.Data(), write.Numbers())
	}
	if !sync.Injected || !sync.Failed() || !sync.CameBack() || !slices.Equal(sync.Paths(), []string{"/t/a"}) {
		t.Errorf("%+v: %v", sync, sync.Paths())
	}
	if !slices.Equal(rename.Paths(), []string{"/t/a", "/t/b"}) || rename.Failed() {
		t.Errorf("%+v: %v", rename, rename.Paths())
	}
	if stat := calls[5]; !slices.Equal(stat.Paths(), []string{"/t/a"}) {
		t.Errorf("%+v: %v", stat, stat.Paths())
	}
	for _, c := range calls[6:] {
		if c.CameBack() {
			t.Errorf("%+v came back", c)
		}
	}
}

func TestWhatIsNoLineOfStraceIsAnError(t *testing.T) {
	t.Parallel()
	for _, line := range []string{"hello", "7 hello", "7 <... read resumed>) = 0", "x read(5) = 0"} {
		if calls, err := strace.Parse(line + "\n"); err == nil {
			t.Errorf("%q: %+v, want an error", line, calls)
		}
	}
}
