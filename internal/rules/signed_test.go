package rules_test

import (
	"slices"
	"strings"
	"testing"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/rules"
)

// unsigned judges a ledger in which nobody ever signed: what a policy wants is
// lacking, whole.
type unsigned struct{ g *genealogy.Graph }

func (u unsigned) policy(on event.Type, before uint64, gate string) []rules.SignatureNeed {
	var set *event.PolicyTerms
	for entry := range u.g.Entries() {
		b, ok := entry.Event.Body.(*event.Policy)
		switch {
		case !ok || entry.Seq >= before:
		case b.Set != nil && b.Set.On == on:
			set = b.Set
		case b.End != nil && b.End.On == on:
			set = nil
		}
	}
	var needs []rules.SignatureNeed
	if set != nil && set.Gate == gate {
		for _, n := range set.Needs {
			needs = append(needs, rules.SignatureNeed{Meaning: n.Meaning, Role: n.Role, Wanted: max(n.Count, 1)})
		}
	}
	return needs
}

func (u unsigned) Faults(e *event.Event) []rules.SignatureFault {
	var faults []rules.SignatureFault
	for _, n := range u.policy(e.Type, uint64(u.g.Len())+1, event.GateEntry) {
		faults = append(faults, rules.SignatureFault{Variant: rules.Unsigned, Need: n})
	}
	return faults
}

func (u unsigned) Gates() bool { return true }

func (u unsigned) Withheld(seq uint64) []rules.SignatureNeed {
	for entry := range u.g.Entries() {
		if entry.Seq == seq {
			return u.policy(entry.Event.Type, seq, event.GateUse)
		}
	}
	return nil
}

// A told says what the test wants it to say of signatures.
type told struct {
	faults   []rules.SignatureFault
	withheld map[uint64][]rules.SignatureNeed
	gates    bool
	asked    *[]uint64
}

func (s told) Faults(*event.Event) []rules.SignatureFault { return s.faults }
func (s told) Gates() bool                                { return s.gates }

func (s told) Withheld(seq uint64) []rules.SignatureNeed {
	if s.asked != nil {
		*s.asked = append(*s.asked, seq)
	}
	return s.withheld[seq]
}

// lacking is a ledger in which these records lack a signature.
func lacking(seqs ...uint64) rules.Context {
	s := told{gates: true, withheld: make(map[uint64][]rules.SignatureNeed)}
	for _, seq := range seqs {
		s.withheld[seq] = []rules.SignatureNeed{{Meaning: "reviewed", Role: "QA", Wanted: 2, Found: 1}}
	}
	return rules.Context{Signatures: s}
}

func TestAUnitWaitsForTheSignaturesOnWhatMadeIt(t *testing.T) {
	t.Parallel()
	made := []string{collectU1, releaseU1}
	const refused = "missing-signature.withheld unit:U1 reviewed #1"
	sent := func(purpose string) string {
		return with(ship("10:00", "U1", "S1", "S2"), `"purpose":"`+purpose+`"`)
	}
	judgeWith(t, lacking(1), []judgement{
		{"worked on", made, workOnU1, refused},
		{"consumed", made, consumeU1, refused},
		{"released", made, release("10:00", "released", oneSigner), refused},
		{"shipped", made, ship("10:00", "U1", "S1", "S2"), refused},
		{"infused", made, infuseU1, refused},
		{"used in the instant in which it was made", made[:1], at("manufacture", "08:00", `"step":"wash","site":"S1","units":["U1"]`), refused},
		{"rejected", made, release("10:00", "rejected", oneSigner), ""},
		{"stored", made, store("10:00", "U1"), ""},
		{"retrieved", made, retrieveU1("10:00"), ""},
		{"tested", made, testOf("10:00", "unit:U1", "pass"), ""},
		{"counted", made, at("inventory", "10:00", `"site":"S1","units":["U1"]`), ""},
		{"disposed of", made, dispose("10:00", "U1"), ""},
		{"booked", made, at("allocation", "10:00", `"units":["U1"],"patient":"P1"`), ""},
		{"shipped into quarantine", made, sent("quarantine"), ""},
		{"returned", made, sent("return"), ""},
		{"shipped to be destroyed", made, sent("destruction"), ""},
		{"shipped to be tested", made, sent("testing"), ""},
		{"another unit", append(made, collectU2), at("manufacture", "10:00", `"step":"wash","site":"S1","units":["U2"]`), ""},
		{"what came in as finished", []string{at("receipt", "08:00", `"site":"S1","outputs":[{"unit":"U1"}]`)}, workOnU1, refused},
	})
}

