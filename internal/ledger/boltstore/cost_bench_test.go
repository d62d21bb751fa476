package boltstore_test

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"suyuan/internal/ledger"
	"suyuan/internal/ledger/boltstore"
	"suyuan/internal/ledger/ledgertest"
)

// typicalEntry returns the entry of an event of the size that most have, another one for each n. Its id begins with its time,
// as derived ids do; events come in the order of their recording, or nearly so.
func typicalEntry(n int) ledger.Entry {
	chance := rand.New(rand.NewPCG(uint64(n), 1))
	ms := 1_772_323_200_000 + int64(n)*40 + chance.Int64N(3_600_000)
	return typicalEvent(n, fmt.Sprintf("%08x-%04x-8%03x-8%03x-%012x", ms>>16, ms&0xffff, chance.IntN(1<<12), chance.IntN(1<<12), chance.Int64N(1<<48)))
}

// strangeEntry is the same with an id of another maker: at random.
func strangeEntry(n int) ledger.Entry {
	chance := rand.New(rand.NewPCG(uint64(n), 2))
	return typicalEvent(n, fmt.Sprintf("%08x-%04x-4%03x-8%03x-%012x", chance.Uint32(), chance.IntN(1<<16), chance.IntN(1<<12), chance.IntN(1<<12), chance.Int64N(1<<48)))
}

func typicalEvent(n int, id string) ledger.Entry {
	event := fmt.Appendf(nil, `{"equipment":[{"equipment":"F-1/CENT-%d","from":"2026-03-01T08:05:00+08:00"}],"id":%q,"inputs":["MSC-P2-%07d"],`+
		`"materials":[{"aliquot":"A1","lot":"ALB-%d"}],"operators":["F-1/OP-7"],"outputs":[{"role":"dose","unit":"MSC-D-%07d"}],`+
		`"site":"F-1","step":"fill","time":"2026-03-01T08:00:00+08:00","type":"manufacture"}`, n%9, id, n, n%999, n)
	return ledger.Entry{By: "F-1/OP-7", Event: event}
}

// BenchmarkBulk appends b.N entries in commits of a thousand and of ten thousand: run it with -benchtime 1000000x. tail/head is
// what an entry of the last tenth costs beside one of the first.
func BenchmarkBulk(b *testing.B) {
	for _, size := range []int{1000, 10_000} {
		b.Run(fmt.Sprint(size), func(b *testing.B) { benchmarkBulk(b, size, typicalEntry) })
		b.Run(fmt.Sprint(size)+"/random-ids", func(b *testing.B) { benchmarkBulk(b, size, strangeEntry) })
	}
}

func benchmarkBulk(b *testing.B, size int, entry func(int) ledger.Entry) {
	b.Helper()
	path := filepath.Join(b.TempDir(), "suyuan.db")
	if err := boltstore.Create(b.Context(), path, genesis, "", ledgertest.Epoch); err != nil {
		b.Fatal(err)
	}
	l := ledgertest.OpenLedger(b, open(b, path))
	var costs []time.Duration
	bytes := 0
	for n := 0; n < b.N; n += size {
		entries := make([]ledger.Entry, 0, size)
		for i := n; i < min(n+size, b.N); i++ {
			entries = append(entries, entry(i))
		}
		before := cpuTime()
		receipts, err := l.Append(b.Context(), ledgertest.Epoch, ledger.AppendOptions{}, entries)
		if err != nil {
			b.Fatal(err)
		}
		costs = append(costs, cpuTime()-before)
		rec, err := l.Record(b.Context(), receipts[len(receipts)-1].Seq)
		if err != nil {
			b.Fatal(err)
		}
		bytes += len(rec.Bytes) * len(entries)
	}
	before := cpuTime()
	if err := l.Close(); err != nil {
		b.Fatal(err)
	}
	reportBulk(b, costs, cpuTime()-before)
	b.ReportMetric(float64(fileSize(b, path))/float64(bytes), "file/record")
	b.ReportMetric(float64(fileSize(b, boltstore.IndexPath(path)))/float64(b.N), "ids-B/op")
}

func reportBulk(b *testing.B, costs []time.Duration, closing time.Duration) {
	b.Helper()
	sum := func(costs []time.Duration) (total time.Duration) {
		for _, c := range costs {
			total += c
		}
		return total
	}
	b.ReportMetric(float64((sum(costs)+closing).Nanoseconds())/float64(b.N), "cpu-ns/op")
	b.ReportMetric(float64(closing.Milliseconds()), "close-ms")
	if tenth := len(costs) / 10; tenth > 0 {
		b.ReportMetric(float64(sum(costs[len(costs)-tenth:]))/float64(sum(costs[:tenth])), "tail/head")
	}
}

