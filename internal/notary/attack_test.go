package notary_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"suyuan/internal/notary"
	nt "suyuan/internal/notary/notarytest"
)

// An attack is a bundle, the keys that the auditor trusts, and the step that must refuse it ("ok" where none does).
type attack struct {
	bundle  []byte
	trusted []notary.LedgerKey
	want    string
}

func replaced(f *notary.File, old, with string) {
	if !bytes.Contains(f.Content, []byte(old)) {
		panic(f.Name + " lacks " + old)
	}
	f.Content = bytes.Replace(f.Content, []byte(old), []byte(with), 1)
}

// onTheContainer are made by who has no key and holds a good bundle.
func onTheContainer() map[string]attack {
	l := releases("lab.example/a")
	all := map[string]attack{}
	sealed := part(l).Seal()
	files, err := notary.Unpack(sealed)
	if err != nil {
		panic(err)
	}
	add := func(name, want string, b []byte) { all[name] = attack{b, l.Trusted(), want} }
	with := func(name, want string, change func(list []notary.File) []notary.File) {
		add(name, want, notary.Pack(change(slices.Clone(files))))
	}
	add("nothing", "container", nil)
	add("no zip", "container", []byte("PK\x03\x04 and no more"))
	add("a byte before", "container", append([]byte{0}, sealed...))
	add("a byte behind", "container", append(slices.Clone(sealed), 0))
	add("the last byte cut", "container", sealed[:len(sealed)-1])
	add("cut in the middle", "container", sealed[:len(sealed)/2])
	add("the directory cut", "container", sealed[:bytes.Index(sealed, []byte("PK\x01\x02"))])
	add("two directories", "container", append(slices.Clone(sealed), sealed[bytes.Index(sealed, []byte("PK\x01\x02")):]...))
	add("two bundles", "container", append(slices.Clone(sealed), sealed...))
	add("a comment", "container", append(slices.Clone(sealed[:len(sealed)-2]), 2, 0, 'h', 'i'))
	add("an empty zip", "container", notary.Pack(nil))
	for name, at := range map[string]int{"version": 4, "flags": 6, "method": 8, "time": 10, "date": 12, "checksum": 14, "packed length": 18, "length": 22, "extra length": 28} {
		add("another "+name+" in a header", "container", flipped(sealed, at, 3))
	}
	add("a length near the greatest", "container", append(append(slices.Clone(sealed[:22]), 255, 255, 255, 255), sealed[26:]...))
	with("no entries but the manifest", "container", func(l []notary.File) []notary.File { return l[:1] })
	with("two entries changed over", "container", func(l []notary.File) []notary.File { l[1], l[2] = l[2], l[1]; return l })
	with("a name that leads out", "container", func(l []notary.File) []notary.File { l[5].Name = "report/../../answer.json"; return l })
	with("an absolute name", "container", func(l []notary.File) []notary.File { l[5].Name = "/answer.json"; return l })
	with("a name with a backslash", "container", func(l []notary.File) []notary.File { l[5].Name = `report\answer.json`; return l })
	with("a name in other letters", "container", func(l []notary.File) []notary.File { l[3].Name = "Records.jsonl"; return l })
	with("a name that is no text", "container", func(l []notary.File) []notary.File { l[5].Name = "report/\xff"; return l })
	with("a name with a line end", "container", func(l []notary.File) []notary.File { l[5].Name = "report/a\nCHECK.html"; return l })
	with("an entry twice", "container", func(l []notary.File) []notary.File { return slices.Insert(l, 4, l[3]) })
	with("two checkpoints", "container", func(l []notary.File) []notary.File { return slices.Insert(l, 2, l[1]) })
	with("two manifests", "container", func(l []notary.File) []notary.File { return slices.Insert(l, 0, l[0]) })
	reports := func(n int) func([]notary.File) []notary.File {
		return func(l []notary.File) []notary.File {
			for i := range n {
				l = slices.Insert(l, 5, notary.File{Name: fmt.Sprintf("report/r%d", i)})
			}
			return l
		}
	}
	with("as many entries as may be", "altered", reports(notary.MaxFiles-7))
	with("an entry too many", "container", reports(notary.MaxFiles-6))
	with("a report twice", "container", func(l []notary.File) []notary.File { return slices.Insert(l, 5, l[5]) })
	with("a report more", "altered", func(l []notary.File) []notary.File {
		return slices.Insert(l, 5, notary.File{Name: "report/report.html"})
	})
	with("a report less", "altered", func(l []notary.File) []notary.File { return slices.Delete(l, 5, 6) })
	with("another report", "altered", func(l []notary.File) []notary.File { l[5].Content = []byte("{}\n"); return l })
	with("a report of another name", "altered", func(l []notary.File) []notary.File { l[5].Name = "report/dossier.json"; return l })
	with("a record less", "altered", func(l []notary.File) []notary.File {
		l[3].Content = l[3].Content[:bytes.LastIndexByte(l[3].Content[:len(l[3].Content)-1], '\n')+1]
		return l
	})
	with("the proofs of another record", "altered", func(l []notary.File) []notary.File {
		l[4].Content = nt.New("x", nil).Part(0).File("proofs").Content
		return l
	})
	with("no proofs", "altered", func(l []notary.File) []notary.File { return slices.Delete(l, 4, 5) })
	with("the checkpoint as manifest", "manifest", func(l []notary.File) []notary.File { l[0].Content, l[1].Content = l[1].Content, l[0].Content; return l })
	with("an empty manifest", "manifest", func(l []notary.File) []notary.File { l[0].Content = nil; return l })
	with("a manifest with another line", "manifest", func(l []notary.File) []notary.File {
		l[0].Content = append(slices.Clone(l[0].Content), "\u2014 lab.example/a AAAAAAAAAAAA\n"...)
		return l
	})
	with("a manifest signed twice by one key", "manifest", func(l []notary.File) []notary.File {
		lines := bytes.SplitAfter(l[0].Content, []byte("\n\n"))
		l[0].Content = append(slices.Clone(l[0].Content), lines[1]...)
		return l
	})
	with("a manifest without its last line end", "manifest", func(l []notary.File) []notary.File {
		l[0].Content = bytes.TrimSuffix(l[0].Content, []byte("\n"))
		return l
	})
	with("a manifest with line ends of Windows", "manifest", func(l []notary.File) []notary.File {
		l[0].Content = bytes.ReplaceAll(l[0].Content, []byte("\n"), []byte("\r\n"))
		return l
	})
	with("a signature in other base64", "manifest", func(l []notary.File) []notary.File {
		// 68 bytes leave four spare bits in the last character.
		l[0].Content = bytes.Replace(l[0].Content, []byte("=\n"), []byte("=\n"), 1)
		at := bytes.LastIndexByte(l[0].Content, '=') - 1
		l[0].Content = slices.Clone(l[0].Content)
		l[0].Content[at]++
		return l
	})
	return all
}

