package main

import (
	"fmt"
	"math/rand/v2"
	"time"

	"suyuan/examples/internal/journal"
)

// Everything here is invented; the note says so wherever a reader may first look.
const madeUp = "SYNTHETIC 虚构: made by the generator of this example; no one's record, no measured figure"

const (
	donorCentre = "OV-D1"
	factory     = "OV-F1"
	depot       = "LC-DEP"
	coldStore   = "LC-BW"
	desk        = "LC-ADM"
)

// A world is the journal of the example and the one source of its chances.
type world struct {
	journal *journal.Journal
	rnd     *rand.Rand
}

func newWorld(seed uint64) *world {
	rnd := rand.New(rand.NewPCG(seed, seed)) //nolint:gosec // G404: a seed has to give the same rows again
	return &world{journal: &journal.Journal{}, rnd: rnd}
}

// cn is a time in 2026 on Hainan's clock, eu one on the factory's.
func cn(text string) time.Time { return journal.On(journal.Offset(8), "2026-"+text) }

func eu(text string) time.Time { return journal.On(journal.Offset(1), "2026-"+text) }

func minutes(n int) time.Duration { return time.Duration(n) * time.Minute }

// tenths is a decimal between two limits given in tenths.
func (w *world) tenths(low, high int) string {
	n := low + w.rnd.IntN(high-low+1)
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	return fmt.Sprintf("%s%d.%d", sign, n/10, n%10)
}

// uuid makes the id of an event that another one has to name.
func (w *world) uuid() string {
	a, b := w.rnd.Uint64(), w.rnd.Uint64()
	return fmt.Sprintf("%08x-%04x-8%03x-%04x-%012x", a>>32, a>>16&0xffff, a&0xfff, b>>48&0x3fff|0x8000, b&0xffffffffffff)
}

func (w *world) digest() string {
	return fmt.Sprintf("%016x%016x%016x%016x", w.rnd.Uint64(), w.rnd.Uint64(), w.rnd.Uint64(), w.rnd.Uint64())
}

// A place is one registered site with its rooms, equipment and people.
type place struct {
	id, name, country, region string
	rooms, equipment, staff   []string
}

func places() []place {
	all := []place{
		{
			donorCentre, "境外采集中心 Overseas donor centre (synthetic)", "DE", "DE-HE",
			[]string{"COL-1"},
			[]string{"APH-1", "BOX-1", "BOX-2"},
			[]string{"OP-1", "OP-2"},
		},
		{
			factory, "境外细胞工厂 Overseas cell factory (synthetic)", "DE", "DE-HE",
			[]string{"ROOM-A", "ROOM-B", "FILL"},
			[]string{"CAB-1", "CAB-2", "INC-1", "INC-2", "INC-3", "INC-4", "CRF-1", "TANK-1", "SHIP-01", "SHIP-02", "SHIP-03", "SHIP-04"},
			[]string{"OP-1", "OP-2", "OP-3", "QC-1", "QP-1"},
		},
		{depot, "海口机场冷链站 Haikou airport cold depot (synthetic)", "CN", "CN-HI", nil, nil, []string{"OP-1"}},
		{
			coldStore, "乐城保税冷库 Lecheng bonded cold store (synthetic)", "CN", "CN-HI", nil,
			[]string{"TANK-1", "SHIP-11", "SHIP-12", "SHIP-13"},
			[]string{"OP-1", "OP-2"},
		},
		{desk, "乐城追溯值班室 Lecheng tracing desk (synthetic)", "CN", "CN-HI", nil, nil, []string{"OP-1", "OP-2"}},
	}
	for i, name := range []string{"乐城一号医院 Lecheng hospital 1", "乐城二号医院 Lecheng hospital 2", "乐城三号医院 Lecheng hospital 3"} {
		all = append(all, place{
			fmt.Sprintf("LC-H%d", i+1), name + " (synthetic)", "CN", "CN-HI",
			[]string{"THAW", "WARD-A"},
			[]string{"TANK-1", "TANK-2", "BATH-1"},
			[]string{"OP-1", "OP-2", "OP-3"},
		})
	}
	return all
}

func (w *world) register() {
	at := cn("01-04 09:00")
	for _, p := range places() {
		w.journal.Add("register", at, journal.Fact{
			"subject": "site:" + p.id, "name": p.name, "country": p.country, "region": p.region,
			"contact": "duty desk, extension 1 (synthetic)", "note": madeUp,
		})
		for _, room := range p.rooms {
			w.journal.Add("register", at, journal.Fact{"subject": "room:" + p.id + "/" + room, "at": p.id})
		}
		for _, name := range p.equipment {
			w.journal.Add("register", at, equipmentMaster(p.id, name))
		}
		for _, name := range p.staff {
			w.journal.Add("register", at, journal.Fact{"subject": "operator:" + p.id + "/" + name})
		}
	}
}

// equipmentMaster gives what stands in a room its site; shippers and boxes travel and have none.
func equipmentMaster(site, name string) journal.Fact {
	fact := journal.Fact{"subject": "equipment:" + site + "/" + name}
	if name[:4] == "SHIP" || name[:3] == "BOX" {
		fact["class"] = "shipper"
	} else {
		fact["at"] = site
	}
	return fact
}

// supply receives the material lots.
func (w *world) supply() {
	for _, m := range []struct{ lot, site, product, quantity, uom string }{
		{"KIT-2511", donorCentre, "umbilical cord collection kit", "20", "kit"},
		{"APH-25009", donorCentre, "apheresis set", "12", "set"},
		{"ACD-2509", donorCentre, "anticoagulant citrate dextrose A", "24", "bag"},
		{"MED-26001", factory, "xeno-free medium", "80", "L"},
		{"TRY-25015", factory, "dissociation enzyme", "6", "L"},
		{"NKK-25013", factory, "NK enrichment kit", "6", "kit"},
		{"IL2-25008", factory, "interleukin-2", "40", "mg"},
		{"HSA-25117", factory, "human serum albumin 20 %", "10", "bottle"},
		{"DMSO-25031", factory, "dimethyl sulfoxide", "2", "L"},
		{"BAG-25204", factory, "freezing bag set 25 mL", "200", "set"},
		{"NS-2601-H1", "LC-H1", "saline 0.9 %", "60", "bag"},
		{"NS-2601-H2", "LC-H2", "saline 0.9 %", "60", "bag"},
		{"NS-2601-H3", "LC-H3", "saline 0.9 %", "60", "bag"},
	} {
		at := eu("01-05 09:00").Add(minutes(w.rnd.IntN(300)))
		w.journal.Add("receipt", at, journal.Fact{
			"lot": m.lot, "site": m.site, "product": m.product, "quantity": m.quantity, "uom": m.uom,
			"supplier": "supplier of " + m.product + " (synthetic)", "expires": "2027-06-30T23:59:59Z",
			"operators": []string{m.site + "/OP-1"},
		})
	}
}
