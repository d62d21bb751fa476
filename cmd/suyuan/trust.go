package main

import (
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"suyuan/internal/anchor"
	"suyuan/internal/i18n"
	"suyuan/internal/keyring"
	"suyuan/internal/ledger"
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

// needTrust is trust where a command cannot do without.
func (p *program) needTrust() (*logbook.Trust, error) {
	if t := p.trust(); t != nil {
		return t, nil
	}
	return nil, fail(exitFailed, "error.no-home", nil)
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
		"Root": hexOf(s.Anchor.Root), "Known": s.Known, "Folder": s.Folder,
	}
	if s.Err == nil {
		return fail(code, standingTexts[s.State], d)
	}
	return because(code, standingTexts[s.State], d, s.Err)
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
			var seal *logbook.SealError
			if errors.As(err, &seal) {
				err = seal.Err
			}
			p.say(visible(oneLine(p.text("trust.unsealed", data{"Err": causeText(p.texts, err)}))))
			p.hint(p.text("hint.trust.unsealed"))
		}
	}
}

// trustProblem says what went wrong with keys, anchor or checkpoints; nil where err is about none of them.
func trustProblem(err error) *problem {
	var (
		standing *logbook.StandingError
		used     *logbook.OriginUsedError
		earlier  *logbook.EarlierError
		seal     *logbook.SealError
		signing  *logbook.SigningError
		unsigned *logbook.UnsignedError
		key      *logbook.NoSuchKeyError
	)
	switch {
	case errors.As(err, &standing):
		return standingProblem(&standing.Standing)
	case errors.As(err, &used):
		return fail(exitFailed, "error.origin-used", data{"Origin": used.Origin, "Size": used.Anchor.Size})
	case errors.As(err, &key):
		return fail(exitFailed, "error.no-such-key", data{"Digits": key.Digits, "Few": key.Few, "Found": strings.Join(key.Found, ", ")})
	case errors.Is(err, logbook.ErrNotVouched):
		return fail(exitBroken, "error.not-vouched", nil)
	case errors.Is(err, logbook.ErrUnsealed):
		return fail(exitFailed, "error.no-checkpoint", nil)
	case errors.As(err, &earlier):
		return earlierProblem(earlier)
	case errors.As(err, &seal):
		return because(exitFailed, "error.unsealed", nil, seal.Err)
	case errors.As(err, &signing):
		return because(exitFailed, "error.signing", data{"Key": signing.Key}, signing.Err)
	case errors.As(err, &unsigned):
		return fail(exitFailed, "error.known-unsigned", data{"Seq": unsigned.Seq, "Key": unsigned.Key, "Meaning": unsigned.Meaning})
	case ofAnchor(err):
		return because(exitFailed, "error.anchor", nil, err)
	case errors.As(err, new(*keyring.FileError)):
		return because(exitFailed, "error.key-file", nil, err)
	}
	return nil
}

func ofAnchor(err error) bool {
	return errors.As(err, new(*anchor.Error)) || errors.As(err, new(*anchor.ConflictError)) || errors.As(err, new(*anchor.OtherLedgerError))
}

// earlierProblem says that an earlier checkpoint is not of this history.
func earlierProblem(e *logbook.EarlierError) *problem {
	d := data{"Origin": e.Now.Origin, "Size": e.Now.Size, "Earlier": e.Earlier.Size, "Of": e.Earlier.Origin}
	switch {
	case e.Earlier.Origin != e.Now.Origin:
		return fail(exitBroken, "error.earlier-origin", d)
	case e.Earlier.Size > e.Now.Size:
		return fail(exitBroken, "error.earlier-larger", d)
	}
	return fail(exitBroken, "error.earlier-root", d)
}

// because is a problem whose cause is said in the user's language, where there are words for it.
func because(code exit, id string, d data, cause error) *problem {
	return &problem{exit: code, id: id, data: spoken(func(t *i18n.Texts) any {
		all := data{"Err": causeText(t, cause)}
		maps.Copy(all, d)
		return all
	})}
}

// causes are the errors of keys and anchors for which there are words.
var causes = []struct {
	err error
	id  string
}{
	{anchor.ErrNoFolder, "because.anchor-no-folder"},
	{anchor.ErrNotWritable, "because.anchor-not-writable"},
	{anchor.ErrFull, "because.anchor-full"},
	{anchor.ErrDamaged, "because.anchor-damaged"},
	{anchor.ErrSmaller, "because.anchor-smaller"},
	{anchor.ErrForked, "because.anchor-forked"},
	{anchor.ErrOtherLedger, "because.anchor-other-ledger"},
	{keyring.ErrNoLedgerKeys, "because.keys-none"},
	{keyring.ErrDamaged, "because.keys-damaged"},
	{keyring.ErrTooOpen, "because.keys-open"},
	{keyring.ErrNotInForce, "because.keys-retired"},
	{ledger.ErrDamaged, "because.ledger-damaged"},
}

func causeText(t *i18n.Texts, err error) string {
	for _, c := range causes {
		if errors.Is(err, c.err) {
			return t.Text(c.id, data{"Path": pathIn(err), "Err": err.Error()})
		}
	}
	return err.Error()
}

// pathIn is the file or folder that an error of keys or anchors is about.
func pathIn(err error) string {
	var (
		anchored *anchor.Error
		conflict *anchor.ConflictError
		other    *anchor.OtherLedgerError
		key      *keyring.FileError
	)
	switch {
	case errors.As(err, &anchored):
		return anchored.Path
	case errors.As(err, &conflict):
		return conflict.Path
	case errors.As(err, &other):
		return other.Path
	case errors.As(err, &key):
		return key.Path
	}
	return ""
}

// ledgerKeys reads what --key names: verifier keys, or files that hold some, one a line. A file without any is refused: no key at all
// would mean those on this machine.
func (p *program) ledgerKeys(ctx context.Context, texts []string) ([]notary.LedgerKey, error) {
	var list []notary.LedgerKey
	for _, text := range texts {
		lines := text
		if _, err := os.Stat(text); err == nil {
			b, err := readFile(ctx, text, maxKeyFile)
			if err != nil {
				return nil, fail(exitFailed, "error.file", data{"File": text, "Err": bare(err)})
			}
			lines = string(b)
		}
		keys, err := parseLedgerKeys(lines)
		switch {
		case err != nil:
			return nil, usage("ledger-key", data{"Err": err.Error()})
		case len(keys) == 0:
			return nil, usage("no-ledger-key", data{"File": text})
		}
		list = append(list, keys...)
	}
	return list, nil
}

// parseLedgerKeys reads verifier keys, one a line; empty lines and those that begin with # are none.
func parseLedgerKeys(text string) ([]notary.LedgerKey, error) {
	var keys []notary.LedgerKey
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		k, err := notary.ParseLedgerKey(line)
		if err != nil {
			return nil, err
		}
		keys = append(keys, k)
	}
	return keys, nil
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
func (p *program) lackData(f notary.Fault) data {
	meaning := ""
	if f.Need.Meaning != "" {
		meaning = p.word(f.Need.Meaning)
	}
	return data{"Seq": f.Seq, "By": f.By, "Meaning": meaning, "Role": f.Need.Role, "Count": f.Need.Count, "Found": f.Found}
}
