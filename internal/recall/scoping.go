package recall

import (
	"encoding/json"

	"suyuan/internal/event"
)

// A Scoping is one scope of a case as it was recorded.
type Scoping struct {
	Seq            uint64
	Time           event.Time
	Query          []byte // canonical JSON, as recorded
	Size           uint64
	Root, SHA256   string
	Counts         Counts
	Added, Removed *int64 // against the scope before; nil where it says nothing
}

func newScoping(s caseStep) Scoping {
	b := s.body.Scope
	row := Scoping{
		Seq: s.entry.Seq, Time: s.entry.Event.Time, Query: b.Query, Root: b.Root, SHA256: b.SHA256,
		Counts: readCounts(b.Counts), Added: b.Added, Removed: b.Removed,
	}
	if b.Size != nil && *b.Size > 0 {
		row.Size = uint64(*b.Size)
	}
	return row
}

// readCounts reads counts as an answer spells them. A scope that was recorded
// by hand can say anything: what is no count is none.
func readCounts(b []byte) Counts {
	var c struct {
		Allocated   int `json:"allocated"`
		InStock     int `json:"in_stock"`
		InTransit   int `json:"in_transit"`
		Infused     int `json:"infused"`
		OnHold      int `json:"on_hold"`
		Patients    int `json:"patients"`
		Regions     int `json:"regions"`
		RegionsUsed int `json:"regions_used"`
		Samples     int `json:"samples"`
		Sites       int `json:"sites"`
		Unaccounted int `json:"unaccounted"`
		Units       int `json:"units"`
	}
	if err := json.Unmarshal(b, &c); err != nil {
		return Counts{}
	}
	return Counts{
		Patients: c.Patients, Units: c.Units, Infused: c.Infused, InStock: c.InStock, InTransit: c.InTransit,
		Allocated: c.Allocated, OnHold: c.OnHold, Unaccounted: c.Unaccounted, Samples: c.Samples,
		Sites: c.Sites, Regions: c.Regions, RegionsUsed: c.RegionsUsed,
	}
}