func TestAUnitWaitsForTheSignaturesOnWhatWorkedOnItOrReleasedIt(t *testing.T) {
	t.Parallel()
	worked := []string{collectU1, at("manufacture", "08:30", `"step":"wash","site":"S1","units":["U1"]`), releaseU1}
	batch := []string{
		collectU1, at("manufacture", "08:30", `"step":"fill","site":"S1","batch":"B","inputs":["U1"],"outputs":[{"unit":"U5"},{"unit":"U6"}]`),
		at("release", "09:00", `"batch":"B","decision":"released","signed_by":["Q1"]`),
	}
	wash := func(clock, unit string) string {
		return at("manufacture", clock, `"step":"wash","site":"S1","units":["`+unit+`"]`)
	}
	judgeWith(t, lacking(2), []judgement{
		{"worked on", worked, infuseU1, "missing-signature.withheld unit:U1 reviewed #2"},
		{"before that, told late", worked, wash("08:29", "U1"), ""},
		{"made under a batch", batch, infusion("10:00", "U5", "P1", "S1"), "missing-signature.withheld unit:U5 reviewed #2"},
		{
			"release of the batch", batch, at("release", "10:00", `"batch":"B","decision":"released","signed_by":["Q1"]`),
			"missing-signature.withheld unit:U5 reviewed #2; missing-signature.withheld unit:U6 reviewed #2",
		},
		{"release of the batch but for what is used up", append(batch, dispose("09:30", "U5")), at("release", "10:00", `"batch":"B","decision":"released","signed_by":["Q1"]`), "missing-signature.withheld unit:U6 reviewed #2"},
		{"rejection of the batch", batch, at("release", "10:00", `"batch":"B","decision":"rejected","signed_by":["Q1"]`), ""},
		{"what it was made of does not answer for it", []string{receiveL1, collectU2, at("manufacture", "09:00", `"step":"fill","site":"S1","inputs":["U2"],"outputs":[{"unit":"U5"}]`)}, wash("10:00", "U5"), ""},
		{"left over by an infusion", []string{collectU1, with(infuseU1, `"residue":"U5"`)}, wash("11:00", "U5"), "missing-signature.withheld unit:U5 reviewed #2"},
	})
	judgeWith(t, lacking(3), []judgement{
		{"released", worked, infuseU1, "missing-signature.withheld unit:U1 reviewed #3"},
		{"released by its batch", batch, infusion("10:00", "U6", "P1", "S1"), "missing-signature.withheld unit:U6 reviewed #3"},
		{"rejected by that", []string{collectU1, collectU2, release("09:00", "rejected", oneSigner)}, workOnU1, ""},
		{"replaced", append(slices.Clone(worked[:2]), numbered(7, releaseU1), with(releaseU1, `"replaces":"`+id(7)+`"`)), infuseU1, ""},
		{"replaced by the event itself", append(slices.Clone(worked[:2]), numbered(7, wash("09:00", "U1"))), with(wash("09:30", "U1"), `"replaces":"`+id(7)+`"`), ""},
		{"corrected", append(slices.Clone(worked[:2]), numbered(7, wash("09:00", "U1")), correct("09:30", 7)), wash("10:00", "U1"), ""},
		{"by another reference", []string{at("same", "07:00", `"things":["unit:U1","unit:U7"],"reason":"two labels","signed_by":["Q1"]`), collectU1, at("manufacture", "09:00", `"step":"wash","site":"S1","units":["U7"]`)}, workOnU1, "missing-signature.withheld unit:U1 reviewed #3"},
	})
}

