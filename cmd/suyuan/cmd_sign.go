package main

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"suyuan/internal/event"
	"suyuan/internal/logbook"
	"suyuan/internal/notary"
)

// readSignings makes ready the keys that --sign names. Passphrases come in the order of the flags.
func (p *program) readSignings(ctx context.Context, in *input) error {
	for _, text := range in.texts("sign") {
		file, meaning, ok := cutLast(text, "=")
		if !ok || !slices.Contains(notary.Meanings(), meaning) {
			return usage("sign", data{"Found": text, "Meanings": strings.Join(notary.Meanings(), ", ")})
		}
		key, err := p.loadKey(ctx, file, in.text("passphrase-fd"))
		if err != nil {
			return err
		}
		p.signings = append(p.signings, logbook.Signing{Signer: key.Signer, Meaning: meaning})
	}
	return nil
}

func cutLast(s, sep string) (before, after string, ok bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

// runSign adds signatures to a record.
func runSign(ctx context.Context, p *program, in *input) error {
	seq, err := seqFlag(in, 1)
	if err != nil {
		return err
	}
	if len(p.signings) == 0 {
		return usage("sign-who", nil)
	}
	meaning := p.signings[0].Meaning
	for _, s := range p.signings {
		if s.Meaning != meaning {
			return usage("sign-one-meaning", data{"Found": s.Meaning, "First": meaning})
		}
	}
	if err := p.needOperator(); err != nil {
		return err
	}
	book, err := p.open(ctx, false)
	if err != nil {
		return err
	}
	r, err := book.SignRecord(ctx, seq, meaning)
	if err != nil {
		return err
	}
	return p.sayRecorded(r)
}

// runPolicySet records who must sign events of a type.
func runPolicySet(ctx context.Context, p *program, in *input) error {
	terms := &event.PolicyTerms{On: event.Type(in.args[0]), Gate: in.text("gate")}
	for _, text := range in.texts("need") {
		need, err := parseNeed(text)
		if err != nil {
			return err
		}
		terms.Needs = append(terms.Needs, need)
	}
	if n := in.text("people"); n != "" {
		var err error
		if terms.People, err = strconv.ParseInt(n, 10, 32); err != nil || terms.People < 1 {
			return usage("number-from", data{"Flag": "--people", "Found": n, "Least": 1})
		}
	}
	return p.recordPolicy(ctx, &event.Policy{Action: event.PolicySet, Set: terms})
}

// parseNeed reads MEANING, MEANING:ROLE or MEANING:ROLE:COUNT.
func parseNeed(text string) (event.PolicyNeed, error) {
	parts := strings.Split(text, ":")
	need := event.PolicyNeed{Meaning: parts[0]}
	bad := usage("need", data{"Found": text, "Meanings": strings.Join(notary.Meanings(), ", ")})
	if len(parts) > 3 || !slices.Contains(notary.Meanings(), need.Meaning) {
		return need, bad
	}
	if len(parts) > 1 {
		need.Role = parts[1]
	}
	if len(parts) > 2 {
		var err error
		if need.Count, err = strconv.ParseInt(parts[2], 10, 32); err != nil || need.Count < 1 {
			return need, bad
		}
	}
	return need, nil
}

func runPolicyEnd(ctx context.Context, p *program, in *input) error {
	return p.recordPolicy(ctx, &event.Policy{Action: event.PolicyEnd, End: &event.PolicyEnding{On: event.Type(in.args[0])}})
}

func (p *program) recordPolicy(ctx context.Context, body *event.Policy) error {
	if err := p.needOperator(); err != nil {
		return err
	}
	book, err := p.open(ctx, false)
	if err != nil {
		return err
	}
	e := event.Event{Common: event.Common{Type: event.TypePolicy, Time: event.TimeOf(p.now())}, Body: body}
	r, err := book.Record(ctx, e, nil)
	if err != nil {
		return err
	}
	return p.sayRecorded(r)
}

type policyJSON struct {
	Gate   string     `json:"gate"`
	Needs  []needJSON `json:"needs"`
	On     string     `json:"on"`
	People int        `json:"people"`
	Seq    uint64     `json:"seq"`
}

type needJSON struct {
	Count   int    `json:"count"`
	Meaning string `json:"meaning"`
	Role    string `json:"role"`
}

type lackJSON struct {
	Count   int    `json:"count"`
	Found   int    `json:"found"`
	Meaning string `json:"meaning"`
	Policy  uint64 `json:"policy"`
	Role    string `json:"role"`
	Seq     uint64 `json:"seq"`
}

type policiesJSON struct {
	Open     []lackJSON   `json:"open"`
	Policies []policyJSON `json:"policies"`
}

// runPolicyList shows the policies in force, and which records still lack signatures under theirs.
func runPolicyList(ctx context.Context, p *program, in *input) error {
	lo, err := p.listOut(in, policyLists())
	if err != nil {
		return err
	}
	book, err := p.reader(ctx)
	if err != nil {
		return err
	}
	r, err := book.Register(ctx)
	if err != nil {
		return err
	}
	answer := policiesJSON{Open: []lackJSON{}, Policies: []policyJSON{}}
	for _, on := range slices.Sorted(maps.Keys(r.Policies)) {
		answer.Policies = append(answer.Policies, policyOf(r.Policies[on]))
	}
	open := logbook.OpenDuties(r)
	for _, f := range open {
		answer.Open = append(answer.Open, lackJSON{f.Need.Count, f.Found, f.Need.Meaning, f.By, f.Need.Role, f.Seq})
	}
	switch {
	case lo != nil:
		of, err := p.asOf(ctx, book)
		if err != nil {
			return err
		}
		return p.writeLists(lo, p.policyLists(&answer, &of))
	case p.json:
		p.answerJSON(answer)
		return nil
	}
	g := grid{heads: []string{p.text("head.policy-on"), p.text("head.needs"), p.text("head.people"), p.text("head.gate"), p.text("head.seq")}}
	for _, pol := range answer.Policies {
		g.add(visible(pol.On), visible(p.needTexts(pol.Needs)), strconv.Itoa(pol.People), p.word(pol.Gate), strconv.FormatUint(pol.Seq, 10))
	}
	p.line("%s", g.render(0, p.width, p.bold))
	for _, f := range open {
		p.line("%s", visible(p.text("verify.open", p.lackData(f))))
	}
	return nil
}

func policyOf(pol *notary.Policy) policyJSON {
	answer := policyJSON{Gate: string(pol.Gate), On: pol.On, People: pol.People, Seq: pol.Since}
	for _, n := range pol.Needs {
		answer.Needs = append(answer.Needs, needJSON{n.Count, n.Meaning, n.Role})
	}
	return answer
}

func (p *program) needTexts(needs []needJSON) string {
	list := make([]string, len(needs))
	for i, n := range needs {
		list[i] = p.word(n.Meaning)
		if n.Role != "" {
			list[i] = p.text("policy.need", data{"Meaning": list[i], "Role": n.Role})
		}
		if n.Count > 1 {
			list[i] += " ×" + strconv.Itoa(n.Count)
		}
	}
	return strings.Join(list, ", ")
}
