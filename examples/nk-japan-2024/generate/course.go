package main

import "fmt"

// A course is one person's cells from the blood draw to the infusion. Times without a day are of the day
// they stand under.
type course struct {
	n                          int
	drawn                      string // day of the blood draw
	cabinet, centrifuge        string // first step
	incubator, tank            string
	frozen, inFreezer          string // day, and time in the freezing container
	thawed                     string // day; empty while the tubes are still in the tank
	vented, bathed, washed     string // times of the thaw's steps
	aliquot                    string // of the albumin lot, for the wash
	bench, spinner             string // cabinet and centrifuge after the thaw
	filled, given, givenAtHour string
}

// courses: 1 and 2 are the published cases, 3 to 6 are ours. What 1 and 2 share after their intake samples
// and in this order is the freezing container, the venting cabinet, the thaw bath and albumin aliquot S1;
// the others come to these after them, and share nothing with them before.
func courses() []course {
	return []course{
		{
			n: 1, drawn: "05-30", cabinet: "CAB-2", centrifuge: "CF-1", incubator: "INC-1", tank: "TANK-1",
			frozen: "06-13", inFreezer: "11:00", thawed: "09-17", vented: "10:02", bathed: "10:12", washed: "10:45",
			aliquot: "S1", bench: "CAB-2", spinner: "CF-3", filled: "09-29", given: "09-30", givenAtHour: "10:00",
		},
		{
			n: 2, drawn: "06-03", cabinet: "CAB-2", centrifuge: "CF-1", incubator: "INC-2", tank: "TANK-2",
			frozen: "06-13", inFreezer: "11:00", thawed: "09-17", vented: "10:00", bathed: "10:10", washed: "10:25",
			aliquot: "S1", bench: "CAB-3", spinner: "CF-2", filled: "09-29", given: "09-30", givenAtHour: "10:30",
		},
		{
			n: 3, drawn: "06-05", cabinet: "CAB-3", centrifuge: "CF-2", incubator: "INC-3", tank: "TANK-3",
			frozen: "06-17", inFreezer: "11:00", thawed: "08-06", vented: "11:00", bathed: "11:10", washed: "11:30",
			aliquot: "S0", bench: "CAB-4", spinner: "CF-4", filled: "08-19", given: "08-20", givenAtHour: "10:00",
		},
		{
			n: 4, drawn: "05-13", cabinet: "CAB-3", centrifuge: "CF-2", incubator: "INC-3", tank: "TANK-3",
			frozen: "05-27", inFreezer: "11:00", thawed: "09-17", vented: "11:00", bathed: "11:10", washed: "11:30",
			aliquot: "S2", bench: "CAB-4", spinner: "CF-4", filled: "10-06", given: "10-07", givenAtHour: "10:00",
		},
		{
			n: 5, drawn: "05-14", cabinet: "CAB-3", centrifuge: "CF-2", incubator: "INC-4", tank: "TANK-3",
			frozen: "05-28", inFreezer: "11:00", thawed: "09-18", vented: "11:00", bathed: "11:10", washed: "11:30",
			aliquot: "S1", bench: "CAB-4", spinner: "CF-4", filled: "10-08",
		},
		{
			n: 6, drawn: "06-06", cabinet: "CAB-3", centrifuge: "CF-2", incubator: "INC-4", tank: "TANK-3",
			frozen: "06-18", inFreezer: "11:00",
		},
	}
}

func (c course) id(part string) string { return fmt.Sprintf("C%d-%s", c.n, part) }

func (c course) batch() string { return fmt.Sprintf("NK-C%d", c.n) }

func (c course) donor() string { return fmt.Sprintf("CLINIC-B/D-%d", c.n) }

func (c course) patient() string { return fmt.Sprintf("CLINIC-A/P-%d", c.n) }

func (c course) tubes() []string { return []string{c.id("T1"), c.id("T2")} }

// published: the two cases of the report.
func (c course) published() bool { return c.n <= 2 }

// venting is the cabinet where tubes are opened to let the pressure out. Course 3 had another one.
func (c course) venting() string {
	if c.n == 3 {
		return "CAB-4"
	}
	return "CAB-1"
}

// bath is the thaw bath. Course 3 had another one.
func (c course) bath() string {
	if c.n == 3 {
		return "BATH-2"
	}
	return "BATH-1"
}
