package identifier

import "strings"

// keyRank are GS1's keys, what a label is on before what it tells about it: the
// box says its own GTIN, and beside it the GLN of the factory. Among keys of
// one thing each, and else among all, the first decides.
var keyRank = []string{"8006", "01", "8010", "8003", "8004", "00", "414", "417", "8017", "8018", "253", "255", "402", "401", "8013", "415"}

// particular gives for each key the qualifiers that make it more particular,
// the finest first: with a serial number, lot and variant add nothing, and two
// labels of one box of which one has no lot must meet (CBV 2.0 section 8.9
// keeps the finest level in the same way). (7040), a register's index of
// importers, is a qualifier in a Digital Link and tells no things apart.
var particular = map[string][]string{
	"01": {"235", "21", "10", "22"}, "8006": {"21", "10", "22"}, "8010": {"8011"}, "414": {"254"}, "8017": {"8019"}, "8018": {"8019"}, "415": {"8020"},
}

// identify finds the identity in the elements of one label.
func identify(said []Element) (Code, bool) {
	var best Code
	for _, ai := range keyRank {
		c, ok := underKey(said, ai)
		if ok && (best.scheme == 0 || c.names == Item && best.names != Item) {
			best = c
		}
	}
	return best, best.scheme != 0
}

// underKey is the identity that the elements have under the key ai.
func underKey(said []Element, ai string) (Code, bool) {
	key, ok := find(said, ai)
	if !ok {
		return Code{}, false
	}
	c := Code{scheme: GS1, key: []Element{key}, said: said}
	for _, q := range particular[ai] {
		e, ok := find(said, q)
		if ok && !saysNothing(e) {
			c.key = append(c.key, e)
			break
		}
	}
	c.names = namedBy(c.key)
	return c, true
}

// saysNothing is an extension 0 of a GLN: it says that there is none (EPC Tag
// Data Standard section 6.3.3), and its URN cannot say it otherwise.
func saysNothing(e Element) bool { return e.ID == "254" && e.Value == "0" }

func find(list []Element, id string) (Element, bool) {
	for _, e := range list {
		if e.ID == id {
			return e, true
		}
	}
	return Element{}, false
}

// namedBy says what kind of thing a GS1 identity names.
func namedBy(key []Element) Names {
	qualifier := ""
	if len(key) > 1 {
		qualifier = key[1].ID
	}
	switch key[0].ID {
	case "01", "8006":
		switch qualifier {
		case "21", "235":
			return Item
		case "10":
			return Lot
		}
		return Product
	case "8010":
		if qualifier == "8011" {
			return Item
		}
		return Product
	case "8003":
		if len(key[0].Value) > 14 {
			return Item
		}
		return Product
	case "00", "8004":
		return Item
	case "8013":
		return Product
	case "414":
		return Place
	case "417":
		return Party
	case "8017", "8018":
		return Person
	case "401", "402":
		return Consignment
	default:
		return Document
	}
}

// checkTogether refuses elements that GS1 forbids beside each other on one
// thing. What must stand beside another may be in another bar code of it, so
// that is no error.
func checkTogether(said []Element, at []source) *Error {
	for i, e := range said {
		for j, other := range said {
			if e.ID == other.ID && i < j {
				return at[j].fail(ProblemRepeated, GS1, "("+other.ID+")", 0, quoted(other.Value), "("+e.ID+") once")
			}
			if e.ID == other.ID {
				continue
			}
			for _, pattern := range entries[e.ID].excludes {
				if matches(pattern, other.ID) {
					return at[j].fail(ProblemExcluded, GS1, "("+other.ID+")", 0, quoted(other.Value), "no ("+other.ID+") beside ("+e.ID+")")
				}
			}
		}
	}
	return nil
}

// ofElements is the code of what one label says.
func ofElements(said []Element, at []source, whole source) (Code, *Error) {
	if err := checkTogether(said, at); err != nil {
		return Code{}, err
	}
	c, ok := identify(said)
	if !ok {
		want := "a key of GS1"
		if len(said) > 0 && len(entries[said[0].ID].requires) > 0 {
			want += ", such as " + strings.Join(entries[said[0].ID].requires, ", ")
		}
		return Code{}, whole.fail(ProblemNoKey, GS1, "", 0, "", want)
	}
	return c, nil
}

func (c Code) broaderGS1() []Code {
	var broader []Code
	keys := [][]Element{c.key[:1]}
	if lot, ok := find(c.said, "10"); ok && c.names == Item && (c.key[0].ID == "01" || c.key[0].ID == "8006") {
		keys = [][]Element{{c.key[0], lot}, c.key[:1]}
	}
	if c.key[0].ID == "8003" && len(c.key[0].Value) > 14 {
		keys = [][]Element{{{"8003", c.key[0].Value[:14]}}}
	}
	for _, key := range keys {
		if wide := (Code{GS1, namedBy(key), key, c.said}); !wide.Equal(c) {
			broader = append(broader, wide)
		}
	}
	return broader
}
