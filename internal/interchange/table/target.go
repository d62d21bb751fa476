package table

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"suyuan/internal/event"
)

// A target is where in an event a value goes: a member, a member of an object, or of an object in a list.
type target struct {
	path   string       // as it was written, without an index
	outer  string       // the list or object; empty for a member of the event
	inList bool         // outer is a list
	index  int          // in the list, of those that one row gives; from 0
	name   string       // of the member
	member event.Member // what it holds
}

var targetForm = regexp.MustCompile(`^([a-z_0-9]+)(?:\[([1-9][0-9]?)\])?(?:\.(.+))?$`)

// parseTarget reads member, object.member, list.member or list[2].member. Codes of a thing go to codes.MEMBER, where the member names the thing;
// readings to values.NAME.
func parseTarget(t event.Type, key, path string) (target, error) {
	bad := func(want string) (target, error) {
		return target{}, &ProfileError{Key: key, Found: strconv.Quote(path), Want: want}
	}
	m := targetForm.FindStringSubmatch(path)
	if m == nil {
		return bad("a member of an event, as time, donor, outputs.unit or outputs[2].unit")
	}
	members := event.Describe(t)
	top, ok := find(members, m[1])
	if !ok || top.Name == "type" {
		return bad("a member of " + string(t) + ": " + namesOf(members))
	}
	to := target{path: m[1], name: m[1], member: top}
	if m[3] != "" {
		to.path += "." + m[3]
	}
	switch top.Kind {
	case event.MemberCodes, event.MemberValues, event.MemberExt:
		if m[3] == "" || m[2] != "" {
			return bad("a name behind " + m[1] + ", as in " + m[1] + ".NAME")
		}
		to.outer, to.name = m[1], m[3]
		return to, codesOf(t, key, to)
	case event.MemberObject, event.MemberObjects:
		inner, ok := find(top.Members, m[3])
		if !ok || m[2] != "" && top.Kind == event.MemberObject {
			return bad("a member of " + m[1] + ", as in " + m[1] + "." + top.Members[0].Name + ": " + namesOf(top.Members))
		}
		to.outer, to.name, to.member, to.inList = m[1], m[3], inner, top.Kind == event.MemberObjects
		if m[2] != "" {
			n, err := strconv.Atoi(m[2])
			if err != nil {
				return bad("a number in brackets")
			}
			to.index = n - 1
		}
		return to, nil
	default:
		if m[2] != "" || m[3] != "" {
			return bad(strconv.Quote(m[1]) + " alone, which has no members")
		}
		return to, nil
	}
}

// codesOf checks that codes.MEMBER names a member that is a thing.
func codesOf(t event.Type, key string, to target) error {
	if to.outer != "codes" {
		return nil
	}
	m, ok := find(event.Describe(t), to.name)
	if !ok || m.Kind != event.MemberID && m.Kind != event.MemberThing {
		return &ProfileError{Key: key, Found: strconv.Quote(to.path), Want: "codes. and a member that names one thing, as in codes.unit; codes of what is made go to outputs.codes"}
	}
	return nil
}

func find(members []event.Member, name string) (event.Member, bool) {
	i := slices.IndexFunc(members, func(m event.Member) bool { return m.Name == name })
	if i < 0 {
		return event.Member{}, false
	}
	return members[i], true
}

func namesOf(members []event.Member) string {
	var names []string
	for _, m := range members {
		if m.Name != "type" {
			names = append(names, m.Name)
		}
	}
	return strings.Join(names, ", ")
}

// many reports whether the member is a list of values.
func (t *target) many() bool {
	switch t.member.Kind {
	case event.MemberTexts, event.MemberIDs, event.MemberThings, event.MemberUUIDs, event.MemberChoices, event.MemberKeys:
		return true
	case event.MemberCodes:
		return true
	default:
		return false
	}
}
