package rules_test

import (
	"testing"

	"suyuan/internal/rules"
)

const (
	specOfM = `{"type":"register","time":"2026-01-01T07:00:00Z","subject":"product:M","specification":[` +
		`{"assay":"viability","low":"70","high":"100","uom":"%"},{"assay":"sterility","result":"negative","due_days":14},{"assay":"label","result":"pass","role":"dose"}]}`
	doseU1 = `{"type":"manufacture","time":"2026-01-01T08:00:00Z","step":"fill","site":"S1","batch":"B","outputs":[{"unit":"U1","role":"dose","product":"M"}]}`
)

func assayOf(clock, subject, assay, result, more string) string {
	return with(testOf(clock, subject, result), `"assay":"`+assay+`"`+more)
}

func measured(clock, subject, value string) string {
	return assayOf(clock, subject, "viability", "pass", `,"value":"`+value+`","uom":"%"`)
}

func TestAReleaseMeetsTheSpecificationOfItsProduct(t *testing.T) {
	t.Parallel()
	sterile, labelled := assayOf("08:30", "batch:B", "sterility", "negative", ""), assayOf("08:30", "unit:U1", "label", "pass", "")
	have := func(more ...string) []string { return append([]string{specOfM, doseU1}, more...) }
	all := func(more ...string) []string {
		return append(have(sterile, labelled, measured("08:40", "unit:U1", "92.50")), more...)
	}
	released, conditional := release("10:00", "released", oneSigner), release("10:00", "conditional", oneSigner+`,"pending":["sterility"]`)
	const none = "specification.no-result unit:U1 "
	judgeAll(t, []judgement{
		{"all there", all(), released, ""},
		{"at the lower limit", have(sterile, labelled, measured("08:40", "unit:U1", "70.0")), released, ""},
		{"at the upper limit", have(sterile, labelled, measured("08:40", "unit:U1", "100")), released, ""},
		{"just below", have(sterile, labelled, measured("08:40", "unit:U1", "69.99")), released, "specification.out-of-limit unit:U1 viability #5"},
		{"just above", have(sterile, labelled, measured("08:40", "unit:U1", "100.01")), released, "specification.out-of-limit unit:U1 viability #5"},
		{"in another unit of measure", have(sterile, labelled, assayOf("08:40", "unit:U1", "viability", "pass", `,"value":"92","uom":"g"`)), released, "specification.out-of-limit unit:U1 viability #5"},
		{"without a number", have(sterile, labelled, assayOf("08:40", "unit:U1", "viability", "pass", "")), released, "specification.out-of-limit unit:U1 viability #5"},
		{"another result than is asked for", all(assayOf("09:00", "batch:B", "sterility", "pass", "")), released, "specification.out-of-limit unit:U1 sterility #6"},
		{"none there", have(), released, none + "viability #1; " + none + "sterility #1; " + none + "label #1"},
		{"reported later", have(sterile, labelled, measured("10:01", "unit:U1", "92")), released, none + "viability #1"},
		{"an inconclusive repeat", all(assayOf("09:00", "batch:B", "sterility", "inconclusive", "")), released, none + "sterility #1"},
		{"an older one was out", all(measured("08:35", "unit:U1", "12")), released, ""},
		{"of the batch and of the unit, which is out", have(sterile, labelled, measured("08:40", "unit:U1", "12"), measured("08:50", "batch:B", "92")), released, "specification.out-of-limit unit:U1 viability #5"},
		{"of another unit of the batch", have(sterile, labelled, at("manufacture", "08:00", `"step":"fill","site":"S1","batch":"B","outputs":[{"unit":"U2"}]`), measured("08:40", "unit:U2", "92")), released, none + "viability #1"},
		{"of a sample of the batch", have(sterile, labelled, at("manufacture", "08:00", `"step":"fill","site":"S1","batch":"B","outputs":[{"unit":"U2","role":"sample"}]`), measured("08:40", "unit:U2", "92")), released, ""},
		{"of a sample of the unit", have(sterile, labelled, at("manufacture", "08:10", `"step":"sample","site":"S1","inputs":[{"unit":"U1","rest":true}],"outputs":[{"unit":"U2","role":"sample"}]`), measured("08:40", "unit:U2", "92")), released, ""},
		{"spelt otherwise", have(assayOf("08:30", "batch:B", "Sterility ", "negative", ""), labelled, assayOf("08:40", "unit:U1", "ＶＩＡ bility", "pass", `,"value":"92","uom":"%"`)), released, ""},
		{"spelt otherwise, and newer, and out", all(assayOf("09:00", "batch:B", "STERILITY", "pass", "")), released, "specification.out-of-limit unit:U1 sterility #6"},
		{"under another name", have(labelled, measured("08:40", "unit:U1", "92"), assayOf("08:50", "batch:B", "sterility test", "negative", "")), released, none + "sterility #1"},
		{"before it was registered", []string{doseU1, at("register", "10:01", `"subject":"product:M","specification":[{"assay":"a","low":"1"}]`)}, released, ""},
		{"its name registered anew", have(at("register", "09:00", `"subject":"product:M","name":"m"`)), conditional, none + "viability #1; " + none + "label #1"},
		{"the specification taken away", have(at("register", "09:00", `"subject":"product:M","specification":[]`)), released, ""},
		{"a newer one", all(at("register", "09:00", `"subject":"product:M","specification":[{"assay":"potency","low":"1"}]`)), released, none + "potency #6"},
		{"on condition, named", have(labelled, measured("08:40", "unit:U1", "92")), conditional, ""},
		{"on condition, named otherwise", have(labelled, measured("08:40", "unit:U1", "92")), release("10:00", "conditional", oneSigner+`,"pending":["Sterility"]`), ""},
		{"on condition, not named", have(labelled, measured("08:40", "unit:U1", "92")), release("10:00", "conditional", oneSigner), "specification.not-pending unit:U1 sterility #1"},
		{"on condition, what is due at release", have(labelled), release("10:00", "conditional", oneSigner+`,"pending":["sterility","viability"]`), none + "viability #1"},
		{"on condition, though it is out", all(assayOf("09:00", "batch:B", "sterility", "pass", "")), conditional, "specification.out-of-limit unit:U1 sterility #6"},
		{"by an exceptional decision", have(), release("10:00", "exceptional", inFull), ""},
		{"rejected", have(), release("10:00", "rejected", oneSigner), ""},
		{"positive, and its hold lifted", all(numbered(7, assayOf("08:50", "batch:B", "sterility", "positive", "")), at("case", "09:30", liftOfTest)), released, "specification.out-of-limit unit:U1 sterility #6"},
		{"positive, and corrected", all(numbered(7, assayOf("08:50", "batch:B", "sterility", "positive", "")), correct("09:30", 7)), released, ""},
		{"of no product", []string{specOfM, collectU1}, released, ""},
	})
}

