package examples_test

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// A unit as the checker knows it.
type unit struct {
	made    time.Time
	end     time.Time // when it was used up; zero while it exists
	fate    string    // consumed, infused, or the method of its disposal
	role    string
	product string
	batch   string
	site    string // empty on the way
	due     time.Time
	expires time.Time
	from    []string // references of donor, units, batch, lots and aliquots
	patient string
}

// A checker reads events in order of recording and refuses what the rules on entry would refuse. It
// is written from the contract alone, so that the data are judged by something that shares no code with
// what made them or with what will import them.
type checker struct {
	units     map[string]*unit
	lots      map[string]bool
	ships     map[string]event
	known     map[string]bool // registered references
	released  map[string]time.Time
	ids       map[string]event
	holds     map[string]hold // by the id or line of the event that made it
	regions   map[string]string
	accepted  map[string]map[string]bool // unit to sites
	corrected map[string]bool
	missed    map[string]bool // by the newest inventory of the site
	last      time.Time
}

type hold struct {
	from   time.Time
	covers func(name string, u *unit) bool
}

func newChecker() *checker {
	return &checker{
		units: map[string]*unit{}, lots: map[string]bool{}, ships: map[string]event{}, known: map[string]bool{},
		released: map[string]time.Time{}, ids: map[string]event{}, holds: map[string]hold{}, regions: map[string]string{},
		accepted: map[string]map[string]bool{}, corrected: map[string]bool{}, missed: map[string]bool{},
	}
}

// check reads all lines; the error names the line.
func check(lines []string) (*checker, error) {
	c := newChecker()
	for i, line := range lines {
		e, err := shape(line)
		if err == nil {
			err = c.apply(fmt.Sprintf("line %d", i+1), e)
		}
		if err != nil {
			return c, fmt.Errorf("line %d: %w", i+1, err)
		}
	}
	return c, nil
}

func (c *checker) apply(name string, e event) error {
	if id := e.text("id"); id != "" {
		name = id
		if c.ids[id] != nil {
			return fmt.Errorf("id %q: used twice", id)
		}
		c.ids[id] = e
	}
	if e.moment("time").After(c.last) {
		c.last = e.moment("time")
	}
	if err := c.registered(e); err != nil {
		return err
	}
	steps := []func(string, event) error{c.master, c.made, c.worked, c.moved, c.given, c.gone, c.judged, c.cased}
	for _, step := range steps {
		if err := step(name, e); err != nil {
			return err
		}
	}
	return nil
}

// registered: every site, room, piece of equipment and operator that an event names.
func (c *checker) registered(e event) error {
	var refs []string
	add := func(kind string, ids ...string) {
		for _, id := range ids {
			if id != "" {
				refs = append(refs, kind+":"+id)
			}
		}
	}
	if e.text("type") == "register" {
		c.known[e.text("subject")] = true
	}
	add("site", e.text("site"), e.text("at"))
	add("room", e.text("room"))
	add("equipment", e.text("equipment"))
	add("operator", e.texts("operators")...)
	add("operator", e.texts("signed_by")...)
	add("operator", e.text("witness"), e.text("by"), e.text("requested_by"))
	for _, use := range e.objects("equipment") {
		add("equipment", use.text("equipment"))
	}
	if e.text("type") == "shipment" || e.text("type") == "handover" {
		add("site", e.text("to"))
	}
	for _, ref := range refs {
		if !c.known[ref] {
			return fmt.Errorf("%s names %q, which is not registered", e.text("type"), ref)
		}
	}
	return nil
}

func (c *checker) master(_ string, e event) error {
	switch e.text("type") {
	case "register":
		if site, ok := strings.CutPrefix(e.text("subject"), "site:"); ok {
			c.regions[site] = e.text("region")
		}
	case "receipt":
		c.lots[e.text("lot")] = true
	case "correction":
		if c.ids[e.text("corrects")] == nil {
			return fmt.Errorf("correction of an unknown event %q", e.text("corrects"))
		}
		c.corrected[e.text("corrects")] = true
	}
	if id := e.text("replaces"); id != "" {
		if c.ids[id] == nil {
			return fmt.Errorf("replaces an unknown event %q", id)
		}
		c.corrected[id] = true
	}
	return nil
}

