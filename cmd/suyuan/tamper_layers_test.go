package main

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"go.etcd.io/bbolt"
	"golang.org/x/mod/sumdb/tlog"

	"suyuan/internal/ledger"
	"suyuan/internal/logbook"
)

// A layer is what can see that something was done. Each is asked by itself, with all the others taken away.
type layer string

const (
	layerStore      layer = "file"       // its own structure, below the records
	layerChain      layer = "chain"      // the records among themselves: form, number, prev, time, ids
	layerTree       layer = "tree"       // the head's size, root and last hash
	layerSignatures layer = "signatures" // of people, and the policies
	layerCheckpoint layer = "checkpoint" // the notes in the file, by the keys on this machine
	layerAnchor     layer = "anchor"
	layerKey        layer = "a verifier key kept elsewhere" // the same notes, by the key that an auditor noted before
	layerWitness    layer = "a checkpoint kept elsewhere"   // the checkpoint that somebody outside noted before
)

// inside are the layers that everybody has who has the files.
func inside() []layer {
	return []layer{layerStore, layerChain, layerTree, layerSignatures, layerCheckpoint, layerAnchor}
}

// findings are those of `suyuan verify`.
type findings []findingJSON

func (f findings) codes() string {
	var list []string
	for _, found := range f {
		list = append(list, found.Code)
	}
	slices.Sort(list)
	return strings.Join(slices.Compact(list), " ")
}

func (f findings) has(codes ...ledger.Code) bool {
	return slices.ContainsFunc(f, func(found findingJSON) bool { return slices.Contains(codes, ledger.Code(found.Code)) })
}

// verify asks a machine with these folders. Where nothing could be read the one finding has the code of the error.
func (v *victim) verify(c *console, args ...string) (findings, int) {
	v.t.Helper()
	exit := c.run(v.t.Context(), append([]string{"verify", "--signatures", "--json", "--ledger", v.path}, args...)...)
	var answer verifyJSON
	if c.out.Len() == 0 {
		var failed struct{ Error failureJSON }
		v.must(json.Unmarshal(c.err.Bytes(), &failed))
		return findings{{Code: "unreadable: " + failed.Error.Code}}, exit
	}
	v.must(json.Unmarshal(c.out.Bytes(), &answer))
	if answer.OK != (exit == 0) || answer.OK != (len(answer.Findings) == 0) {
		v.t.Errorf("exit code %d with ok %t and %d findings", exit, answer.OK, len(answer.Findings))
	}
	return answer.Findings, exit
}

// seen asks every layer by itself.
func (v *victim) seen() map[layer]bool {
	v.t.Helper()
	nowhere := v.t.TempDir()
	bare, _ := v.verify(v.console(nowhere, nowhere))
	if len(bare) > 0 && strings.HasPrefix(bare[0].Code, "unreadable") {
		return map[layer]bool{layerStore: true}
	}
	own, _ := v.verify(v.console(v.home, nowhere))
	all, _ := v.verify(v.c)
	given, _ := v.verify(v.console(nowhere, nowhere), "--key", v.trusted[0].String())
	s := map[layer]bool{
		layerStore: bare.has(ledger.CodeStore), layerChain: v.chainBroken(), layerTree: v.treeBroken(),
		layerSignatures: bare.has(ledger.CodeSignature, ledger.CodePolicy),
		layerCheckpoint: own.has(ledger.CodeCheckpoint),
		layerAnchor:     all.has(ledger.CodeRolledBack, ledger.CodeForked, ledger.CodeOther, ledger.CodeAnchor),
		layerKey:        given.has(ledger.CodeCheckpoint),
		layerWitness:    v.witnessed(),
	}
	structure := slices.ContainsFunc(bare, func(f findingJSON) bool {
		return !slices.Contains([]ledger.Code{ledger.CodeStore, ledger.CodeSignature, ledger.CodePolicy, ledger.CodeCheckpoint}, ledger.Code(f.Code))
	})
	if structure != (s[layerChain] || s[layerTree]) {
		v.t.Errorf("verify, of the file alone, says %q; the chain by itself %t, the tree by itself %t", bare.codes(), s[layerChain], s[layerTree])
	}
	return s
}

// chainBroken reads the records as somebody would who has an export of them and no head.
func (v *victim) chainBroken() bool {
	var s ledger.Sequence
	for _, b := range v.raw() {
		if _, err := s.Follow(b); err != nil {
			return true
		}
	}
	return false
}

// treeBroken compares the tree over the records, whatever they say, with the head.
func (v *victim) treeBroken() bool {
	var head struct {
		Root, Last string
		Size       int
	}
	v.in(func(_, meta, _ *bbolt.Bucket) {
		if json.Unmarshal(meta.Get([]byte("head")), &head) != nil || !bytes.Equal(meta.Get([]byte("size")), number(head.Size)) {
			head.Size = 0
		}
	})
	var leaves []tlog.Hash
	for _, b := range v.raw() {
		leaves = append(leaves, tlog.RecordHash(b))
	}
	return head.Size != len(leaves) || head.Root != hex.EncodeToString(rootOf(leaves)) || head.Last != hex.EncodeToString(leaves[len(leaves)-1][:])
}

// witnessed compares with the checkpoint that was noted before the attack.
func (v *victim) witnessed() bool {
	b, err := logbook.Open(v.t.Context(), v.path, logbook.Options{Now: v.c.env().Now, Wait: time.Minute})
	if err != nil {
		return true
	}
	c, err := b.Checkpoint(v.t.Context())
	if err != nil {
		return true
	}
	_, err = b.Since(v.t.Context(), v.noted.Checkpoint, c)
	return err != nil
}
