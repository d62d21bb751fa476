package main

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"suyuan/internal/ledger"
	"suyuan/internal/logbook"
)

// A flipping is what was found after each byte of the records was flipped in turn.
type flipping struct {
	v     *victim
	file  *os.File
	raw   [][]byte
	bytes int
	codes findings
	seen  map[layer]int // by how many of the bytes
}

// flipped flips one bit of every byte of the records, one after the other, in the file itself, and returns the row.
func flipped(t *testing.T) row {
	t.Helper()
	f := &flipping{v: newVictim(t), seen: make(map[layer]int)}
	f.raw = f.v.raw()
	content := f.v.read(f.v.path)
	var err error
	f.file, err = os.OpenFile(f.v.path, os.O_RDWR, 0)
	f.v.must(err)
	defer func() { f.v.must(f.file.Close()) }()
	for n, record := range f.raw {
		for i := range record {
			f.flip(n, i, placesOf(content, record))
		}
	}
	if found, exit := f.v.verify(f.v.c); exit != 0 {
		t.Errorf("every byte was put back, and verify finds %+v", found)
	}
	var list []string
	for _, l := range inside() {
		switch f.seen[l] {
		case 0:
		case f.bytes:
			list = append(list, string(l))
		default:
			list = append(list, string(l)+" (most)")
		}
	}
	return row{"each byte of each record is flipped in turn", "one of: " + f.codes.codes(), "3", "3", strings.Join(list, ", ")}
}

// placesOf finds a record in the file: it may stand in a page that is no longer in use as well.
func placesOf(content, record []byte) []int64 {
	var list []int64
	for at := 0; ; {
		i := bytes.Index(content[at:], record)
		if i < 0 {
			return list
		}
		list = append(list, int64(at+i))
		at += i + 1
	}
}

// flip flips a bit of byte i of record n wherever the record stands, looks, and puts it back.
func (f *flipping) flip(n, i int, places []int64) {
	f.v.t.Helper()
	bit := byte(1 << (i % 8))
	was := f.raw[n][i]
	set := func(b byte) {
		f.raw[n][i] = b
		for _, at := range places {
			_, err := f.file.WriteAt([]byte{b}, at+int64(i))
			f.v.must(err)
		}
	}
	set(was ^ bit)
	defer set(was)
	found, err := logbook.Verify(f.v.t.Context(), f.v.path, logbook.VerifyOptions{Signatures: true, Trust: f.v.trust(), Wait: time.Minute})
	f.v.must(err)
	named := false
	for _, x := range found.Findings {
		f.codes = append(f.codes, findingJSON{Code: string(x.Code)})
		named = named || x.Seq == uint64(n)
	}
	f.bytes++
	f.seen[layerChain] += one(f.chain())
	f.seen[layerTree] += one(f.tree())
	f.seen[layerSignatures] += one(f.has(found, ledger.CodeSignature, ledger.CodePolicy))
	f.seen[layerCheckpoint] += one(f.has(found, ledger.CodeCheckpoint))
	f.seen[layerAnchor] += one(f.has(found, ledger.CodeForked, ledger.CodeRolledBack, ledger.CodeOther))
	if found.OK || !named {
		f.v.t.Errorf("bit %08b of byte %d of record %d flipped: %+v; want a finding that names it", bit, i, n, found.Findings)
	}
	if n == 0 || i%97 == 0 { // a recording costs more than a look
		if _, err := logbook.Open(f.v.t.Context(), f.v.path, logbook.Options{Now: f.v.c.env().Now, Trust: f.v.trust(), Wait: time.Minute}); err == nil {
			b := f.v.book()
			if _, err := b.Register(f.v.t.Context()); err == nil {
				f.v.t.Errorf("byte %d of record %d flipped, and all records were read as if nothing was", i, n)
			}
		}
	}
}

func (f *flipping) has(v logbook.Verification, codes ...ledger.Code) bool {
	for _, found := range v.Findings {
		for _, c := range codes {
			if found.Code == c {
				return true
			}
		}
	}
	return false
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (f *flipping) chain() bool {
	var s ledger.Sequence
	for _, b := range f.raw {
		if _, err := s.Follow(b); err != nil {
			return true
		}
	}
	return false
}

func (f *flipping) tree() bool {
	leaves := make([]tlog.Hash, len(f.raw))
	for i, b := range f.raw {
		leaves[i] = tlog.RecordHash(b)
	}
	return !bytes.Equal(rootOf(leaves), f.v.noted.Root[:])
}
