package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"suyuan/internal/keyring"
	"suyuan/internal/notary"
)

// A fraud is what somebody does to a bundle on its way to an auditor.
type fraud struct {
	what  string
	whole bool
	do    func(p *parcel) []byte
	step  notary.Step // at which it is refused; empty: it holds
	rerun bool        // a whole one that holds does not give its report again
}

// A parcel is a bundle taken apart.
type parcel struct {
	v       *victim
	content []byte
	files   []notary.File
	keys    *keyring.LedgerKeys // of the ledger, which most frauds do not have
}

func (p *parcel) file(name string) *notary.File {
	for i := range p.files {
		if p.files[i].Name == name {
			return &p.files[i]
		}
	}
	panic("no entry " + name)
}

// edit changes an entry and packs the bundle again: what anybody can do.
func (p *parcel) edit(name string, f func([]byte) []byte) []byte {
	e := p.file(name)
	e.Content = f(e.Content)
	return notary.Pack(p.files)
}

// signed packs the bundle with a manifest of what it holds now, by the ledger's key: what only the ledger's owner can do.
func (p *parcel) signed(keys *keyring.LedgerKeys) []byte {
	c, err := notary.ReadCheckpoint(p.file("checkpoint").Content)
	p.v.must(err)
	whole := bytes.Contains(p.files[0].Content, []byte(" whole\n"))
	p.files[0].Content, err = keys.SignNote(string(notary.Manifest(c, whole, p.files[1:])))
	p.v.must(err)
	return notary.Pack(p.files)
}

func (p *parcel) editSigned(name string, f func([]byte) []byte) []byte {
	p.edit(name, f)
	return p.signed(p.keys)
}

func without(line int) func([]byte) []byte {
	return func(b []byte) []byte {
		lines := bytes.SplitAfter(b, []byte("\n"))
		return bytes.Join(append(lines[:line:line], lines[line+1:]...), nil)
	}
}

func replaced(was, now string) func([]byte) []byte {
	return func(b []byte) []byte {
		if !bytes.Contains(b, []byte(was)) {
			panic("the entry does not hold " + was)
		}
		return bytes.Replace(b, []byte(was), []byte(now), 1)
	}
}

// lastAltered gives the last record to another operator.
func lastAltered(b []byte) []byte {
	i := bytes.LastIndex(b, []byte(`"by":"S/OP-1"`))
	return append(b[:i:i], bytes.Replace(b[i:], []byte("OP-1"), []byte("OP-2"), 1)...)
}

// onBundles are the frauds. Those in the first part need no key; those in the second have the ledger's.
func onBundles() []fraud {
	return append(unsealed(), sealed()...)
}

func unsealed() []fraud {
	return []fraud{
		{"nothing is done", false, func(p *parcel) []byte { return p.content }, "", false},
		{"nothing is done to a whole one", true, func(p *parcel) []byte { return p.content }, "", false},
		{"the report is altered", false, func(p *parcel) []byte { return p.edit("report/answer.json", replaced("U-2", "U-9")) }, notary.StepAltered, false},
		{"a record is altered", false, func(p *parcel) []byte { return p.edit("records.jsonl", replaced("U-2", "U-9")) }, notary.StepAltered, false},
		{"a record is dropped, and its proof", false, func(p *parcel) []byte {
			p.edit("proofs", without(5))
			return p.edit("records.jsonl", without(5))
		}, notary.StepAltered, false},
		{"a record is added", true, func(p *parcel) []byte {
			return p.edit("records.jsonl", func(b []byte) []byte { return append(b, p.v.raw()[5]...) })
		}, notary.StepAltered, false},
		{"the checkpoint is an older one of the same ledger", false, func(p *parcel) []byte {
			return p.edit("checkpoint", func([]byte) []byte { return p.v.early })
		}, notary.StepAltered, false},
		{"a second checkpoint is put in", false, func(p *parcel) []byte {
			p.files = append(p.files[:2:2], append([]notary.File{{Name: "checkpoint", Content: p.v.early}}, p.files[2:]...)...)
			return notary.Pack(p.files)
		}, notary.StepContainer, false},
		{"an entry's name leads out of the folder", false, func(p *parcel) []byte {
			p.file("report/answer.json").Name = "report/../../answer.json"
			return notary.Pack(p.files)
		}, notary.StepContainer, false},
		{"an entry has an absolute name", false, func(p *parcel) []byte {
			p.file("report/answer.json").Name = "/etc/passwd"
			return notary.Pack(p.files)
		}, notary.StepContainer, false},
		{"the entries are in another order", false, func(p *parcel) []byte {
			p.files[1], p.files[2] = p.files[2], p.files[1]
			return notary.Pack(p.files)
		}, notary.StepContainer, false},
		{"it is a zip bomb", false, func(p *parcel) []byte {
			b, err := bombed(p.content)
			p.v.must(err)
			return b
		}, notary.StepContainer, false},
		{"bytes are added at the end", false, func(p *parcel) []byte { return append(p.content, 0) }, notary.StepContainer, false},
		{"bytes are added at the beginning", false, func(p *parcel) []byte { return append([]byte("MZ"), p.content...) }, notary.StepContainer, false},
		{"a line of signature by another key is added to the manifest", false, func(p *parcel) []byte {
			return p.edit("manifest", p.v.stranger)
		}, notary.StepManifest, false},
		{"it is signed with keys of the ledger's name that are not the ledger's", false, func(p *parcel) []byte {
			other, _ := p.v.otherKeys()
			return p.signed(other)
		}, notary.StepManifest, false},
		{"it is signed with keys to which a rotation in it leads that the ledger's key did not sign", false, handedOver, notary.StepManifest, false},
	}
}