func fileSize(tb testing.TB, path string) int64 {
	tb.Helper()
	info, err := os.Stat(path)
	if err != nil {
		tb.Fatal(err)
	}
	return info.Size()
}

// BenchmarkBesideALog appends durably to a ledger and, in turn with it, to a plain log: each record's length, bytes, and a hash
// over them and the hash before, one sync for all that wait. ratio is the ledger's rate beside the log's; p50-ratio is that of
// the times of one append, which a busy machine spoils less.
func BenchmarkBesideALog(b *testing.B) {
	for _, clients := range []int{1, 64} {
		b.Run(fmt.Sprint(clients), func(b *testing.B) {
			l, log := benchLedger(b), newPlainLog(b)
			var inLog, inLedger cost
			const rounds = 10
			per := max(b.N/rounds/clients, 1)
			for round := range rounds {
				entry := func(client, n int) ledger.Entry { return typicalEntry((round*clients+client)*per + n) }
				inLog.of(clients, per, func(client, n int) { log.append(entry(client, n).Event) })
				inLedger.of(clients, per, func(client, n int) {
					if _, err := l.Append(b.Context(), ledgertest.Epoch, ledger.AppendOptions{}, []ledger.Entry{entry(client, n)}); err != nil {
						b.Error(err)
					}
				})
			}
			b.ReportMetric(inLog.wall.Seconds()/inLedger.wall.Seconds(), "ratio")
			b.ReportMetric(inLog.p50().Seconds()/inLedger.p50().Seconds(), "p50-ratio")
			inLog.report(b, "log")
			inLedger.report(b, "ledger")
		})
	}
}

// A cost is what many appends took.
type cost struct {
	wall, cpu time.Duration
	each      []time.Duration
}

// of adds what it costs that so many clients at the same time each do f per times.
func (c *cost) of(clients, per int, f func(client, n int)) {
	each := make([]time.Duration, clients*per)
	start, before := time.Now(), cpuTime()
	var wg sync.WaitGroup
	for client := range clients {
		wg.Go(func() {
			for n := range per {
				from := time.Now()
				f(client, n)
				each[client*per+n] = time.Since(from)
			}
		})
	}
	wg.Wait()
	c.wall, c.cpu, c.each = c.wall+time.Since(start), c.cpu+cpuTime()-before, append(c.each, each...)
}

func (c *cost) p50() time.Duration {
	slices.Sort(c.each)
	return c.each[len(c.each)/2]
}

func (c *cost) report(b *testing.B, name string) {
	b.Helper()
	n := float64(len(c.each))
	b.ReportMetric(n/c.wall.Seconds(), name+"/s")
	b.ReportMetric(float64(c.cpu.Nanoseconds())/n, name+"-cpu-ns")
	b.ReportMetric(float64(c.p50().Microseconds()), name+"-p50-µs")
}

// A plainLog is the limit of what one file can do.
type plainLog struct {
	tb     testing.TB
	file   *os.File
	waking chan struct{}
	mu     sync.Mutex
	queue  []waiting // guarded by mu
	last   [sha256.Size]byte
}

type waiting struct {
	record []byte
	done   chan struct{}
}

func newPlainLog(tb testing.TB) *plainLog {
	tb.Helper()
	file, err := os.Create(filepath.Join(tb.TempDir(), "log"))
	if err != nil {
		tb.Fatal(err)
	}
	p := &plainLog{tb: tb, file: file, waking: make(chan struct{}, 1)}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for range p.waking {
			p.commit()
		}
	}()
	tb.Cleanup(func() {
		close(p.waking)
		<-ended
		if err := file.Close(); err != nil {
			tb.Error(err)
		}
	})
	return p
}

func (p *plainLog) append(record []byte) {
	w := waiting{record, make(chan struct{})}
	p.mu.Lock()
	p.queue = append(p.queue, w)
	p.mu.Unlock()
	select {
	case p.waking <- struct{}{}:
	default:
	}
	<-w.done
}

func (p *plainLog) commit() {
	p.mu.Lock()
	group := p.queue
	p.queue = nil
	p.mu.Unlock()
	if len(group) == 0 {
		return
	}
	var out []byte
	for _, w := range group {
		out = binary.BigEndian.AppendUint32(out, uint32(len(w.record)))
		out = append(out, w.record...)
		p.last = sha256.Sum256(append(p.last[:], w.record...))
		out = append(out, p.last[:]...)
	}
	if _, err := p.file.Write(out); err != nil {
		p.tb.Error(err)
	}
	if err := syncData(p.file); err != nil {
		p.tb.Error(err)
	}
	for _, w := range group {
		close(w.done)
	}
}
