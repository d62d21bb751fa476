package logbook

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"

	"suyuan/internal/event"
	"suyuan/internal/interchange/bundle"
	"suyuan/internal/ledger"
	"suyuan/internal/notary"
	"suyuan/internal/recall"
)

// FormatBundle is one file for an auditor, which [Book.Bundle] makes.
const FormatBundle Format = "bundle"

// The reports in a bundle that Rerun asks again.
const (
	reportAnswer  = "report/answer.json"
	reportDossier = "report/dossier.json"
)

// ErrNoTrust says that the book knows no keys of its ledger.
var ErrNoTrust = errors.New("nobody signs here")

// ErrGrown says that the ledger grew between a report and the bundle that it was
// to stand in, where the two have to be of the same records. It is an [ErrBusy].
var ErrGrown = fmt.Errorf("the ledger grew meanwhile: %w", ErrBusy)

// A BundleOptions says what goes into a bundle besides what every bundle has.
type BundleOptions struct {
	Whole   bool     // all records
	Wanted  []uint64 // in a part: the records that were asked for
	Answer  *recall.Answer
	Dossier *recall.Dossier
	Pages   []notary.File // for people, of names like report/report.html
	Lacks   func(error)   // told of files that records name and that are not kept here, or are damaged: they are left out; may be nil
}

// Bundle returns a bundle of the ledger, to a checkpoint of it as it is now,
// signed by the ledger's own keys. In a whole one the dossier has to be of the
// ledger as it is now too, or nobody could ask it again: [ErrGrown] says that it
// is not.
func (b *Book) Bundle(ctx context.Context, o BundleOptions) ([]byte, error) {
	if b.o.Trust == nil {
		return nil, ErrNoTrust
	}
	c, err := b.signNow(ctx)
	if err != nil {
		return nil, err
	}
	if o.Whole && o.Dossier != nil && o.Dossier.AsOf.Size != c.Size {
		return nil, ErrGrown
	}
	keys, err := b.keysNow(ctx)
	if err != nil {
		return nil, err
	}
	content := bundle.Content{Checkpoint: c.Note, Keys: keys.Verifiers(), Whole: o.Whole}
	if content.Reports, err = o.reports(); err != nil {
		return nil, err
	}
	if content.Records, err = b.bundled(ctx, c.Size, o); err != nil {
		return nil, err
	}
	files, err := b.packed(ctx, content.Records, o.Lacks)
	if err != nil {
		return nil, err
	}
	content.Reports = append(content.Reports, files...)
	return bundle.Write(content, func(text []byte) ([]byte, error) { return keys.SignNote(string(text)) })
}

func (o *BundleOptions) reports() ([]notary.File, error) {
	var files []notary.File
	if o.Answer != nil {
		var out bytes.Buffer
		if err := o.Answer.WriteJSON(&out, false); err != nil {
			return nil, err
		}
		files = append(files, notary.File{Name: reportAnswer, Content: out.Bytes()})
	}
	if o.Dossier != nil {
		var out bytes.Buffer
		if err := o.Dossier.WriteJSON(&out); err != nil {
			return nil, err
		}
		files = append(files, notary.File{Name: reportDossier, Content: out.Bytes()})
	}
	return append(files, o.Pages...), nil
}

// bundled reads the records of a bundle, with their proofs in a part.
func (b *Book) bundled(ctx context.Context, size uint64, o BundleOptions) ([]bundle.Record, error) {
	var list []bundle.Record
	if o.Whole {
		for raw, err := range b.prefix(ctx, size, nil) {
			if err != nil {
				return nil, err
			}
			list = append(list, bundle.Record{Seq: uint64(len(list)), Bytes: raw})
		}
		return list, nil
	}
	left, err := ask(b, func() ([]uint64, error) {
		s, err := b.load(ctx)
		if err != nil {
			return nil, err
		}
		return bundle.Choose(s.candidates(size, o.Wanted)), nil
	})
	if err != nil {
		return nil, err
	}
	for len(left) > 0 {
		recs, err := b.piece(ctx, listed(left))
		if err != nil {
			return nil, err
		}
		for i := range recs {
			list = append(list, bundle.Record{Seq: recs[i].Seq, Bytes: recs[i].Bytes})
		}
		left = left[len(recs):]
	}
	err = b.reading(ctx, func(l *ledger.Ledger) error {
		for i := range list {
			p, err := l.Prove(ctx, list[i].Seq, size)
			if err != nil {
				return err
			}
			list[i].Proof = p.Hashes
		}
		return nil
	})
	return list, err
}

// candidates are the records below a size, as the choice of a part sees them.
func (s *state) candidates(size uint64, wanted []uint64) iter.Seq[bundle.Candidate] {
	asked := make(map[uint64]bool, len(wanted))
	for _, seq := range wanted {
		asked[seq] = true
	}
	return func(yield func(bundle.Candidate) bool) {
		if !yield(bundle.Candidate{Wanted: true}) {
			return
		}
		for entry := range s.graph.Entries() {
			if entry.Seq >= size {
				return
			}
			c := bundle.Candidate{Seq: entry.Seq, Type: string(entry.Event.Type), ID: string(entry.Event.ID), Wanted: asked[entry.Seq]}
			if later, ok := entry.Event.Body.(*event.Signature); ok {
				c.Signs = string(later.Signs)
			}
			if !yield(c) {
				return
			}
		}
	}
}

