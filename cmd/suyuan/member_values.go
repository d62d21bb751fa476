package main

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"suyuan/internal/event"
)

// A builder turns the values of flags into the JSON of an event, which package event then judges like any other.
type builder struct {
	now time.Time // what the value "now" of a time stands for
}

// value turns the values given for a member into JSON. flag is what complaints call it.
func (b *builder) value(m event.Member, flag string, given []string) (any, error) {
	for _, s := range given {
		if !utf8.ValidString(s) {
			return nil, usage("utf8", data{"Flag": flag})
		}
	}
	if many(m.Kind) && len(given) == 1 && given[0] == "" && m.MayBeEmpty {
		return []any{}, nil
	}
	given = storableAll(m, given)
	switch m.Kind {
	case event.MemberTexts, event.MemberIDs, event.MemberThings, event.MemberUUIDs, event.MemberChoices, event.MemberKeys:
		return given, nil
	case event.MemberObjects:
		return b.objects(m, flag, given)
	case event.MemberCodes, event.MemberValues, event.MemberExt:
		return named(m, flag, given)
	case event.MemberTrigger:
		return trigger(given), nil
	default:
		return b.single(m, flag, given[len(given)-1])
	}
}

func (b *builder) single(m event.Member, flag, s string) (any, error) {
	switch m.Kind {
	case event.MemberTime:
		if s == "now" {
			return event.TimeOf(b.now).String(), nil
		}
		return s, nil
	case event.MemberCount, event.MemberInteger:
		if _, err := strconv.ParseUint(s, 10, 63); err != nil {
			return nil, usage("number", data{"Flag": flag, "Found": s})
		}
		return json.Number(s), nil
	case event.MemberFlag:
		if s != "true" && s != "false" {
			return nil, usage("truth", data{"Flag": flag, "Found": s})
		}
		return s == "true", nil
	case event.MemberObject:
		return b.object(m, flag, s)
	case event.MemberJSON:
		if !json.Valid([]byte(s)) {
			return nil, usage("json", data{"Flag": flag, "Found": s})
		}
		return json.RawMessage(s), nil
	default:
		return s, nil
	}
}

// objects turns each value into an object. A value without parts is the object's first member: --equipment LC-H1/BATH-1; where
// the event may name it barely, it stays bare.
func (b *builder) objects(m event.Member, flag string, given []string) (any, error) {
	list := make([]any, len(given))
	for i, s := range given {
		object, err := b.object(m, flag, s)
		if err != nil {
			return nil, err
		}
		list[i] = object
		if fields, ok := object.(map[string]any); ok && m.Bare && len(fields) == 1 && fields[m.Members[0].Name] != nil {
			list[i] = fields[m.Members[0].Name]
		}
	}
	return list, nil
}

// object reads an object from its parts, or from JSON where the value begins with a brace.
func (b *builder) object(m event.Member, flag, s string) (any, error) {
	if strings.HasPrefix(s, "{") {
		if !json.Valid([]byte(s)) {
			return nil, usage("json", data{"Flag": flag, "Found": s})
		}
		return json.RawMessage(s), nil
	}
	parts, err := cutParts(s)
	if err != nil {
		return nil, usage("parts", data{"Flag": flag, "Found": s})
	}
	given := make(map[string][]string)
	for i, part := range parts {
		name := strings.ReplaceAll(part.name, "-", "_")
		if part.name == "" && i == 0 {
			name = m.Members[0].Name
		}
		given[name] = append(given[name], part.value)
	}
	fields := make(map[string]any)
	for _, sub := range m.Members {
		values, ok := given[sub.Name]
		if !ok {
			continue
		}
		delete(given, sub.Name)
		if fields[sub.Name], err = b.value(sub, flag+" "+sub.Name, values); err != nil {
			return nil, err
		}
	}
	for name := range given {
		return nil, usage("part", data{"Flag": flag, "Found": name, "Parts": strings.Join(partNames(m), ", ")})
	}
	return fields, nil
}

// named reads NAME=VALUE: codes by thing, values and extensions by name. The first equals sign parts them.
func named(m event.Member, flag string, given []string) (any, error) {
	fields := make(map[string]any)
	for _, s := range given {
		name, value, ok := strings.Cut(s, "=")
		if !ok {
			return nil, usage("named", data{"Flag": flag, "Found": s, "Want": placeholder(m)})
		}
		if m.Kind == event.MemberCodes {
			name = storableRef(name)
			list, _ := fields[name].([]string)
			fields[name] = append(list, storable(value))
			continue
		}
		if _, twice := fields[name]; twice {
			return nil, usage("twice", data{"Flag": flag, "Found": name})
		}
		fields[name] = value
	}
	return fields, nil
}

// trigger is a list of event ids where every value is one, and otherwise a text.
func trigger(given []string) any {
	for _, s := range given {
		if _, err := event.ParseID(s); err != nil {
			return strings.Join(given, "; ")
		}
	}
	return given
}

// A part is one NAME=VALUE of an object; the first may be a value alone.
type part struct {
	name, value string
}

// cutParts reads NAME=VALUE,NAME="A VALUE, WITH COMMAS". Inside double quotes a doubled quote stands for one.
func cutParts(s string) ([]part, error) {
	var parts []part
	for {
		var p part
		if name, _, ok := strings.Cut(s, "="); ok && partName(name) {
			p.name, s = name, s[len(name)+1:]
		} else if len(parts) > 0 {
			return nil, errParts
		}
		var err error
		if p.value, s, err = cutValue(s); err != nil {
			return nil, err
		}
		parts = append(parts, p)
		if s == "" {
			return parts, nil
		}
		s = s[1:] // the comma
	}
}

func partName(s string) bool {
	return s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789_-") == ""
}

// cutValue takes a value off the front of s; the rest is empty or begins with a comma.
func cutValue(s string) (value, rest string, err error) {
	if !strings.HasPrefix(s, `"`) {
		i := strings.IndexByte(s, ',')
		if i < 0 {
			return s, "", nil
		}
		return s[:i], s[i:], nil
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] != '"':
			b.WriteByte(s[i])
		case strings.HasPrefix(s[i:], `""`):
			b.WriteByte('"')
			i++
		case i+1 == len(s) || s[i+1] == ',':
			return b.String(), s[i+1:], nil
		default:
			return "", "", errParts
		}
	}
	return "", "", errParts
}