func TestEachNeedAndEachRecordIsNamed(t *testing.T) {
	t.Parallel()
	s := told{gates: true, withheld: map[uint64][]rules.SignatureNeed{
		1: {{Meaning: "performed", Wanted: 1}, {Wanted: 2}},
		2: {{Meaning: "released", Role: "QA", Wanted: 3, Found: 2}},
	}}
	g, e := ledgerOf(t, []string{collectU1, releaseU1}), parse(t, infuseU1)
	broken := rules.Check(g, &e, rules.Context{Signatures: s})
	const want = "missing-signature.withheld unit:U1 performed #1; missing-signature.withheld unit:U1 #1; missing-signature.withheld unit:U1 released #2"
	if got := tell(broken); got != want {
		t.Fatalf("found\n%s\nwanted\n%s", got, want)
	}
	if v := broken[2]; v.Role != "QA" || v.Found != "2" || v.Want != "3" || v.Path != "unit" || v.Limit.String() != "2026-01-01T09:00:00Z" {
		t.Errorf("%+v does not say what is lacking", v)
	}
}

func TestWithoutAGateNobodyIsAskedAboutRecords(t *testing.T) {
	t.Parallel()
	var asked []uint64
	g, e := ledgerOf(t, []string{collectU1, releaseU1}), parse(t, infuseU1)
	if broken := rules.Check(g, &e, rules.Context{Signatures: told{asked: &asked}}); len(broken) > 0 || asked != nil {
		t.Errorf("%s; asked about %d", tell(broken), asked)
	}
	if rules.Check(g, &e, rules.Context{Signatures: told{gates: true, asked: &asked}}); !slices.Equal(asked, []uint64{1, 2}) {
		t.Errorf("asked about %d, wanted what made and released it", asked)
	}
}

// registerKey is the registration of a key of no use.
var registerKey = with(at("key", "08:00", `"action":"register","holder":"H1/QA-1","use":"person"`), `"key":"bfa7a28cabbb6845423c05259302fb914c861bbb6282ed637e2ec93752fe89f8","public":"ed25519 BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc="`)

const endPolicy = `"action":"end","on":"release"`

func TestKeyAndPolicyEventsAreNeverTakenBack(t *testing.T) {
	t.Parallel()
	keys := []string{numbered(7, registerKey), numbered(8, at("policy", "08:00", endPolicy)), numbered(9, collectU1)}
	replacing := func(ev string, n int) string { return with(ev, `"replaces":"`+id(n)+`"`) }
	rows := []judgement{
		{"a key is corrected", keys, correct("09:00", 7), "bad-signature.unalterable key #1"},
		{"a key is replaced", keys, replacing(registerKey, 7), "bad-signature.unalterable key #1"},
		{"a key is replaced by something else", keys, replacing(collectU2, 7), "bad-signature.unalterable key #1"},
		{"a policy is corrected", keys, correct("09:00", 8), "bad-signature.unalterable policy #2"},
		{"a policy is replaced", keys, replacing(at("policy", "08:00", endPolicy), 8), "bad-signature.unalterable policy #2"},
		{"a collection is corrected", keys, correct("09:00", 9), ""},
		{"a key is signed", keys, at("signature", "09:00", `"meaning":"approved","signs":"`+id(7)+`"`), ""},
	}
	judgeWith(t, rules.Context{Signatures: told{}}, rows)
	for i := range rows {
		rows[i].want = ""
	}
	t.Run("in a drill's copy", func(t *testing.T) {
		t.Parallel()
		judgeAll(t, rows)
	})
}

