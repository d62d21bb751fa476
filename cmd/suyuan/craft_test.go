package main

import (
	"archive/zip"
	"bytes"
	"io"
	"os"

	"github.com/rogpeppe/go-internal/testscript"

	"suyuan/internal/notary"
)

// craft makes a file that no honest program makes: craft KIND FROM TO.
func craft(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: craft KIND FROM TO")
	}
	content := []byte(ts.ReadFile(args[1]))
	change, ok := crafts()[args[0]]
	if !ok {
		ts.Fatalf("craft: no kind %q", args[0])
	}
	content, err := change(content)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), content, 0o600))
}

func crafts() map[string]func([]byte) ([]byte, error) {
	return map[string]func([]byte) ([]byte, error){
		"half":      func(b []byte) ([]byte, error) { return b[:len(b)/2], nil },
		"bomb":      bombed,
		"traversal": repacked(func(f []notary.File) []notary.File { f[len(f)-2].Name = "report/../../report.html"; return f }),
		"twice": repacked(func(f []notary.File) []notary.File {
			return append(f[:len(f)-1:len(f)-1], f[len(f)-2], f[len(f)-1])
		}),
		"proof": repacked(func(f []notary.File) []notary.File {
			f[4].Content = bytes.Replace(f[4].Content, []byte("\n1 "), []byte("\n2 "), 1)
			return f
		}),
		// A note with a line of signature by a key that nobody here knows.
		"stranger": func(b []byte) ([]byte, error) {
			return append(b, "\u2014 witness.example AAAAAQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"...), nil
		},
	}
}

func repacked(change func([]notary.File) []notary.File) func([]byte) ([]byte, error) {
	return func(b []byte) ([]byte, error) {
		files, err := notary.Unpack(b)
		return notary.Pack(change(files)), err
	}
}

// bombed packs a bundle again, compressed, with 64 megabytes of zeros in each report.
func bombed(b []byte) ([]byte, error) {
	files, err := notary.Unpack(b)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, f := range files {
		w, err := z.Create(f.Name)
		if err != nil {
			return nil, err
		}
		from := io.Reader(bytes.NewReader(f.Content))
		if len(f.Name) > 7 && f.Name[:7] == "report/" {
			from = io.LimitReader(zeros{}, 64<<20)
		}
		if _, err := io.Copy(w, from); err != nil {
			return nil, err
		}
	}
	err = z.Close()
	return out.Bytes(), err
}

// zeros has no end.
type zeros struct{}

func (zeros) Read(b []byte) (int, error) {
	clear(b)
	return len(b), nil
}
