package logbook

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"suyuan/internal/event"
	"suyuan/internal/interchange/bundle"
	"suyuan/internal/ledger"
	"suyuan/internal/ledger/boltstore"
	"suyuan/internal/notary"
	"suyuan/internal/original"
)

// originalsSuffix is behind a ledger's path that of the folder of files as they came. It is not derived from the ledger.
const originalsSuffix = ".originals"

// originals is the folder of files as they came, beside the ledger.
func (b *Book) originals() original.Folder { return originalsOf(b.path) }

func originalsOf(path string) original.Folder { return original.In(path + originalsSuffix) }

// A namedFile is a file that a record names.
type namedFile struct {
	sum  original.Sum
	what string // how findings call it
	kept bool   // it came in here, and was kept: the record says that it was made of it
}

// filesOf lists the files that a record names. What an event from elsewhere names need not be here.
func filesOf(rec *ledger.Record) []namedFile {
	if string(rec.Type) != string(event.TypeTemperature) {
		return nil
	}
	e, err := event.ParseStored(rec.Event)
	if err != nil {
		return nil // said elsewhere
	}
	b, ok := e.Body.(*event.Temperature)
	if !ok {
		return nil
	}
	kept := rec.Source != nil && rec.Source.SHA256 == b.LogSHA256
	var list []namedFile
	for _, f := range []struct{ sum, what string }{{b.LogSHA256, "the logger's file"}, {b.ProfileSHA256, "the profile that it was read by"}} {
		if sum, err := original.ParseSum(f.sum); err == nil {
			list = append(list, namedFile{sum, f.what, kept})
		}
	}
	return list
}

// Original writes the bytes of a file as it came, which a record names by this SHA-256: they are it only where Original returns nil. The error wraps fs.ErrNotExist where it is not kept, and is an [*original.DamageError] where it is
// damaged.
func (b *Book) Original(ctx context.Context, w io.Writer, sum string) error {
	s, err := original.ParseSum(sum)
	if err != nil {
		return err
	}
	return b.originals().Copy(ctx, w, s)
}

// files reads the files back that records from a number on name, by what was said of the records while they were read.
func (v *Verification) files(ctx context.Context, path string, l *ledger.Ledger, from uint64, marks []byte) error {
	folder := originalsOf(path)
	told := make(map[original.Sum]bool)   // it is counted, or there is a finding
	absent := make(map[original.Sum]bool) // and nobody has said yet that it came in here
	for rec, err := range filed(ctx, l, from, marks) {
		if err != nil {
			return err
		}
		for _, f := range filesOf(&rec) {
			if told[f.sum] || absent[f.sum] && !f.kept {
				continue
			}
			if err := v.file(ctx, folder, &f, rec.Seq); err != nil {
				return err
			}
			told[f.sum], absent[f.sum] = folder.Has(f.sum) || f.kept, true
		}
	}
	return nil
}

// file reads one of them back.
func (v *Verification) file(ctx context.Context, folder original.Folder, f *namedFile, seq uint64) error {
	err := folder.Check(ctx, f.sum)
	switch damage := (*original.DamageError)(nil); {
	case err == nil:
		v.Originals++
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &damage):
		v.add(ledger.CodeOriginal, seq, "%s: %v", f.what, err)
	case !errors.Is(err, fs.ErrNotExist):
		v.add(ledger.CodeOriginal, seq, "%s cannot be read: %v", f.what, reason(err))
	case f.kept:
		v.add(ledger.CodeOriginal, seq, "%s, %v, is not in %q", f.what, f.sum, folder.Path())
	}
	return nil
}

// lacking reads back the files that the records of a ledger name, and returns what is wrong with them.
func lacking(ctx context.Context, path string, marks []byte, wait time.Duration) (found []ledger.Finding, err error) {
	s, err := boltstore.Open(ctx, path, boltstore.Options{ReadOnly: true, Wait: wait})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	l, err := ledger.Open(ctx, s)
	if err != nil {
		return nil, err
	}
	var v Verification
	err = v.files(ctx, path, l, 0, marks)
	return v.Findings, err
}

// filed yields the records from a number on that may name files.
func filed(ctx context.Context, l *ledger.Ledger, from uint64, marks []byte) func(func(ledger.Record, error) bool) {
	if marks == nil {
		return l.Records(ctx, from, l.Head().Size)
	}
	temperature := typeMarks()[string(event.TypeTemperature)]
	return func(yield func(ledger.Record, error) bool) {
		for seq := from; seq < uint64(len(marks)); seq++ {
			if m := marks[seq]; m != markFile && m != markLook && m != temperature {
				continue
			}
			if rec, err := l.Record(ctx, seq); !yield(rec, err) || err != nil {
				return
			}
		}
	}
}

// copyOriginals copies what is kept beside one ledger to beside another, except what is damaged: that it returns.
func copyOriginals(ctx context.Context, from, to string) (copied int, damaged []string, err error) {
	source, target := originalsOf(from), originalsOf(to)
	if source.Path() == target.Path() {
		return 0, nil, nil
	}
	sums, err := source.Sums()
	if err != nil {
		return 0, nil, err
	}
	for _, sum := range sums {
		err := pipe(ctx, source, target, sum)
		switch damage := (*original.DamageError)(nil); {
		case err == nil:
			copied++
		case errors.As(err, &damage):
			damaged = append(damaged, sum.String())
		default:
			return copied, damaged, err
		}
	}
	return copied, damaged, nil
}

