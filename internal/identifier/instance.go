package identifier

import (
	"slices"
	"strings"
)

// Instances returns the codes of a text that cannot be anything else and that each
// name one instance: an item, a lot, or a donation of which nothing on the label
// says that it is in several containers. Where such a text is the id of a thing, it
// is a code of that thing. Digits alone, a shape that a number of somebody's own can
// have as well, text, and what is wrong as a code are none. Most ids are none, which
// is seen without reading them.
func Instances(text string) []Code {
	if !canBeMarked(text) {
		return nil
	}
	folded, err := Fold(text)
	if err != nil || all(folded, digits) || strings.ContainsAny(folded, " \t\r\n") {
		return nil
	}
	codes, err := Parse(text)
	if err != nil || slices.ContainsFunc(codes, func(c Code) bool { return c.scheme == Text }) {
		return nil
	}
	marked := strings.ContainsAny(folded, "=:")
	return slices.DeleteFunc(codes, func(c Code) bool {
		switch c.names {
		case Item, Lot:
			return false
		case Donation:
			return !marked || !c.saysDonationAlone()
		default:
			return true
		}
	})
}

// canBeMarked reports whether a text holds what a mark does, or can when it is
// folded, or is as long as what needs none. Ideographs, of which ids are made, fold
// to themselves.
func canBeMarked(text string) bool {
	if len(text) >= len(mphoShape) {
		return true
	}
	for i := range len(text) {
		switch text[i] {
		case '=', '&', '(', '[', ']', ':', fnc1, 0xe2, 0xe3, 0xef, 0xf0:
			return true
		}
	}
	return false
}

// saysDonationAlone reports whether the label says which donation it is and nothing
// that could tell two bags of it apart: flags below 60 can number containers.
func (c Code) saysDonationAlone() bool {
	return !slices.ContainsFunc(c.said, func(e Element) bool {
		if e.ID == idFlags {
			return meaningful(e.Value)
		}
		return e.ID != idDIN && e.ID != kindDIN && e.ID != ""
	})
}

// meaningful reports whether flags say something: they are neither unused nor a check
// of the number before them.
func meaningful(flags string) bool {
	return flags != "00" && (!all(flags, digits) || two(flags) < 60 || two(flags) > 96)
}