// handedOver is a bundle of another history: the ledger's own record 0, and then keys that take over by themselves.
func handedOver(p *parcel) []byte {
	young, _ := p.v.otherKeys()
	p.v.rewrite(func(list []members) []members {
		return append(list[:1:1], p.v.rotation(keyTexts(p.v.trusted), keyTexts(young.Verifiers()), young.SignRotation))
	})
	c := p.v.now()
	signed, err := young.SignCheckpoint(c, p.v.c.env().Now())
	p.v.must(err)
	p.file("checkpoint").Content = signed
	p.file("keys").Content = []byte(strings.Join(keyTexts(young.Verifiers()), "\n") + "\n")
	p.file("records.jsonl").Content = append(bytes.Join(p.v.raw(), []byte("\n")), '\n')
	return p.signed(young)
}

// sealed are the frauds of who has the ledger's key: the manifest fits.
func sealed() []fraud {
	return []fraud{
		{"a record is altered, and the manifest signed again by the ledger", false, func(p *parcel) []byte {
			return p.editSigned("records.jsonl", replaced(`"P-1"`, `"P-2"`))
		}, notary.StepRecord, false},
		{"the last record is altered, and the manifest signed again", false, func(p *parcel) []byte { return p.editSigned("records.jsonl", lastAltered) }, notary.StepProof, false},
		{"the same in a whole one", true, func(p *parcel) []byte { return p.editSigned("records.jsonl", lastAltered) }, notary.StepProof, false},
		{"a record is dropped from a whole one, and the manifest signed again", true, func(p *parcel) []byte {
			return p.editSigned("records.jsonl", without(5))
		}, notary.StepRecord, false},
		{"a record is added, and the manifest signed again", true, func(p *parcel) []byte {
			return p.editSigned("records.jsonl", func(b []byte) []byte { return append(append(b, p.v.raw()[5]...), '\n') })
		}, notary.StepRecord, false},
		{"a proof is to a tree of another size, and the manifest signed again", false, func(p *parcel) []byte {
			return p.editSigned("proofs", func(b []byte) []byte {
				lines := bytes.SplitAfter(b, []byte("\n"))
				lines[1] = notary.ProofLine(1, nil)
				return bytes.Join(lines, nil)
			})
		}, notary.StepProof, false},
		{"the checkpoint is of another size, and the manifest signed again", false, func(p *parcel) []byte {
			p.file("checkpoint").Content = p.v.early
			return p.signed(p.keys)
		}, notary.StepRecord, false},
		{"the manifest names another size than the checkpoint", false, func(p *parcel) []byte {
			c, err := notary.ReadCheckpoint(p.file("checkpoint").Content)
			p.v.must(err)
			c.Size--
			p.files[0].Content, err = p.keys.SignNote(string(notary.Manifest(c, false, p.files[1:])))
			p.v.must(err)
			return notary.Pack(p.files)
		}, notary.StepCheckpoint, false},
		{"two entries have one name, and the manifest is signed again", false, func(p *parcel) []byte {
			p.files = append(p.files[:len(p.files)-1:len(p.files)-1], *p.file("report/answer.json"), *p.file("CHECK.html"))
			return p.signed(p.keys)
		}, notary.StepContainer, false},
		{"a checkpoint stands where the manifest should", false, func(p *parcel) []byte {
			return p.edit("manifest", func([]byte) []byte { return p.file("checkpoint").Content })
		}, notary.StepManifest, false},
		{"a bundle of a history in which a release lost a signature", true, func(p *parcel) []byte {
			return p.rewritten(func(list []members) []members {
				list[seqReleased]["sig"] = list[seqReleased]["sig"].([]any)[:1]
				return list
			})
		}, notary.StepPolicy, false},
		{"a bundle of a history in which the signed release was altered", true, func(p *parcel) []byte {
			return p.rewritten(func(list []members) []members {
				list[seqReleased].event()["signed_by"] = []string{"S/OP-8"}
				return list
			})
		}, notary.StepSignature, false},
		{"the report is altered, and the manifest signed again", true, func(p *parcel) []byte {
			return p.editSigned("report/answer.json", replaced(`"patients":1`, `"patients":0`))
		}, "", true},
		{"the report is made one about another thing, and the manifest signed again", true, func(p *parcel) []byte {
			return p.editSigned("report/answer.json", replaced("U-2", "U-9"))
		}, "", true},
		{"a part leaves out the record that revokes a key", false, func(p *parcel) []byte {
			p.v.must(p.v.revoke("2026-03-05T08:00:00Z", ""))
			p.v.seal()
			p.take(p.v.bundled(false))
			last := bytes.Count(p.file("records.jsonl").Content, []byte("\n")) - 1
			p.edit("proofs", without(last))
			return p.editSigned("records.jsonl", without(last))
		}, "", false},
		{"a bundle of a history that the ledger's owner has rewritten as a whole", true, func(p *parcel) []byte {
			p.v.resigned(edited)
			return p.v.bundled(true)
		}, "", false},
	}
}

