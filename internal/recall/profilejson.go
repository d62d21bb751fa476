package recall

import (
	"slices"
	"strings"

	"suyuan/internal/event"
)

// ProfileExt names the member of ext in which the opening of a case carries the
// limits of a profile that is not built in, so that nobody needs the file.
const ProfileExt = "suyuan:profile"

// JSON returns the profile as canonical JSON, in the form that [ParseProfile]
// reads.
func (p *Profile) JSON() []byte {
	limits := slices.Clone(p.Limits)
	slices.SortFunc(limits, func(a, b Limit) int { return strings.Compare(string(a.Goal), string(b.Goal)) })
	b := []byte(`{"limits":{`)
	for i, l := range limits {
		if i > 0 {
			b = append(b, ',')
		}
		b = event.AppendString(b, string(l.Goal))
		b = append(b, ':')
		b = event.AppendString(b, l.Within.String())
	}
	b = append(b, `},"name":`...)
	b = event.AppendString(b, p.Name)
	return append(b, '}')
}

// RecordedProfile reads the profile that an opening's ext carries; ok is false
// where it carries none.
func RecordedProfile(ext []byte) (p Profile, ok bool, err error) {
	if ext == nil {
		return Profile{}, false, nil
	}
	root, err := parseFile(ext)
	if err != nil {
		return Profile{}, false, err
	}
	for i := range root.members {
		if m := &root.members[i]; m.name == ProfileExt {
			p, err = ParseProfile(m.node.raw)
			return p, err == nil, err
		}
	}
	return Profile{}, false, nil
}
