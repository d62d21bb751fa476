package logbook

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"suyuan/internal/ledger"
	"suyuan/internal/ledger/boltstore"
)

// A Health is what came of a check.
type Health string

// The healths, best first. A warning is to be looked at; bad is to be mended
// before anybody relies on the ledger.
const (
	HealthOK      Health = "ok"
	HealthWarning Health = "warning"
	HealthBad     Health = "bad"
)

// A Check is one thing that was looked at.
type Check struct {
	What   string // "disk"
	Code   string // which of the things that can be said of it: "network"
	Health Health
	Facts  map[string]any // texts, whole numbers, and lists of texts
}

// A Checkup is what Doctor found.
type Checkup struct {
	Checks []Check
	Err    error // why the ledger could not be opened; nil where it was
}

// Worst returns the worst health of all checks.
func (c *Checkup) Worst() Health {
	worst := HealthOK
	for i := range c.Checks {
		switch c.Checks[i].Health {
		case HealthBad:
			return HealthBad
		case HealthWarning:
			worst = HealthWarning
		case HealthOK:
		}
	}
	return worst
}

// Doctor looks at the ledger at path and all around it, and changes nothing. What
// it cannot look at it says, and goes on.
func Doctor(ctx context.Context, path string, now time.Time, wait time.Duration, trust *Trust) (*Checkup, error) {
	d := &doctor{path: path, now: now, wait: wait, trust: trust, out: &Checkup{}}
	steps := []func(context.Context) error{d.file, d.disk, d.kernel, d.lock, d.space, d.rights, d.leftovers, d.originals, d.contents}
	for _, step := range steps {
		if err := errors.Join(step(ctx), ctx.Err()); err != nil {
			return nil, err
		}
	}
	return d.out, nil
}

type doctor struct {
	path  string
	now   time.Time
	wait  time.Duration
	trust *Trust
	info  os.FileInfo // of the ledger file; nil where there is none
	out   *Checkup
}

func (d *doctor) say(h Health, what, code string, facts map[string]any) {
	d.out.Checks = append(d.out.Checks, Check{What: what, Code: code, Health: h, Facts: facts})
}

// unknown says that something could not be looked at, and why.
func (d *doctor) unknown(what string, err error) {
	d.say(HealthWarning, what, "unknown", map[string]any{"err": err.Error()})
}

// place is what is there of the ledger's place: the file, or the folder that it
// would lie in.
func (d *doctor) place() string {
	if d.info != nil {
		return d.path
	}
	return filepath.Dir(d.path)
}

func (d *doctor) file(context.Context) error {
	info, err := os.Stat(d.path)
	facts := map[string]any{"file": d.path}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		d.say(HealthBad, "file", "absent", facts)
	case err != nil:
		d.say(HealthBad, "file", "unreadable", map[string]any{"file": d.path, "err": err.Error()})
	case !info.Mode().IsRegular():
		d.say(HealthBad, "file", "no-file", facts)
	default:
		d.info = info
		facts["bytes"] = info.Size()
		d.say(HealthOK, "file", "there", facts)
	}
	return nil
}

// disk says whether a sync on this file system can be relied upon.
func (d *doctor) disk(context.Context) error {
	k, err := boltstore.DiskOf(d.place())
	if err != nil {
		d.unknown("disk", err)
		return nil
	}
	facts := map[string]any{"kind": k.Kind}
	switch unsafe := k.Unsafe(); {
	case k.Network:
		d.say(HealthBad, "disk", "network", facts)
	case k.Kind == "":
		d.say(HealthWarning, "disk", "no-kind", nil)
	case len(unsafe) > 0:
		facts["options"] = unsafe
		d.say(HealthBad, "disk", "unsafe", facts)
	case k.Volatile():
		d.say(HealthWarning, "disk", "volatile", facts)
	case k.Weak():
		d.say(HealthWarning, "disk", "weak", facts)
	default:
		d.say(HealthOK, "disk", "local", facts)
	}
	if slices.Contains(k.Options, "ro") {
		d.say(HealthWarning, "disk", "read-only", nil)
	}
	return nil
}

// kernel says whether the running kernel is one that is known to lose what was
// synced.
func (d *doctor) kernel(context.Context) error {
	release := boltstore.Kernel()
	loses, known := boltstore.FastCommitLoses(release)
	facts := map[string]any{"release": release, "system": runtime.GOOS}
	k, err := boltstore.DiskOf(d.place())
	commits, counted := boltstore.FastCommits(d.place())
	switch {
	case !known:
		d.say(HealthOK, "kernel", "unknown", facts)
	case !loses:
		d.say(HealthOK, "kernel", "sound", facts)
	case err == nil && k.Kind != "" && k.Kind != "ext4":
		d.say(HealthOK, "kernel", "not-ext4", facts)
	case counted && commits > 0:
		d.say(HealthBad, "kernel", "loses", facts)
	default:
		d.say(HealthWarning, "kernel", "may-lose", facts)
	}
	return nil
}

