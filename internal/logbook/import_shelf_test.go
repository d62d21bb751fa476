package logbook

import (
	"crypto/sha256"
	"errors"
	"io"
	"path/filepath"
	"testing"

	"pgregory.net/rapid"
)

// shelved puts texts on a shelf whose file is beside a ledger in the folder.
func shelved(t *rapid.T, folder string) (s *shelf, texts [][]byte) {
	s = &shelf{ledger: filepath.Join(folder, "suyuan.db")}
	for range rapid.IntRange(0, 20).Draw(t, "events") {
		text := rapid.SliceOfN(rapid.Byte(), 1, 5000).Draw(t, "text")
		s.put(text)
		texts = append(texts, text)
	}
	return s, texts
}

func (s *shelf) give(texts [][]byte) error {
	r := s.reader()
	for _, text := range texts {
		digest := sha256.Sum256(text)
		if _, err := r.next(&digest); err != nil {
			return err
		}
	}
	if _, err := r.r.ReadByte(); !errors.Is(err, io.EOF) {
		return errors.New("there is more than was put in")
	}
	return nil
}

// Not parallel: how much stays in memory is one for all.
func TestAShelfGivesBackWhatWasPutInAndNothingElse(t *testing.T) {
	before := shelfMemory
	defer func() { shelfMemory = before }()
	folder := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		shelfMemory = rapid.SampledFrom([]int{1, 3000, 1 << 20}).Draw(t, "memory")
		s, texts := shelved(t, folder)
		defer s.close()
		if left, err := filepath.Glob(filepath.Join(folder, ".*")); err != nil || len(left) > 0 && !keepsNames {
			t.Fatalf("left %v, %v", left, err)
		}
		if err := s.give(texts); err != nil {
			t.Fatal(err)
		}
		if s.file == nil {
			return
		}
		size, err := s.file.Seek(0, io.SeekEnd)
		if err != nil {
			t.Fatal(err)
		}
		at := rapid.Int64Range(0, size-1).Draw(t, "at")
		b := make([]byte, 1)
		if _, err := s.file.ReadAt(b, at); err != nil {
			t.Fatal(err)
		}
		b[0] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		if _, err := s.file.WriteAt(b, at); err != nil {
			t.Fatal(err)
		}
		if err := s.give(texts); !errors.Is(err, errShelf) {
			t.Fatalf("byte %d of %d altered: %v", at, size, err)
		}
		if err := s.file.Truncate(at); err != nil {
			t.Fatal(err)
		}
		if err := s.give(texts); !errors.Is(err, errShelf) {
			t.Fatalf("cut to %d of %d: %v", at, size, err)
		}
	})
	if left, err := filepath.Glob(filepath.Join(folder, ".*")); err != nil || len(left) > 0 {
		t.Errorf("left %v, %v", left, err)
	}
}

func TestWhereNoFileCanBeMadeTheInputIsDecodedAgain(t *testing.T) {
	before := shelfMemory
	defer func() { shelfMemory = before }()
	shelfMemory = 100
	s := shelf{ledger: filepath.Join(t.TempDir(), "none", "suyuan.db")}
	s.put(make([]byte, 200))
	s.put(make([]byte, 200))
	if !s.lost || s.buf != nil || s.file != nil {
		t.Errorf("a shelf without a file has %+v", s)
	}
	b := newBook(t)
	b.step, b.decodeTwice, b.o.Now = 7, true, ticking()
	if r := must(t, b, stream("\n"+collections(0, 50)), ImportOptions{}); r.Recorded != 50 || b.state == nil {
		t.Errorf("got %+v", r)
	}
	n := 0
	for row, err := range b.Log(t.Context(), Filter{Type: "collection"}) {
		if n++; err != nil || row.Record.Source.Line != n+1 {
			t.Errorf("record %d: %+v, %v", n, row.Record.Source, err)
		}
	}
	if n != 50 {
		t.Errorf("%d records", n)
	}
}
