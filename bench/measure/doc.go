// Package measure runs contests: the same work done by several entrants in turn, round by round, so that what a busy machine does to
// one it does to all. It knows nothing of ledgers. What it reports are ratios within a round, with their spread, and CPU time beside
// them.
package measure