// originalsBeside copies what is kept beside one file to beside a ledger that is to be made, unless something stands there. Done first, so that no ledger lacks what it names; where it is not made after all, files without a record do no harm.
func originalsBeside(ctx context.Context, from, to string) (copied int, damaged []string, err error) {
	if _, err := os.Lstat(to); !errors.Is(err, fs.ErrNotExist) {
		return 0, nil, nil // what is in the way is said where the ledger is to be made
	}
	if copied, damaged, err = copyOriginals(ctx, from, to); err != nil {
		return copied, damaged, fmt.Errorf("copy the originals: %w", err)
	}
	return copied, damaged, nil
}

// pipe copies one original.
func pipe(ctx context.Context, from, to original.Folder, sum original.Sum) error {
	r, w := io.Pipe()
	read := make(chan error, 1)
	go func() {
		err := from.Copy(ctx, w, sum)
		read <- err
		_ = w.CloseWithError(err) // which returns nil always
	}()
	err := to.Keep(ctx, r, sum)
	_ = r.CloseWithError(io.ErrClosedPipe)
	if readErr := <-read; readErr != nil && !errors.Is(readErr, io.ErrClosedPipe) {
		return readErr
	}
	return err
}

// errTooMuch ends the writing of more than there is room for.
var errTooMuch = errors.New("there is no room for more")

// limited is a buffer that takes no more than there is room for.
type limited struct {
	bytes.Buffer

	most int
}

func (l *limited) Write(p []byte) (int, error) {
	if l.Len()+len(p) > l.most {
		return 0, errTooMuch
	}
	return l.Buffer.Write(p)
}

// BundledOriginals is the entry of a bundle that holds the files which its records name, as a tar archive: each under its SHA-256. There is none where no record names a file that is kept here.
const BundledOriginals = "report/originals.tar"

// packed returns the files that the records of a bundle name. Their times are those of no file: the same records give the same bytes.
func (b *Book) packed(ctx context.Context, records []bundle.Record, lacks func(error)) ([]notary.File, error) {
	var out bytes.Buffer
	archive := tar.NewWriter(&out)
	seen := make(map[original.Sum]bool)
	for i := range records {
		rec, err := ledger.ParseRecord(records[i].Bytes)
		if err != nil {
			return nil, err
		}
		for _, f := range filesOf(&rec) {
			if seen[f.sum] {
				continue
			}
			content := limited{most: notary.MaxBundle - out.Len()}
			if err := b.originals().Copy(ctx, &content, f.sum); err != nil {
				if ctx.Err() != nil {
					return nil, ctx.Err()
				}
				if errors.Is(err, errTooMuch) {
					return nil, fmt.Errorf("the files that records name are more than a bundle's %d bytes: ask for less", notary.MaxBundle)
				}
				if f.kept || !errors.Is(err, fs.ErrNotExist) {
					seen[f.sum] = true
				}
				if lacks != nil && (f.kept || !errors.Is(err, fs.ErrNotExist)) {
					lacks(fmt.Errorf("record %d names %s: %w", rec.Seq, f.what, reason(err)))
				}
				continue
			}
			seen[f.sum] = true
			header := &tar.Header{Name: f.sum.String(), Mode: 0o644, Size: int64(content.Len()), ModTime: time.Unix(0, 0), Format: tar.FormatUSTAR}
			if err := archive.WriteHeader(header); err != nil {
				return nil, err
			}
			if _, err := content.WriteTo(archive); err != nil {
				return nil, err
			}
		}
	}
	if out.Len() == 0 {
		return nil, nil
	}
	if err := archive.Close(); err != nil {
		return nil, err
	}
	return []notary.File{{Name: BundledOriginals, Content: out.Bytes()}}, nil
}

// CheckOriginals holds the files in a bundle against the records that name them: each file that came in with one of them is there and comes to its SHA-256. It returns how many there are.
func CheckOriginals(checked *notary.Bundle) (n int, err error) {
	content, _ := entryOf(checked, BundledOriginals)
	files := make(map[original.Sum]bool)
	for archive := tar.NewReader(bytes.NewReader(content)); content != nil; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return 0, &RerunError{Report: BundledOriginals, Err: err}
		}
		digest := sha256.New()
		if _, err := io.Copy(digest, archive); err != nil { //nolint:gosec // within the entry, which was read whole
			return 0, &RerunError{Report: BundledOriginals, Err: err}
		}
		sum := original.Sum(digest.Sum(nil))
		if header.Name != sum.String() || files[sum] {
			return 0, &RerunError{Report: BundledOriginals, Err: fmt.Errorf("%q has the SHA-256 %v, or stands there twice", header.Name, sum)}
		}
		files[sum] = true
	}
	named := make(map[original.Sum]bool)
	records, _ := entryOf(checked, "records.jsonl")
	for line := range bytes.Lines(records) {
		rec, err := ledger.ParseRecord(bytes.TrimSuffix(line, []byte("\n")))
		if err != nil {
			return 0, err
		}
		for _, f := range filesOf(&rec) {
			named[f.sum] = true
			if f.kept && !files[f.sum] {
				return 0, &RerunError{Report: BundledOriginals, Err: fmt.Errorf("record %d names %s, %v, which is not there", rec.Seq, f.what, f.sum)}
			}
		}
	}
	for sum := range files {
		if !named[sum] {
			return 0, &RerunError{Report: BundledOriginals, Err: fmt.Errorf("no record names %v", sum)}
		}
	}
	return len(files), nil
}
