package logbook

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"maps"
	"os"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"suyuan/internal/genealogy"
	"suyuan/internal/genealogy/genealogytest"
)

// onTails is for tests that want packed events to stay: where an index is made of
// every few records they do not.
func onTails(t *testing.T) {
	t.Helper()
	if genealogytest.OnSnapshots() {
		t.Skip("indexes of a few records take the place of packed events in the second run")
	}
}

// packedCase is the ledger of suspected, most of it packed, and the answers from
// its records.
func packedCase(t *testing.T) (path string, want map[string]string) {
	t.Helper()
	onTails(t)
	b, _ := suspected(t)
	wantTail(t, b.path, tailStep)
	return b.path, answers(t, b.path)
}

// wantTail wants all but so many records to be packed, and to be read like that.
func wantTail(t *testing.T, path string, but uint64) {
	t.Helper()
	b := openBook(t, path)
	g, err := b.Graph(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if n := size(t, b); b.tail.size+but < n || b.tail.off != int64(len(read(t, TailPath(path)))) {
		t.Fatalf("%d of %d records are packed, in %d bytes of %d", b.tail.size, n, b.tail.off, len(read(t, TailPath(path))))
	}
	if got, want := told(g), told(fromRecords(t, path)); !slices.Equal(got, want) {
		t.Error("packed events say something else than the records")
	}
}

func TestEveryQuestionIsAnsweredTheSameFromPackedEvents(t *testing.T) {
	t.Parallel()
	path, want := packedCase(t)
	wantAnswers(t, path, "sound", want, func(*Book) {})
}

// spoiled is what can become of a file of packed events.
func spoiled(t *rapid.T, sound []byte) []byte {
	at := rapid.IntRange(0, len(sound)-1).Draw(t, "at")
	switch rapid.IntRange(0, 3).Draw(t, "how") {
	case 0:
		flipped := bytes.Clone(sound)
		flipped[at] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		return flipped
	case 1:
		return sound[:at]
	case 2:
		return append(bytes.Clone(sound), sound[at:]...)
	default:
		return slices.Concat(sound[:at], make([]byte, len(sound)-at)) // what a file system may leave after a power cut
	}
}

// resealedTail gives all frames that can be found checksums that are right.
func resealedTail(b []byte) []byte {
	for off := tailHead; off+frameHead <= len(b); {
		end := off + frameHead + int(binary.LittleEndian.Uint32(b[off:]))
		if end > len(b) {
			break
		}
		binary.LittleEndian.PutUint32(b[off+4:], crc32.Checksum(b[off+8:end], castagnoli))
		off = end
	}
	return b
}

func TestAnswersAreTheSameWhateverBecomesOfThePackedEvents(t *testing.T) {
	t.Parallel()
	path, want := packedCase(t)
	sound := []byte(read(t, TailPath(path)))
	all := questions(t)
	names := slices.Sorted(maps.Keys(all))
	rapid.Check(t, func(r *rapid.T) {
		name := rapid.SampledFrom(names).Draw(r, "question")
		put(t, TailPath(path), spoiled(r, sound))
		if got, err := all[name](t.Context(), openBook(t, path)); err != nil || got != want[name] {
			r.Fatalf("%s: %v\n%.300s\nwant\n%.300s", name, err, got, want[name])
		}
	})
	put(t, TailPath(path), sound)
	wantTail(t, path, tailStep)
}

func TestWhoRecordsLetsDamagedPackedEventsGoOn(t *testing.T) {
	t.Parallel()
	onTails(t)
	b := newBook(t)
	must(t, b, stream(collections(0, 100)), ImportOptions{})
	next := 100
	for _, book := range []func() *Book{func() *Book { return b }, func() *Book { return openBook(t, b.path) }} {
		for part := range 10 {
			sound := []byte(read(t, TailPath(b.path)))
			for _, content := range [][]byte{sound[:part*len(sound)/10], flippedAt(sound, part*len(sound)/10), append(bytes.Clone(sound), "rest"...)} {
				if len(content) >= len(tailMagic) && string(content[:len(tailMagic)]) != tailMagic {
					continue // it is no file of packed events any more
				}
				put(t, TailPath(b.path), content)
				must(t, book(), stream(collections(next, 7)), ImportOptions{})
				next += 7
				wantTail(t, b.path, tailStep)
			}
		}
	}
}

func flippedAt(b []byte, at int) []byte {
	b = bytes.Clone(b)
	b[at] ^= 4
	return b
}

func TestBooksPackInTurn(t *testing.T) {
	t.Parallel()
	onTails(t)
	first := newBook(t)
	books := []*Book{first, openBook(t, first.path), openBook(t, first.path)}
	next := 0
	for i := range 60 {
		n := 1 + i%7
		must(t, books[i%len(books)], stream(collections(next, n)), ImportOptions{})
		if next += n; next > 40 {
			wantTail(t, first.path, tailStep+7)
		}
		if i == 30 { // somebody takes it away
			if err := os.Remove(TailPath(first.path)); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestPackedEventsOfAnotherHistoryAreNotBelieved(t *testing.T) {
	t.Parallel()
	onTails(t)
	b := newBook(t)
	must(t, b, stream(collections(0, 100)), ImportOptions{})
	older := read(t, b.path)
	must(t, b, stream(collections(100, 100)), ImportOptions{})
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	put(t, b.path, []byte(older)) // a backup, under a newer file
	wantSame(t, b.path)
	fork := openBook(t, b.path)
	must(t, fork, stream(collections(500, 50)), ImportOptions{})
	wantTail(t, b.path, tailStep)
	other := newBook(t)
	must(t, other, stream(collections(0, 300)), ImportOptions{})
	put(t, b.path+".events", []byte(read(t, TailPath(other.path))))
	wantSame(t, b.path)
	must(t, openBook(t, b.path), stream(collections(600, 50)), ImportOptions{})
	wantTail(t, b.path, tailStep)
}

// wantSame wants a book to say what the records say.
func wantSame(t *testing.T, path string) {
	t.Helper()
	g, err := openBook(t, path).Graph(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(told(g), told(fromRecords(t, path))) {
		t.Error("packed events of another history are believed")
	}
}

func TestPackedEventsGoOnBehindAnIndex(t *testing.T) {
	t.Parallel()
	onTails(t)
	b := newBook(t)
	must(t, b, stream(collections(0, 100)), ImportOptions{})
	if _, err := b.load(t.Context()); err != nil {
		t.Fatal(err)
	}
	index := func() {
		if err := b.writeIndex(t.Context(), b.state); err != nil {
			t.Fatal(err)
		}
	}
	index()
	must(t, openBook(t, b.path), stream(collections(100, 60)), ImportOptions{})
	wantTail(t, b.path, tailStep)
	before, _ := tailIn(t, b.path)
	if before != 0 {
		t.Fatalf("it begins with record %d", before)
	}
	if _, err := b.load(t.Context()); err != nil {
		t.Fatal(err)
	}
	index()
	b.dropTail(b.state.base.size)
	if _, err := os.Stat(TailPath(b.path)); !os.IsNotExist(err) {
		t.Errorf("the index has all that is packed, and it is still there: %v", err)
	}
	must(t, openBook(t, b.path), stream(collections(200, 30)), ImportOptions{})
	if from, to := tailIn(t, b.path); from != 161 || to != 191 {
		t.Errorf("records %d to %d are packed", from, to)
	}
	wantTail(t, b.path, tailStep)
	for _, n := range []uint64{150, 165, 175} {
		if g, _, err := openBook(t, b.path).AsOf(t.Context(), n); err != nil || g.Len() != int(n)-1 {
			t.Errorf("as of %d: %d events, %v", n, g.Len(), err)
		}
	}
}

// tailIn returns which records are packed.
func tailIn(t *testing.T, path string) (from, to uint64) {
	t.Helper()
	f, err := os.Open(TailPath(path))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }() // it was only read
	list := tailFrames(f, true)
	if len(list) == 0 {
		t.Fatal("nothing is packed")
	}
	return list[0].from, list[len(list)-1].to
}

// fromRecords is what the records say.
func fromRecords(t *testing.T, path string) *genealogy.Graph {
	t.Helper()
	o := options()
	o.NoIndex = true
	b, err := Open(t.Context(), path, o)
	if err != nil {
		t.Fatal(err)
	}
	g, err := b.Graph(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestWhatIsNoFileOfPackedEventsIsLeftAlone(t *testing.T) {
	t.Parallel()
	b := newBook(t)
	put(t, TailPath(b.path), []byte("what somebody keeps here"))
	must(t, b, stream(collections(0, 100)), ImportOptions{})
	wantSame(t, b.path)
	if read(t, TailPath(b.path)) != "what somebody keeps here" {
		t.Error("it was written over")
	}
	folder := newBook(t)
	if err := os.Mkdir(TailPath(folder.path), 0o700); err != nil {
		t.Fatal(err)
	}
	must(t, folder, stream(collections(0, 100)), ImportOptions{})
	wantSame(t, folder.path)
}

// FuzzTail reads arbitrary bytes, as they are and with checksums that are right:
// what is found follows each other, and lies in the file.
func FuzzTail(f *testing.F) {
	frames := func(n int) []byte {
		var b []byte
		for i := range n {
			one := tailFrame{from: uint64(3 * i), to: uint64(3*i + 3), body: []byte("events")}
			one.before[0], one.last[0] = byte(i), byte(i+1)
			b = one.append(b)
		}
		return b
	}
	f.Add(frames(3))
	f.Add(frames(2)[:150])
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, content []byte) {
		for _, b := range [][]byte{content, resealedTail(slices.Concat(tailBegin(), content))[tailHead:]} {
			next := int64(0)
			for i, got := range readFrames(bytes.NewReader(b), int64(len(b)), 0, true) {
				if got.off != next || got.from >= got.to || !bytes.Equal(got.append(nil), b[got.off:got.off+got.bytes]) {
					t.Fatalf("frame %d: %+v", i, got)
				}
				next += got.bytes
			}
		}
	})
}
