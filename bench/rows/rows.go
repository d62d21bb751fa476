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
		restarting(s), // before the ledger that it leaves is made whole
		onDisk(s),
		tracing(s),
		sharing(s),
		ranking(s),
		starting(s),
		remembering(s),
		delivering(s, questions()[0]),
		delivering(s, questions()[1]),
		building(s),
		opening(s),
		verifying(s),
		answering(s),
	})
}

// Order names the contests in the order of the page.
func Order() []string {
	var names []string
	for _, c := range All(&Stock{}) {
		names = append(names, c.Name)
	}
	return names
}

const (
	million = 1_000_000
	tenOf   = 10 * million
)

const perSecond = "M records/s"

// in is the rate at which ten million records take so many seconds.
func in(seconds float64) float64 { return 10 / seconds }

// Targets are what must be reached and what is aimed at.
func Targets() []measure.Target {
	return []measure.Target{
		{Work: "durable append, 1 client", Contest: "append-1", Entrant: ours, Against: plainLog, Must: 0.5, Aim: 0.6},
		{Work: "durable append, 64 clients", Contest: "append-64", Entrant: ours, Against: plainLog, Must: 0.35, Aim: 0.5},
		{Work: "durable append, 64 clients", Contest: "append-64", Entrant: ours, Against: postgres, Must: 3, Aim: 5},
		{Work: "durable append, 64 clients", Contest: "append-64", Entrant: ours, Against: tessera, Must: 3, Aim: 5},
		{Work: "import, checked and indexed", Contest: "import", Entrant: ours, Must: 60_000, Aim: 120_000, Unit: "events/s", Limit: importLimit},
		{Work: "import, CPU per event, last tenth to first", Contest: "import-tenths", Entrant: ours, Must: 1.25, Aim: 1.25, Unit: "×"},
		{Work: "bytes on disk, ledger file", Contest: "disk", Entrant: ledgerOnly, Must: 1.5, Aim: 1.25, Unit: "× record"},
		{Work: "bytes on disk, with all that is derived", Contest: "disk", Entrant: ours, Must: 2.2, Aim: 1.8, Unit: "× record"},
		{Work: "trace, lot in 0.1 %, warm", Contest: "trace", Entrant: ours, Against: sqlitePure, Size: million, Must: 10, Aim: 25, Limit: traceLimit},
		{Work: "trace, lot in 0.1 %, warm", Contest: "trace", Entrant: ours, Against: sqliteCgo, Size: million, Must: 10, Aim: 25, Limit: traceLimit},
		{Work: "trace, lot in 0.1 %, warm", Contest: "trace", Entrant: ours, Against: postgres, Size: million, Must: 15, Aim: 40, Limit: traceLimit},
		{Work: "trace, lot in 0.1 %, 10 M batches, warm", Contest: "trace", Entrant: ours, Size: tenOf, Must: 20, Aim: 8, Unit: "ms"},
		{Work: "trace, lot in 0.1 %, 10 M batches, warm, the whole answer", Contest: "trace", Entrant: wholeAnswer, Size: tenOf, Must: 20, Aim: 8, Unit: "ms", Limit: wholeLimit},
		{Work: "trace, lot in 0.1 %, 10 M batches, cold start to answer", Contest: "cold", Entrant: coldNames, Size: tenOf, Must: 1000, Aim: 400, Unit: "ms"},
		{Work: "trace, lot in 0.1 %, 10 M batches, cold start to the whole answer", Contest: "cold", Entrant: coldIndex, Size: tenOf, Must: 1000, Aim: 400, Unit: "ms", Limit: wholeLimit},
		{Work: "trace, one tank for a week, 10 M batches, warm", Contest: "shared", Entrant: ours, Size: tenOf, Must: 20, Aim: 5, Unit: "ms"},
		{Work: "source ranking, 20 positives, 200 negatives", Contest: "source", Entrant: ours, Size: million, Must: 1000, Aim: 100, Unit: "ms", Limit: sourceLimit},
		{Work: "graph from nothing, 1 M batches", Contest: "graph", Entrant: withIndex, Size: million, Must: 400_000, Aim: million, Unit: "events/s", Limit: graphLimit},
		{Work: "restart after a kill, 1 M events since the snapshot", Contest: "restart", Entrant: firstAfter, Size: million, Must: 3, Aim: 1, Unit: "s"},
		{Work: "verify 10 M records, warm: hashes, chain, tree, held against 6 s", Contest: "verify", Entrant: verifyWarm, Size: tenOf, Must: in(6), Aim: in(4), Unit: perSecond, Limit: verifyLimit},
		{Work: "verify 10 M records, cold: the same, against 9 s", Contest: "verify", Entrant: verifyCold, Size: tenOf, Must: in(9), Aim: in(6), Unit: perSecond, Limit: verifyLimit},
		{Work: "verify 10 M records, warm: with form and ids, against 20 s", Contest: "verify", Entrant: verifyWarm, Size: tenOf, Must: in(20), Aim: in(8), Unit: perSecond},
		{Work: "verify 10 M records with every signature, one in ten signed, against 60 s", Contest: "verify", Entrant: verifySigned, Size: tenOf, Must: in(60), Aim: in(30), Unit: perSecond},
		{Work: "memory while tracing 10 M batches, lot in 0.1 %, besides mapped pages", Contest: "memory", Entrant: questions()[0].name, Size: tenOf, Must: 500, Aim: 200, Unit: "MB"},
		{Work: "memory while tracing 10 M batches, all kinds and grades, besides mapped pages", Contest: "memory", Entrant: questions()[1].name, Size: tenOf, Must: 500, Aim: 200, Unit: "MB", Limit: memoryLimit},
		{Work: "log, start to answer", Contest: "answer", Entrant: logCommand, Size: million, Must: 100, Aim: 100, Unit: "ms"},
		{Work: "show, start to answer", Contest: "answer", Entrant: showCommand, Size: million, Must: 100, Aim: 100, Unit: "ms", Limit: showLimit},
		{Work: "balance, start to answer", Contest: "answer", Entrant: balanceCommand, Size: million, Must: 100, Aim: 100, Unit: "ms", Limit: balanceLimit},
	}
}
