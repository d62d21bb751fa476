package event_test

import (
	"testing"

	"suyuan/internal/event"
)

func TestDescribeNamesTheMembersOfAType(t *testing.T) {
	t.Parallel()
	members := map[string]event.Member{}
	for _, m := range event.Describe(event.TypeManufacture) {
		members[m.Name] = m
	}
	inputs, outputs := members["inputs"], members["outputs"]
	switch {
	case inputs.Kind != event.MemberObjects || !inputs.Bare || inputs.Must || inputs.Members[0].Name != "unit" || !inputs.Members[0].Must:
		t.Errorf("inputs: %+v", inputs)
	case !outputs.MayBeEmpty || outputs.Must || len(outputs.Members) != 9:
		t.Errorf("outputs: %+v", outputs)
	case !members["site"].Must || members["room"].Must || members["site"].ThingKind != event.KindSite:
		t.Errorf("site: %+v, room: %+v", members["site"], members["room"])
	case event.Describe(event.TypeManufacture)[0].Name != "step":
		t.Errorf("first member %q, want the type's own first", event.Describe(event.TypeManufacture)[0].Name)
	}
	if own := event.DescribeCase(event.ActionScreen); own[2].Name != "patient" || own[3].Kind != event.MemberChoice || len(own[3].Choices) != 6 {
		t.Errorf("screen: %+v", own[:4])
	}
}