// byOtherKeys are made by who has keys, and not the ledger's, or not any more.
func byOtherKeys() map[string]attack {
	l := releases("lab.example/a")
	trusted := l.Trusted()
	thief := nt.Ed25519(l.Origin, "thief")
	stolen := *l
	stolen.Keys = []nt.LedgerKey{thief}
	other := releases("lab.example/b")
	manifestOnly := part(l)
	manifestOnly.Signers = stolen.Keys
	checkpointOnly := part(l)
	checkpointOnly.File("checkpoint").Content = nt.Note(nt.Text(checkpointOnly.Checkpoint), thief)
	named := part(l)
	named.Signers = []nt.LedgerKey{nt.Ed25519("lab.example/witness", "w")}
	twice := part(l)
	twice.Signers = append(twice.Signers, thief)
	garbled := part(l)
	garbled.File("checkpoint").Content = append(garbled.File("checkpoint").Content, "\u2014 lab.example/c "+base64.StdEncoding.EncodeToString(make([]byte, 68))+"\n"...)
	badLine := part(l)
	bad := nt.Note(nt.Text(badLine.Checkpoint), l.Keys[0])
	bad[len(bad)-20] ^= 1
	badLine.File("checkpoint").Content = bad
	all := map[string]attack{
		"nobody is trusted":                    {part(l).Seal(), nil, "manifest"},
		"all by another key of the same name":  {part(&stolen).Seal(), trusted, "manifest"},
		"the manifest by another key":          {manifestOnly.Seal(), trusted, "manifest"},
		"the manifest by another key beside":   {twice.Seal(), trusted, "manifest"},
		"the checkpoint by another key":        {checkpointOnly.Seal(), trusted, "checkpoint"},
		"another ledger":                       {part(other).Seal(), trusted, "manifest"},
		"a trusted key of another name":        {named.Seal(), append(trusted, named.Signers[0].Public), "manifest"},
		"another ledger's, both trusted":       {mixed(l, other).Seal(), append(l.Trusted(), other.Trusted()...), "manifest"},
		"an unknown line in the checkpoint":    {garbled.Seal(), trusted, "ok"},
		"a known key's bad line in checkpoint": {badLine.Seal(), trusted, "checkpoint"},
	}
	maps.Copy(all, rotations())
	return all
}

