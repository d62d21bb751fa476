package main

import (
	"bytes"
	"crypto/ed25519"
	"os"
	"strings"

	"go.etcd.io/bbolt"

	"suyuan/internal/anchor"
	"suyuan/internal/notary"
)

// An attack is on the files. What verify and a recording after it say is written here; what sees it is measured.
type attack struct {
	what   string
	do     func(v *victim)
	codes  string // of `suyuan verify --signatures` on the machine of the ledger; empty: sound
	record int    // exit code of a recording after it
	blind  bool   // nothing sees it that has only the files: what is kept elsewhere must
}

// onRecords are the attacks by somebody who can write the ledger's file and understands none of it.
func onRecords() []attack {
	return []attack{
		{what: "nothing is done", do: func(*victim) {}},
		{what: "a record in the middle is deleted", do: func(v *victim) {
			v.in(func(record, _, _ *bbolt.Bucket) { v.must(record.Delete(number(5))) })
		}, codes: "missing", record: 3},
		{what: "the last record is deleted", do: func(v *victim) {
			v.in(func(record, _, _ *bbolt.Bucket) { v.must(record.Delete(number(victimSize - 1))) })
		}, codes: "cut", record: 3},
		{what: "two records are swapped", do: func(v *victim) {
			list := v.raw()
			list[5], list[6] = list[6], list[5]
			v.put(list)
		}, codes: "wrong-seq", record: 3},
		{what: "a record is inserted, those after it move on", do: func(v *victim) {
			list := v.raw()
			forged := parsed(list[5])
			forged.event()["id"] = "019c9f00-0000-8000-8000-000000000001"
			v.put(append(list[:6:6], append([][]byte{canonical(forged)}, list[6:]...)...))
		}, codes: "altered beyond-head wrong-seq", record: 3},
		{what: "a record is doubled at the end", do: func(v *victim) {
			list := v.raw()
			v.put(append(list, list[5]))
		}, codes: "beyond-head wrong-seq", record: 3},
		{what: "a record is replaced by another one's bytes", do: func(v *victim) {
			list := v.raw()
			list[6] = list[5]
			v.put(list)
		}, codes: "wrong-seq", record: 3},
		{what: "a record is edited", do: func(v *victim) {
			list := v.raw()
			list[seqInfused] = bytes.Replace(list[seqInfused], []byte("P-1"), []byte("P-2"), 1)
			v.put(list)
		}, codes: "altered", record: 3},
		{what: "a record is edited, and the next one names its new hash", do: func(v *victim) {
			was := v.raw()
			v.rewrite(func(list []members) []members {
				list[5].event()["donor"] = "D-2"
				return list
			})
			v.put(append(v.raw()[:7], was[7:]...))
		}, codes: "altered root", record: 3},
		{what: "the file is cut after its first pages", do: func(v *victim) { v.must(os.Truncate(v.path, 3*int64(os.Getpagesize()))) }, codes: "unreadable: broken", record: 3},
		{what: "the index of ids beside the ledger is replaced by garbage", do: func(v *victim) {
			v.write(v.path+".ids", []byte("garbage"))
		}},
	}
}

// edited is a history in which another patient was infused.
func edited(list []members) []members {
	list[seqInfused].event()["patient"] = "P-2"
	return list
}

// cut is the history without its end.
func cut(list []members) []members { return list[:backupSize] }

