package peers

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"net/url"
	"path/filepath"
	"slices"

	_ "modernc.org/sqlite" // the driver "sqlite": SQLite without cgo

	"suyuan/bench/measure"
)

// OpenSQLite opens a database with the driver "sqlite" (modernc, pure Go) or "sqlite3" (mattn, cgo). The write-ahead log is synced at
// each commit. The error wraps measure.ErrCannot where the driver is not linked in.
func OpenSQLite(driver, dir string) (*SQLite, error) {
	if err := hasDriver(driver); err != nil {
		return nil, err
	}
	path := filepath.Join(dir, "peer.sqlite")
	v := url.Values{}
	if driver == "sqlite3" {
		v = url.Values{"_journal_mode": {"WAL"}, "_synchronous": {"FULL"}, "_busy_timeout": {"60000"}, "_cache_size": {"-262144"}}
	} else {
		v["_pragma"] = []string{"journal_mode(WAL)", "synchronous(FULL)", "busy_timeout(60000)", "cache_size(-262144)"}
	}
	db, err := sql.Open(driver, "file:"+path+"?"+v.Encode())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1) // there is one writer, and waiting for it in Go is quicker than by the busy handler
	_, err = db.ExecContext(context.Background(), `
		CREATE TABLE record (seq INTEGER PRIMARY KEY, body BLOB NOT NULL);
		CREATE TABLE contact (source INTEGER NOT NULL, target INTEGER NOT NULL, grade INTEGER NOT NULL,
			since INTEGER, until INTEGER, entry INTEGER NOT NULL)`)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &SQLite{db}, nil
}

// SQLite is a log and a graph.
type SQLite struct{ db *sql.DB }

// Append is one transaction per record.
func (s *SQLite) Append(ctx context.Context, record []byte) error {
	_, err := s.db.ExecContext(ctx, "INSERT INTO record (body) VALUES (?)", record)
	return err
}

// Load takes 10,000 records per transaction.
func (s *SQLite) Load(ctx context.Context, records iter.Seq[[]byte]) error {
	return s.insert(ctx, "INSERT INTO record (body) VALUES (?)", func(yield func(...any) bool) {
		for r := range records {
			if !yield(r) {
				return
			}
		}
	})
}

func (s *SQLite) insert(ctx context.Context, query string, rows func(yield func(...any) bool)) error {
	const perTransaction = 10_000
	var tx *sql.Tx
	var stmt *sql.Stmt
	var err error
	n := 0
	commit := func() error {
		if tx == nil {
			return nil
		}
		err := errors.Join(stmt.Close(), tx.Commit())
		tx = nil
		return err
	}
	rows(func(args ...any) bool {
		if tx == nil {
			if tx, err = s.db.BeginTx(ctx, nil); err != nil {
				tx = nil
				return false
			}
			if stmt, err = tx.PrepareContext(ctx, query); err != nil {
				return false
			}
		}
		if _, err = stmt.ExecContext(ctx, args...); err != nil {
			return false
		}
		if n++; n%perTransaction == 0 {
			err = commit()
		}
		return err == nil
	})
	if err != nil {
		if tx != nil {
			err = errors.Join(err, tx.Rollback())
		}
		return err
	}
	return commit()
}

// LoadGraph loads contacts and then indexes them both ways, with all that a walk reads in the index.
func (s *SQLite) LoadGraph(ctx context.Context, edges iter.Seq[Edge]) error {
	err := s.insert(ctx, "INSERT INTO contact VALUES (?, ?, ?, ?, ?, ?)", func(yield func(...any) bool) {
		for e := range edges {
			if !yield(e.Source, e.Target, e.Grade, e.From, e.To, e.Entry) {
				return
			}
		}
	})
	if err != nil {
		return err
	}
	_, err = s.db.ExecContext(ctx, `
		CREATE INDEX forward ON contact (source, grade, target);
		CREATE INDEX backward ON contact (target, grade, source);
		ANALYZE`)
	return err
}

// Reach walks by a recursive query. CROSS JOIN keeps the order of the join, without which it reads the whole table per step.
func (s *SQLite) Reach(ctx context.Context, from, low, high int64) (n int, err error) {
	err = s.db.QueryRowContext(ctx, `
		WITH RECURSIVE reached(thing) AS (
			VALUES (?) UNION
			SELECT c.target FROM reached CROSS JOIN contact c ON c.source = reached.thing AND c.grade = 0
		) SELECT count(*) FROM reached WHERE thing >= ? AND thing < ?`, from, low, high).Scan(&n)
	return n, err
}

// Close closes the database.
func (s *SQLite) Close() error { return s.db.Close() }

// Version returns that of SQLite itself.
func (s *SQLite) Version(ctx context.Context) (v string, err error) {
	err = s.db.QueryRowContext(ctx, "SELECT sqlite_version()").Scan(&v)
	return v, err
}

// hasDriver says where a driver is not linked in.
func hasDriver(name string) error {
	if slices.Contains(sql.Drivers(), name) {
		return nil
	}
	return fmt.Errorf("%w: driver %s is not linked in: it needs cgo", measure.ErrCannot, name)
}
