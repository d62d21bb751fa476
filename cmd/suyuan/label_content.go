package main

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"suyuan/internal/event"
	"suyuan/internal/identifier"
	"suyuan/internal/logbook"
	"suyuan/internal/report/label"
	"suyuan/internal/report/symbol"
)

// Application identifiers that a symbol says beside the key.
const (
	aiBatch   = "10"
	aiExpiry  = "17"
	aiExpires = "7003" // to the minute

	endOfDay = "2359"
)

// contentsOf lists what the symbol may say, the fullest first: a code that names one item and leads back to this unit alone, or else the unit's own
// reference.
func (p *program) contentsOf(ctx context.Context, book *logbook.Book, t *logbook.Thing) ([]label.Code, error) {
	for _, scheme := range []identifier.Scheme{identifier.GS1, identifier.ISBT128, identifier.SEC, identifier.DrugTrace} {
		for _, text := range t.Codes {
			codes, err := identifier.Parse(text)
			if err != nil || codes[0].Scheme() != scheme || codes[0].Names() != identifier.Item {
				continue
			}
			var list []label.Code
			for _, c := range codesOf(codes[0], text, t) {
				// What a scanner sends must lead to this unit and no other.
				if ref, err := book.Resolve(ctx, c.Text); err == nil && ref == t.Ref {
					list = append(list, c)
				}
			}
			if len(list) > 0 {
				return list, nil
			}
		}
	}
	if strings.ContainsFunc(t.Ref.String(), func(r rune) bool { return r > '~' }) {
		return nil, fail(exitFailed, "error.label-ascii", data{"Ref": t.Ref})
	}
	return []label.Code{{Content: symbol.Content{Text: t.Ref.String()}, Readable: t.Ref.String()}}, nil
}

// codesOf is what a code can be in a symbol, and as people read just that.
func codesOf(code identifier.Code, text string, t *logbook.Thing) []label.Code {
	if code.Scheme() == identifier.GS1 {
		return elementStrings(code, t)
	}
	text = strings.Join(strings.Fields(text), "")
	if n := strings.Count(text, "=") + strings.Count(text, "&"); code.Scheme() == identifier.ISBT128 && strings.HasPrefix(text, "=") && n > 1 && !strings.HasPrefix(text, "=+") {
		text = "=+0" + strconv.Itoa(n) + "000" + text // a compound message says how many structures it has
	}
	if strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' }) {
		return nil
	}
	return []label.Code{{Content: symbol.Content{Text: text}, Readable: text}}
}

// elementStrings are a GS1 code with the expiry and the batch that the ledger has, and with less of them where a label is small. What the code itself says
// otherwise is said neither way: a symbol does not contradict the ledger, and the ledger does not write another's code.
func elementStrings(code identifier.Code, t *logbook.Thing) []label.Code {
	expiry, batch := expiryElement(t.Status.Expires), batchElement(t.Made.Batch)
	if _, ok := code.GTIN(); !ok {
		expiry, batch = identifier.Element{}, identifier.Element{} // which GS1 has of products alone
	}
	var lacks []string
	if own, said := code.Value(aiBatch); said && batch.Value != "" && own != batch.Value {
		batch, lacks = identifier.Element{}, append(lacks, aiBatch)
	}
	for _, ai := range []string{aiExpiry, aiExpires} {
		if own, said := code.Value(ai); said && expiry.Value != "" && !strings.HasPrefix(expiry.Value, strings.TrimSuffix(own, endOfDay)) {
			expiry, lacks = identifier.Element{}, append(lacks, ai)
		}
	}
	var list []label.Code
	for _, say := range [][]identifier.Element{{expiry, batch}, {expiry}, nil} {
		c := label.Code{Readable: code.String(), Lacks: slices.Clone(lacks)}
		for _, e := range []identifier.Element{expiry, batch} {
			switch {
			case e.ID == "":
			case slices.Contains(say, e):
				c.Readable += "(" + e.ID + ")" + e.Value
			default:
				c.Lacks = append(c.Lacks, e.ID)
			}
		}
		full, err := identifier.ParseElementString(c.Readable)
		if err != nil {
			continue
		}
		s, ok := full.ElementString()
		if c.Content = (symbol.Content{Text: s, GS1: true}); ok && strings.HasPrefix(s, "\x1d") {
			list = append(list, c)
		}
	}
	return slices.CompactFunc(list, func(a, b label.Code) bool { return a.Text == b.Text })
}

// expiryElement is a day, at the end of which the unit expires, or a minute.
func expiryElement(expires event.Time) identifier.Element {
	if expires.IsZero() {
		return identifier.Element{}
	}
	std := expires.Std()
	if std.Format("1504") == endOfDay {
		return identifier.Element{ID: aiExpiry, Value: std.Format("060102")}
	}
	return identifier.Element{ID: aiExpires, Value: std.Format("0601021504")}
}

// batchElement is a batch's id.
func batchElement(batch event.Ref) identifier.Element {
	if batch.IsZero() {
		return identifier.Element{}
	}
	return identifier.Element{ID: aiBatch, Value: batch.ID()}
}