// mixed is a bundle of l's records under a manifest of the other's.
func mixed(l, other *nt.Ledger) *nt.Bundle {
	b := part(l)
	b.Signers = other.Keys[:1]
	return b
}

// rotations are about who is trusted when.
func rotations() map[string]attack {
	l := releases("lab.example/a")
	before := l.Trusted()
	old := slices.Clone(l.Keys)
	early := l.All().Seal()
	l.Rotate("second")
	retired := *l
	retired.Keys = old
	thief := []nt.LedgerKey{nt.Ed25519(l.Origin, "thief")}
	forged := func(signers ...nt.LedgerKey) []byte {
		f := releases("lab.example/a")
		event := f.Event("key", nt.Rotation(f.Keys, thief))
		f.AddSigned(event, f.SignRotation(event, signers...))
		f.Keys = thief
		return f.All().Seal()
	}
	outside := releases("lab.example/a")
	outside.Rotate("second")
	away := releases("lab.example/a")
	text := away.Part(0, 1, 2, 3, 4, 5)
	records := outside.Part(0, 1, 2, 3, 4, 5, 10)
	records.Checkpoint, records.Signers = text.Checkpoint, outside.Keys[:1]
	records.File("checkpoint").Content = nt.Note(nt.Text(text.Checkpoint), outside.Keys[0])
	return map[string]attack{
		"signed by the retired key after the rotation": {retired.All().Seal(), before, "manifest"},
		"retired key trusted beside the new one":       {retired.All().Seal(), append(slices.Clone(before), l.Trusted()...), "manifest"},
		"the new key is not that of an early bundle":   {early, l.Trusted(), "manifest"},
		"a rotation that the new key alone signs":      {forged(thief[0]), before, "manifest"},
		"a rotation that the old key alone signs":      {forged(old[0]), before, "signature"},
		"a rotation that nobody signs":                 {forged(), before, "manifest"},
		"a rotation beyond the checkpoint's size":      {records.Seal(), before, "record"},
	}
}