// made takes in collections and manufactures with outputs.
func (c *checker) made(_ string, e event) error {
	if e.text("type") != "collection" && e.text("type") != "manufacture" {
		return nil
	}
	from, err := c.sources(e)
	if err != nil {
		return err
	}
	for _, out := range e.objects("outputs") {
		if lot := out.text("lot"); lot != "" {
			c.lots[lot] = true
			continue
		}
		id := out.text("unit")
		if c.units[id] != nil {
			return fmt.Errorf("made-twice: unit %q", id)
		}
		role := out.text("role")
		if role == "" {
			role = map[string]string{"collection": "collection", "manufacture": "intermediate"}[e.text("type")]
		}
		c.units[id] = &unit{
			made: e.moment("time"), role: role, product: out.text("product"), batch: e.text("batch"),
			site: e.text("site"), expires: out.moment("expires"), from: from,
		}
	}
	return nil
}

// sources uses up the inputs and names everything that went in.
func (c *checker) sources(e event) ([]string, error) {
	var from []string
	if e.text("donor") != "" {
		from = append(from, "donor:"+e.text("donor"))
	}
	if e.text("batch") != "" {
		from = append(from, "batch:"+e.text("batch"))
	}
	inputs := e.texts("inputs")
	for _, in := range e.objects("inputs") {
		if in["rest"] != true {
			inputs = append(inputs, in.text("unit"))
		} else if err := c.use(in.text("unit"), e); err != nil {
			return nil, err
		}
		from = append(from, "unit:"+in.text("unit"))
	}
	for _, id := range inputs {
		if err := c.use(id, e); err != nil {
			return nil, err
		}
		c.units[id].end, c.units[id].fate = e.moment("time"), "consumed"
		from = append(from, "unit:"+id)
	}
	materials, err := c.materials(e)
	return append(from, materials...), err
}

func (c *checker) materials(e event) ([]string, error) {
	var from []string
	for _, m := range e.objects("materials") {
		if !c.lots[m.text("lot")] {
			return nil, fmt.Errorf("unknown-thing: lot %q", m.text("lot"))
		}
		ref := "lot:" + m.text("lot")
		from = append(from, ref)
		if m.text("aliquot") != "" {
			from = append(from, "aliquot:"+m.text("lot")+"/"+m.text("aliquot"))
		}
	}
	return from, nil
}

// use is what every use of a unit asks for: it exists, is here, not expired, not used up, not held.
func (c *checker) use(id string, e event) error {
	u, at := c.units[id], e.moment("time")
	var excused []string
	if d, ok := e["deviation"].(map[string]any); ok {
		excused = event(d).texts("rules")
	}
	switch {
	case u == nil:
		return fmt.Errorf("unknown-thing: unit %q", id)
	case at.Before(u.made):
		return fmt.Errorf("out-of-order: unit %q is made later", id)
	case !u.end.IsZero():
		return fmt.Errorf("used-up: unit %q is %s", id, u.fate)
	case u.site != e.text("site"):
		return fmt.Errorf("not-here: unit %q is at %q, used at %q", id, u.site, e.text("site"))
	case !u.expires.IsZero() && at.After(u.expires) != slices.Contains(excused, "expired"):
		return fmt.Errorf("expired: unit %q until %s, deviations %v", id, u.expires, excused)
	case c.held(id, at):
		return fmt.Errorf("on-hold: unit %q", id)
	}
	return nil
}

func (c *checker) held(id string, at time.Time) bool {
	for _, h := range c.holds {
		if !at.Before(h.from) && h.covers(id, c.units[id]) {
			return true
		}
	}
	return false
}