// Every fault is told by its rule, whatever it is; what the table does not know
// is refused and not passed over.
func TestEveryFaultIsRefused(t *testing.T) {
	t.Parallel()
	bad, _ := rules.Find(rules.BadSignature)
	for _, variant := range append(slices.Clone(bad.Variants), rules.Unsigned, "no-such-variant") {
		fault := rules.SignatureFault{Variant: variant, Path: "sig[0]", Key: "ab", Meaning: "approved", Seq: 4, HasSeq: true, Need: rules.SignatureNeed{Meaning: "approved", Role: "QA", Wanted: 2, Found: 1}}
		g, e := ledgerOf(t, nil), parse(t, collectU1)
		broken := rules.Check(g, &e, rules.Context{Signatures: told{faults: []rules.SignatureFault{fault}}})
		rule := rules.BadSignature
		if variant == rules.Unsigned {
			rule = rules.MissingSignature
		}
		if got, want := tell(broken), string(rule)+"."+string(variant)+" approved #4"; got != want || broken[0].Key != "ab" || broken[0].Path != "sig[0]" {
			t.Errorf("found %s, wanted %s", got, want)
		}
		if left := rules.Check(g, &e, rules.Context{}); len(left) > 0 {
			t.Errorf("without signatures to judge: %s", tell(left))
		}
	}
}

func TestAFaultOfALaterSignatureSaysWhatItsEventSays(t *testing.T) {
	t.Parallel()
	g, e := ledgerOf(t, []string{numbered(7, collectU1)}), parse(t, at("signature", "09:00", `"meaning":"reviewed","sha256":"`+strings.Repeat("ab", 32)+`","signs":"`+id(7)+`"`))
	broken := rules.Check(g, &e, rules.Context{Signatures: told{faults: []rules.SignatureFault{
		{Variant: rules.OtherEvent, Want: strings.Repeat("cd", 32)}, {Variant: rules.OtherMeaning, Meaning: "approved"},
	}}})
	if len(broken) != 2 || broken[0].Event != event.ID(id(7)) || broken[0].Found != strings.Repeat("ab", 32) || broken[0].Want != strings.Repeat("cd", 32) {
		t.Errorf("%+v does not name the event and both digests", broken)
	}
	if broken[1].Name != "approved" || broken[1].Want != "reviewed" {
		t.Errorf("%+v does not name both meanings", broken[1])
	}
}

func TestMissingSignaturesAreWaivedByTwoApproversAndBadOnesByNobody(t *testing.T) {
	t.Parallel()
	missing := rules.Context{Signatures: told{faults: []rules.SignatureFault{{Variant: rules.Unsigned, Need: rules.SignatureNeed{Meaning: "released", Wanted: 1}}}}}
	name := []rules.ID{rules.MissingSignature}
	judgeWith(t, missing, []judgement{
		{"nobody", nil, collectU1, "missing-signature.unsigned released"},
		{"one approver", nil, deviating(collectU1, name, `"approved_by":["Q1"]`), "missing-signature.approvers released"},
		{"two approvers", nil, deviating(collectU1, name, `"approved_by":["Q1","Q2"]`), ""},
		{"it has happened", nil, deviating(collectU1, name, `"happened":true`), ""},
		{"another rule is named", nil, deviating(collectU1, []rules.ID{rules.OnHold}, `"happened":true`), "missing-signature.unsigned released"},
	})
	bad := rules.Context{Signatures: told{faults: []rules.SignatureFault{{Variant: rules.PolicyUnmet, Seq: 2, HasSeq: true, Need: rules.SignatureNeed{Meaning: "approved", Wanted: 1}}}}}
	judgeWith(t, bad, []judgement{
		{"a key event", nil, registerKey, "bad-signature.policy-unmet approved #2"},
		{
			"a key event that happened", nil, deviating(registerKey, []rules.ID{rules.BadSignature}, `"happened":true`),
			"malformed.not-waivable bad-signature; bad-signature.policy-unmet approved #2",
		},
		{"a key event with another waiver", nil, deviating(registerKey, name, `"happened":true`), "bad-signature.policy-unmet approved #2"},
	})
}