func (d *doctor) lock(context.Context) error {
	if d.info == nil {
		return nil
	}
	holders, known, err := boltstore.Holders(d.path)
	switch {
	case err != nil:
		d.unknown("lock", err)
	case !known:
		d.say(HealthOK, "lock", "untold", nil)
	case len(holders) == 0:
		d.say(HealthOK, "lock", "free", nil)
	}
	for _, h := range holders {
		health, code := HealthOK, "reading"
		if h.Writing {
			health, code = HealthWarning, "writing"
		}
		d.say(health, "lock", code, map[string]any{"pid": h.PID, "program": h.Program})
	}
	return nil
}

// leastFree is how much the next records may need at once: bbolt makes a file
// longer by this much.
const leastFree = 32 << 20

func (d *doctor) space(context.Context) error {
	k, err := boltstore.DiskOf(d.place())
	if err != nil {
		return nil //nolint:nilerr // said of the disk
	}
	if !k.FreeKnown {
		d.say(HealthOK, "space", "untold", nil)
		return nil
	}
	size := uint64(0)
	if d.info != nil {
		size = uint64(max(0, d.info.Size()))
	}
	facts := map[string]any{"free": k.Free, "size": size}
	switch {
	case k.Free < leastFree:
		d.say(HealthBad, "space", "full", facts)
	case k.Free < size+leastFree:
		d.say(HealthWarning, "space", "little", facts)
	default:
		d.say(HealthOK, "space", "enough", facts)
	}
	return nil
}

// rights says who else can change the ledger, and whether this user can.
func (d *doctor) rights(context.Context) error {
	folder, err := os.Stat(filepath.Dir(d.path))
	if err != nil || runtime.GOOS == "windows" { // there, rights are no bits
		return nil //nolint:nilerr // said by what was looked at before
	}
	const others, sticky = 0o022, fs.ModeSticky
	before := len(d.out.Checks)
	if folder.Mode()&others != 0 && folder.Mode()&sticky == 0 {
		d.say(HealthWarning, "rights", "folder-open", map[string]any{"folder": filepath.Dir(d.path), "mode": octal(folder)})
	}
	if d.info == nil {
		return nil
	}
	facts := map[string]any{"mode": octal(d.info)}
	switch {
	case d.info.Mode()&others != 0:
		d.say(HealthBad, "rights", "file-open", facts)
	case d.info.Mode()&0o044 != 0:
		d.say(HealthWarning, "rights", "file-seen", facts)
	}
	if file, err := os.OpenFile(d.path, os.O_RDWR, 0); err != nil {
		d.say(HealthWarning, "rights", "no-writing", map[string]any{"err": err.Error()})
	} else if err := file.Close(); err != nil {
		return err
	}
	if len(d.out.Checks) == before {
		d.say(HealthOK, "rights", "own", facts)
	}
	return nil
}

func octal(info os.FileInfo) string { return fmt.Sprintf("%04o", info.Mode().Perm()) }

// leftovers are what creations that were killed have left beside the ledger.
func (d *doctor) leftovers(context.Context) error {
	files, err := os.ReadDir(filepath.Dir(d.path))
	if err != nil {
		return nil //nolint:nilerr // said by what was looked at before
	}
	var names []string
	for _, f := range files {
		if n := f.Name(); strings.HasPrefix(n, "."+filepath.Base(d.path)+".") && strings.HasSuffix(n, ".new") {
			names = append(names, n)
		}
	}
	if len(names) == 0 {
		d.say(HealthOK, "leftovers", "none", nil)
		return nil
	}
	d.say(HealthWarning, "leftovers", "some", map[string]any{"files": names})
	return nil
}

// contents opens the ledger and says what it holds.
func (d *doctor) contents(ctx context.Context) error {
	if d.info == nil {
		d.out.Err = fmt.Errorf("%q: %w", d.path, ErrNoLedger)
		return nil
	}
	s, err := boltstore.Open(ctx, d.path, boltstore.Options{ReadOnly: true, Wait: d.wait})
	if err == nil {
		err = errors.Join(d.opened(ctx, s), s.Close())
	}
	if err == nil || ctx.Err() != nil {
		return err
	}
	d.out.Err = err
	code := "unsound"
	switch {
	case errors.Is(err, ErrBusy):
		d.say(HealthWarning, "ledger", "busy", map[string]any{"wait": d.wait.String()})
		return nil
	case errors.Is(err, ledger.ErrVersion):
		code = "version"
	case errors.Is(err, ledger.ErrNotLedger):
		code = "not-ledger"
	}
	d.say(HealthBad, "ledger", code, map[string]any{"err": err.Error()})
	return nil
}

