// Package examples holds the worked examples as they lie beside it, so that programs and tests can make
// their own copy: lecheng, an imported cell preparation that turns out to be contaminated; fibercel, the
// published totals of a tissue recall of 2021; hiv-donor, those of a donor's 58 organs and tissues; and
// nk-japan-2024, two patients of one processing centre and the four ways from one to the other.
//
// All rows are synthetic. Each example has a README.md with a walk-through, an events.jsonl with one event
// a line in order of recording, and a generate command that makes the data from a seed; lecheng has a
// drill.json and a case.jsonl too. The package knows nothing of what is in them.
package examples

import "embed"

// The examples' folders in FS.
const (
	Lecheng  = "lecheng"
	Fibercel = "fibercel"
	HIVDonor = "hiv-donor"
	NKJapan  = "nk-japan-2024"
)

// The files of an example.
const (
	ReadmeFile = "README.md"
	EventsFile = "events.jsonl"
	DrillFile  = "drill.json" // lecheng only
	CaseFile   = "case.jsonl" // lecheng only: what the sites did in the recall
)

// FS holds the examples' files under their folders, without the generators.
//
//go:embed lecheng/README.md lecheng/events.jsonl lecheng/drill.json lecheng/case.jsonl
//go:embed fibercel/README.md fibercel/events.jsonl
//go:embed hiv-donor/README.md hiv-donor/events.jsonl
//go:embed nk-japan-2024/README.md nk-japan-2024/events.jsonl
var FS embed.FS