func TestTheReleaseOfABatchMeetsTheSpecificationOfEachUnit(t *testing.T) {
	t.Parallel()
	fill := at("manufacture", "08:00", `"step":"fill","site":"S1","batch":"B","outputs":[{"unit":"U1","product":"M"},{"unit":"U2","product":"M"},{"unit":"U3","product":"M","role":"sample"},{"unit":"U4","product":"N"},{"unit":"U5","role":"waste","product":"M"}]`)
	whole := at("release", "10:00", `"batch":"B","decision":"released"`+oneSigner)
	specOfN := at("register", "07:00", `"subject":"product:N","specification":[{"assay":"potency","low":"1.5"}]`)
	sterile, strong := assayOf("08:30", "batch:B", "sterility", "negative", ""), assayOf("08:30", "unit:U4", "potency", "pass", `,"value":"1.50"`)
	have := func(more ...string) []string { return append([]string{specOfM, specOfN, fill, sterile}, more...) }
	judgeAll(t, []judgement{
		{"what all lack is said of the batch", have(strong), whole, "specification.no-result batch:B viability #1"},
		{"what one lacks is said of it", have(strong, measured("08:40", "unit:U1", "90")), whole, "specification.no-result unit:U2 viability #1"},
		{"two products", have(measured("08:40", "batch:B", "90")), whole, "specification.no-result batch:B potency #2"},
		{"all there", have(strong, measured("08:40", "unit:U3", "90")), whole, ""},
		{"out for the batch", have(strong, measured("08:40", "unit:U3", "9")), whole, "specification.out-of-limit batch:B viability #6"},
		{"of what is left", have(strong, measured("08:40", "unit:U1", "90"), dispose("09:00", "U2")), whole, ""},
	})
}

func TestARefusalNamesResultsThatNothingAsksFor(t *testing.T) {
	t.Parallel()
	fill := at("manufacture", "08:00", `"step":"fill","site":"S1","batch":"B","outputs":[{"unit":"U1","product":"M"},{"unit":"U2","role":"retained"},{"unit":"U4","product":"N"}]`)
	specOfN := at("register", "07:00", `"subject":"product:N","specification":[{"assay":"potency","low":"1.5"}]`)
	specOfM := at("register", "07:00", `"subject":"product:M","specification":[{"assay":"viability","low":"70"},{"assay":"Sterility","result":"negative"}]`)
	for _, row := range []struct{ name, test, release, want string }{
		{"under another name", assayOf("08:30", "batch:B", "vital cells", "pass", ""), at("release", "10:00", `"batch":"B","decision":"released"`+oneSigner), "vital cells"},
		{"asked of another unit", assayOf("08:30", "batch:B", "Potency", "pass", ""), at("release", "10:00", `"batch":"B","decision":"released"`+oneSigner), ""},
		{"asked for, in another spelling", assayOf("08:30", "batch:B", "sterility", "negative", ""), at("release", "10:00", `"batch":"B","decision":"released"`+oneSigner), ""},
		{"of a unit alone", assayOf("08:30", "batch:B", "Potency", "pass", ""), release("10:00", "released", oneSigner), "Potency"},
		{"of no name", testOf("08:30", "batch:B", "pass"), release("10:00", "released", oneSigner), ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			found := ""
			e := parse(t, row.release)
			for _, v := range rules.Check(ledgerOf(t, []string{specOfM, specOfN, fill, row.test}), &e, rules.Context{}) {
				if v.Rule == rules.Specification && v.Name == "viability" {
					found = "[" + v.Found + "]"
				}
			}
			if found != "["+row.want+"]" {
				t.Errorf("found %s, want [%s]", found, row.want)
			}
		})
	}
}
