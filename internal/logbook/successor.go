package logbook

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"time"

	"suyuan/internal/ledger"
	"suyuan/internal/ledger/boltstore"
)

// SuccessorOptions say what ledger takes the place of one that was lost.
type SuccessorOptions struct {
	MakeOptions
	Origin string // of the new one; must be another than the old one's
	By     string // who makes it; may be empty
	Now    func() time.Time
	Trust  *Trust // where its keys are made and it is anchored; nil: it is neither signed nor anchored
	// checkpoint is the last signed one of the old ledger, as text; nil for what the
	// anchor has of it, or, where that is nothing, the newest in the old file.
	checkpoint []byte
}

// A Succession is a ledger that took another one's place.
type Succession struct {
	Made
	Succeeds ledger.Succeeds
	Why      error // what ended the reading of the old records before their end; nil where nothing did
}

// A ForkError says that the old records are not those that were signed.
type ForkError struct {
	Size          uint64
	Found, Signed ledger.Hash
}

// Error says where, and both roots.
func (e *ForkError) Error() string {
	return fmt.Sprintf("the first %d records give root %x, the signed checkpoint says %x", e.Size, e.Found[:], e.Signed[:])
}

// Unwrap returns ledger.ErrDamaged.
func (e *ForkError) Unwrap() error { return ledger.ErrDamaged }

// Successor makes a ledger at path, which must be free, in the place of one that
// was lost (docs/trust.md section 8): under another origin, with the old records
// as far as they are there and fit each other. old is a ledger file, damaged or
// not, or an export, which may end anywhere. What the checkpoint, the file's head
// or its number of lines say there was besides is declared lost.
func Successor(ctx context.Context, old, path string, o SuccessorOptions) (Succession, error) {
	if o.By != "" {
		if err := checkOperator(o.By); err != nil {
			return Succession{}, err
		}
	}
	p, err := openPredecessor(ctx, old, o.Wait)
	if err != nil {
		return Succession{}, err
	}
	copied, damaged, err := originalsBeside(ctx, old, path)
	if err != nil {
		return Succession{}, errors.Join(err, p.close())
	}
	out, err := p.anchoredSuccession(ctx, path, o)
	out.Originals, out.Damaged = copied, damaged
	if err == nil {
		out.Lacking, err = lacking(ctx, path, nil, o.Wait)
	}
	return out, errors.Join(err, p.close())
}

// anchoredSuccession asks the anchor what the old ledger was, and makes the new
// one known there.
func (p *predecessor) anchoredSuccession(ctx context.Context, path string, o SuccessorOptions) (Succession, error) {
	if o.Trust == nil {
		return p.succeed(ctx, path, o)
	}
	if o.checkpoint == nil {
		text, err := p.anchored(ctx, o.Trust)
		if err != nil {
			return Succession{}, err
		}
		o.checkpoint = text
	}
	if err := prepareKeys(path, InitOptions{Origin: o.Origin, Trust: o.Trust}); err != nil {
		return Succession{}, err
	}
	out, err := p.succeed(ctx, path, o)
	if err != nil {
		return out, err
	}
	return out, firstSeal(ctx, path, o.Origin, Options{Now: o.Now, Trust: o.Trust, Wait: o.Wait})
}

// anchored returns the checkpoint that the anchor has of the predecessor, nil for
// none. Those in the file weigh nothing beside it: nobody has checked who signed
// them.
func (p *predecessor) anchored(ctx context.Context, t *Trust) ([]byte, error) {
	var first ledger.Record
	records, done := p.records(ctx)
	err := each(records, func(raw []byte) (err error) {
		if first, err = ledger.ParseRecord(raw); err == nil {
			err = errEnough
		}
		return err
	})
	if err = errors.Join(err, done()); !errors.Is(err, errEnough) || first.Genesis == nil {
		return nil, nil // who reads the records next says what is wrong with them
	}
	k, _, err := t.Anchor.Read(first.Genesis.Origin)
	return k.Note, err
}

