package rows

import (
	"suyuan/bench/measure"
)

// The entrants, as the page names them.
const (
	ours       = "suyuan"
	plainLog   = "plain log"
	sqlitePure = "SQLite (modernc)"
	sqliteCgo  = "SQLite (mattn, cgo)"
	postgres   = "PostgreSQL"
	immudb     = "immudb"
	tessera    = "Tessera"
)

// All returns the contests, in the order of the page.
func All(s *Stock) []measure.Contest {
	return noted([]measure.Contest{
		appending(s, 1),
		appending(s, 64),
		importing(s),
		tenths(s),
		onDisk(s),
		tracing(s),
		sharing(s),
		ranking(s),
		building(s),
		opening(s),
		verifying(s),
		answering(s),
		remembering(s),
	})
}

const (
	million = 1_000_000
	tenOf   = 10 * million
)

// Targets are what must be reached and what is aimed at.
func Targets() []measure.Target {
	return []measure.Target{
		{Work: "durable append, 1 client", Contest: "append-1", Entrant: ours, Against: plainLog, Must: 0.5, Aim: 0.6},
		{Work: "durable append, 64 clients", Contest: "append-64", Entrant: ours, Against: plainLog, Must: 0.35, Aim: 0.5},
		{Work: "durable append, 64 clients", Contest: "append-64", Entrant: ours, Against: postgres, Must: 3, Aim: 5},
		{Work: "durable append, 64 clients", Contest: "append-64", Entrant: ours, Against: tessera, Must: 3, Aim: 5},
		{Work: "import, checked and indexed", Contest: "import", Entrant: ours, Must: 60_000, Aim: 120_000, Unit: "events/s"},
		{Work: "import, CPU per event, last tenth to first", Contest: "import-tenths", Entrant: ours, Must: 1.25, Aim: 1.25, Unit: "×"},
		{Work: "bytes on disk, ledger file", Contest: "disk", Entrant: ledgerOnly, Must: 1.5, Aim: 1.25, Unit: "× record"},
		{Work: "bytes on disk, with all that is derived", Contest: "disk", Entrant: ours, Must: 2.2, Aim: 1.8, Unit: "× record"},
		{Work: "trace, lot in 0.1 %, warm", Contest: "trace", Entrant: ours, Against: sqlitePure, Size: million, Must: 10, Aim: 25},
		{Work: "trace, lot in 0.1 %, warm", Contest: "trace", Entrant: ours, Against: sqliteCgo, Size: million, Must: 10, Aim: 25},
		{Work: "trace, lot in 0.1 %, warm", Contest: "trace", Entrant: ours, Against: postgres, Size: million, Must: 15, Aim: 40},
		{Work: "trace, lot in 0.1 %, 10 M batches, warm", Contest: "trace", Entrant: ours, Size: tenOf, Must: 20, Aim: 8, Unit: "ms"},
		{Work: "trace, lot in 0.1 %, 10 M batches, cold start to answer", Size: tenOf, Must: 1000, Aim: 400, Unit: "ms"},
		{Work: "trace, one tank for a week, 10 M batches, warm", Contest: "shared", Entrant: ours, Size: tenOf, Must: 20, Aim: 5, Unit: "ms"},
		{Work: "source ranking, 20 positives, 200 negatives", Contest: "source", Entrant: ours, Size: million, Must: 1000, Aim: 100, Unit: "ms"},
		{Work: "graph from nothing", Contest: "graph", Entrant: ours, Size: million, Must: 400_000, Aim: million, Unit: "events/s"},
		{Work: "restart after a kill, 1 M events since the snapshot", Must: 3, Aim: 1, Unit: "s"},
		{Work: "verify, warm: hashes, chain, tree", Contest: "verify", Entrant: ours, Size: million, Must: 1.67, Aim: 2.5, Unit: "M records/s"},
		{Work: "verify with every signature, one in ten signed", Must: 60, Aim: 30, Unit: "s for 10 M"},
		{Work: "memory while tracing 10 M batches", Contest: "memory", Entrant: ours, Size: tenOf, Must: 500, Aim: 200, Unit: "MB"},
		{Work: "log, start to answer", Contest: "answer", Entrant: logCommand, Size: million, Must: 100, Aim: 100, Unit: "ms"},
		{Work: "show, start to answer", Contest: "answer", Entrant: showCommand, Size: million, Must: 100, Aim: 100, Unit: "ms"},
		{Work: "balance, start to answer", Contest: "answer", Entrant: balanceCommand, Size: million, Must: 100, Aim: 100, Unit: "ms"},
	}
}
