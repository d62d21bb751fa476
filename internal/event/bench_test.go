package event_test

import (
	"testing"

	"suyuan/internal/event"
)

func BenchmarkParse(b *testing.B) {
	benchmarkEvent(b, []byte(typical), func(in []byte) (int, error) {
		e, err := event.Parse(in)
		return len(e.Unread), err
	})
}

func BenchmarkParseStored(b *testing.B) {
	benchmarkEvent(b, []byte(typical), func(in []byte) (int, error) {
		e, err := event.ParseStored(in)
		return len(e.Unread), err
	})
}

func BenchmarkReader(b *testing.B) {
	var r event.Reader
	benchmarkEvent(b, []byte(typical), func(in []byte) (int, error) {
		e, err := r.ParseStored(in)
		return len(e.Unread), err
	})
}

func BenchmarkAppend(b *testing.B) {
	e, err := event.Parse([]byte(typical))
	if err != nil {
		b.Fatal(err)
	}
	buf := make([]byte, 0, 1024)
	b.SetBytes(int64(len(typical)))
	b.ReportAllocs()
	reportCPU(b, func() {
		for b.Loop() {
			buf = e.Append(buf[:0])
		}
	})
}

// BenchmarkRecord is what an import does with a line: with an id that is given,
// and with one that is to be derived.
func BenchmarkRecord(b *testing.B) {
	for name, in := range map[string][]byte{"given": []byte(typical), "derived": withoutID(b)} {
		b.Run(name, func(b *testing.B) {
			benchmarkEvent(b, in, func(in []byte) (int, error) {
				e, err := event.Parse(in)
				return len(e.Identified()), err
			})
		})
	}
}

func BenchmarkValidate(b *testing.B) {
	e, err := event.Parse([]byte(typical))
	if err != nil {
		b.Fatal(err)
	}
	benchmarkEvent(b, []byte(typical), func([]byte) (int, error) { return 0, e.Validate() })
}

func BenchmarkNamed(b *testing.B) {
	e, err := event.Parse([]byte(typical))
	if err != nil {
		b.Fatal(err)
	}
	n := 0
	for name, walk := range map[string]func(){
		"Refs": func() {
			for range e.Refs {
				n++
			}
		},
		"Named": func() {
			for range e.Named {
				n++
			}
		},
	} {
		b.Run(name, func(b *testing.B) {
			benchmarkEvent(b, []byte(typical), func([]byte) (int, error) { walk(); return n, nil })
		})
	}
}

func withoutID(b *testing.B) []byte {
	b.Helper()
	e, err := event.Parse([]byte(typical))
	if err != nil {
		b.Fatal(err)
	}
	e.ID = ""
	return e.Bytes()
}

// typical is an event of the size that most have.
const typical = `{"equipment":[{"equipment":"F-1/CENT-2","from":"2026-03-01T08:05:00+08:00","to":"2026-03-01T08:20:00+08:00"}],"id":"019ca6b1-dc00-800b-8ca0-c311333c65b5","inputs":["MSC-P2-001"],"materials":[{"aliquot":"A1","lot":"ALB-1"}],"operators":["F-1/OP-7"],"outputs":[{"role":"dose","unit":"MSC-D-001"}],"room":"F-1/ROOM-2","site":"F-1","step":"fill","time":"2026-03-01T08:00:00+08:00","type":"manufacture"}`

func benchmarkEvent(b *testing.B, in []byte, parse func([]byte) (int, error)) {
	b.Helper()
	b.SetBytes(int64(len(in)))
	b.ReportAllocs()
	reportCPU(b, func() {
		for b.Loop() {
			if _, err := parse(in); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// reportCPU reports the processor time of each of run's rounds.
func reportCPU(b *testing.B, run func()) {
	b.Helper()
	before := cpuTime()
	run()
	b.ReportMetric(float64((cpuTime()-before).Nanoseconds())/float64(b.N), "cpu-ns/op")
}
