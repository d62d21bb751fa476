package boltstore_test

import (
	"errors"
	"path/filepath"
	"syscall"
	"testing"

	"suyuan/internal/durable/durabletest"
	"suyuan/internal/ledger"
	"suyuan/internal/ledger/boltstore"
	"suyuan/internal/ledger/ledgertest"
)

func TestAFullDiskLosesNothing(t *testing.T) {
	path := filepath.Join(durabletest.Mount(t, "512k").Dir, "suyuan.db")
	if err := boltstore.Create(t.Context(), path, genesis, "", ledgertest.Epoch); err != nil {
		t.Fatal(err)
	}
	l := ledgertest.OpenLedger(t, open(t, path))
	acked := 1
	var err error
	for err == nil {
		if _, err = l.Append(t.Context(), ledgertest.Epoch, ledger.AppendOptions{}, ledgertest.Entries(acked, acked+7)); err == nil {
			acked += 7
		}
	}
	if unknown := (*ledger.UnknownOutcomeError)(nil); !errors.As(err, &unknown) || !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("append on a full disk: %v, want an unknown outcome", err)
	}
	if _, err := l.Append(t.Context(), ledgertest.Epoch, ledger.AppendOptions{}, ledgertest.Entries(1, 2)); !errors.Is(err, ledger.ErrPoisoned) {
		t.Errorf("append after that: %v, want ErrPoisoned", err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if r := verify(t, path); !r.OK || r.Size < uint64(acked) {
		t.Errorf("verify: %+v; %d records were acknowledged", r, acked)
	}
	if err := boltstore.Create(t.Context(), path+"2", genesis, "", ledgertest.Epoch); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("create on a full disk: %v", err)
	}
}

func TestAReadOnlyDiskCanBeRead(t *testing.T) {
	disk := durabletest.Mount(t, "512k")
	path := filepath.Join(disk.Dir, "suyuan.db")
	if err := boltstore.Create(t.Context(), path, genesis, "", ledgertest.Epoch); err != nil {
		t.Fatal(err)
	}
	disk.ReadOnly(t)
	if r := verify(t, path); !r.OK {
		t.Errorf("verify: %+v", r)
	}
	if _, err := boltstore.Open(t.Context(), path, boltstore.Options{}); !errors.Is(err, syscall.EROFS) {
		t.Errorf("open for writing: %v, want that the disk is read-only", err)
	}
	if err := boltstore.Create(t.Context(), path+"2", genesis, "", ledgertest.Epoch); !errors.Is(err, syscall.EROFS) {
		t.Errorf("create: %v, want that the disk is read-only", err)
	}
}

func TestACopyOntoAFullDiskLeavesNothing(t *testing.T) {
	dir := durabletest.Mount(t, "512k").Dir
	path := newFile(t, 6000)
	_, err := boltstore.Copy(t.Context(), path, filepath.Join(dir, "b.db"), boltstore.CopyOptions{})
	if !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("copy: %v, want that the disk is full", err)
	}
	wantOnly(t, dir)
	_, err = boltstore.Build(t.Context(), filepath.Join(dir, "c.db"), nil, func(s ledger.Store) error {
		if err := ledger.Create(t.Context(), s, genesis, "", ledgertest.Epoch); err != nil {
			return err
		}
		l, err := ledger.Open(t.Context(), s)
		if err != nil {
			return err
		}
		for n := 1; err == nil; n += 500 {
			_, err = l.Append(t.Context(), ledgertest.Epoch, ledger.AppendOptions{}, ledgertest.Entries(n, n+500))
		}
		return errors.Join(err, l.Close())
	})
	if !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("build: %v, want that the disk is full", err)
	}
	wantOnly(t, dir)
	if r := verify(t, path); !r.OK {
		t.Errorf("the ledger: %+v", r)
	}
}
