package logbook

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"suyuan/internal/ledger"
	"suyuan/internal/ledger/boltstore"
	"suyuan/internal/ledger/ledgertest"
	"suyuan/internal/notary"
	"suyuan/internal/notary/notarytest"
)

// BenchmarkVerify verifies a whole ledger file, as `suyuan verify` does. SUYUAN_VERIFY_RECORDS says of how many records, 20,000 where it is not
// set; SUYUAN_VERIFY_DIR names a folder in which such ledgers are kept from one run to the next, since ten million take a minute to make.
func BenchmarkVerify(b *testing.B) {
	size := 20_000
	if text := os.Getenv("SUYUAN_VERIFY_RECORDS"); text != "" {
		var err error
		if size, err = strconv.Atoi(text); err != nil || size < 2 {
			b.Fatalf("SUYUAN_VERIFY_RECORDS: found %q, want a number of 2 or more", text)
		}
	}
	for _, tt := range []struct {
		name  string
		every int // signed: one in so many
		o     VerifyOptions
	}{
		{"full", 0, VerifyOptions{}},
		{"full-signed", 10, VerifyOptions{}},
		{"signatures", 10, VerifyOptions{Signatures: true}},
	} {
		b.Run(fmt.Sprintf("%s/%d", tt.name, size), func(b *testing.B) {
			path := benchFile(b, size, tt.every)
			info, err := os.Stat(path)
			if err != nil {
				b.Fatal(err)
			}
			b.SetBytes(info.Size())
			b.ReportAllocs()
			before := processTime()
			for b.Loop() {
				v, err := Verify(b.Context(), path, tt.o)
				if err != nil || !v.OK || v.Size != uint64(size) || tt.o.Signatures && v.Signatures < size/tt.every {
					b.Fatalf("%+v, %v", v, err)
				}
			}
			all := float64(size) * float64(b.N)
			b.ReportMetric(float64((processTime()-before).Nanoseconds())/all, "cpu-ns/record")
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/all, "ns/record")
			b.ReportMetric(float64(info.Size())/float64(size), "file-B/record")
		})
	}
}

// benchFile returns a ledger file of that many records, of which one in every bears a signature; none where every is 0.
func benchFile(b *testing.B, size, every int) string {
	b.Helper()
	dir := os.Getenv("SUYUAN_VERIFY_DIR")
	if dir == "" {
		dir = b.TempDir()
	}
	path := filepath.Join(dir, fmt.Sprintf("verify-%d-%d.db", size, every))
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return path
	}
	if err := makeBenchFile(b, path+".part", size, every); err != nil {
		b.Fatal(err)
	}
	for _, name := range []string{path, boltstore.IndexPath(path)} {
		if err := os.Rename(path+".part"+name[len(path):], name); err != nil {
			b.Fatal(err)
		}
	}
	return path
}

func makeBenchFile(b *testing.B, path string, size, every int) error {
	b.Helper()
	const batch = 10_000
	origin := ledger.Genesis{Origin: "bench.example/verify", Created: ledgertest.Epoch}
	if err := boltstore.Create(b.Context(), path, origin, "", ledgertest.Epoch); err != nil {
		return err
	}
	s, err := boltstore.Open(b.Context(), path, boltstore.Options{})
	if err != nil {
		return err
	}
	l := ledgertest.OpenLedger(b, s)
	m := &entryMaker{origin: origin.Origin, key: notarytest.Plain("bench"), every: every, chance: rand.New(rand.NewPCG(1, 2))}
	for from := 1; from < size; from += batch {
		var entries []ledger.Entry
		for n := from; n < min(size, from+batch); n++ {
			entries = append(entries, m.entry(n))
		}
		now := ledgertest.Epoch.Add(time.Duration(from) * time.Millisecond)
		if _, err := l.Append(b.Context(), now, ledger.AppendOptions{}, entries); err != nil {
			return errors.Join(err, l.Close())
		}
	}
	return l.Close()
}

// An entryMaker makes entries whose records have about 470 bytes each, and those that are signed about 300 more.
type entryMaker struct {
	origin string
	key    notarytest.Key
	every  int
	chance *rand.Rand
}

func (m *entryMaker) entry(n int) ledger.Entry {
	id := fmt.Sprintf("%08x-%04x-7%03x-8%03x-%012x", 0x0195503e+n>>16, n&0xffff, m.chance.IntN(1<<12), m.chance.IntN(1<<12), m.chance.Int64N(1<<48))
	if n == 1 && m.every > 0 {
		text := `{"action":"register","holder":"operator:LC-H1/OP-7","id":"%s","key":"%s","public":"%s","time":"2026-03-01T08:00:00Z","type":"key","use":"person"}`
		return m.signed(fmt.Appendf(nil, text, id, m.key.Public.ID(), m.key.Public))
	}
	text := `{"batch":"CART-26-%06d","id":"%s","inputs":["LC-H%d/BAG-%07d","LC-H%d/BAG-%07d"],"materials":["lot:MED-%05d","lot:CYT-%05d"],` +
		`"note":"扩增第 %d 天，密度正常","operator":"LC-F1/OP-%d","site":"LC-F1","time":"2026-03-01T08:%02d:%02d+08:00","type":"manufacture"}`
	event := fmt.Appendf(nil, text, n/8, id, n%9, n, n%9, n+1, n/1000, n/1700, n%14, n%40, n/60%60, n%60)
	if m.every > 0 && n%m.every == 0 {
		return m.signed(event)
	}
	return ledger.Entry{By: "LC-F1/OP-7", Event: event}
}

func (m *entryMaker) signed(event []byte) ledger.Entry {
	s := notary.Signature{Key: m.key.Public.ID(), Meaning: "performed", Time: "2026-03-01T08:00:00Z"}
	s.Sig = m.key.Sign(notary.Message(m.origin, event, s.Key, s.Meaning, s.Time))
	return ledger.Entry{By: "LC-F1/OP-7", Event: event, Sig: notary.AppendSignatures(nil, []notary.Signature{s})}
}
