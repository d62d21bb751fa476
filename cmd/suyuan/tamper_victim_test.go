package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"suyuan/internal/anchor"
	"suyuan/internal/event"
	"suyuan/internal/keyring"
	"suyuan/internal/logbook"
	"suyuan/internal/notary"
	"suyuan/internal/notary/notarytest"
)

// victimOrigin names the ledger that is attacked.
const victimOrigin = "victim.example/ledger"

// The records of a victim.
const (
	seqAlice    = 1 // registers the key of OP-9, quality
	seqBob      = 2 // registers the key of OP-8, lab, of an SSH agent
	seqKeys     = 3 // policy on key: approved by quality
	seqRelease  = 4 // policy on release: released by quality, reviewed, two people
	seqMake     = 6
	seqReleased = 7
	seqInfused  = 8
	seqLater    = 9 // bob's signature on the making
	victimSize  = 10
	backupSize  = 7
)

// A victim is a small ledger in real files, with its own keys and its anchor in folders of their own, as one who keeps them on another disk has
// them. What an auditor noted before the attack is kept aside.
type victim struct {
	t       *testing.T
	c       *console
	path    string // of the ledger
	home    string // with the ledger's own keys
	anchor  string
	backup  string // of the ledger when it had backupSize records
	early   []byte // the anchor's note of that time
	trusted []notary.LedgerKey
	noted   logbook.Checkpoint // of the whole ledger
	alice   notarytest.Key
	bob     notarytest.Key
}

// A pen is a person's key as the program uses it. What lie makes of the message is signed in its place.
type pen struct {
	notarytest.Key
	lie func(message []byte) []byte
}

func (p pen) Public() notary.Public { return p.Key.Public }

func (p pen) Sign(message []byte) ([]byte, error) {
	if p.lie != nil {
		message = p.lie(message)
	}
	return p.Key.Sign(message), nil
}

// A saying is an event in JSON, single quotes for double ones, and who signs it.
type saying struct {
	event string
	by    []logbook.Signing
}

func as(k notarytest.Key, meaning string) logbook.Signing {
	return logbook.Signing{Signer: pen{Key: k}, Meaning: meaning}
}

func newVictim(t *testing.T) *victim {
	t.Helper()
	dir := t.TempDir()
	v := &victim{
		t: t, path: filepath.Join(dir, "suyuan.db"), home: filepath.Join(dir, "home"), anchor: filepath.Join(dir, "anchor"),
		backup: filepath.Join(dir, "backup.db"), alice: notarytest.Plain("alice"), bob: notarytest.SSH("bob"),
	}
	v.c = v.console(v.home, v.anchor)
	v.must(os.Mkdir(v.anchor, 0o700))
	_, err := logbook.Init(t.Context(), v.path, logbook.InitOptions{Origin: victimOrigin, By: "S/OP-1", Now: v.c.env().Now, Trust: v.trust()})
	v.must(err)
	v.record(v.registration(v.alice, "S/OP-9", "quality"))
	v.record(v.registration(v.bob, "S/OP-8", "lab"))
	v.record(saying{event: `{'type':'policy','time':'2026-03-01T08:00:00Z','action':'set','on':'key','gate':'entry','needs':[{'meaning':'approved','role':'quality'}]}`})
	v.record(saying{event: `{'type':'policy','time':'2026-03-01T08:01:00Z','action':'set','on':'release','gate':'entry','people':2,'needs':[{'meaning':'released','role':'quality'},{'meaning':'reviewed'}]}`})
	v.record(saying{event: `{'type':'collection','time':'2026-03-02T09:00:00Z','donor':'D-1','site':'S','outputs':[{'unit':'U-1'}]}`})
	v.record(saying{event: `{'type':'manufacture','time':'2026-03-03T10:00:00Z','step':'expand','site':'S','batch':'B-1','inputs':['U-1'],'outputs':[{'unit':'U-2','role':'dose'}]}`})
	v.seal()
	v.early = v.read(v.anchored())
	v.c.want(t, 0, "backup", v.backup, "--ledger", v.path)
	v.record(saying{released, []logbook.Signing{as(v.alice, "released"), as(v.bob, "reviewed")}})
	v.record(saying{event: `{'type':'infusion','time':'2026-03-04T13:00:00Z','unit':'U-2','patient':'P-1','site':'S','checks':['name','wristband']}`})
	_, err = v.book().SignRecord(t.Context(), seqMake, "witnessed", as(v.bob, "witnessed"))
	v.must(err)
	v.noted = v.seal()
	v.trusted, err = v.book().VerifierKeys(t.Context())
	v.must(err)
	return v
}

const released = `{'type':'release','time':'2026-03-03T12:00:00Z','units':['U-2'],'decision':'released','signed_by':['S/OP-9']}`

func (v *victim) registration(k notarytest.Key, holder, role string) saying {
	return saying{
		`{'type':'key','time':'2026-03-01T08:00:00Z','action':'register','key':'` + k.Public.ID() + `','public':'` + k.Public.String() +
			`','holder':'` + holder + `','use':'person','role':'` + role + `'}`,
		[]logbook.Signing{as(k, "performed")},
	}
}

func (v *victim) console(home, anchor string) *console {
	return &console{in: strings.NewReader(""), vars: map[string]string{"SUYUAN_AS": "S/OP-1", "SUYUAN_HOME": home, "SUYUAN_ANCHOR": anchor}}
}

func (v *victim) trust() *logbook.Trust {
	return &logbook.Trust{Keys: keyring.LedgersIn(v.home), Anchor: anchor.At(v.anchor)}
}

func (v *victim) keys() *keyring.LedgerKeys {
	k, err := v.trust().Keys.Load(victimOrigin)
	v.must(err)
	return k
}

func (v *victim) book() *logbook.Book {
	b, err := logbook.Open(v.t.Context(), v.path, logbook.Options{Now: v.c.env().Now, By: "S/OP-1", Trust: v.trust(), Wait: time.Minute})
	v.must(err)
	return b
}

func (v *victim) say(s saying) error {
	e, err := event.Parse([]byte(strings.ReplaceAll(s.event, "'", `"`)))
	v.must(err)
	_, err = v.book().RecordSigned(v.t.Context(), e, s.by...)
	return err
}

func (v *victim) record(s saying) {
	v.t.Helper()
	v.must(v.say(s))
}

func (v *victim) seal() logbook.Checkpoint {
	c, err := v.book().Checkpoint(v.t.Context())
	v.must(err)
	return c
}

// anchored is the anchor's file.
func (v *victim) anchored() string { return anchor.At(v.anchor).CheckpointPath(victimOrigin) }

func (v *victim) read(path string) []byte {
	b, err := os.ReadFile(path)
	v.must(err)
	return b
}

func (v *victim) write(path string, content []byte) { v.must(os.WriteFile(path, content, 0o600)) }

func (v *victim) must(err error) {
	v.t.Helper()
	if err != nil {
		v.t.Fatal(err)
	}
}

// clockAt lets a book have another clock.
func (v *victim) at(now time.Time, f func(context.Context, *logbook.Book) error) error {
	b, err := logbook.Open(v.t.Context(), v.path, logbook.Options{Now: func() time.Time { return now }, By: "S/OP-1", Trust: v.trust(), Wait: time.Minute})
	v.must(err)
	return f(v.t.Context(), b)
}
