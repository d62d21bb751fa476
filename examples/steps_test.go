package examples_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// worked takes in manufactures that work on units in place.
func (c *checker) worked(_ string, e event) error {
	if e.text("type") != "manufacture" {
		return nil
	}
	added, err := c.materials(e)
	if err != nil {
		return err
	}
	for _, change := range e.objects("changes") {
		if !slices.Contains(e.texts("units"), change.text("unit")) {
			return fmt.Errorf("change of %q, which is not worked on", change.text("unit"))
		}
	}
	for _, id := range e.texts("units") {
		if err := c.use(id, e); err != nil {
			return err
		}
		c.units[id].from = append(slices.Clone(c.units[id].from), added...)
		for _, change := range e.objects("changes") {
			c.units[id].expires = change.moment("expires")
		}
	}
	return nil
}

// moved takes in stores, shipments and arrivals.
func (c *checker) moved(name string, e event) error {
	switch e.text("type") {
	case "store", "retrieve", "allocation":
		for _, id := range e.texts("units") {
			if err := c.exists(id, e); err != nil {
				return err
			}
		}
	case "shipment":
		c.ships[e.text("shipment")] = e
		for _, id := range e.texts("units") {
			if err := c.use(id, e); err != nil {
				return err
			}
			c.units[id].site, c.units[id].due = "", e.moment("due")
		}
	case "handover", "arrival":
		return c.come(name, e)
	}
	return nil
}

func (c *checker) exists(id string, e event) error {
	switch u := c.units[id]; {
	case u == nil:
		return fmt.Errorf("unknown-thing: unit %q", id)
	case !u.end.IsZero() && !e.moment("time").Before(u.end):
		return fmt.Errorf("used-up: unit %q", id)
	case e.moment("time").Before(u.made):
		return fmt.Errorf("out-of-order: unit %q is made later", id)
	case u.site != e.text("site") && e.text("type") != "allocation":
		return fmt.Errorf("not-here: unit %q is at %q, not %q", id, u.site, e.text("site"))
	}
	return nil
}

// come moves what was accepted; a temperature outside what the shipment allows makes a hold.
func (c *checker) come(name string, e event) error {
	s := c.ships[e.text("shipment")]
	if s == nil || e.moment("time").Before(s.moment("time")) {
		return fmt.Errorf("unknown-thing: shipment %q", e.text("shipment"))
	}
	for _, id := range e.texts("accepted") {
		if !slices.Contains(s.texts("units"), id) || c.units[id].site != "" {
			return fmt.Errorf("not-shipped: unit %q in %q", id, e.text("shipment"))
		}
		c.units[id].site = e.text("site")
		if c.accepted[id] == nil {
			c.accepted[id] = map[string]bool{}
		}
		c.accepted[id][e.text("site")] = true
	}
	if outside(s, e) {
		units := s.texts("units")
		c.holds[name] = hold{e.moment("time"), func(id string, _ *unit) bool { return slices.Contains(units, id) }}
	}
	return nil
}

func outside(s, e event) bool {
	number := func(e event, name string, unknown float64) float64 {
		n, err := strconv.ParseFloat(e.text(name), 64)
		if err != nil {
			return unknown
		}
		return n
	}
	return number(e, "min", 0) < number(s, "low", -300) || number(e, "max", -300) > number(s, "high", 300)
}

// given takes in releases and infusions.
func (c *checker) given(_ string, e event) error {
	switch e.text("type") {
	case "release":
		for _, name := range append(e.texts("units"), e.text("batch")) {
			c.released[name] = e.moment("time")
		}
	case "infusion":
		id := e.text("unit")
		if err := c.use(id, e); err != nil {
			return err
		}
		u := c.units[id]
		if !c.mayBeGiven(id, e.moment("time")) && !c.mayBeGiven(u.batch, e.moment("time")) {
			return fmt.Errorf("not-released: unit %q", id)
		}
		if len(e.texts("checks")) < 2 {
			return fmt.Errorf("infusion of %q: %d checks, want two", id, len(e.texts("checks")))
		}
		u.end, u.fate, u.patient = e.moment("time"), "infused", e.text("patient")
	}
	return nil
}

// mayBeGiven says whether a unit or batch was released by then.
func (c *checker) mayBeGiven(name string, at time.Time) bool {
	released, ok := c.released[name]
	return ok && !released.After(at)
}