// A predecessor is what is left of a ledger.
type predecessor struct {
	name    string
	records func(ctx context.Context) (iter.Seq2[[]byte, error], func() error) // from record 0 on, and what ends the reading
	limit   uint64                                                             // records from here on are known to be wrong
	had     uint64                                                             // records that it once had, as far as the file says
	notes   []ledger.Note
	why     error
	close   func() error
}

func openPredecessor(ctx context.Context, name string, wait time.Duration) (*predecessor, error) {
	info, err := os.Stat(name)
	switch {
	case err != nil:
		return nil, noLedger(name, err)
	case !info.Mode().IsRegular():
		return nil, &InputError{File: name, Err: ErrNotFile}
	}
	held, err := holdsLedger(name)
	if err != nil {
		return nil, err
	}
	if held {
		return ledgerFile(ctx, name, wait)
	}
	lines, err := countLines(ctx, name)
	return exported(name, lines), err
}

// exported is an export. That it has so many lines says that there were so many
// records, whatever became of them.
func exported(name string, lines uint64) *predecessor {
	return &predecessor{
		name: name, limit: ledger.NoSeq, had: lines, close: func() error { return nil },
		records: func(ctx context.Context) (iter.Seq2[[]byte, error], func() error) {
			file, err := os.Open(name)
			if err != nil {
				return func(yield func([]byte, error) bool) { yield(nil, err) }, func() error { return nil }
			}
			return recordLines(ctx, file, name), file.Close
		},
	}
}

// ledgerFile is a ledger file. Where it does not verify, what is wrong is known
// better than the records by themselves could tell.
func ledgerFile(ctx context.Context, name string, wait time.Duration) (*predecessor, error) {
	s, err := boltstore.Open(ctx, name, boltstore.Options{ReadOnly: true, Wait: wait})
	if err != nil {
		return nil, noLedger(name, err)
	}
	p := &predecessor{name: name, limit: ledger.NoSeq, close: s.Close}
	p.records = func(ctx context.Context) (iter.Seq2[[]byte, error], func() error) {
		return fromZero(ctx, s), func() error { return nil }
	}
	report, err := ledger.Verify(ctx, s, nil)
	if err == nil {
		p.had, _, err = s.Head(ctx)
	}
	if err == nil {
		p.notes, err = s.Notes(ctx, ledger.NoteCheckpoint)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%q: %w", name, err), s.Close())
	}
	if !report.OK {
		p.why = &boltstore.UnsoundError{Findings: report.Findings}
	}
	for _, f := range report.Findings {
		if p.limit = min(p.limit, f.Seq); f.Code == ledger.CodeVersion {
			return nil, errors.Join(fmt.Errorf("%q: record %d: %s: %w", name, f.Seq, f.What, ledger.ErrVersion), s.Close())
		}
	}
	for _, n := range p.notes {
		p.had = max(p.had, n.Size)
	}
	return p, nil
}

var errEnough = errors.New("enough")

// fromZero yields the records of a store from record 0 on.
func fromZero(ctx context.Context, s ledger.Store) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		err := s.Scan(ctx, 0, ledger.NoSeq, func(_ uint64, b []byte) error {
			if !yield(b, nil) {
				return errEnough
			}
			return ctx.Err()
		})
		if err != nil && !errors.Is(err, errEnough) {
			yield(nil, err)
		}
	}
}

// countLines counts the lines of a file, a last one without end included.
func countLines(ctx context.Context, name string) (uint64, error) {
	file, err := os.Open(name)
	if err != nil {
		return 0, err
	}
	defer file.Close() //nolint:errcheck // it was only read
	lines, open := uint64(0), false
	for buf := make([]byte, 64<<10); ; {
		n, err := file.Read(buf)
		lines += uint64(bytes.Count(buf[:n], []byte("\n"))) //nolint:gosec // a count
		if n > 0 {
			open = !bytes.HasSuffix(buf[:n], []byte("\n"))
		}
		if err = errors.Join(err, ctx.Err()); err != nil && !errors.Is(err, io.EOF) {
			return 0, err
		}
		if err != nil {
			break
		}
	}
	if open {
		lines++
	}
	return lines, nil
}
