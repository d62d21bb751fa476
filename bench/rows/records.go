package rows

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"time"

	"suyuan/bench/world"
	"suyuan/internal/event"
	"suyuan/internal/ledger"
	"suyuan/internal/ledger/boltstore"
	"suyuan/internal/notary"
)

const (
	signedEach  = 10     // one record in so many bears a signature
	perCommit   = 10_000 // records
	leastEvents = 8      // of a batch: a world of a ledger of so many records has that many batches at most
)

// A signedLedger makes a ledger of so many records, genesis and key included, of a world's first events. What verify reads is all that
// counts: no rule is asked, and no index of the genealogy made.
type signedLedger struct {
	origin  string
	key     ed25519.PrivateKey
	public  notary.Public
	entries []ledger.Entry
}

func makeSignedLedger(ctx context.Context, path string, records, seed uint64) (err error) {
	origin := ledger.Genesis{Origin: "bench.example/verify", Created: time.Now()}
	if err := boltstore.Create(ctx, path, origin, by, time.Now()); err != nil {
		return err
	}
	store, err := boltstore.Open(ctx, path, boltstore.Options{})
	if err != nil {
		return err
	}
	l, err := ledger.Open(ctx, store)
	if err != nil {
		return errors.Join(err, store.Close())
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	key := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	m := &signedLedger{origin: origin.Origin, key: key, public: notary.PublicOf(key.Public().(ed25519.PublicKey))}
	if err := m.register(); err != nil {
		return err
	}
	left := records - min(2, records)
	for e := range (world.Shape{Batches: max(records/leastEvents, 1), Seed: seed}).Events() {
		if left == 0 {
			break
		}
		left--
		if err := m.add(e.AppendJSON(nil), e.Seq%signedEach == 0); err != nil {
			return err
		}
		if len(m.entries) == perCommit {
			if err := m.commit(ctx, l); err != nil {
				return err
			}
		}
	}
	return m.commit(ctx, l)
}

// register makes the key known, as whoever holds it.
func (m *signedLedger) register() error {
	const text = `{"type":"key","time":"2015-01-01T00:00:00Z","action":"register","holder":"` + by + `","key":%q,"public":%q,"use":"person"}`
	return m.add(fmt.Appendf(nil, text, m.public.ID(), m.public.String()), true)
}

func (m *signedLedger) add(line []byte, signed bool) error {
	e, err := event.Parse(line)
	if err != nil {
		return err
	}
	e.Identify()
	entry := ledger.Entry{By: by, Event: e.Append(nil)}
	if signed {
		s := notary.Signature{Key: m.public.ID(), Meaning: "performed", Time: "2026-03-01T08:00:00.123Z"}
		s.Sig = ed25519.Sign(m.key, notary.Message(m.origin, entry.Event, s.Key, s.Meaning, s.Time))
		entry.Sig = notary.AppendSignatures(nil, []notary.Signature{s})
	}
	m.entries = append(m.entries, entry)
	return nil
}

func (m *signedLedger) commit(ctx context.Context, l *ledger.Ledger) error {
	if err := ctx.Err(); err != nil || len(m.entries) == 0 {
		return err
	}
	_, err := l.Append(ctx, time.Now(), ledger.AppendOptions{}, m.entries)
	m.entries = m.entries[:0]
	return err
}
