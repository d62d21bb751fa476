package main

import (
	"context"

	"suyuan/internal/recall"
)

// runBalance accounts for everything that was made of a thing. Units unaccounted for are bad news.
func runBalance(ctx context.Context, p *program, in *input) error {
	at, err := p.timeFlag(in, "at")
	if err != nil {
		return err
	}
	size, err := sizeFlag(in)
	if err != nil {
		return err
	}
	lo, err := p.listOut(in, balanceLists())
	if err != nil {
		return err
	}
	book, err := p.reader(ctx)
	if err != nil {
		return err
	}
	refs, err := p.resolveAt(ctx, book, in.args, size)
	if err != nil {
		return err
	}
	b, err := book.Balance(ctx, refs[0], at, size)
	if err != nil {
		return err
	}
	switch {
	case lo != nil:
		if err := p.writeLists(lo, p.balanceLists(b)); err != nil {
			return err
		}
	case p.json:
		p.write(string(b.AppendJSON(nil)))
	default:
		p.printBalance(b)
	}
	if b.Balance.Unaccounted > 0 {
		return answer(exitBadNews)
	}
	return nil
}

func (p *program) printBalance(b *recall.BalanceAnswer) {
	p.line("%s", p.bold(visible(p.text("balance.title", data{"Ref": b.Ref}))))
	p.printLost(b.AsOf.Lost)
	f := &fields{p: p, indent: 2}
	for _, row := range balanceRows(&b.Balance) {
		f.number(row.id, row.n)
	}
	if b.Balance.Samples > 0 {
		p.line("%s", p.text("balance.samples", data{"N": b.Balance.Samples}))
	}
	if len(b.Unaccounted) > 0 {
		p.line("%s", p.alarm(p.text("balance.where", data{"N": len(b.Unaccounted)})))
		for _, line := range fill(visibleAll(refStrings(b.Unaccounted)), p.width-2) {
			p.line("  %s", line)
		}
	}
	p.printAsOf(&b.AsOf)
}

type balanceRow struct {
	id string
	n  int
}

func balanceRows(b *recall.Balance) []balanceRow {
	return []balanceRow{
		{"made", b.Made},
		{"infused", b.Infused},
		{"in_stock", b.InStock},
		{"in_transit", b.InTransit},
		{"destroyed", b.Destroyed},
		{"returned", b.Returned},
		{"lost", b.Lost},
		{"expired", b.Expired},
		{"tested", b.Tested},
		{"unaccounted", b.Unaccounted},
	}
}

// number writes a number in line with those above and below it.
func (f *fields) number(name string, n int) {
	f.p.line("%*s%s %6d", f.indent, "", padded(f.p.text("balance."+name), nameWidth+4), n)
}

func visibleAll(list []string) []string {
	for i := range list {
		list[i] = visible(list[i])
	}
	return list
}