// opened looks at an open ledger. It checks the edge, as every opening does, and
// not every byte.
func (d *doctor) opened(ctx context.Context, s *boltstore.Store) error {
	l, err := ledger.Open(ctx, s)
	if err != nil {
		return err
	}
	d.head(l)
	for _, look := range []func(context.Context, *boltstore.Store, ledger.Head) error{d.index, d.checkpoint} {
		if err := look(ctx, s, l.Head()); err != nil {
			return err
		}
	}
	d.genealogy(ctx, l)
	if err := d.events(ctx, l); err != nil {
		return err
	}
	return d.anchorLine(ctx, l)
}

func (d *doctor) head(l *ledger.Ledger) {
	h := l.Head()
	age := d.now.Sub(h.Recorded)
	facts := map[string]any{
		"origin": h.Origin, "size": h.Size, "root": fmt.Sprintf("%x", h.Root[:]),
		"recorded": h.Recorded.UTC().Format("2006-01-02T15:04:05.000Z"), "age_s": int64(age / time.Second),
	}
	const behind, ahead = 5 * time.Minute, 400 * 24 * time.Hour // as on entry
	switch {
	case age < -behind:
		d.say(HealthWarning, "head", "clock-behind", facts)
	case age > ahead:
		d.say(HealthWarning, "head", "clock-ahead", facts)
	default:
		d.say(HealthOK, "head", "sound", facts)
	}
	g := l.Genesis()
	for _, lost := range lostBefore(&g) {
		d.say(HealthWarning, "head", "lost", map[string]any{"from": lost.From, "to": lost.To, "origin": lost.Origin})
	}
}

func (d *doctor) index(ctx context.Context, s *boltstore.Store, h ledger.Head) error {
	state, size, err := s.Index(ctx)
	if err != nil {
		return err
	}
	facts := map[string]any{"file": boltstore.IndexPath(d.path), "size": size, "behind": h.Size - min(size, h.Size)}
	health := HealthOK
	switch state {
	case boltstore.IndexForeign:
		health = HealthBad
	case boltstore.IndexStale:
		health = HealthWarning
	case boltstore.IndexAbsent, boltstore.IndexBehind, boltstore.IndexCurrent:
	}
	d.say(health, "index", string(state), facts)
	return nil
}

// genealogy looks at the index of what the records say. Without it, and with a bad
// one, answers are the same and later.
func (d *doctor) genealogy(ctx context.Context, l *ledger.Ledger) {
	x := genealogyStatus(ctx, d.path, l, false)
	health := HealthWarning
	switch x.State {
	case boltstore.IndexAbsent, boltstore.IndexBehind, boltstore.IndexCurrent:
		health = HealthOK
	case boltstore.IndexForeign, boltstore.IndexStale, Damaged:
	}
	size := l.Head().Size
	d.say(health, "genealogy", string(x.State), map[string]any{"file": x.File, "size": x.Size, "behind": size - min(x.Size, size)})
}

// events looks at what is packed beside the index, if anything is. Whoever records
// next mends it, where it is no more than wrong.
func (d *doctor) events(ctx context.Context, l *ledger.Ledger) error {
	x, err := tailStatus(ctx, d.path, l)
	if err != nil || x.State == boltstore.IndexAbsent {
		return err
	}
	health := HealthOK
	if x.State == boltstore.IndexForeign {
		health = HealthWarning
	}
	size := l.Head().Size
	d.say(health, "events", string(x.State), map[string]any{"file": x.File, "size": x.Size, "behind": size - min(x.Size, size)})
	return nil
}

func (d *doctor) checkpoint(ctx context.Context, s *boltstore.Store, h ledger.Head) error {
	newest, ok, err := s.NewestNote(ctx, ledger.NoteCheckpoint)
	if err != nil {
		return err
	}
	if !ok {
		d.say(HealthWarning, "checkpoint", "none", nil)
		return nil
	}
	size := newest.Size
	facts := map[string]any{"size": size, "uncovered": h.Size - min(size, h.Size)}
	switch {
	case size > h.Size:
		facts["head"] = h.Size
		d.say(HealthBad, "checkpoint", "beyond", facts)
	case h.Size-size > sealRecords:
		d.say(HealthWarning, "checkpoint", "old", facts)
	default:
		d.say(HealthOK, "checkpoint", "recent", facts)
	}
	return nil
}
