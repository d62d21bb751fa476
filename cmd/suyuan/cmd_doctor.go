package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"time"

	"suyuan/internal/i18n"
	"suyuan/internal/logbook"
)

// checkJSON is one line of doctor. What facts holds depends on check and code.
type checkJSON struct {
	Check  string         `json:"check"`
	Code   string         `json:"code"`
	Facts  map[string]any `json:"facts"`
	Health logbook.Health `json:"health"`
	Next   *string        `json:"next"` // what to do, in English
	Says   string         `json:"says"`
}

// runDoctor looks at the ledger and all around it. What is bad is bad news; a ledger that cannot be opened does not verify.
func runDoctor(ctx context.Context, p *program, in *input) error {
	lo, err := p.listOut(in, doctorLists())
	if err != nil {
		return err
	}
	c, err := logbook.Doctor(ctx, p.ledger, p.env.Now(), p.wait, p.trust())
	if err != nil {
		return err
	}
	switch {
	case lo != nil:
		if err := p.writeLists(lo, p.doctorLists(c)); err != nil {
			return err
		}
	case p.json:
		p.doctorJSON(c)
	default:
		for i := range c.Checks {
			p.printCheck(&c.Checks[i])
		}
	}
	switch {
	case errors.Is(c.Err, logbook.ErrBusy):
		return answer(exitBusy)
	case c.Err != nil:
		return answer(exitBroken)
	case c.Worst() == logbook.HealthBad:
		return answer(exitBadNews)
	}
	return nil
}

func (p *program) doctorJSON(c *logbook.Checkup) {
	english := *p
	english.texts = i18n.New(i18n.English)
	list := []checkJSON{}
	for i := range c.Checks {
		k := &c.Checks[i]
		says, next := english.checkTexts(k)
		j := checkJSON{Check: k.What, Code: k.Code, Facts: k.Facts, Health: k.Health, Next: optional(next), Says: says}
		if j.Facts == nil {
			j.Facts = map[string]any{}
		}
		list = append(list, j)
	}
	p.answerJSON(map[string]any{"checks": list, "health": c.Worst()})
}

// printCheck writes a check in one line, and below it what to do.
func (p *program) printCheck(k *logbook.Check) {
	const healthWidth, whatWidth = 8, 11
	mark := padded(p.text("doctor.health."+string(k.Health)), healthWidth)
	switch k.Health {
	case logbook.HealthBad:
		mark = p.alarm(mark)
	case logbook.HealthWarning:
		mark = p.bold(mark)
	case logbook.HealthOK:
	}
	says, next := p.checkTexts(k)
	lines := wrap(visible(says), p.width-healthWidth-whatWidth)
	if next != "" {
		lines = append(lines, wrap("→ "+visible(next), p.width-healthWidth-whatWidth)...)
	}
	p.line("%s%s%s", mark, padded(p.text("doctor.what."+k.What), whatWidth), lines[0])
	for _, line := range lines[1:] {
		p.line("%*s%s", healthWidth+whatWidth, "", line)
	}
}

// checkTexts says what was found, and what to do; next is empty where there is nothing to do.
func (p *program) checkTexts(k *logbook.Check) (says, next string) {
	id := "doctor." + k.What + "." + k.Code
	d := maps.Clone(k.Facts)
	for name, fact := range k.Facts {
		switch v := fact.(type) {
		case []string:
			d[name] = strings.Join(v, ", ")
		case int64:
			if name == "age_s" {
				d["age"] = p.span(max(time.Duration(v), -time.Duration(v)) * time.Second)
			}
			if name == "bytes" {
				d[name] = byteText(uint64(max(0, v)))
			}
		case uint64:
			if k.What == "space" {
				d[name] = byteText(v)
			}
		}
	}
	if says = p.text(id, data(d)); p.texts.Has(id + ".next") {
		next = p.text(id+".next", data(d))
	}
	return says, next
}

// byteText writes an amount of bytes in the largest unit that it fills.
func byteText(n uint64) string {
	const step = 1024
	units := []string{"B", "KiB", "MiB", "GiB", "TiB"}
	f := float64(n)
	i := 0
	for ; f >= step && i < len(units)-1; i++ {
		f /= step
	}
	if i == 0 {
		return fmt.Sprintf("%d B", n)
	}
	return fmt.Sprintf("%.1f %s", f, units[i])
}
