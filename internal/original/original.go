package original

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/klauspost/compress/zstd"

	"suyuan/internal/durable"
)

// MaxSize is how many bytes one file may have: what somebody put in a file's place could be a hundred thousand times longer than it looks.
const MaxSize = 4 << 30

// maxWindow bounds the memory of reading.
const maxWindow = 8 << 20

// A Sum is the SHA-256 of a file as it came.
type Sum [sha256.Size]byte

// String writes it in lower-case hex.
func (s Sum) String() string { return hex.EncodeToString(s[:]) }

// ParseSum reads 64 digits of lower-case hex.
func ParseSum(s string) (Sum, error) {
	var sum Sum
	if len(s) != 2*len(sum) || strings.ToLower(s) != s {
		return sum, fmt.Errorf("found %q, want a SHA-256 as 64 digits of lower-case hex", s)
	}
	if _, err := hex.Decode(sum[:], []byte(s)); err != nil {
		return sum, fmt.Errorf("found %q, want a SHA-256 as 64 digits of lower-case hex", s)
	}
	return sum, nil
}

// A DamageError says that what is kept under a name does not come to it.
type DamageError struct {
	Sum Sum
	Err error // what reading it said; nil where only its SHA-256 is another
}

// Error names the file.
func (e *DamageError) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("the original %v is damaged: %v", e.Sum, e.Err)
	}
	return fmt.Sprintf("the original %v is damaged: its bytes have another SHA-256", e.Sum)
}

// Unwrap returns what reading it said.
func (e *DamageError) Unwrap() error { return e.Err }

// A Folder keeps originals. The zero Folder keeps none.
type Folder struct{ dir string }

// In returns the folder at a path, which need not be there before something is kept.
func In(dir string) Folder { return Folder{dir} }

// Path returns where the folder lies.
func (f Folder) Path() string { return f.dir }

const suffix = ".zst"

func (f Folder) file(sum Sum) string {
	name := sum.String()
	return filepath.Join(f.dir, name[:2], name+suffix)
}

// Keep keeps what r gives, whose SHA-256 must be sum. When it returns nil the bytes are on the disk. What is kept already is read, and written anew if it is damaged.
func (f Folder) Keep(ctx context.Context, r io.Reader, sum Sum) error {
	switch err := f.Check(ctx, sum); {
	case err == nil:
		return nil
	case !errors.Is(err, fs.ErrNotExist) && !isDamage(err):
		return err
	}
	path := f.file(sum)
	if err := durable.MakeFolder(filepath.Dir(path)); err != nil {
		return err
	}
	return durable.Rewrite(path, func(w io.Writer) error {
		z, err := zstd.NewWriter(w, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedBetterCompression), zstd.WithWindowSize(maxWindow))
		if err != nil {
			return err
		}
		digest := sha256.New()
		_, err = io.Copy(io.MultiWriter(z, digest), &bounded{ctx: ctx, r: r})
		if err = errors.Join(err, z.Close()); err != nil {
			return err
		}
		if found := Sum(digest.Sum(nil)); found != sum {
			return fmt.Errorf("the file's SHA-256 is %v, want %v: it changed while it was read", found, sum)
		}
		return nil
	})
}

func isDamage(err error) bool {
	var damage *DamageError
	return errors.As(err, &damage)
}

// Copy writes the bytes of an original to w: they are it only where Copy returns nil. The error wraps fs.ErrNotExist where it is not kept, and is a [*DamageError] where it does not come to its name.
func (f Folder) Copy(ctx context.Context, w io.Writer, sum Sum) error {
	file, err := os.Open(f.file(sum))
	if err != nil {
		return err
	}
	defer file.Close() //nolint:errcheck // it was only read
	disk := &reader{r: file}
	z, err := zstd.NewReader(disk, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindow), zstd.WithDecoderLowmem(true))
	if err != nil {
		return err
	}
	defer z.Close()
	digest := sha256.New()
	in := &bounded{ctx: ctx, r: z}
	out := &output{w: w}
	_, err = io.Copy(io.MultiWriter(out, digest), in)
	switch {
	case out.err != nil:
		return out.err
	case ctx.Err() != nil:
		return ctx.Err()
	case disk.err != nil:
		return disk.err
	case err != nil:
		return &DamageError{sum, err}
	case Sum(digest.Sum(nil)) != sum:
		return &DamageError{Sum: sum}
	}
	return nil
}

// Check reads an original and hashes it. Its errors are those of [Folder.Copy].
func (f Folder) Check(ctx context.Context, sum Sum) error { return f.Copy(ctx, io.Discard, sum) }

// reader tells an error of the disk from one of what is on it.
type reader struct {
	r   io.Reader
	err error
}

func (d *reader) Read(p []byte) (int, error) {
	n, err := d.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		d.err = err
	}
	return n, err
}

// output tells an error of writing from one of reading.
type output struct {
	w   io.Writer
	err error
}

func (o *output) Write(p []byte) (int, error) {
	n, err := o.w.Write(p)
	o.err = err
	return n, err
}

// bounded ends with its context, and with what is too long.
type bounded struct {
	ctx context.Context //nolint:containedctx // lives as long as one copy
	r   io.Reader
	n   int64
}

func (b *bounded) Read(p []byte) (int, error) {
	if err := b.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := b.r.Read(p)
	if b.n += int64(n); b.n > MaxSize {
		return 0, fmt.Errorf("more than %d bytes", int64(MaxSize))
	}
	return n, err
}

// Has reports whether something is kept under the sum, sound or not.
func (f Folder) Has(sum Sum) bool {
	info, err := os.Stat(f.file(sum))
	return err == nil && info.Mode().IsRegular()
}

// Sums returns what is kept, by name, whether it is sound or not. Names that are none are left out.
func (f Folder) Sums() ([]Sum, error) {
	if f.dir == "" {
		return nil, nil
	}
	shelves, err := os.ReadDir(f.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var list []Sum
	for _, shelf := range shelves {
		files, readErr := os.ReadDir(filepath.Join(f.dir, shelf.Name()))
		if !shelf.IsDir() {
			continue
		}
		err = errors.Join(err, readErr)
		for _, file := range files {
			name, ok := strings.CutSuffix(file.Name(), suffix)
			if sum, parseErr := ParseSum(name); ok && parseErr == nil && name[:2] == shelf.Name() {
				list = append(list, sum)
			}
		}
	}
	return list, err
}
