package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
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

// Whatever is wrong with a file as a whole, nothing of it is recorded, and no file of rejected rows is made.
func TestADamagedTableLeavesNothing(t *testing.T) {
	t.Parallel()
	c, ledger := made(t)
	dir := t.TempDir()
	book, err := os.ReadFile(filepath.Join("..", "..", "examples", "tables", "receipt.zh.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	const head = "到货时间,物料批号,物料名称,数量,机构\n"
	row := "2025-03-01 08:00,L-1,medium,1,S1\n"
	files := map[string]string{
		"quote.csv": head + row + "2025-03-01 08:00,\"L-2,medium,1,S1\n", "cut.csv": head + row + "2025-03-01 08:00,L-", "mixed.csv": head + row + "2025-03-01 08:00,L-2,\xb0\xd7\xb5\xb0,1,S1\n",
		"wide.csv": "\xff\xfe" + head, "null.csv": head + row + "2025-03-01 08:00,L\x002,medium,1,S1\n", "value.csv": head + row + "#REF!,L-2,medium,1,S1\n", "empty.csv": "",
	}
	for i := range 12 {
		flipped := bytes.Clone(book)
		flipped[len(book)*i/12+40] ^= 0x10
		files["flipped"+strconv.Itoa(i)+".xlsx"], files["cut"+strconv.Itoa(i)+".xlsx"] = string(flipped), string(book[:len(book)*(i+1)/13])
	}
	refused := 0
	for name, content := range files {
		file, left := filepath.Join(dir, name), filepath.Join(dir, name+".left")
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		code := c.run(t.Context(), "--ledger", ledger, "import", "--profile", "receipt.zh", "--skip-rejected", "--rejects", left, file)
		if code == int(exitDone) && strings.HasPrefix(name, "flipped") { // where nothing is read
			c, ledger = made(t)
			continue
		}
		refused++
		if code != int(exitFailed) && code != int(exitRefused) {
			t.Errorf("%s: exit code %d: %s", name, code, &c.err)
		}
		if _, err := os.Stat(left); err == nil {
			t.Errorf("%s: a file of rejected rows was made", name)
		}
		c.want(t, 0, "--ledger", ledger, "log", "--json", "--limit", "1")
		if !strings.Contains(c.out.String(), `"seq":1`) {
			t.Errorf("%s: something was recorded: %s", name, &c.out)
		}
	}
	if refused < 20 {
		t.Errorf("%d files were refused: nothing was tested", refused)
	}
}