// Touching returns the numbers of the records that an audit of a trace wants:
// those of its paths, and all that name what was asked about.
func (b *Book) Touching(ctx context.Context, a *recall.Answer) ([]uint64, error) {
	var seqs []uint64
	for i := range a.Things {
		for _, step := range a.Path(&a.Things[i]) {
			seqs = append(seqs, step.Seq)
		}
	}
	named, err := ask(b, func() ([]uint64, error) {
		s, err := b.load(ctx)
		if err != nil {
			return nil, err
		}
		named := recall.Measured(s.graph, a)
		for _, r := range a.Query.Sources {
			for _, m := range s.graph.History(r) {
				named = append(named, s.graph.Entry(m).Seq)
			}
		}
		return named, nil
	})
	seqs = append(seqs, named...)
	slices.Sort(seqs)
	return slices.Compact(seqs), err
}

// A RerunError says that a report in a bundle is not what the records in it
// give.
type RerunError struct {
	Report string
	At     int   // the first byte that differs
	Err    error // why the records give no such report at all; may be nil
}

// Error names the report.
func (e *RerunError) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("%s is not what the records give: %v", e.Report, e.Err)
	}
	return fmt.Sprintf("%s is not what the records give: it differs from byte %d on", e.Report, e.At)
}

// Unwrap returns ledger.ErrDamaged.
func (e *RerunError) Unwrap() error { return ledger.ErrDamaged }

// ErrNotWhole says that a bundle does not hold every record, so that nothing can
// be asked of it.
var ErrNotWhole = errors.New("the bundle is a part of its ledger: only a whole one can be asked again")

// ErrNoReport says that a bundle holds no report to ask again.
var ErrNoReport = errors.New("the bundle holds no report that could be asked again")

// Rerun asks the reports of a whole bundle, which was checked, again of its own
// records, and compares the bytes. It returns the names of those that are the
// same.
func Rerun(ctx context.Context, checked *notary.Bundle, o Options) (same []string, err error) {
	if !checked.Whole {
		return nil, ErrNotWhole
	}
	dir, err := os.MkdirTemp("", "suyuan-rerun-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	o.Trust, o.Sign = nil, nil
	b, err := unpacked(ctx, dir, checked, o)
	if err != nil {
		return nil, err
	}
	for _, report := range []struct {
		name  string
		again func(context.Context, *Book, []byte) ([]byte, error)
	}{{reportAnswer, answerAgain}, {reportDossier, dossierAgain}} {
		content, ok := entryOf(checked, report.name)
		if !ok {
			continue
		}
		again, err := report.again(ctx, b, content)
		switch at := differ(content, again); {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case err != nil:
			return nil, &RerunError{Report: report.name, Err: err}
		case at >= 0:
			return nil, &RerunError{Report: report.name, At: at}
		}
		same = append(same, report.name)
	}
	if len(same) == 0 {
		return nil, ErrNoReport
	}
	return same, nil
}

// unpacked makes a ledger of a bundle's records in a folder.
func unpacked(ctx context.Context, dir string, checked *notary.Bundle, o Options) (*Book, error) {
	records, _ := entryOf(checked, "records.jsonl")
	export, path := filepath.Join(dir, "records.jsonl"), filepath.Join(dir, "ledger.db")
	if err := os.WriteFile(export, records, 0o600); err != nil {
		return nil, err
	}
	if _, err := RestoreFrom(ctx, export, path, MakeOptions{}); err != nil {
		return nil, err
	}
	return Open(ctx, path, o)
}

func entryOf(b *notary.Bundle, name string) ([]byte, bool) {
	i := slices.IndexFunc(b.Files, func(f notary.File) bool { return f.Name == name })
	if i < 0 {
		return nil, false
	}
	return b.Files[i].Content, true
}

// differ returns where a and b first differ, -1 where they do not.
func differ(a, b []byte) int {
	if bytes.Equal(a, b) {
		return -1
	}
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return i
		}
	}
	return min(len(a), len(b))
}

// answerAgain asks the query of an answer again, of as many records.
func answerAgain(ctx context.Context, b *Book, answer []byte) ([]byte, error) {
	var asked struct {
		AsOf  struct{ Size uint64 } `json:"as_of"`
		Query json.RawMessage
	}
	if err := json.Unmarshal(answer, &asked); err != nil {
		return nil, err
	}
	q, err := parseQuery(asked.Query)
	if err != nil {
		return nil, err
	}
	a, err := b.Trace(ctx, q, asked.AsOf.Size)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = a.WriteJSON(&out, false)
	return out.Bytes(), err
}

// dossierAgain makes a dossier of the same case and times again. A dossier is of
// all records, so that a bundle to a later checkpoint cannot be asked for it.
func dossierAgain(ctx context.Context, b *Book, dossier []byte) ([]byte, error) {
	var asked struct {
		Answer struct{ Query struct{ At string } }
		AsOf   struct{ Size uint64 } `json:"as_of"`
		Case   struct{ Now, Ref string }
	}
	if err := json.Unmarshal(dossier, &asked); err != nil {
		return nil, err
	}
	head, err := b.Head(ctx)
	if err != nil {
		return nil, err
	}
	if head.Size != asked.AsOf.Size {
		return nil, fmt.Errorf("it is of %d records, the bundle holds %d", asked.AsOf.Size, head.Size)
	}
	c, err := event.ParseRef(asked.Case.Ref)
	if err != nil {
		return nil, err
	}
	p := queryParser{}
	now, at := p.time(asked.Case.Now), p.time(asked.Answer.Query.At)
	if p.err != nil {
		return nil, p.err
	}
	d, err := b.dossier(ctx, c, nil, now, at)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = d.WriteJSON(&out)
	return out.Bytes(), err
}
