package notary

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"regexp"
)

// MaxBundle is the greatest size of a bundle, in bytes. A larger history is exported as tiles.
const MaxBundle = 1 << 30

// A File is an entry of a bundle.
type File struct {
	Name    string
	Content []byte
}

// Pack writes the container of a bundle: a zip whose entries are stored as they are, in the order given, without times, attributes,
// comments or extra fields. The same files give the same bytes, so that Unpack can compare every one of them.
func Pack(files []File) ([]byte, error) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range files {
		n := uint64(len(f.Content))
		w, err := z.CreateRaw(&zip.FileHeader{
			Name: f.Name, Method: zip.Store, CRC32: crc32.ChecksumIEEE(f.Content), CompressedSize64: n, UncompressedSize64: n,
		})
		if err == nil {
			_, err = w.Write(f.Content)
		}
		if err != nil {
			return nil, fmt.Errorf("pack %q: %w", f.Name, err)
		}
	}
	err := z.Close()
	return b.Bytes(), err
}

// plainName keeps names from leading out of a folder (zip slip), and from meaning different things on different systems.
var plainName = regexp.MustCompile(`^([A-Za-z0-9-][A-Za-z0-9.-]{0,63}/)?[A-Za-z0-9-][A-Za-z0-9.-]{0,63}$`)

// Unpack reads a container. It takes nothing that Pack does not write: the files are packed again and every byte compared.
func Unpack(b []byte) ([]File, error) {
	if len(b) > MaxBundle {
		return nil, fmt.Errorf("found %d bytes, want at most %d", len(b), MaxBundle)
	}
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return nil, fmt.Errorf("not a whole zip file: %w", err)
	}
	var files []File
	taken := make(map[string]bool)
	for _, f := range z.File {
		switch {
		case f.Method != zip.Store || f.UncompressedSize64 > uint64(len(b)):
			return nil, fmt.Errorf("entry %q: it is compressed; entries are stored as they are", f.Name)
		case !plainName.MatchString(f.Name):
			return nil, fmt.Errorf("entry %q: want a name of letters, digits, \".\" and \"-\", in at most one folder", f.Name)
		case taken[f.Name]:
			return nil, fmt.Errorf("entry %q: it is there twice", f.Name)
		}
		taken[f.Name] = true
		r, err := f.Open()
		if err != nil {
			return nil, fmt.Errorf("entry %q: %w", f.Name, err)
		}
		content, err := io.ReadAll(r)
		if err = errors.Join(err, r.Close()); err != nil {
			return nil, fmt.Errorf("entry %q: %w", f.Name, err)
		}
		files = append(files, File{f.Name, content})
	}
	again, err := Pack(files)
	if err == nil && !bytes.Equal(again, b) {
		err = errors.New("it holds bytes that no bundle has: it was altered, or another program wrote it")
	}
	return files, err
}
