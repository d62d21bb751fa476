package main

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"

	"suyuan/internal/event"
	"suyuan/internal/logbook"
	"suyuan/internal/notary"
)

// runKeyRegister records whose key a file holds; the key itself signs the record.
func runKeyRegister(ctx context.Context, p *program, in *input) error {
	if err := p.needOperator(); err != nil {
		return err
	}
	use := first(in.text("use"), event.UsePerson)
	if use != event.UsePerson && use != event.UseDevice {
		return usage("key-use", data{"Found": use})
	}
	holder, err := event.NewRef(event.KindOperator, in.text("holder"))
	if err != nil {
		return usage("key-holder", data{"Err": err.Error()})
	}
	key, err := p.loadKey(ctx, in.args[0], in.text("passphrase-fd"))
	if err != nil {
		return err
	}
	book, err := p.open(ctx, false)
	if err != nil {
		return err
	}
	r, err := book.RegisterKey(ctx, key.Signer, logbook.KeyOwner{Holder: holder, Role: in.text("role"), Use: use})
	if err != nil {
		return err
	}
	return p.sayRecorded(r)
}

// runKeyRevoke records that a key signs nothing from now on.
func runKeyRevoke(ctx context.Context, p *program, in *input) error {
	if err := p.needOperator(); err != nil {
		return err
	}
	since, err := p.timeFlag(in, "since")
	if err != nil {
		return err
	}
	book, err := p.open(ctx, false)
	if err != nil {
		return err
	}
	id, err := book.FindKey(ctx, in.args[0])
	if err != nil {
		return err
	}
	r, err := book.RevokeKey(ctx, id, in.text("reason"), since)
	if err != nil {
		return err
	}
	return p.sayRecorded(r)
}

// runKeyRotate gives the ledger new keys of its own.
func runKeyRotate(ctx context.Context, p *program, _ *input) error {
	if err := p.needOperator(); err != nil {
		return err
	}
	if _, err := p.needTrust(); err != nil {
		return err
	}
	book, err := p.open(ctx, false)
	if err != nil {
		return err
	}
	r, keys, err := book.RotateKeys(ctx)
	if err != nil {
		return err
	}
	if err := p.sayRecorded(r); err != nil || p.json {
		return err
	}
	for _, k := range keys {
		p.line("%s", k)
	}
	return nil
}

type registeredJSON struct {
	Holder  string  `json:"holder"`
	ID      string  `json:"id"`
	Public  string  `json:"public"`
	Revoked *uint64 `json:"revoked"`
	Role    string  `json:"role"`
	Seq     uint64  `json:"seq"`
	Use     string  `json:"use"`
}

// runKeyList lists the keys that the ledger knows, or hands out its own.
func runKeyList(ctx context.Context, p *program, in *input) error {
	lo, err := p.listOut(in, keyLists(), "ledger-keys")
	if err != nil {
		return err
	}
	book, err := p.reader(ctx)
	if err != nil {
		return err
	}
	if in.on("ledger-keys") {
		return p.ownKeys(ctx, book)
	}
	r, err := book.Register(ctx)
	if err != nil {
		return err
	}
	list := []registeredJSON{}
	byAge := func(a, b *notary.Key) int { return cmp.Compare(a.Since, b.Since) }
	for _, k := range slices.SortedFunc(maps.Values(r.Keys), byAge) {
		list = append(list, registeredOf(k))
	}
	switch {
	case lo != nil:
		of, err := p.asOf(ctx, book)
		if err != nil {
			return err
		}
		return p.writeLists(lo, p.keyLists(list, &of))
	case p.json:
		p.answerJSON(list)
		return nil
	}
	g := grid{heads: []string{p.text("head.key"), p.text("head.holder"), p.text("head.role"), p.text("head.use"), p.text("head.seq"), p.text("head.revoked")}}
	for _, k := range list {
		revoked := ""
		if k.Revoked != nil {
			revoked = strconv.FormatUint(*k.Revoked, 10)
		}
		g.add(k.ID[:16], visible(k.Holder), visible(k.Role), p.word(k.Use), strconv.FormatUint(k.Seq, 10), revoked)
	}
	p.line("%s", g.render(0, p.width, p.bold))
	return nil
}

func registeredOf(k *notary.Key) registeredJSON {
	answer := registeredJSON{Holder: k.Holder, ID: k.ID(), Public: k.String(), Role: k.Role, Seq: k.Since, Use: event.UsePerson}
	if k.Device {
		answer.Use = event.UseDevice
	}
	if k.Revoked {
		answer.Revoked = &k.Until
	}
	return answer
}

// ownKeys prints the verifier keys of the ledger, for whoever checks what it signs.
func (p *program) ownKeys(ctx context.Context, book *logbook.Book) error {
	if _, err := p.needTrust(); err != nil {
		return err
	}
	keys, err := book.VerifierKeys(ctx)
	if err != nil {
		return err
	}
	if p.json {
		p.answerJSON(keyTexts(keys))
		return nil
	}
	for _, k := range keys {
		p.line("%s", k)
	}
	return nil
}
