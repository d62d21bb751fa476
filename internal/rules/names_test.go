package rules_test

import (
	"fmt"
	"strings"
	"testing"

	"suyuan/internal/rules"
)

// An event can name hundreds of things. Each that is missing is told once, with
// where it is named first, and not what the event makes itself.
func TestOfManyNamesEachMissingOneIsToldOnce(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 31, 32, 33, 34, 100} {
		var inputs, materials, outputs, want []string
		for i := range n {
			inputs = append(inputs, fmt.Sprintf(`"U%d"`, i))
			materials = append(materials, fmt.Sprintf(`{"lot":"L%d","aliquot":"A"},{"lot":"L%d","aliquot":"B"}`, i, i))
			outputs = append(outputs, fmt.Sprintf(`{"unit":"O%d"}`, i))
			want = append(want, fmt.Sprintf("unit:U%d at inputs[%d]", i, i))
		}
		for i := range n {
			want = append(want, fmt.Sprintf("lot:L%d at materials[%d].lot", i, 2*i))
		}
		e := parse(t, at("manufacture", "08:00", fmt.Sprintf(`"step":"fill","site":"S","inputs":[%s],"outputs":[%s],"materials":[%s]`,
			strings.Join(inputs, ","), strings.Join(outputs, ","), strings.Join(materials, ","))))
		var got []string
		for _, v := range rules.Check(ledgerOf(t, nil), &e, rules.Context{}) {
			if v.Rule == rules.UnknownThing {
				got = append(got, v.Ref.String()+" at "+v.Path)
			}
		}
		if a, b := strings.Join(got, "\n"), strings.Join(want, "\n"); a != b {
			t.Errorf("%d: got\n%s\nwant\n%s", n, a, b)
		}
	}
}