// byTheLedger are made by who holds the ledger's keys, and signs whatever is wrong with a bundle.
func byTheLedger() map[string]attack {
	l := releases("lab.example/a")
	all := map[string]attack{}
	with := func(name, want string, change func(*nt.Bundle)) {
		b := part(l)
		change(b)
		all[name] = attack{b.Seal(), l.Trusted(), want}
	}
	note := func(text string) []byte { return nt.Note([]byte(text), l.Keys[0]) }
	c, _ := l.Checkpoint()
	with("a checkpoint of another size", "checkpoint", func(b *nt.Bundle) { b.Checkpoint.Size++ })
	with("a checkpoint of another origin", "manifest", func(b *nt.Bundle) { b.Checkpoint.Origin = "lab.example/b" })
	with("a checkpoint with another line", "checkpoint", func(b *nt.Bundle) { b.File("checkpoint").Content = note(string(nt.Text(c)) + "more\n") })
	with("a checkpoint with more behind a gap", "checkpoint", func(b *nt.Bundle) { b.File("checkpoint").Content = note(string(nt.Text(c)) + "\nmore\n") })
	with("a checkpoint's size with a zero before", "checkpoint", func(b *nt.Bundle) {
		b.File("checkpoint").Content = note(strings.Replace(string(nt.Text(c)), "\n1", "\n01", 1))
	})
	with("a checkpoint without signatures", "checkpoint", func(b *nt.Bundle) { b.File("checkpoint").Content = nt.Text(c) })
	with("a manifest as checkpoint", "checkpoint", func(b *nt.Bundle) { b.File("checkpoint").Content = note(string(notary.Manifest(c, false, b.Files))) })
	with("whole and with proofs", "record", func(b *nt.Bundle) { b.Whole = true })
	with("a part without proofs", "proof", func(b *nt.Bundle) { b.Files = slices.Delete(b.Files, 3, 4) })
	with("no records", "record", func(b *nt.Bundle) { b.File("records.jsonl").Content = nil })
	with("no line end in the end", "record", func(b *nt.Bundle) { f := b.File("records.jsonl"); f.Content = f.Content[:len(f.Content)-1] })
	with("an empty line", "record", func(b *nt.Bundle) { f := b.File("records.jsonl"); f.Content = append(f.Content, '\n') })
	with("line ends of Windows", "record", func(b *nt.Bundle) { replaced(b.File("records.jsonl"), "\n", "\r\n") })
	with("a space in a record", "record", func(b *nt.Bundle) { replaced(b.File("records.jsonl"), `,"v":1`, `, "v":1`) })
	with("a member twice", "record", func(b *nt.Bundle) { replaced(b.File("records.jsonl"), `,"v":1`, `,"v":1,"v":1`) })
	with("a member in other letters", "record", func(b *nt.Bundle) { replaced(b.File("records.jsonl"), `,"v":1`, `,"v":1,"vV":1`) })
	with("a number of other spelling", "record", func(b *nt.Bundle) { replaced(b.File("records.jsonl"), `"v":1`, `"v":1.0`) })
	with("another version", "record", func(b *nt.Bundle) { replaced(b.File("records.jsonl"), `"v":1`, `"v":2`) })
	with("no number", "record", func(b *nt.Bundle) { replaced(b.File("records.jsonl"), `"seq":1,`, ``) })
	with("a number that is none", "record", func(b *nt.Bundle) { replaced(b.File("records.jsonl"), `"seq":0,`, `"seq":"0",`) })
	with("a record of another number", "record", func(b *nt.Bundle) { replaced(b.File("records.jsonl"), `"seq":2,`, `"seq":7,`) })
	with("a genesis in record 1", "record", func(b *nt.Bundle) {
		replaced(b.File("records.jsonl"), `"event":{"action":"register"`, `"event":{},"genesis":{"action":"register"`)
	})
	with("record 0 of another origin", "record", func(b *nt.Bundle) {
		replaced(b.File("records.jsonl"), `"origin":"lab.example/a"`, `"origin":"lab.example/b"`)
	})
	with("another prev", "record", func(b *nt.Bundle) { replaced(b.File("records.jsonl"), `"prev":"`+hexOf(l, 2), `"prev":"`+hexOf(l, 3)) })
	with("another by", "record", func(b *nt.Bundle) { replaced(b.File("records.jsonl"), `"by":"OP-1"`, `"by":"OP-9"`) })
	with("another by in the last record", "proof", func(b *nt.Bundle) {
		f := b.File("records.jsonl")
		f.Content = replaceLast(f.Content, `"by":"OP-1"`, `"by":"OP-9"`)
	})
	with("a proof in upper case", "proof", func(b *nt.Bundle) { f := b.File("proofs"); f.Content = bytes.ToUpper(f.Content) })
	with("a proof with two spaces", "proof", func(b *nt.Bundle) { replaced(b.File("proofs"), " ", "  ") })
	with("a proof with a hash more", "proof", func(b *nt.Bundle) { replaced(b.File("proofs"), "\n", " "+c.Root.String()+"\n") })
	with("a proof with a hash less", "proof", func(b *nt.Bundle) {
		f := b.File("proofs")
		f.Content = append(f.Content[:len(f.Content)-46:len(f.Content)-46], '\n')
	})
	with("a proof's last line end missing", "proof", func(b *nt.Bundle) { f := b.File("proofs"); f.Content = f.Content[:len(f.Content)-1] })
	with("a proof too many", "proof", func(b *nt.Bundle) {
		f := b.File("proofs")
		f.Content = append(f.Content, notary.ProofLine(9, l.Proof(9))...)
	})
	with("an empty line of proofs", "proof", func(b *nt.Bundle) { replaced(b.File("proofs"), "0 ", "\n0 ") })
	with("proofs changed over", "proof", func(b *nt.Bundle) {
		f := b.File("proofs")
		lines := bytes.SplitAfter(f.Content, []byte("\n"))
		lines[1], lines[2] = lines[2], lines[1]
		f.Content = bytes.Join(lines, nil)
	})
	with("proofs of another size", "proof", func(b *nt.Bundle) {
		later := releases("lab.example/a")
		later.Add("store", nil)
		b.File("proofs").Content = later.Part(0, 1, 2, 3, 4, 5, 6).File("proofs").Content
	})
	lines := func(numbers ...int) func(*nt.Bundle) { return func(b *nt.Bundle) { *b = *l.Part(numbers...) } }
	with("without record 0", "record", lines(1, 2, 3))
	with("records changed over", "record", lines(0, 2, 1, 3))
	with("a record twice", "record", lines(0, 1, 1))
	with("without the key that signs", "signature", lines(0, 1, 2, 4, 5, 6))
	with("a later signature without what it signs", "signature", lines(0, 1, 2, 3, 4, 5, 9))
	short := l.All()
	f := short.File("records.jsonl")
	f.Content = f.Content[:bytes.LastIndexByte(f.Content[:len(f.Content)-1], '\n')+1]
	all["whole without the last record"] = attack{short.Seal(), l.Trusted(), "record"}
	forked := l.All()
	forked.File("records.jsonl").Content = replaceLast(forked.File("records.jsonl").Content, `"by":"OP-1"`, `"by":"OP-9"`)
	all["whole with another last record"] = attack{forked.Seal(), l.Trusted(), "proof"}
	return all
}

