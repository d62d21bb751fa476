package genealogy_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
)

// lecheng is the graph of an example in which nearly everything occurs.
func lecheng(tb testing.TB) *genealogy.Graph {
	tb.Helper()
	g := genealogy.New()
	seq := uint64(0)
	for _, name := range []string{"events.jsonl", "case.jsonl"} {
		text, err := os.ReadFile(filepath.Join("..", "..", "examples", "lecheng", name))
		if err != nil {
			tb.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			e, err := event.Parse([]byte(line))
			if err != nil {
				continue // a step that is not of this vocabulary's events
			}
			e.Identify()
			seq++
			if err := g.Add(seq, "OP", e.Time, e); err != nil {
				tb.Fatal(err)
			}
		}
	}
	return g
}

// snapshotOf writes the snapshot of a graph.
func snapshotOf(tb testing.TB, g *genealogy.Graph) []byte {
	tb.Helper()
	var b bytes.Buffer
	if err := g.WriteSnapshot(&b, []byte("stamp"), []byte("extra")); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

// said is all that can be asked of a graph, as text.
func said(g *genealogy.Graph) string {
	var b strings.Builder
	n, at := g.Contacts(), g.Latest()
	fmt.Fprintln(&b, g.Len(), at, len(g.UnknownTypes()))
	for e := range g.Entries() {
		by, struck := g.StruckBy(e)
		fmt.Fprintln(&b, e.Seq, e.By, e.Recorded, e.Late(), e.Struck(), by, struck, string(e.Event.Bytes()))
		if found, ok := g.ByID(e.Event.ID); !ok || found.Seq != e.Seq {
			fmt.Fprintln(&b, "not found by its id")
		}
	}
	for _, r := range g.Things() {
		i, _ := n.Thing(r)
		fmt.Fprintln(&b, r, g.History(r), g.StruckHistory(r), g.SameAs(r), len(g.Endings(r)), len(g.Makings(r)), g.IsRegistered(r))
		for c := range n.From(i) {
			fmt.Fprintln(&b, " to", n.Ref(c.Target), c.Via, c.Grade, c.From, c.To, n.Entry(c).Seq)
		}
		for c := range n.Into(i) {
			fmt.Fprintln(&b, " from", n.Ref(c.Source), c.Via, c.Grade, c.From, c.To, n.Entry(c).Seq)
		}
		fmt.Fprintln(&b, " cuts", n.Cuts(i, genealogy.Confirmed), n.Cuts(i, genealogy.Possible))
		if r.Kind() == event.KindUnit {
			s := g.Status(r, at)
			fmt.Fprintln(&b, " is", s.State, s.Site, s.Vessel, s.Shipment, s.Allocated, s.Expires, g.Expiry(r, at))
		}
		for _, h := range g.HoldsOn(r, at) {
			fmt.Fprintln(&b, " held by", h.Entry.Seq, h.On)
		}
	}
	for k := range event.KindProduct + 1 {
		for r := range g.ThingsOf(k) {
			fmt.Fprintln(&b, k, r)
		}
	}
	for _, code := range []string{"=A99991234567800", "SHARED", "nowhere"} {
		fmt.Fprintln(&b, code, g.ByCode(code))
	}
	for _, form := range []string{"isbt128:din:A999912345678", "text:SYN/MSC-26-01/001", "text:SYN/NK-26-01/005", "text:nowhere"} {
		for code, own := range g.Spellings(form) {
			fmt.Fprintln(&b, form, code, own)
		}
	}
	return b.String()
}

// ways are the two ways to read a snapshot.
var ways = map[string]func([]byte) (*genealogy.Snapshot, error){
	"mapped": genealogy.MapSnapshot,
	"read": func(b []byte) (*genealogy.Snapshot, error) {
		return genealogy.ReadSnapshot(bytes.NewReader(b), int64(len(b)))
	},
}

// asked opens a snapshot and asks everything of it. Damage is an error; any
// other panic goes on.
func asked(b []byte, open func([]byte) (*genealogy.Snapshot, error)) (text string, err error) {
	defer func() {
		if r := recover(); r != nil {
			d, ok := r.(*genealogy.DamageError)
			if !ok {
				panic(r)
			}
			err = d
		}
	}()
	s, err := open(b)
	if err != nil {
		return "", err
	}
	extra, err := s.Extra()
	if err != nil {
		return "", err
	}
	g, err := s.On()
	if err != nil {
		return "", err
	}
	return string(s.Stamp()) + string(extra) + said(g), nil
}

// wantNoticed asks everything of bytes that are not what was written.
func wantNoticed(t *testing.T, what string, b []byte, want string) (noticed bool) {
	t.Helper()
	for way, open := range ways {
		text, err := asked(b, open)
		var damage *genealogy.DamageError
		switch {
		case err == nil && text == want:
		case errors.As(err, &damage), errors.Is(err, genealogy.ErrNoSnapshot):
			noticed = true
		default:
			t.Errorf("%s, %s: believed, or another error: %v", what, way, err)
		}
	}
	return noticed
}

const block = 4096

func TestEveryFlippedByteOfASnapshotIsNoticed(t *testing.T) {
	t.Parallel()
	sound := snapshotOf(t, lecheng(t))
	want, err := asked(sound, genealogy.MapSnapshot)
	if err != nil {
		t.Fatal(err)
	}
	if in := "stampextra" + said(lecheng(t)); in != want {
		t.Fatal("the sound snapshot says something else than the graph")
	}
	// Every byte of the beginning and of what stands at the end, and of each block some: of each section, whatever lies where.
	step := 251
	if testing.Short() {
		step = 997
	}
	for at := 0; at < len(sound); {
		flipped := bytes.Clone(sound)
		flipped[at] ^= 1 << (at % 8)
		if !wantNoticed(t, fmt.Sprint("byte ", at, " of ", len(sound)), flipped, want) {
			t.Errorf("byte %d of %d: nothing noticed it", at, len(sound))
		}
		if near := at < 32 || at > len(sound)-400; near && !testing.Short() {
			at++
		} else {
			at += step
		}
	}
}

func TestASnapshotThatIsCutSwappedOrLengthenedIsNoticed(t *testing.T) {
	t.Parallel()
	sound := snapshotOf(t, lecheng(t))
	want, err := asked(sound, genealogy.MapSnapshot)
	if err != nil {
		t.Fatal(err)
	}
	cuts := []int{0, 1, 14, 15, 16, 17, block - 1, block + 1, len(sound) - 1, len(sound) - 2, len(sound) - 15, len(sound) - 100, len(sound) / 2, len(sound)/2 | 1}
	for at := block; at < len(sound); at += block {
		cuts = append(cuts, at)
	}
	for _, at := range cuts {
		if !wantNoticed(t, fmt.Sprint("cut at ", at), sound[:at], want) {
			t.Errorf("cut at %d: nothing noticed it", at)
		}
		if !wantNoticed(t, fmt.Sprint("zeros from ", at), append(bytes.Clone(sound[:at]), make([]byte, len(sound)-at)...), want) {
			t.Errorf("zeros from %d: nothing noticed it", at)
		}
		wantNoticed(t, fmt.Sprint("without the first ", at), sound[at:], want)
	}
	for _, more := range [][]byte{{0}, make([]byte, block), sound, []byte("suyuan.")} {
		wantNoticed(t, fmt.Sprint(len(more), " bytes more"), append(bytes.Clone(sound), more...), want)
	}
	blocks := len(sound) / block
	for a := range blocks - 1 {
		swapped := bytes.Clone(sound)
		b := a + 1
		copy(swapped[a*block:], sound[b*block:(b+1)*block])
		copy(swapped[b*block:], sound[a*block:(a+1)*block])
		if !wantNoticed(t, fmt.Sprint("blocks ", a, " and ", b, " swapped"), swapped, want) {
			t.Errorf("blocks %d and %d swapped: nothing noticed it", a, b)
		}
	}
}

// resealed makes every checksum of a snapshot right again, so that what lies
// under them is what is looked at. It knows how a snapshot ends: blocks, their
// checksums, an end of so many bytes.
func resealed(b []byte) bool {
	const trailer = 8 + len("suyuan.")
	castagnoli := crc32.MakeTable(crc32.Castagnoli)
	if len(b) < trailer+8 {
		return false
	}
	n := int(binary.LittleEndian.Uint32(b[len(b)-trailer+4:]))
	end := len(b) - trailer + 4
	if n < 8 || n > end {
		return false
	}
	blocks := (end - n) / (block + 4)
	if blocks*(block+4) != end-n {
		return false
	}
	sums := b[blocks*block : end-n]
	for i := range blocks {
		binary.LittleEndian.PutUint32(sums[4*i:], crc32.Checksum(b[i*block:(i+1)*block], castagnoli))
	}
	binary.LittleEndian.PutUint32(b[end-8:], crc32.Checksum(sums, castagnoli))
	binary.LittleEndian.PutUint32(b[end-4:], crc32.Checksum(b[end-n:end-4], castagnoli))
	return true
}

// openedSafely opens bytes, sealed or not: whatever they are, it is an error or
// a snapshot.
func openedSafely(t *testing.T, b []byte) {
	t.Helper()
	for way, open := range ways {
		s, err := open(b)
		var damage *genealogy.DamageError
		switch {
		case err == nil:
			if err := s.Check(); err != nil && !errors.As(err, &damage) {
				t.Errorf("%s: check: %v", way, err)
			}
			if _, err := s.Extra(); err != nil && !errors.As(err, &damage) {
				t.Errorf("%s: extra: %v", way, err)
			}
		case errors.As(err, &damage), errors.Is(err, genealogy.ErrNoSnapshot):
		default:
			t.Errorf("%s: %v", way, err)
		}
	}
}

func TestASnapshotWhoseEndIsForgedIsOpenedOrRefused(t *testing.T) {
	t.Parallel()
	sound := snapshotOf(t, graphOf(t, world...))
	again := bytes.Clone(sound)
	if !resealed(again) || !bytes.Equal(again, sound) {
		t.Fatal("the form of a snapshot's end has changed: teach resealed")
	}
	for at := len(sound) - 300; at < len(sound)-23; at++ {
		for _, x := range []byte{0x00, 0x01, 0x7f, 0x80, 0xff} {
			forged := bytes.Clone(sound)
			if forged[at] == x {
				continue
			}
			forged[at] = x
			if resealed(forged) {
				openedSafely(t, forged)
			}
		}
	}
}

// FuzzOpenSnapshot opens arbitrary bytes, as they are and with checksums that are
// right: that never panics, and takes memory for no more than what is there.
func FuzzOpenSnapshot(f *testing.F) {
	sound := snapshotOf(f, genealogy.New())
	f.Add(sound)
	f.Add(sound[len(sound)-200:])
	f.Add([]byte(genealogy.SnapshotPrefix + "4\nsuyuan."))
	f.Fuzz(func(t *testing.T, b []byte) {
		openedSafely(t, b)
		if b = bytes.Clone(b); resealed(b) {
			openedSafely(t, b)
		}
	})
}
