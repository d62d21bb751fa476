package genealogy

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"iter"
	"slices"
	"sort"
	"sync"
	"unicode"

	"suyuan/internal/event"
	"suyuan/internal/identifier"
)

// forms find the spellings of codes by their normal forms, own and broader ones
// ([identifier.Forms]). To read a code takes microseconds, which most commands never
// need: what nobody worked out ahead waits until somebody looks a form up. Many
// may at a time.
type forms struct {
	mu      sync.Mutex
	heads   map[uint64]int32 // the last link of a form, by the form's hash
	links   []formLink
	waiting []string
}

type formLink struct {
	code string
	next int32 // -1 at the end
}

// Foreseen are the forms of codes, worked out ahead where many processors can.
type Foreseen []codeForms

type codeForms struct {
	code   string
	hashes []uint64
}

// Foresee works out the forms of all codes that an event gives to things, and of the
// ids of what it makes that are codes.
func Foresee(e *event.Event) Foreseen {
	var list Foreseen
	EachCode(e, func(_ event.Ref, _ bool, codes []string) {
		for _, code := range codes {
			list = append(list, codeForms{code, formHashes(code)})
		}
	})
	outputs := e.Outputs()
	for i := range outputs {
		if r := outputs[i].Thing(); IsIdentity(r) {
			list = append(list, codeForms{r.ID(), formHashes(r.ID())})
		}
	}
	return list
}

// Foreseen tells the graph the forms of the codes of the event that is added next.
func (g *Graph) Foreseen(list Foreseen) { g.foreseen = list }

func formHashes(code string) []uint64 {
	own, broader := identifier.Forms(code)
	hashes := make([]uint64, 0, len(own)+len(broader))
	for _, form := range own {
		hashes = append(hashes, hash64(0, form))
	}
	for _, form := range broader {
		hashes = append(hashes, hash64(0, form))
	}
	return hashes
}

// add takes in a spelling that the graph has not seen before.
func (f *forms) add(code string, foreseen Foreseen) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := range foreseen {
		if foreseen[i].code == code {
			f.link(code, foreseen[i].hashes)
			return
		}
	}
	f.waiting = append(f.waiting, code)
}

func (f *forms) link(code string, hashes []uint64) {
	for _, h := range hashes {
		next, ok := f.heads[h]
		if !ok {
			next = -1
		}
		f.heads[h] = int32(len(f.links)) //nolint:gosec // fewer than codes fit in memory
		f.links = append(f.links, formLink{code, next})
	}
}

// settle works out the forms of what waits, on all processors. f.mu is held.
func (f *forms) settle() {
	if len(f.waiting) == 0 {
		return
	}
	made := make([][]uint64, len(f.waiting))
	const few = 64
	if len(f.waiting) < few {
		for i, code := range f.waiting {
			made[i] = formHashes(code)
		}
	} else {
		var running sync.WaitGroup
		for k := range workers() {
			running.Go(func() {
				for i := k; i < len(made); i += workers() {
					made[i] = formHashes(f.waiting[i])
				}
			})
		}
		running.Wait()
	}
	for i, code := range f.waiting {
		f.link(code, made[i])
	}
	f.waiting = nil
}

// of returns the spellings that may have a form: those that have one of its hash.
func (f *forms) of(hash uint64) []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.settle()
	at, ok := f.heads[hash]
	if !ok {
		return nil
	}
	var list []string
	for ; at >= 0; at = f.links[at].next {
		list = append(list, f.links[at].code)
	}
	slices.Reverse(list)
	return list
}

// pairs returns the hashes of forms with those of the spellings that have them, in
// order.
func (f *forms) pairs() []formPair {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.settle()
	list := make([]formPair, 0, len(f.links))
	for form, at := range f.heads {
		for ; at >= 0; at = f.links[at].next {
			list = append(list, formPair{form, hash64(0, f.links[at].code)})
		}
	}
	slices.SortFunc(list, formPair.compare)
	return list
}

// HasCodes reports whether any code was ever said of anything.
func (g *Graph) HasCodes() bool {
	return len(g.codes) > 0 || g.snap != nil && g.snap.part[sectionCodes].len > 0
}

// Spellings yields the codes that were ever said of things and have a normal form,
// and whether it is their own, or else a broader name. What carries them is for
// [Graph.ByCode] to say. One may come twice.
func (g *Graph) Spellings(form string) iter.Seq2[string, bool] {
	return func(yield func(string, bool) bool) {
		hash := hash64(0, form)
		if g.snap != nil {
			for code := range g.snap.spellings(hash) {
				if !tell(code, form, yield) {
					return
				}
			}
		}
		for _, code := range g.forms.of(hash) {
			if !tell(code, form, yield) {
				return
			}
		}
	}
}

// tell yields the code where it has the form indeed, which a hash cannot say.
func tell(code, form string, yield func(string, bool) bool) bool {
	own, broader := identifier.Forms(code)
	switch {
	case slices.Contains(own, form):
		return yield(code, true)
	case slices.Contains(broader, form):
		return yield(code, false)
	default:
		return true
	}
}

// A formPair says that a spelling has a form, both by their hashes.
type formPair struct{ form, code uint64 }

func (p formPair) compare(o formPair) int {
	return cmp.Or(cmp.Compare(p.form, o.form), cmp.Compare(p.code, o.code))
}

const formPairSize = 16

// spellings yields the codes of the snapshot of which one form has the hash.
func (s *Snapshot) spellings(hash uint64) iter.Seq[string] {
	return func(yield func(string) bool) {
		part := s.part[sectionForms]
		n := int(part.len / formPairSize)
		for i := sort.Search(n, func(i int) bool { return s.form(i).form >= hash }); i < n; i++ {
			p := s.form(i)
			if p.form != hash {
				return
			}
			found := false
			for c := range s.codesOf(p.code) {
				if found = true; !yield(c.code) {
					return
				}
			}
			if !found {
				damaged("a form of a code that is not there")
			}
		}
	}
}

func (s *Snapshot) form(i int) formPair {
	part := s.part[sectionForms]
	return formPair{part.u64(2 * int64(i)), part.u64(2*int64(i) + 1)}
}

// forms writes the pairs of the snapshot and of what joined, in order, each once.
func (w *snapshotWriter) forms() {
	newer := w.g.forms.pairs()
	w.begin(sectionForms)
	var b []byte
	last, written := formPair{}, false
	put := func(p formPair) {
		if written && p == last {
			return
		}
		last, written = p, true
		b = binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(b[:0], p.form), p.code)
		w.write(b)
	}
	if s := w.g.snap; s != nil {
		for i := range int(s.part[sectionForms].len / formPairSize) {
			older := s.form(i)
			for len(newer) > 0 && newer[0].compare(older) < 0 {
				put(newer[0])
				newer = newer[1:]
			}
			put(older)
		}
	}
	for _, p := range newer {
		put(p)
	}
	w.end(sectionForms)
}

// identitiesVersion is raised whenever other ids than before are codes.
const identitiesVersion = 1

// Vocabulary is a digest of what derived files rest on besides the records: the
// vocabulary of events, which ids are codes, and how codes are read, which is also
// Unicode's doing. What was derived under another is of no use.
func Vocabulary() [sha256.Size]byte {
	packed := event.PackVersion()
	return sha256.Sum256(fmt.Appendf(packed[:], "ids %d forms %d %s %s", identitiesVersion, identifier.FormsVersion, unicode.Version, identifier.UnicodeVersion))
}
