package main

import (
	"path/filepath"
	"strings"
	"testing"
)

// The example workbooks of one language tell one story, from the lots of the collection to the patient's visit.
func TestExampleWorkbooksAreRecordedByTheProfilesThatNeedNoFile(t *testing.T) {
	t.Parallel()
	for lang, code := range map[string]string{"zh": "=A99992612345600", "en": "=A99992612346600"} {
		zone := map[string][]string{"en": {"--zone", "Asia/Shanghai"}}[lang]
		c, ledger := made(t)
		for _, kind := range []string{"receipt", "collection", "manufacture", "test", "release", "shipment", "arrival", "inventory", "infusion", "followup"} {
			name := kind + "." + lang
			book := filepath.Join("..", "..", "examples", "tables", name+".xlsx")
			c.want(t, 0, append([]string{"--ledger", ledger, "import", "--profile", name, "--dry-run", book}, zone...)...)
			c.want(t, 0, append([]string{"--ledger", ledger, "import", "--profile", name, book}, zone...)...)
			if !strings.HasPrefix(c.out.String(), "recorded ") || strings.HasPrefix(c.out.String(), "recorded 0") {
				t.Errorf("%s: %s", name, &c.out)
			}
			c.want(t, 0, append([]string{"--ledger", ledger, "import", "--profile", name, book}, zone...)...)
			if !strings.HasPrefix(c.out.String(), "recorded 0 events") {
				t.Errorf("%s a second time: %s", name, &c.out)
			}
			c.want(t, 0, "--ledger", ledger, "import", "--suggest", book)
			if !strings.Contains(c.out.String(), "type = \""+kind+"\"") {
				t.Errorf("%s: a profile for another type is proposed: %s", name, &c.out)
			}
		}
		c.want(t, 0, "--ledger", ledger, "trace", code, "--json", "--summary")
		if !strings.Contains(c.out.String(), `"patients":1`) {
			t.Errorf("a trace from the collection's code: %s", &c.out)
		}
	}
}
