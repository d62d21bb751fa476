package event_test

import (
	"encoding/hex"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"suyuan/internal/event"
	"suyuan/internal/event/eventtest"
)

// numbering gives numbers to the things that it is asked about, but not to
// every kind.
type numbering struct {
	of    map[event.Ref]uint64
	refs  []event.Ref
	never event.Kind
}

func (n *numbering) number(r event.Ref) (uint64, bool) {
	if r.Kind() == n.never {
		return 0, false
	}
	i, ok := n.of[r]
	if !ok {
		i = uint64(len(n.refs))
		n.of[r] = i
		n.refs = append(n.refs, r)
	}
	return i, true
}

func (n *numbering) thing(i uint64) (event.Ref, bool) {
	if i >= uint64(len(n.refs)) {
		return event.Ref{}, false
	}
	return n.refs[i], true
}

func TestUnpackReadsBackWhatPackWrote(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		e := eventtest.Gen().Draw(t, "event")
		e.Identify()
		if rapid.Bool().Draw(t, "of a later vocabulary") {
			e.Unread = []string{"later", "outputs[0].later"}
		}
		n := &numbering{of: make(map[event.Ref]uint64), never: event.KindOperator}
		b := e.Pack([]byte("before"), n.number)[len("before"):]
		got, err := event.Unpack(b, n.thing)
		if err != nil {
			t.Fatalf("unpack %x: %v", b, err)
		}
		if !reflect.DeepEqual(got, e) {
			t.Errorf("came back as another event (-want +got):\n%s", cmp.Diff(string(e.Bytes()), string(got.Bytes())))
		}
		if id, err := event.PackedID(b); err != nil || id != e.ID {
			t.Errorf("id %q, %v; want %q", id, err, e.ID)
		}
	})
}

func TestAnEventOfALaterVocabularyIsPackedByItsName(t *testing.T) {
	t.Parallel()
	e, err := event.ParseStored([]byte(`{"id":"019ca6b1-dc00-800b-8ca0-c311333c65b5","later":1,"time":"2026-03-01T08:00:00.5+08:00","type":"teleport"}`))
	if err != nil {
		t.Fatal(err)
	}
	n := &numbering{of: make(map[event.Ref]uint64)}
	got, err := event.Unpack(e.Pack(nil, n.number), n.thing)
	if err != nil || !reflect.DeepEqual(got, e) {
		t.Errorf("%+v, %v; want %+v", got, err, e)
	}
}

func TestUnpackStandsAnyDamage(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		e := eventtest.Gen().Draw(t, "event")
		e.Identify()
		n := &numbering{of: make(map[event.Ref]uint64)}
		b := e.Pack(nil, n.number)
		for _, cut := range []int{0, 1, 15, 16, len(b) / 2, len(b) - 1} {
			if _, err := event.Unpack(b[:min(cut, len(b))], n.thing); err == nil && cut <= 16 {
				t.Errorf("the first %d bytes of %d make an event", cut, len(b))
			}
		}
		rnd := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		for range 20 {
			damaged := append([]byte(nil), b...)
			damaged[rnd.IntN(len(b))] ^= byte(1 + rnd.IntN(255))
			_, _ = event.Unpack(damaged, n.thing)
		}
	})
}

// What is packed otherwise must have another version: a file of packed events is read by its version. Where the vocabulary changed, the version
// did so by itself, and both are to be written here anew; where only the form changed, its number in packVersion has to be raised first.
func TestPackedBytesAreThoseOfTheirVersion(t *testing.T) {
	t.Parallel()
	const (
		version = "da04f6ceb9a0f775"
		bytes   = "019ca6b1dc00800b8ca0c311333c65b5058198f0e834c007000466696c6c0001000100010002010308010003000241310201000400e01200804b060500060001000a08462d312f4f502d37"
	)
	e, err := event.Parse([]byte(typical))
	if err != nil {
		t.Fatal(err)
	}
	n := &numbering{of: make(map[event.Ref]uint64), never: event.KindOperator}
	sum := event.PackVersion()
	if got := hex.EncodeToString(sum[:8]); got != version {
		t.Errorf("version %s, want %s", got, version)
	}
	if got := hex.EncodeToString(e.Pack(nil, n.number)); got != bytes {
		t.Errorf("packed %s, want %s", got, bytes)
	}
}

func FuzzUnpack(f *testing.F) {
	e, err := event.Parse([]byte(typical))
	if err != nil {
		f.Fatal(err)
	}
	n := &numbering{of: make(map[event.Ref]uint64)}
	f.Add(e.Pack(nil, n.number))
	f.Fuzz(func(_ *testing.T, b []byte) {
		e, err := event.Unpack(b, n.thing)
		if err == nil {
			e.Pack(nil, n.number)
		}
	})
}

func BenchmarkPack(b *testing.B) {
	e, err := event.Parse([]byte(typical))
	if err != nil {
		b.Fatal(err)
	}
	n := &numbering{of: make(map[event.Ref]uint64)}
	var buf []byte
	b.ReportAllocs()
	for b.Loop() {
		buf = e.Pack(buf[:0], n.number)
	}
	b.ReportMetric(float64(len(buf)), "bytes")
}

func BenchmarkUnpack(b *testing.B) {
	e, err := event.Parse([]byte(typical))
	if err != nil {
		b.Fatal(err)
	}
	n := &numbering{of: make(map[event.Ref]uint64)}
	packed := e.Pack(nil, n.number)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := event.Unpack(packed, n.thing); err != nil {
			b.Fatal(err)
		}
	}
}