// rewritten is a whole bundle of another history, all of it signed by the ledger's keys.
func (p *parcel) rewritten(change func([]members) []members) []byte {
	p.v.resigned(change)
	p.file("checkpoint").Content = p.v.read(p.v.anchored())
	p.file("records.jsonl").Content = append(bytes.Join(p.v.raw(), []byte("\n")), '\n')
	return p.signed(p.keys)
}

// bundled exports a bundle.
func (v *victim) bundled(whole bool) []byte {
	name := filepath.Join(v.t.TempDir(), "it.bundle")
	args := []string{"export", "--format", "bundle", "--thing", "unit:U-2", "-o", name, "--ledger", v.path}
	if whole {
		args = append(args, "--whole")
	}
	v.c.want(v.t, 0, args...)
	return v.read(name)
}

func (p *parcel) take(content []byte) {
	var err error
	p.content = content
	p.files, err = notary.Unpack(bytes.Clone(content))
	p.v.must(err)
}

// refused commits the fraud and returns its row: what the auditor's check and the program say of it.
func (f *fraud) refused(t *testing.T) row {
	t.Helper()
	v := newVictim(t)
	p := &parcel{v: v, keys: v.keys()}
	p.take(v.bundled(f.whole))
	content := f.do(p)
	_, err := notary.CheckBundle(content, v.trusted[:1])
	var step notary.Step
	if errors.As(err, &step); step != f.step || (err == nil) != (f.step == "") {
		t.Errorf("refused at %q, want %q: %v", step, f.step, err)
	}
	name := filepath.Join(t.TempDir(), "fraud.bundle")
	v.write(name, content)
	exit := v.c.run(t.Context(), "verify", "--bundle", name, "--key", v.trusted[0].String())
	if want := 3 * one(err != nil); exit != want {
		t.Errorf("exit code %d, want %d: %s", exit, want, &v.c.err)
	}
	said := cmp.Or(string(step), "holds")
	if f.whole && err == nil {
		rerun := v.c.run(t.Context(), "verify", "--bundle", name, "--rerun", "--key", v.trusted[0].String())
		if want := 3 * one(f.rerun); rerun != want {
			t.Errorf("--rerun ends with %d, want %d: %s", rerun, want, &v.c.err)
		}
		said += fmt.Sprintf("; with `--rerun` %d", rerun)
	}
	return row{f.what, said, fmt.Sprint(exit)}
}

// TestABundleThatIsCutOrFlippedAnywhereIsRefused cuts a small one at every length and flips a bit of every byte.
func TestABundleThatIsCutOrFlippedAnywhereIsRefused(t *testing.T) {
	t.Parallel()
	v := newVictim(t)
	content := v.bundled(false)
	if _, err := notary.CheckBundle(content, v.trusted); err != nil {
		t.Fatal(err)
	}
	for n := range content {
		if _, err := notary.CheckBundle(content[:n:n], v.trusted); !errors.Is(err, notary.StepContainer) {
			t.Fatalf("cut to %d of %d bytes: %v", n, len(content), err)
		}
		content[n] ^= 1 << (n % 8)
		if _, err := notary.CheckBundle(content, v.trusted); err == nil {
			t.Fatalf("it holds with byte %d of %d flipped", n, len(content))
		}
		content[n] ^= 1 << (n % 8)
	}
}
