package interop

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/transparency-dev/merkle/rfc6962"
	"github.com/transparency-dev/tessera/api"
	"github.com/transparency-dev/tessera/client"
	"github.com/transparency-dev/tessera/fsck"
	"golang.org/x/mod/sumdb/note"
)

// workers is how many of fsck's may each find one thing wrong before it waits for ever for another (v1.0.4).
const workers = 8

// check lets Tessera check a folder. It panics where a bundle has fewer entries than its name says (v1.0.4): a refusal too.
func check(t *testing.T, folder string, v note.Verifier) (err error) {
	t.Helper()
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("fsck panics: %v", r)
		}
	}()
	return fsck.New(v.Name(), v, client.FileFetcher{Root: folder}, leaves, fsck.Opts{N: workers}).Check(t.Context())
}

func leaves(bundle []byte) ([][]byte, error) {
	var b api.EntryBundle
	if err := b.UnmarshalText(bundle); err != nil {
		return nil, err
	}
	hashes := make([][]byte, len(b.Entries))
	for i, e := range b.Entries {
		hashes[i] = rfc6962.DefaultHasher.HashLeaf(e)
	}
	return hashes, nil
}

func TestTesseraAcceptsOurTiles(t *testing.T) {
	t.Parallel()
	l, k := grown(t, 65537), newKeys(t)
	for _, size := range []uint64{1, 2, 255, 256, 257, 511, 512, 600, 65535, 65536, 65537} {
		if err := check(t, k.export(t, l, size), k.verifier(t)); err != nil {
			t.Errorf("size %d: %v", size, err)
		}
	}
}

func TestTesseraRefusesEveryFileThatIsAlteredCutOrMissing(t *testing.T) {
	t.Parallel()
	l, k := grown(t, 600), newKeys(t)
	v := k.verifier(t)
	for _, size := range []uint64{1, 255, 256, 257, 600} {
		folder := k.export(t, l, size)
		for _, path := range paths(t, folder) {
			content := read(t, path)
			name := fmt.Sprintf("size %d, %s", size, path[len(folder):])
			for _, at := range []int{0, len(content) / 4, len(content) - 1} {
				if filepath.Base(path) == "checkpoint" && at > 0 {
					continue // its every byte is tried below
				}
				write(t, path, flipped(content, at))
				refused(t, folder, v, fmt.Sprintf("%s, byte %d", name, at))
			}
			write(t, path, content[:len(content)-1])
			refused(t, folder, v, name+", cut by a byte")
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
			refused(t, folder, v, name+", missing")
			write(t, path, content)
		}
		if err := check(t, folder, v); err != nil {
			t.Errorf("size %d, whole again: %v", size, err)
		}
	}
}

func TestTesseraRefusesAHighTileThatIsAltered(t *testing.T) {
	t.Parallel()
	l, k := grown(t, 65537), newKeys(t)
	folder := k.export(t, l, 65537)
	for _, name := range []string{"tile/0/255", "tile/0/256.p/1", "tile/1/000", "tile/2/000.p/1", "tile/entries/255"} {
		path := filepath.Join(folder, filepath.FromSlash(name))
		content := read(t, path)
		write(t, path, flipped(content, len(content)/2))
		refused(t, folder, k.verifier(t), name)
		write(t, path, content)
	}
}

func TestTesseraRefusesACheckpointWithAFlippedByte(t *testing.T) {
	t.Parallel()
	l, k := grown(t, 257), newKeys(t)
	folder := k.export(t, l, 257)
	path := filepath.Join(folder, "checkpoint")
	content := read(t, path)
	// What the Ed25519 line says, and not the one after it: fsck knows one key. The last character before the padding holds bits
	// that the decoder does not look at.
	end := bytes.LastIndex(bytes.TrimSuffix(content, []byte("\n")), []byte("\n"))
	for at := range content[:end] {
		if at == end-len("A=") {
			continue
		}
		write(t, path, flipped(content, at))
		refused(t, folder, k.verifier(t), fmt.Sprintf("byte %d of %q", at, content[:end]))
	}
}

func TestTesseraRefusesAnotherCheckpointThanTheTiles(t *testing.T) {
	t.Parallel()
	l, k := grown(t, 300), newKeys(t)
	folder := k.export(t, l, 300)
	path := filepath.Join(folder, "checkpoint")
	for _, size := range []uint64{257, 299} { // 256 and less: the full tile does for a partial one
		write(t, path, k.checkpoint(t, l, size))
		refused(t, folder, k.verifier(t), fmt.Sprintf("tiles of 300 records, a checkpoint of %d", size))
	}
	write(t, path, newKeys(t).checkpoint(t, l, 300))
	refused(t, folder, k.verifier(t), "signed by another key")
}

func refused(t *testing.T, folder string, v note.Verifier, what string) {
	t.Helper()
	if err := check(t, folder, v); err == nil {
		t.Errorf("%s: accepted", what)
	}
}

func flipped(b []byte, at int) []byte {
	c := bytes.Clone(b)
	c[at] ^= 1
	return c
}

func paths(t *testing.T, folder string) []string {
	t.Helper()
	var all []string
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			all = append(all, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func write(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
}
