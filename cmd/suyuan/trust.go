package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"suyuan/internal/anchor"
	"suyuan/internal/keyring"
	"suyuan/internal/logbook"
	"suyuan/internal/notary"
)

// home is the user's folder for keys and anchors: SUYUAN_HOME, or suyuan in the folder where this system keeps what belongs to a user's
// programs. It is empty where the system says none.
func (p *program) home() string {
	if dir := p.env.Getenv("SUYUAN_HOME"); dir != "" {
		return dir
	}
	in := func(name string, parts ...string) string {
		dir := p.env.Getenv(name)
		if dir == "" {
			return ""
		}
		return filepath.Join(append(append([]string{dir}, parts...), "suyuan")...)
	}
	switch runtime.GOOS {
	case "windows":
		return in("AppData")
	case "darwin":
		return in("HOME", "Library", "Application Support")
	default:
		return first(in("XDG_CONFIG_HOME"), in("HOME", ".config"))
	}
}

// trust is where ledgers' keys and anchors lie; nil where the system names no folder for them.
func (p *program) trust() *logbook.Trust {
	if p.unwatched {
		return nil
	}
	home := p.home()
	if home == "" {
		return nil
	}
	t := &logbook.Trust{Keys: keyring.LedgersIn(home), Anchor: anchor.Own(filepath.Join(home, "anchor"))}
	if dir := p.env.Getenv("SUYUAN_ANCHOR"); dir != "" {
		t.Anchor = anchor.At(dir)
	}
	return t
}

// sayStanding says where a ledger is not what was signed: what is read from it is answered, and must not be taken for whole.
func (p *program) sayStanding(book *logbook.Book) {
	s := book.Standing()
	if !s.Alarming() && s.State != logbook.AnchorUnreadable {
		return
	}
	e := standingProblem(&s)
	p.say(p.alarm(e.message(p.texts)))
	for _, h := range e.hint(p.texts) {
		p.hint(h)
	}
}

func standingProblem(s *logbook.Standing) *problem {
	code := exitFailed
	if s.Alarming() {
		code = exitBroken
	}
	d := data{
		"File": s.Path, "Origin": s.Origin, "Size": s.Size, "Anchor": s.Anchor.Size, "Last": s.Anchor.Size - 1,
		"Root": hexOf(s.Anchor.Root), "Known": s.Known, "Folder": s.Folder, "Err": "",
	}
	if s.Err != nil {
		d["Err"] = s.Err.Error()
	}
	return fail(code, standingTexts[s.State], d)
}

var standingTexts = map[logbook.AnchorState]string{
	logbook.AnchorAgrees:     "error.standing-agrees",
	logbook.AnchorNone:       "error.standing-none",
	logbook.AnchorAbsent:     "error.standing-absent",
	logbook.AnchorUnreadable: "error.standing-unreadable",
	logbook.RolledBack:       "error.standing-rolled-back",
	logbook.Forked:           "error.standing-forked",
	logbook.OtherLedger:      "error.standing-other-ledger",
}

// sayUnsealed says that what was recorded is not covered by a checkpoint although one was due.
func (p *program) sayUnsealed() {
	for _, book := range p.books {
		if err := book.Unsealed(); err != nil {
			p.say(visible(oneLine(p.text("trust.unsealed", data{"Err": err.Error()}))))
			p.hint(p.text("hint.trust.unsealed"))
		}
	}
}

// trustProblem says what went wrong with keys, anchor or checkpoints; nil where err is about none of them.
func trustProblem(err error) *problem {
	var (
		standing *logbook.StandingError
		used     *logbook.OriginUsedError
		seal     *logbook.SealError
		signing  *logbook.SigningError
		anchored *anchor.Error
		key      *keyring.FileError
	)
	switch {
	case errors.As(err, &standing):
		return standingProblem(&standing.Standing)
	case errors.As(err, &used):
		return fail(exitFailed, "error.origin-used", data{"Origin": used.Origin, "Size": used.Anchor.Size})
	case errors.Is(err, logbook.ErrNoSuchKey):
		return fail(exitFailed, "error.no-such-key", data{"Err": err.Error()})
	case errors.Is(err, logbook.ErrNotVouched):
		return fail(exitBroken, "error.not-vouched", nil)
	case errors.As(err, &seal):
		return fail(exitFailed, "error.unsealed", data{"Err": seal.Err.Error()})
	case errors.As(err, &signing):
		var agent *problem
		if errors.As(keyProblem("", signing.Err), &agent) {
			return agent
		}
		return fail(exitFailed, "error.signing", data{"Key": signing.Key, "Err": signing.Err.Error()})
	case errors.As(err, &anchored):
		return fail(exitFailed, "error.anchor", data{"Err": anchored.Error()})
	case errors.As(err, &key):
		return fail(exitFailed, "error.key-file", data{"Err": key.Error()})
	}
	return nil
}

// ledgerKeys reads what --key names: verifier keys, or files that hold some, one a line.
func (p *program) ledgerKeys(ctx context.Context, texts []string) ([]notary.LedgerKey, error) {
	var list []notary.LedgerKey
	for _, text := range texts {
		lines := []string{text}
		if _, err := os.Stat(text); err == nil {
			b, err := readFile(ctx, text, maxKeyFile)
			if err != nil {
				return nil, fail(exitFailed, "error.file", data{"File": text, "Err": bare(err)})
			}
			lines = strings.Split(string(b), "\n")
		}
		for _, line := range lines {
			if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
				continue
			}
			k, err := notary.ParseLedgerKey(line)
			if err != nil {
				return nil, usage("ledger-key", data{"Err": err.Error()})
			}
			list = append(list, k)
		}
	}
	return list, nil
}

// maxKeyFile is how much of a file of verifier keys is read: an ML-DSA-44 key has two kilobytes.
const maxKeyFile = 64 << 10

// keyTexts are verifier keys as they are handed out.
func keyTexts(keys []notary.LedgerKey) []string {
	list := make([]string, len(keys))
	for i, k := range keys {
		list[i] = k.String()
	}
	return list
}

// lackData are the facts of what a record lacks under its policy.
func lackData(f notary.Fault) data {
	return data{"Seq": f.Seq, "By": f.By, "Meaning": f.Need.Meaning, "Role": f.Need.Role, "Count": f.Need.Count, "Found": f.Found}
}