// onHistory are the attacks by somebody who makes all hashes fit.
func onHistory() []attack {
	return []attack{
		{what: "a record is edited and everything after it hashed again", do: func(v *victim) { v.rewrite(edited) }, codes: "checkpoint forked", record: 3},
		{what: "the same, and the notes are stripped from the file", do: func(v *victim) {
			v.rewrite(edited)
			v.strip()
		}, codes: "checkpoint forked", record: 3},
		{what: "the same, and the anchor is deleted too", do: func(v *victim) {
			v.rewrite(edited)
			v.strip()
			v.must(os.RemoveAll(v.anchor))
			v.must(os.Mkdir(v.anchor, 0o700))
		}, codes: "checkpoint", record: 1},
		{what: "the same, and the anchor says so under the ledger's name, unsigned", do: func(v *victim) {
			v.rewrite(edited)
			v.strip()
			v.write(v.anchored(), []byte(text(v.now())))
		}, codes: "anchor checkpoint"},
		{what: "the same, with a note and an anchor under the ledger's key name and no signature by it", do: func(v *victim) {
			v.rewrite(edited)
			forged := dressed(text(v.now()), v.trusted[0], make([]byte, ed25519.SignatureSize))
			v.strip()
			v.keep(victimSize, forged)
			v.write(v.anchored(), forged)
		}, codes: "anchor checkpoint"},
		{what: "everything is hashed again, and signed with keys of the same name that are not the ledger's", do: func(v *victim) {
			v.rewrite(edited)
			keys, _ := v.otherKeys()
			v.resign(keys)
		}, codes: "anchor checkpoint"},
		{what: "the same, and the keys on this machine are replaced by those", do: func(v *victim) {
			v.rewrite(edited)
			keys, folder := v.otherKeys()
			v.resign(keys)
			v.write(v.trust().Keys.Path(victimOrigin), v.read(folder.Path(victimOrigin)))
		}, blind: true},
		{what: "everything is hashed again and signed with the ledger's own key; the anchor is left", do: func(v *victim) {
			before := v.read(v.anchored())
			v.resigned(edited)
			v.write(v.anchored(), before)
		}, codes: "forked", record: 3},
		{what: "the same, and the anchor is rewritten: somebody has key, ledger and anchor", do: func(v *victim) { v.resigned(edited) }, blind: true},
		{what: "the tail is cut, head and tree made to fit", do: func(v *victim) { v.rewrite(cut) }, codes: "checkpoint rolled-back", record: 3},
		{what: "the same, and the notes of what was cut are stripped", do: func(v *victim) {
			early := v.kept(backupSize)
			v.rewrite(cut)
			v.strip()
			v.keep(backupSize, early)
		}, codes: "rolled-back", record: 3},
		{what: "the same, and the anchor is put back to what it was then", do: func(v *victim) {
			early := v.kept(backupSize)
			v.rewrite(cut)
			v.strip()
			v.keep(backupSize, early)
			v.write(v.anchored(), v.early)
		}, blind: true},
		{what: "an old backup takes the ledger's place", do: func(v *victim) {
			v.must(os.Remove(v.path))
			v.c.want(v.t, 4, "restore", v.backup, "--ledger", v.path)
		}, codes: "rolled-back", record: 3},
		{what: "a fork: an old backup goes on elsewhere with the ledger's key, and takes its place", do: (*victim).fork, codes: "forked", record: 3},
		{what: "another ledger is put in its place", do: func(v *victim) {
			v.must(os.Remove(v.path))
			v.must(os.RemoveAll(v.path + ".ids"))
			elsewhere := v.console(v.t.TempDir(), v.t.TempDir())
			elsewhere.want(v.t, 0, "init", "--origin", "another.example", "--ledger", v.path)
		}, codes: "other-ledger", record: 3},
		{what: "record 0 is edited (equipment must be registered) and everything hashed again", do: func(v *victim) {
			v.rewrite(func(list []members) []members {
				list[0]["genesis"].(map[string]any)["strict"] = true
				return list
			})
		}, codes: "checkpoint forked", record: 3},
		{what: "record 0 gives another origin, and everything is hashed again", do: func(v *victim) {
			v.rewrite(func(list []members) []members {
				list[0]["genesis"].(map[string]any)["origin"] = "another.example"
				return list
			})
		}, codes: "checkpoint other-ledger policy signature", record: 3},
		{what: "record 0 says that this is a drill's copy, where no signatures are judged", do: func(v *victim) {
			v.rewrite(func(list []members) []members {
				list[0]["genesis"].(map[string]any)["copy_of"] = members{"origin": victimOrigin, "root": strings.Repeat("0", 64), "size": 5}
				return list
			})
		}, codes: "checkpoint forked", record: 3},
		{what: "`recorded` of one record is set back, everything hashed again", do: func(v *victim) {
			v.rewrite(func(list []members) []members {
				list[5]["recorded"] = "2026-03-04T08:00:00.000Z"
				return list
			})
		}, codes: "checkpoint clock-back forked", record: 3},
		{what: "`recorded` of all records is set back, with key and anchor", do: func(v *victim) {
			v.resigned(func(list []members) []members {
				for _, m := range list {
					m["recorded"] = "2026-03-04T08:00:00.000Z"
				}
				return list
			})
		}, blind: true},
		{what: "an unsigned event is back-dated, with key and anchor", do: func(v *victim) {
			v.resigned(func(list []members) []members {
				list[5].event()["time"] = "2026-02-02T09:00:00Z"
				return list
			})
		}, blind: true},
		{what: "the policy on releases is taken out, with key and anchor", do: func(v *victim) {
			v.resigned(func(list []members) []members { return append(list[:seqRelease:seqRelease], list[seqRelease+1:]...) })
		}, blind: true},
	}
}

