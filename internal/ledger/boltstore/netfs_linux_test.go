package boltstore

import (
	"errors"
	"testing"

	"suyuan/internal/ledger"
)

func TestNetworkFileSystemsAreRefusedAndLocalOnesAreNot(t *testing.T) {
	t.Parallel()
	for kind, want := range map[uint32]bool{
		0x6969: true, 0xFE534D42: true, 0xFF534D42: true, 0x517B: true, 0x01021997: true,
		0xEF53: false /* ext4 */, 0x58465342: false /* xfs */, 0x9123683E: false /* btrfs */, 0x01021994: false /* tmpfs */, 0x65735546: false, /* fuse */
	} {
		if _, got := networkKinds[kind]; got != want {
			t.Errorf("%#x: refused %v, want %v", kind, got, want)
		}
	}
	if err := refuse("nfs"); !errors.Is(err, ledger.ErrNotLedger) || !errors.Is(err, ErrNetwork) {
		t.Errorf("%v, want ErrNotLedger", err)
	}
	if err := checkFileSystem(t.TempDir()); err != nil {
		t.Errorf("the folder of tests: %v", err)
	}
}
