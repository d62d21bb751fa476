package notary_test

import (
	"bytes"
	"errors"
	"testing"

	"suyuan/internal/notary"
	nt "suyuan/internal/notary/notarytest"
)

func FuzzParsePublic(f *testing.F) {
	alice, bob, carol := people()
	for _, k := range []nt.Key{alice, bob, carol} {
		f.Add(k.Public.String())
	}
	f.Fuzz(func(t *testing.T, line string) {
		p, err := notary.ParsePublic(line)
		if err == nil && p.String() != line {
			t.Errorf("%q came back as %q", line, p)
		}
		if p.Verify([]byte("m"), []byte(line)) == nil {
			t.Errorf("%q verifies what nobody signed", line)
		}
	})
}

func FuzzVerifySSH(f *testing.F) {
	_, bob, carol := people()
	for _, k := range []nt.Key{bob, carol} {
		f.Add(k.Sign([]byte("m")))
	}
	good := [][]byte{bob.Sign([]byte("m")), carol.Sign([]byte("m"))}
	f.Fuzz(func(t *testing.T, sig []byte) {
		for i, k := range []nt.Key{bob, carol} {
			if k.Public.Verify([]byte("m"), sig) == nil && !bytes.Equal(sig, good[i]) {
				t.Errorf("%x verifies, and is not the signature", sig)
			}
		}
	})
}

func FuzzParseLedgerKey(f *testing.F) {
	for _, k := range nt.New("lab.example/a", nil).Keys {
		f.Add(k.Public.String())
	}
	f.Fuzz(func(t *testing.T, text string) {
		if k, err := notary.ParseLedgerKey(text); err == nil && k.String() != text {
			t.Errorf("%q came back as %q", text, k)
		}
	})
}

func FuzzParseSignatures(f *testing.F) {
	l := releases("lab.example/a")
	for _, b := range l.Records[1:] {
		f.Add(parsed(b).Sig)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		list, err := notary.ParseSignatures(b)
		if err == nil && !bytes.Equal(notary.AppendSignatures(nil, list), b) {
			t.Errorf("%q came back otherwise", b)
		}
	})
}

func FuzzParseRecord(f *testing.F) {
	l := releases("lab.example/a")
	for _, b := range append(l.Records, l.Succeed("lab.example/b", 3, 4).Records...) {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := notary.ParseRecord(b)
		if err != nil {
			return
		}
		if (r.Seq == 0) != (r.Event == nil) || (r.Seq == 0) != (r.Origin != "") || r.Seq > 0 && (r.ID == "" || !bytes.Contains(b, r.Event)) {
			t.Errorf("%q was read as %+v", b, r)
		}
		notary.NewRegister("lab.example/a", func(string) (sum [32]byte, ok bool) { return sum, ok }).Add(notary.Entry{Seq: r.Seq, Event: r.Event, Sig: r.Sig})
	})
}

func FuzzCheckpoint(f *testing.F) {
	l := nt.New("lab.example/a", nil)
	c, text := l.Checkpoint()
	f.Add(text)
	f.Add(nt.Text(c))
	trusted := l.Trusted()
	f.Fuzz(func(t *testing.T, b []byte) {
		read, err := notary.ReadCheckpoint(b)
		if err == nil && !bytes.HasPrefix(b, nt.Text(read)) {
			t.Errorf("%q was read as %+v", b, read)
		}
		if opened, err := notary.OpenCheckpoint(b, trusted); err == nil && opened != c {
			t.Errorf("%q opens, and nobody signed it", b)
		}
	})
}

func FuzzUnpack(f *testing.F) {
	f.Add(releases("lab.example/a").Part(0, 1).Seal())
	f.Add(notary.Pack(nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		files, err := notary.Unpack(b)
		if err == nil && !bytes.Equal(notary.Pack(files), b) {
			t.Errorf("%q came back otherwise", b)
		}
	})
}

func FuzzCheckBundle(f *testing.F) {
	l := releases("lab.example/a")
	good := l.Part(0, 1).Seal()
	f.Add(good)
	trusted := l.Trusted()
	f.Fuzz(func(t *testing.T, b []byte) {
		_, err := notary.CheckBundle(b, trusted)
		if err == nil && !bytes.Equal(b, good) {
			t.Errorf("%q holds, and nobody signed it", b)
		}
		if err != nil && !errors.As(err, new(notary.Step)) {
			t.Errorf("%v names no step", err)
		}
	})
}

// FuzzEntries is FuzzCheckBundle behind the container: the ledger signs whatever it is.
func FuzzEntries(f *testing.F) {
	l := releases("lab.example/a")
	b := part(l)
	f.Add(b.File("checkpoint").Content, b.File("records.jsonl").Content, b.File("proofs").Content, false)
	f.Add(l.All().File("checkpoint").Content, l.All().File("records.jsonl").Content, []byte{}, true)
	trusted := l.Trusted()
	f.Fuzz(func(t *testing.T, checkpoint, records, proofs []byte, whole bool) {
		b := part(l)
		if whole {
			b = l.All()
		} else {
			b.File("proofs").Content = proofs
		}
		b.File("checkpoint").Content, b.File("records.jsonl").Content = checkpoint, records
		if _, err := notary.CheckBundle(b.Seal(), trusted); err != nil && !errors.As(err, new(notary.Step)) {
			t.Errorf("%v names no step", err)
		}
	})
}
