package boltstore_test

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"suyuan/internal/ledger/ledgertest/strace"
)

// A disk is what a program did to the files of one folder, in order: enough to build what a loss of power may leave of them at any
// moment. The model is the one that file systems promise, and no more: what was synced is there; of what was not, any part is, in
// sectors; and names change in the order in which they were changed, any number of them lost that no sync of the folder followed.
type disk struct {
	dir   string
	ops   []diskOp
	names map[string]int // of the files now
	files int
}

type opKind int

const (
	opWrite opKind = iota
	opResize
	opSync
	opName   // a file gets a name
	opUnname // a name is taken away
	opRename
	opSyncNames
	opSaid // on standard output: what follows from it is known outside
)

// A diskOp is one change. Files have numbers, since their names change.
type diskOp struct {
	kind     opKind
	file     int
	at       int64 // of a write; the size of a resize
	data     []byte
	name, to string
}

// newDisk reads the calls of a program that began with an empty folder.
func newDisk(t *testing.T, dir string, calls []strace.Call) *disk {
	t.Helper()
	d := &disk{dir: dir, names: make(map[string]int)}
	for _, c := range calls {
		if paths := c.Paths(); len(paths) > 0 && !c.Failed() && (filepath.Dir(paths[0]) == dir || paths[0] == dir) {
			d.add(t, c, paths)
		}
	}
	return d
}

func (d *disk) add(t *testing.T, c strace.Call, paths []string) {
	t.Helper()
	name := filepath.Base(paths[0])
	file, known := d.names[name]
	numbers := c.Numbers()
	switch c.Name {
	case "openat":
		if !known && strings.Contains(c.Args, "O_CREAT") {
			d.names[name] = d.files
			d.ops = append(d.ops, diskOp{kind: opName, name: name, file: d.files})
			d.files++
		}
	case "pwrite64":
		d.ops = append(d.ops, diskOp{kind: opWrite, file: file, at: numbers[len(numbers)-1], data: c.Data()})
		if n, err := strconv.Atoi(c.Result); err != nil || n != len(c.Data()) {
			t.Fatalf("%d bytes are known of a write of %s", len(c.Data()), c.Result)
		}
	case "ftruncate":
		d.ops = append(d.ops, diskOp{kind: opResize, file: file, at: numbers[0]})
	case "fsync", "fdatasync":
		if paths[0] == d.dir {
			d.ops = append(d.ops, diskOp{kind: opSyncNames})
		} else {
			d.ops = append(d.ops, diskOp{kind: opSync, file: file})
		}
	case "renameat2", "renameat":
		to := filepath.Base(paths[1])
		d.ops = append(d.ops, diskOp{kind: opRename, name: name, to: to})
		d.names[to] = file
		delete(d.names, name)
	case "unlinkat":
		d.ops = append(d.ops, diskOp{kind: opUnname, name: name})
		delete(d.names, name)
	case "write":
		if name != "stdout" {
			t.Fatalf("a write to %s: the model knows none", name)
		}
		d.ops = append(d.ops, diskOp{kind: opSaid, data: c.Data()})
	default:
		t.Fatalf("a call of %s: the model knows none", c.Name)
	}
}

// A keeping says what is left of what was not synced.
type keeping int

const (
	keepNone keeping = iota
	keepAll
	keepSome   // whole writes, at random
	keepSector // of each write, sectors at random
)

func (k keeping) String() string { return [...]string{"none", "all", "some", "torn"}[k] }

const sectorSize = 512

// image returns the files, by name, after the first n changes and a loss of power.
func (d *disk) image(n int, k keeping, rng *rand.Rand) map[string][]byte {
	done := d.ops[:n]
	synced := make([]int, d.files) // up to which change each file is safe
	namesSynced := 0
	for i, op := range done {
		switch op.kind {
		case opSync:
			synced[op.file] = i
		case opSyncNames:
			namesSynced = i
		case opWrite, opResize, opName, opUnname, opRename, opSaid:
		}
	}
	files := make([][]byte, d.files)
	for i, op := range done {
		switch op.kind {
		case opWrite:
			if i < synced[op.file] {
				files[op.file] = overwrite(files[op.file], op.at, op.data)
			} else {
				files[op.file] = keep(files[op.file], op, k, rng)
			}
		case opResize:
			if i < synced[op.file] || k == keepAll || k > keepAll && rng.IntN(2) == 0 {
				files[op.file] = resize(files[op.file], op.at)
			}
		case opSync, opSyncNames, opName, opUnname, opRename, opSaid:
		}
	}
	image := make(map[string][]byte)
	for name, file := range namesAt(done, namesSynced, k, rng) {
		image[name] = files[file]
	}
	return image
}

// namesAt returns the names that are left: those synced, and some number of the changes after that.
func namesAt(done []diskOp, synced int, k keeping, rng *rand.Rand) map[string]int {
	upTo := synced
	switch k {
	case keepAll:
		upTo = len(done)
	case keepSome, keepSector:
		upTo += rng.IntN(len(done) - synced + 1)
	case keepNone:
	}
	names := make(map[string]int)
	for _, op := range done[:upTo] {
		switch op.kind {
		case opName:
			names[op.name] = op.file
		case opUnname:
			delete(names, op.name)
		case opRename:
			names[op.to] = names[op.name]
			delete(names, op.name)
		case opWrite, opResize, opSync, opSyncNames, opSaid:
		}
	}
	return names
}

func keep(file []byte, op diskOp, k keeping, rng *rand.Rand) []byte {
	switch k {
	case keepNone:
		return file
	case keepAll:
		return overwrite(file, op.at, op.data)
	case keepSome:
		if rng.IntN(2) == 0 {
			return file
		}
		return overwrite(file, op.at, op.data)
	case keepSector:
		for from := 0; from < len(op.data); from += sectorSize {
			if rng.IntN(2) == 0 {
				file = overwrite(file, op.at+int64(from), op.data[from:min(from+sectorSize, len(op.data))])
			}
		}
	}
	return file
}

func overwrite(file []byte, at int64, data []byte) []byte {
	if end := at + int64(len(data)); end > int64(len(file)) {
		file = resize(file, end)
	}
	copy(file[at:], data)
	return file
}

func resize(file []byte, size int64) []byte {
	if size <= int64(len(file)) {
		return file[:size]
	}
	return append(file, make([]byte, size-int64(len(file)))...)
}

// said returns what was on standard output after the first n changes.
func (d *disk) said(n int) string {
	var b strings.Builder
	for _, op := range d.ops[:n] {
		if op.kind == opSaid {
			b.Write(op.data)
		}
	}
	return b.String()
}

// mustBeWhole checks the model against the folder: all changes together give the very files.
func (d *disk) mustBeWhole(t *testing.T) {
	t.Helper()
	image := d.image(len(d.ops), keepAll, nil)
	entries, err := os.ReadDir(d.dir)
	if err != nil {
		t.Fatal(err)
	}
	var there []string
	for _, e := range entries {
		if e.Name() == "stdout" {
			continue
		}
		there = append(there, e.Name())
		b, err := os.ReadFile(filepath.Join(d.dir, e.Name()))
		if err != nil || !bytes.Equal(b, image[e.Name()]) {
			t.Errorf("%s has %d bytes, the model %d, or other ones: %v", e.Name(), len(b), len(image[e.Name()]), err)
		}
	}
	if modelled := slices.Sorted(maps.Keys(image)); fmt.Sprint(modelled) != fmt.Sprint(there) {
		t.Errorf("the model has %v, the folder %v", modelled, there)
	}
}
