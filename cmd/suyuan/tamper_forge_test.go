package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/gowebpki/jcs"
	"go.etcd.io/bbolt"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"suyuan/internal/keyring"
	"suyuan/internal/notary"
)

// in changes the ledger's file through bbolt, as anybody can who may write it.
func (v *victim) in(f func(record, meta, notes *bbolt.Bucket)) {
	v.t.Helper()
	db, err := bbolt.Open(v.path, 0o600, &bbolt.Options{NoSync: true})
	v.must(err)
	err = db.Update(func(tx *bbolt.Tx) error {
		f(tx.Bucket([]byte("record")), tx.Bucket([]byte("suyuan")), tx.Bucket([]byte("note")))
		return nil
	})
	v.must(err)
	v.must(db.Close())
}

func number(n int) []byte { return binary.BigEndian.AppendUint64(nil, uint64(n)) }

// raw returns the records that are in the file, in order of their keys.
func (v *victim) raw() [][]byte {
	var list [][]byte
	v.in(func(record, _, _ *bbolt.Bucket) {
		v.must(record.ForEach(func(_, b []byte) error {
			list = append(list, bytes.Clone(b))
			return nil
		}))
	})
	return list
}

// put replaces the records of the file, and nothing else in it.
func (v *victim) put(list [][]byte) {
	v.in(func(record, _, _ *bbolt.Bucket) {
		for n := range max(len(list), victimSize+1) {
			v.must(record.Delete(number(n)))
		}
		for n, b := range list {
			v.must(record.Put(number(n), b))
		}
	})
}

// A member is one of a record or an event, by its path.
type members map[string]any

func parsed(b []byte) members {
	var m members
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	if err := d.Decode(&m); err != nil {
		panic(err)
	}
	return m
}

func canonical(v any) []byte {
	b, err := json.Marshal(v)
	if err == nil {
		b, err = jcs.Transform(b)
	}
	if err != nil {
		panic(err)
	}
	return b
}

func (m members) event() members { return members(m["event"].(map[string]any)) }

func (m members) sig(i int) members { return members(m["sig"].([]any)[i].(map[string]any)) }

// rewrite changes the history and makes everything after it fit: numbers, chain, tree, head. It is written from docs/format.md.
func (v *victim) rewrite(change func(list []members) []members) {
	var list []members
	for _, b := range v.raw() {
		list = append(list, parsed(b))
	}
	v.history(change(list))
}

func (v *victim) history(list []members) {
	var records [][]byte
	var leaves []tlog.Hash
	last := tlog.Hash{}
	for n, m := range list {
		m["seq"], m["prev"] = n, hex.EncodeToString(last[:])
		records = append(records, canonical(m))
		last = tlog.RecordHash(records[n])
		leaves = append(leaves, last)
	}
	v.put(records)
	head := canonical(members{
		"edge": edge(leaves), "last": hex.EncodeToString(last[:]), "origin": list[0]["genesis"].(map[string]any)["origin"],
		"recorded": list[len(list)-1]["recorded"], "root": fmt.Sprintf("%x", rootOf(leaves)), "size": len(list), "v": 1,
	})
	v.in(func(_, meta, notes *bbolt.Bucket) {
		v.must(meta.Put([]byte("size"), number(len(list))))
		v.must(meta.Put([]byte("head"), head))
	})
	v.must(os.RemoveAll(v.path + ".ids"))
}

// rootOf is RFC 6962 section 2.1, word for word.
func rootOf(leaves []tlog.Hash) []byte {
	if len(leaves) == 1 {
		return leaves[0][:]
	}
	k := 1
	for 2*k < len(leaves) {
		k *= 2
	}
	h := tlog.NodeHash(tlog.Hash(rootOf(leaves[:k])), tlog.Hash(rootOf(leaves[k:])))
	return h[:]
}

func edge(leaves []tlog.Hash) []string {
	list := []string{}
	for k := 1 << 20; k > 0; k /= 2 {
		if len(leaves)&k != 0 {
			list = append(list, hex.EncodeToString(rootOf(leaves[:k])))
			leaves = leaves[k:]
		}
	}
	return list
}

// now is what the ledger is after whatever was done to it.
func (v *victim) now() notary.Checkpoint {
	var leaves []tlog.Hash
	for _, b := range v.raw() {
		leaves = append(leaves, tlog.RecordHash(b))
	}
	return notary.Checkpoint{Origin: victimOrigin, Size: uint64(len(leaves)), Root: tlog.Hash(rootOf(leaves))}
}

// strip takes all notes out of the file.
func (v *victim) strip() {
	v.in(func(_, _, notes *bbolt.Bucket) {
		var keys [][]byte
		v.must(notes.ForEach(func(k, _ []byte) error {
			keys = append(keys, bytes.Clone(k))
			return nil
		}))
		for _, k := range keys {
			v.must(notes.Delete(k))
		}
	})
}

// keep puts a note into the file, under whatever size.
func (v *victim) keep(size int, text []byte) {
	v.in(func(_, _, notes *bbolt.Bucket) {
		v.must(notes.Put(append([]byte("checkpoint\x00"), number(size)...), text))
	})
}

// kept returns the note of a size in the file.
func (v *victim) kept(size int) []byte {
	var text []byte
	v.in(func(_, _, notes *bbolt.Bucket) {
		text = bytes.Clone(notes.Get(append([]byte("checkpoint\x00"), number(size)...)))
	})
	if text == nil {
		v.t.Fatalf("there is no note of size %d", size)
	}
	return text
}

// resign replaces every checkpoint in the file and in the anchor by one of the ledger as it is now, signed with these keys.
func (v *victim) resign(keys *keyring.LedgerKeys) {
	c := v.now()
	text, err := keys.SignCheckpoint(c, v.c.env().Now())
	v.must(err)
	v.strip()
	v.keep(int(c.Size), text)
	v.write(v.anchored(), text)
}

// resigned is the worst attacker: he rewrites history and has the ledger's private keys and its anchor.
func (v *victim) resigned(change func(list []members) []members) {
	v.rewrite(change)
	v.resign(v.keys())
}

// otherKeys makes keys of the same name in a folder of their own.
func (v *victim) otherKeys() (*keyring.LedgerKeys, keyring.Ledgers) {
	folder := keyring.LedgersIn(v.t.TempDir())
	keys, err := folder.Make(victimOrigin)
	v.must(err)
	return keys, folder
}

// text returns a checkpoint's text.
func text(c notary.Checkpoint) string { return fmt.Sprintf("%s\n%d\n%s\n", c.Origin, c.Size, c.Root) }

// dressed returns a note with this text and a signature line that names the key, whatever it holds.
func dressed(body string, key notary.LedgerKey, sig []byte) []byte {
	blob := append(binary.BigEndian.AppendUint32(nil, key.KeyHash()), sig...)
	return []byte(body + "\n\u2014 " + key.Name() + " " + base64.StdEncoding.EncodeToString(blob) + "\n")
}

// stranger signs a note besides those who have.
func (v *victim) stranger(signed []byte) []byte {
	private, _, err := note.GenerateKey(bytes.NewReader(bytes.Repeat([]byte{7}, 64)), "stranger.example")
	v.must(err)
	signer, err := note.NewSigner(private)
	v.must(err)
	body, _, _ := strings.Cut(string(signed), "\n\n")
	own, err := note.Sign(&note.Note{Text: body + "\n"}, signer)
	v.must(err)
	_, line, _ := strings.Cut(string(own), "\n\n")
	return append(bytes.Clone(signed), line...)
}