// gone takes in disposals, and inventories as a complete count against what is known: nothing may be counted
// that is not there; what is there and was not counted is missed.
func (c *checker) gone(_ string, e event) error {
	switch e.text("type") {
	case "disposal":
		for _, id := range e.texts("units") {
			if err := c.exists(id, e); err != nil {
				return err
			}
			c.units[id].end, c.units[id].fate = e.moment("time"), e.text("method")
		}
	case "inventory":
		var here []string
		for id, u := range c.units {
			// FiberCel's sites count only what they hold of the recalled lot, which is all there is.
			if u.end.IsZero() && u.site == e.text("site") {
				here = append(here, id)
			}
		}
		counted := e.texts("units")
		for _, id := range here {
			c.missed[id] = !slices.Contains(counted, id)
		}
		if !slices.IsSorted(counted) || slices.ContainsFunc(counted, func(id string) bool { return !slices.Contains(here, id) }) ||
			e["count"] != float64(len(counted)) {
			return fmt.Errorf("inventory of %s counts %v, expected %v", e.text("site"), counted, here)
		}
	}
	return nil
}

// judged takes in tests; a positive or failed one holds its batch or unit and all made from it.
func (c *checker) judged(name string, e event) error {
	if e.text("type") != "test" {
		return nil
	}
	kind, id, _ := strings.Cut(e.text("subject"), ":")
	batch := id
	if kind == "unit" {
		if c.units[id] == nil || e.moment("sampled").Before(c.units[id].made) {
			return fmt.Errorf("unknown-thing: %q when it was sampled", e.text("subject"))
		}
		batch = c.units[id].batch
	}
	if e.moment("sampled").After(e.moment("time")) {
		return fmt.Errorf("test of %q is reported before it was sampled", e.text("subject"))
	}
	if r := e.text("result"); r == "positive" || r == "fail" {
		c.holds[name] = hold{e.moment("time"), func(other string, u *unit) bool {
			if kind == "donor" {
				return c.reached([]string{"donor:" + id})[other]
			}
			return other == id || batch != "" && u.batch == batch
		}}
	}
	return nil
}

// cased takes in holds and lifts of cases.
func (c *checker) cased(name string, e event) error {
	switch e.text("action") {
	case "hold":
		things := e.texts("things")
		c.holds[name] = hold{e.moment("time"), func(id string, _ *unit) bool { return c.reached(things)[id] }}
	case "lift":
		for _, id := range e.texts("holds") {
			if _, ok := c.holds[id]; !ok {
				return fmt.Errorf("lift of an unknown hold %q", id)
			}
			delete(c.holds, id)
		}
	}
	return nil
}

// reached walks forward from references over what every unit was made from, until nothing new comes.
func (c *checker) reached(sources []string) map[string]bool {
	found := map[string]bool{}
	for grew := true; grew; {
		grew = false
		for id, u := range c.units {
			touched := slices.ContainsFunc(u.from, func(ref string) bool {
				from, isUnit := strings.CutPrefix(ref, "unit:")
				return slices.Contains(sources, ref) || isUnit && found[from]
			})
			if !found[id] && (touched || slices.Contains(sources, "unit:"+id)) {
				found[id], grew = true, true
			}
		}
	}
	return found
}

// Totals are the counts of a trace and of a balance.
type totals struct {
	Patients, Units, Infused, InStock, InTransit, Destroyed, Unaccounted, Samples, OnHold int
	Sites, Regions, RegionsUsed                                                           int
}

func (c *checker) totals(at time.Time, sources ...string) totals {
	var t totals
	patients, sites, regions, used := map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}
	for id := range c.reached(sources) {
		u := c.units[id]
		if u.role == "sample" || u.role == "retained" {
			t.Samples++
			continue
		}
		if u.fate == "consumed" {
			continue
		}
		t.Units++
		t.add(u, c.held(id, at), c.missed[id] || u.site == "" && at.After(u.due))
		for site := range c.accepted[id] {
			sites[site] = true
			if c.regions[site] != "" {
				regions[c.regions[site]] = true
			}
		}
		if u.patient != "" {
			patients[u.patient] = true
			if c.regions[u.site] != "" {
				used[c.regions[u.site]] = true
			}
		}
	}
	t.Patients, t.Sites, t.Regions, t.RegionsUsed = len(patients), len(sites), len(regions), len(used)
	return t
}

func (t *totals) add(u *unit, held, nowhere bool) {
	switch {
	case u.fate == "infused":
		t.Infused++
	case u.fate == "destroyed":
		t.Destroyed++
	case u.fate != "":
		panic("a reached unit ended as " + u.fate)
	case nowhere:
		t.Unaccounted++
	case u.site == "":
		t.InTransit++
	default:
		t.InStock++
	}
	if u.fate == "" && held {
		t.OnHold++
	}
}