// fork lets the old backup go on where neither this anchor nor its checkpoints are known, with a copy of the keys.
func (v *victim) fork() {
	elsewhere := v.t.TempDir()
	c := v.console(v.home, elsewhere)
	v.must(os.Remove(v.path))
	c.want(v.t, 0, "restore", v.backup, "--ledger", v.path)
	c.want(v.t, 0, "anchor", "trust", "--ledger", v.path)
	for range victimSize - backupSize + 1 {
		c.want(v.t, 0, "record", "receipt", "--time", "now", "--site", "S", "--lot", "ALB-"+string(rune('a'+len(v.raw()))), "--ledger", v.path)
	}
	c.want(v.t, 0, "checkpoint", "--ledger", v.path)
}

// onNotes are the attacks on checkpoints in the file and on the anchor.
func onNotes() []attack {
	return []attack{
		{what: "all notes are stripped from the file; the anchor still has the newest", do: (*victim).strip},
		{what: "all notes are stripped, and the anchor's file is deleted", do: func(v *victim) {
			v.strip()
			v.must(os.Remove(v.anchored()))
		}, codes: "checkpoint", record: 1},
		{what: "a note is kept under another size", do: func(v *victim) {
			early := v.kept(backupSize)
			v.strip()
			v.keep(backupSize+1, early)
		}, codes: "checkpoint"},
		{what: "a note's root is edited", do: func(v *victim) {
			c := v.noted.Checkpoint
			was := c.Root.String()
			c.Root[0] ^= 1
			v.keep(victimSize, bytes.Replace(v.kept(victimSize), []byte(was), []byte(c.Root.String()), 1))
		}, codes: "checkpoint"},
		{what: "a note gives another origin, under the right key name", do: func(v *victim) {
			v.keep(victimSize, bytes.Replace(v.kept(victimSize), []byte(victimOrigin+"\n"), []byte("another.example\n"), 1))
		}, codes: "checkpoint"},
		{what: "a line of a note by a known key does not verify (the ML-DSA-44 one)", do: func(v *victim) {
			lines := bytes.SplitAfter(v.kept(victimSize), []byte("\n"))
			last := lines[len(lines)-2]
			last[len(last)-20] ^= 3
			v.keep(victimSize, bytes.Join(lines, nil))
		}, codes: "checkpoint"},
		{what: "a line by an unknown key is added to a note and to the anchor: no attack, C2SP allows it", do: func(v *victim) {
			v.keep(victimSize, v.stranger(v.kept(victimSize)))
			v.write(v.anchored(), v.stranger(v.read(v.anchored())))
		}},
		{what: "the anchor's file is deleted", do: func(v *victim) { v.must(os.Remove(v.anchored())) }, record: 1},
		{what: "a byte of the anchor's root is flipped", do: func(v *victim) {
			b := v.read(v.anchored())
			b[len(victimOrigin)+6] ^= 2
			v.write(v.anchored(), b)
		}, codes: "anchor forked", record: 3},
		{what: "a byte of the anchor's signature is flipped", do: func(v *victim) {
			b := v.read(v.anchored())
			i := bytes.Index(b, []byte("\u2014")) + len("\u2014 "+victimOrigin+" ") + 20
			b[i] ^= 3
			v.write(v.anchored(), b)
		}, codes: "anchor"},
		{what: "the anchor's file becomes another ledger's", do: func(v *victim) {
			v.write(v.anchored(), bytes.ReplaceAll(v.read(v.anchored()), []byte(victimOrigin), []byte("another.example")))
		}, codes: "anchor", record: 1},
		{what: "the anchor's file is put back to an older one", do: func(v *victim) { v.write(v.anchored(), v.early) }},
		{what: "the anchor says more records than ever were, unsigned", do: func(v *victim) {
			c := v.noted.Checkpoint
			c.Size++
			v.write(v.anchored(), []byte(text(c)))
		}, codes: "anchor rolled-back", record: 3},
		{what: "what the anchor knows of the path is made another ledger's", do: func(v *victim) {
			f := anchor.At(v.anchor)
			path, err := os.Readlink(v.path)
			if err != nil {
				path = v.path
			}
			v.must(f.Rebind(path, victimOrigin, "another.example"))
		}, codes: "other-ledger", record: 3},
		{what: "the anchor's folder is gone, or a file stands there", do: func(v *victim) {
			v.must(os.RemoveAll(v.anchor))
			v.write(v.anchor, nil)
		}, record: 1},
		{what: "a rotation names the ledger's ML-DSA-44 key beside a stranger's Ed25519 key, and hands over to the stranger", do: (*victim).handOver, codes: "anchor checkpoint"},
	}
}

