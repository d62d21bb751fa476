package rules_test

import (
	"testing"

	"suyuan/internal/event"
	"suyuan/internal/genealogy"
	"suyuan/internal/rules"
)

func ids(names ...string) []rules.ID {
	list := make([]rules.ID, len(names))
	for i, n := range names {
		list[i] = rules.ID(n)
	}
	return list
}

func clock(t *testing.T, s string) event.Time {
	t.Helper()
	c, err := event.ParseTime("2026-01-01T" + s + "Z")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestAnEventLiesAtMostFiveMinutesAhead(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ now, want string }{
		{"08:00:00", ""},
		{"07:55:00", ""},
		{"07:54:59.999999999", "future.ahead"},
	} {
		e := parse(t, collectU1)
		if got := tell(rules.Check(genealogy.New(), &e, rules.Context{Now: clock(t, row.now)})); got != row.want {
			t.Errorf("at %s: found %q, wanted %q", row.now, got, row.want)
		}
	}
	e := parse(t, deviating(collectU1, ids("future"), ""))
	if got := rules.Check(genealogy.New(), &e, rules.Context{Now: clock(t, "01:00:00")}); len(got) > 0 {
		t.Errorf("declared as a deviation it is still refused: %s", tell(got))
	}
}

func TestAStrictLedgerKnowsItsSitesEquipmentRoomsAndOperators(t *testing.T) {
	t.Parallel()
	strict := rules.Context{Strict: true}
	ledger := []string{at("register", "06:00", `"subject":"site:S1"`), at("register", "23:00", `"subject":"operator:O1"`)}
	step := at("collection", "08:00", `"donor":"D1","site":"S1","room":"R1","operators":["O1","O2"],"equipment":[{"equipment":"E1"}],"outputs":[{"unit":"U1"}]`)
	g, e := ledgerOf(t, ledger), parse(t, step)
	const want = "unregistered.not-on-file equipment:E1; unregistered.not-on-file room:R1; unregistered.not-on-file operator:O2"
	if got := tell(rules.Check(g, &e, strict)); got != want {
		t.Errorf("found %q, wanted %q", got, want)
	}
	if got := rules.Check(g, &e, rules.Context{}); len(got) > 0 {
		t.Errorf("refused though the ledger is not strict: %s", tell(got))
	}
	e = parse(t, deviating(step, ids("unregistered"), ""))
	if got := tell(rules.Check(g, &e, strict)); got != "" {
		t.Errorf("declared as a deviation it is still refused: %s", got)
	}
	e = parse(t, at("register", "07:00", `"subject":"room:R1","at":"S1"`))
	if got := rules.Check(g, &e, strict); len(got) > 0 {
		t.Errorf("a registration is refused: %s", tell(got))
	}
}

func TestACaseClosesWhenItsMilestonesAreMet(t *testing.T) {
	t.Parallel()
	closing := at("case", "12:00", `"case":"C1","action":"close","conclusion":"done","signed_by":["Q1"]`)
	left := func(c event.Ref, at event.Time) []string {
		if c.ID() != "C1" || at.String() != "2026-01-01T12:00:00Z" {
			t.Errorf("asked about %v at %v", c, at)
		}
		return []string{"notified", "screened"}
	}
	check := func(s string, c rules.Context) string {
		e := parse(t, s)
		return tell(rules.Check(genealogy.New(), &e, c))
	}
	const want = "case-open.unmet case:C1 notified; case-open.unmet case:C1 screened"
	if got := check(closing, rules.Context{Unmet: left}); got != want {
		t.Errorf("found %q, wanted %q", got, want)
	}
	none := func(event.Ref, event.Time) []string { return nil }
	for name, got := range map[string]string{
		"all met":              check(closing, rules.Context{Unmet: none}),
		"not judged":           check(closing, rules.Context{}),
		"waived":               check(deviating(closing, ids("case-open"), ""), rules.Context{Unmet: left}),
		"reopened, not closed": check(at("case", "12:00", `"case":"C1","action":"reopen","sources":["donor:D1"]`), rules.Context{Unmet: left}),
	} {
		if got != "" {
			t.Errorf("%s: found %q", name, got)
		}
	}
}

func TestADeviationNamesRulesThatCanBeWaived(t *testing.T) {
	t.Parallel()
	judgeAll(t, []judgement{
		{"a rule that does not exist", nil, deviating(collectU1, ids("expired", "no-such-rule"), ""), "malformed.unknown-rule no-such-rule"},
		{"a rule that is never waived", nil, deviating(collectU1, ids("made-twice"), ""), "malformed.not-waivable made-twice"},
		{"waiving it does not help", []string{collectU1}, deviating(at("collection", "09:00", `"donor":"D1","site":"S1","outputs":[{"unit":"U1"}]`), ids("made-twice"), ""), "malformed.not-waivable made-twice; made-twice.already-made unit:U1 #1"},
		{"only the named rules are waived", []string{collectU1, dispose("09:00", "U1")}, deviating(workOnU1, ids("used-up"), ""), "out-of-order.after-used-up unit:U1 #2"},
		{"a waiver that is not needed does no harm", nil, deviating(collectU1, ids("expired"), ""), ""},
	})
	g, e := genealogy.New(), parse(t, deviating(collectU1, ids("expired"), ""))
	if got := rules.Waived(g, &e, rules.Context{}); len(got) > 0 {
		t.Errorf("%q was needed by an event that breaks nothing", got)
	}
}

func TestSomeDeviationsNeedTwoApproversOrToHaveHappened(t *testing.T) {
	t.Parallel()
	ledger := []string{collectU1}
	waive := func(more string) string { return deviating(infuseU1, ids("not-released"), more) }
	const refused = "not-released.approvers unit:U1"
	judgeAll(t, []judgement{
		{"nobody approved", ledger, waive(""), refused},
		{"one person approved", ledger, waive(`"approved_by":["Q1"]`), refused},
		{"it has not happened", ledger, waive(`"happened":false,"approved_by":["Q1"]`), refused},
		{"two people approved", ledger, waive(`"approved_by":["Q1","Q2"]`), ""},
		{"it has happened", ledger, waive(`"happened":true`), ""},
		{"other rules need nobody", []string{collectU1, dispose("09:00", "U1")}, deviating(store("10:00", "U1"), ids("used-up"), ""), ""},
	})
}
