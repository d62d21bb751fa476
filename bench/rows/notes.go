package rows

import "suyuan/bench/measure"

// notes say what is to be known about a contest's figures, and where they bend, by contest. They were written of worlds of 1,000 to 100,000
// batches, verify's of a million records too: what lies beyond was not seen when they were.
var notes = map[string]string{
	"append-1": "A commit of the ledger is two syncs, of the pages and then of the page that makes them count; the plain log's is one. So about half of its rate is the limit of one client. " +
		"SQLite can pass the plain log: its write-ahead log is written in place again after a checkpoint, and a file that does not grow syncs sooner.",
	"append-64": "What one commit takes is shared by all who wait, here and in the plain log; the two SQLites commit one by one.",
	"import": "The peers keep bytes; ours parses, checks every rule against what the records so far say, looks ids up and keeps the chain and the tree. CPU is the figure to watch: wall time is that of " +
		"a machine which others used. The peers' lines are level. Ours falls all the way from 1,000 batches to 100,000, without a bend: with ten times the batches an event costs half as much " +
		"again.",
	"import-tenths": "Above 1 an event costs more to judge the more the ledger says already. Where that comes from is not profiled yet.",
	"restart": "A real import is killed when it has recorded as many events since the last index as the world has batches; all is warm. At 1,000 batches the start of the program is seen; from 10,000 on " +
		"the line is straight: the time is that of reading those records, some 15 µs of CPU each. The next command takes as long as the first, as the index is written anew only when a quarter of " +
		"what it has has joined.",
	"disk": "Ours includes the hash chain, the tree, the index of ids and the index of the genealogy. PostgreSQL's includes its write-ahead log, which is recycled later. Ours steps up between 1,000 " +
		"and 10,000 batches: below 20,000 records there is no index of the genealogy. PostgreSQL's does too, where its log comes to be as long as what was loaded. From there on all lines are " +
		"level.",
	"trace": "At 1,000 batches a lot is in a hundredth of them, from 10,000 on in a thousandth: so both have some 20 patients, and what is seen is what a trace costs before it gets anywhere. From " +
		"10,000 on it grows with what is reached, ours and the peers'. Over all kinds of contacts a lot reaches, at lesser grades, most of what was made in the same months on the same machines: " +
		"that is what the last of our rows pays for. From 10,000 to 100,000 batches it bends up: thirteen times as many things are reached, and each costs twice as much.",
	"shared": "It grows with what was in the tank during its whole epoch (a year), not with the week: from 10,000 to 100,000 batches, where more is made and given in each place, as the world does. " +
		"From 1,000 to 10,000 it grows by a third of that, as the world gets longer too, from one year to ten.",
	"source": "One search back for each negative, each over all that its shared things remember, is where the time goes. It bends up at 10,000 batches: until there the world gets longer, from one year " +
		"to ten, beyond it denser, and the shared things remember more. Each round is a process of its own, so that it can be given up.",
	"cold": "The index alone: up to 64 MiB, which is between 10,000 and 100,000 batches, it is compared with its checksums as a whole, so all of it is read from the disk; beyond, only what the " +
		"question touches, a page here and there. So the cold line climbs away from the warm one. The line of a ledger begins high: below 20,000 records there is no index, and all records are " +
		"read. Beyond that it adds to the index's the start of a larger program, and the opening of the ledger, which looks at every branch page of its tree.",
	"memory": "Of `suyuan-ask` and the index alone, where it does not say *of a ledger*. *With mapped pages* includes those of the index that were touched, which the system can take away at any time; the other lines are of memory that belongs to no file. The lot's own way " +
		"needs next to nothing for itself. All kinds and grades bend up at 10,000 batches, as in the contest of traces, with what is reached: some 20 kB for each thing, as the answer is held as " +
		"a whole before it is written. Without an index, at 1,000 batches, a ledger's records are in memory: there its line begins high.",
	"json-lot": "All of an answer is known before its first byte is written, so the last comes right behind the first. What stands between the answer in memory and the first byte is the start of the " +
		"program and the opening of the ledger; at 1,000 batches, where there is no index, the reading of all records: hence the bend at 10,000.",
	"json-all": "As in the contest before; where the answer is large, at 100,000 batches 30 MB, writing it is a twentieth of the whole. Up to 10,000 batches it is the program's start that is seen, " +
		"beyond that the answer.",
	"graph": "Records are parsed from JSON and contacts derived, with no index to start from. It falls from 1,000 batches to 100,000, without a bend: a fifth of the time is the collector's, and " +
		"looking names up in tables went from a sixth of it at 10,000 batches to a fifth at 100,000, as tables get larger than the processor's caches (profiles of making an index). Where there " +
		"are more than half a million events, which is at 100,000 batches, they go into a file on the way.",
	"open": "Below 20,000 records there is no index and the records are read: that is the first bend. Above, the index's pages are not read; up to 64 MiB it is compared with its checksums as a " +
		"whole, which is nearly all of the time at 10,000 batches. Larger ones are not, and the line climbs again, now with the ledger: the branch pages of its tree are looked at each time it is " +
		"opened, which is twice here, 20 to 30 ms of CPU for a million records each time.",
	"verify": "Of a ledger with one record in ten signed, which says nothing where signatures are not asked for. One run is held against three targets: there is no mode that leaves form and ids out. A " +
		"start of the program takes some 25 ms of CPU, which is why small ledgers seem slow: without signatures the line climbs up to a million records. With signatures it is level from 100,000 " +
		"on, as one signature costs what sixty records do. Cold is as fast as warm up to 100,000 records, which are soon read; at a million it is behind.",
	"answer": "The first bend is that of the contest of opening: with an index, `show` and `balance` cost what they answer. All climb again from 10,000 batches to 100,000, by what looking at the " +
		"branch pages of the ledger's tree costs. `trace` climbs with what the lot reaches, over all kinds of contacts at grade confirmed.",
}

func noted(all []measure.Contest) []measure.Contest {
	for i := range all {
		all[i].Note = notes[all[i].Name]
	}
	return all
}
