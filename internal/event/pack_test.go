package event_test

import (
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

func TestPackVersionChangesWithTheVocabulary(t *testing.T) {
	t.Parallel()
	if first, second := event.PackVersion(), event.PackVersion(); first != second {
		t.Error("two versions in one program")
	}
	if event.PackVersion() == [32]byte{} {
		t.Error("no version")
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