// handOver puts in a rotation that retires a stranger's key and, beside it, one of the ledger's; all it needs is the stranger's signatures.
func (v *victim) handOver() {
	first, _ := v.otherKeys()
	next, _ := v.otherKeys()
	own := v.trusted[1].String()
	v.rewrite(func(list []members) []members {
		return append(list[:seqKeys:seqKeys], append([]members{v.rotation(
			[]string{first.Verifiers()[0].String(), own}, keyTexts(next.Verifiers()), first.SignRotation, next.SignRotation,
		)}, edited(list)[seqKeys:]...)...)
	})
	v.resign(next)
}

// rotation returns a record that hands over from keys to others.
func (v *victim) rotation(retires, keys []string, by ...func(event []byte, at string) (notary.Signature, error)) members {
	e := canonical(members{
		"action": "rotate", "id": "019c9f00-0000-8000-8000-000000000002", "keys": keys, "retires": retires,
		"time": "2026-03-01T08:00:00Z", "type": "key",
	})
	var list []notary.Signature
	for _, sign := range by {
		s, err := sign(e, "2026-03-01T08:00:00Z")
		v.must(err)
		list = append(list, s)
	}
	return v.unrecorded(e, list)
}

// unrecorded returns a record whose place and prev are still to be given.
func (v *victim) unrecorded(event []byte, sig []notary.Signature) members {
	m := members{"by": "S/OP-1", "event": map[string]any(parsed(event)), "recorded": "2026-03-05T08:00:00.000Z", "v": 1}
	if len(sig) > 0 {
		m["sig"] = parsed(append(append([]byte(`{"sig":`), notary.AppendSignatures(nil, sig)...), '}'))["sig"]
	}
	return m
}