func hexOf(l *nt.Ledger, n int) string {
	r, err := notary.ParseRecord(l.Records[n])
	if err != nil {
		panic(err)
	}
	return r.Prev
}

func replaceLast(b []byte, old, with string) []byte {
	at := bytes.LastIndex(b, []byte(old))
	return append(append(slices.Clone(b[:at]), with...), b[at+len(old):]...)
}

func attacks() map[string]attack {
	all := map[string]attack{}
	for _, some := range []map[string]attack{onTheContainer(), byOtherKeys(), byTheLedger(), onPeople()} {
		for name, a := range some {
			if _, twice := all[name]; twice {
				panic("two attacks are named " + name)
			}
			all[name] = a
		}
	}
	return all
}

func TestAttacksAreRefusedAtTheirStep(t *testing.T) {
	t.Parallel()
	for name, a := range attacks() {
		if err := second(notary.CheckBundle(a.bundle, a.trusted)); stepOf(err) != a.want {
			t.Errorf("%s: %v, want %s", name, err, a.want)
		}
	}
}

// TestThePythonScriptSaysTheSame gives both implementations all bundles of these tests.
func TestThePythonScriptSaysTheSame(t *testing.T) {
	t.Parallel()
	skipShort(t)
	if !nt.HasPython() {
		t.Skip("no python3 or no openssl here")
	}
	all := attacks()
	maps.Copy(all, good())
	byKeys := map[string][]string{}
	for name, a := range all {
		if len(a.trusted) == 0 {
			continue // the script cannot be called without a key
		}
		keys := fmt.Sprintln(a.trusted)
		byKeys[keys] = append(byKeys[keys], name)
	}
	for _, names := range byKeys {
		got := batch(t, all, names)
		for _, name := range names {
			if got[name] != all[name].want {
				t.Errorf("%s: the script says %q, want %q", name, got[name], all[name].want)
			}
		}
	}
}

// batch runs the script over bundles that are checked by the same keys.
func batch(t *testing.T, all map[string]attack, names []string) map[string]string {
	t.Helper()
	dir := t.TempDir()
	var lines, keys []byte
	for _, name := range names {
		line, err := json.Marshal(map[string]any{"name": name, "bundle": append([]byte{}, all[name].bundle...)})
		if err != nil {
			t.Fatal(err)
		}
		lines = append(append(lines, line...), '\n')
	}
	for _, k := range all[names[0]].trusted {
		keys = append(keys, k.String()+"\n"...)
	}
	for name, content := range map[string][]byte{"batch": lines, "keys": keys} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out := python(t, "--batch", filepath.Join(dir, "batch"), "--key", filepath.Join(dir, "keys"))
	got := map[string]string{}
	for line := range strings.Lines(out) {
		at := strings.LastIndexByte(line, ' ')
		got[line[:at]] = strings.TrimSpace(line[at:])
	}
	return got
}

func python(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "python3", append([]string{filepath.Join("..", "..", "docs", "verify_bundle.py")}, args...)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Errorf("verify_bundle.py: %v", err)
	}
	return string(out)
}

func TestThePythonScriptNoticesEveryByte(t *testing.T) {
	t.Parallel()
	skipShort(t)
	if !nt.HasPython() {
		t.Skip("no python3 or no openssl here")
	}
	l := nt.New("lab.example/a", nil)
	alice, _, _ := people()
	l.Register(alice, "OP-1", "qp")
	l.Keys = l.Keys[:1]
	dir := t.TempDir()
	name, key := filepath.Join(dir, "bundle"), l.Keys[0].Public.String()
	sealed := l.Part(0, 1).Seal()
	if err := os.WriteFile(name, sealed, 0o600); err != nil {
		t.Fatal(err)
	}
	files, err := notary.Unpack(sealed)
	if err != nil {
		t.Fatal(err)
	}
	tried := len(sealed)
	for _, f := range files {
		tried += len(f.Content)
	}
	if got, want := python(t, "--flips", name, "--key", key), fmt.Sprintf("%d of %d changes refused\n", tried, tried); got != want {
		t.Errorf("the script says %q, want %q", got, want)
	}
}
