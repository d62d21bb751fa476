package table

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"suyuan/internal/event"
)

// chineseZone is the zone of all of China.
const chineseZone = "Asia/Shanghai"

// BuiltIn returns the names of the profiles that need no file: a type of event and the language of the headings, as collection.zh.
func BuiltIn() []string {
	var names []string
	for _, t := range sortedTypes() {
		names = append(names, string(t)+".en", string(t)+".zh")
	}
	return names
}

// BuiltInText returns the text of a profile that needs no file. Its headings are those of the example workbooks; of its columns a table may lack all but
// those without which there is no event of the type.
func BuiltInText(name string) (string, bool) {
	if !slices.Contains(BuiltIn(), name) {
		return "", false
	}
	typ, lang, _ := strings.Cut(name, ".")
	t := event.Type(typ)
	var b, columns strings.Builder
	var group []string
	grouping := groupedBy(t)
	for _, h := range allHints(t) {
		heading := strconv.Quote(h.heading(lang))
		more := strings.TrimPrefix(strings.TrimSuffix(strings.Join([]string{h.more, optionalKey(t, h.to)}, ", "), ", "), ", ")
		if also := h.others(lang); len(also) > 0 {
			more = strings.TrimSuffix("also = ["+strings.Join(quotedAll(also), ", ")+"], "+more, ", ")
		}
		if h.to == "outputs.expires" {
			more = `day = "end", ` + more
		}
		if lang == "en" {
			more = strings.Replace(more, `split = "、"`, `split = ";"`, 1)
		}
		to := strconv.Quote(h.to)
		if more != "" {
			to = fmt.Sprintf("{ to = %q, %s }", h.to, more)
		}
		fmt.Fprintf(&columns, "%s = %s\n", heading, to)
		if slices.Contains(grouping, h.to) {
			group = append(group, heading)
		}
	}
	fmt.Fprintf(&b, "name = %q\ntype = %q\n", name, t)
	if lang == "zh" { // headings in Chinese letters are of a country with one zone; others are of anywhere
		fmt.Fprintf(&b, "zone = %q\n", chineseZone)
	}
	if len(group) > 0 {
		b.WriteString("group = [" + strings.Join(group, ", ") + "]\n")
	}
	b.WriteString("\n[columns]\n" + columns.String())
	return b.String(), true
}

// allHints are those of a type, and the common ones that it has no own for.
func allHints(t event.Type) []hint {
	all := slices.Clone(hints[t])
	for _, h := range commonHints {
		taken := slices.ContainsFunc(all, func(other hint) bool {
			return other.to == h.to || other.heading("zh") == h.heading("zh") || other.heading("en") == h.heading("en")
		})
		if !taken {
			all = append(all, h)
		}
	}
	return all
}

// heading is the name that the example workbooks have: the first one in Chinese letters, or the first one without.
func (h *hint) heading(lang string) string {
	for _, name := range h.names {
		if (name[0] >= 0x80) == (lang == "zh") {
			return name
		}
	}
	return h.names[0]
}

// others are the other names in that language.
func (h *hint) others(lang string) []string {
	return slices.DeleteFunc(slices.Clone(h.names), func(name string) bool { return (name[0] >= 0x80) != (lang == "zh") || name == h.heading(lang) })
}

// optionalKey is empty for a column without which there is no event of the type.
func optionalKey(t event.Type, to string) string {
	top, inner, nested := strings.Cut(to, ".")
	m, _ := find(event.Describe(t), top)
	if t == event.TypeReceipt && to == "lot" {
		return ""
	}
	if m.Must && (!nested || inner == "unit") {
		return ""
	}
	return "optional = true"
}

// groupedBy are the members in which rows agree that are one event.
func groupedBy(t event.Type) []string {
	switch t {
	case event.TypeShipment, event.TypeArrival:
		return []string{"shipment"}
	case event.TypeInventory:
		return []string{"time", "equipment"}
	case event.TypeManufacture:
		return []string{"batch", "step", "time"}
	case event.TypeRelease:
		return []string{"batch", "time"}
	default:
		return nil
	}
}
