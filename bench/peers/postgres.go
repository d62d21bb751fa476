package peers

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"suyuan/bench/measure"
)

// Postgres is a log and a graph in a server of its own.
type Postgres struct {
	pool *pgxpool.Pool
	stop func() error
}

const clients = 64

// OpenPostgres makes a cluster in dir, starts its server on a free port of the loopback, and connects. Everything is durable (the
// defaults of fsync and synchronous_commit). jit is off and work_mem 4 MB: the planner expects millions of rows of a recursion, and
// with more memory or jit a walk of 4 ms takes half a second. The account postgres must be able to reach dir where root runs this.
func OpenPostgres(ctx context.Context, dir string) (_ *Postgres, err error) {
	bin, err := postgresBin()
	if err != nil {
		return nil, err
	}
	dir = filepath.Join(dir, "pg")
	if err := os.Mkdir(dir, 0o700); err != nil {
		return nil, err
	}
	user, err := postgresUser(dir)
	if err != nil {
		return nil, err
	}
	run := func(name string, args ...string) *exec.Cmd {
		cmd := append(append(user, filepath.Join(bin, name)), args...)
		c := exec.CommandContext(ctx, cmd[0], cmd[1:]...) //nolint:gosec // PostgreSQL's own programs
		c.Dir = dir
		return c
	}
	data := filepath.Join(dir, "data")
	if out, err := run("initdb", "-D", data, "-U", "bench", "-A", "trust", "-E", "UTF8", "--locale=C").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w: %s", err, out)
	}
	port, err := freePort(ctx)
	if err != nil {
		return nil, err
	}
	settings := fmt.Sprintf("-p %d -k %s -c listen_addresses=127.0.0.1 -c max_connections=%d -c shared_buffers=512MB -c jit=off -c work_mem=4MB"+
		" -c maintenance_work_mem=512MB -c max_wal_size=8GB -c max_parallel_workers_per_gather=0", port, dir, clients+10)
	if out, err := run("pg_ctl", "-D", data, "-w", "-l", filepath.Join(dir, "log"), "-o", settings, "start").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("pg_ctl start: %w: %s", err, out)
	}
	stop := func() error {
		ctx = context.WithoutCancel(ctx)
		return run("pg_ctl", "-D", data, "-m", "fast", "-w", "stop").Run()
	}
	p, err := connect(ctx, port)
	if err != nil {
		return nil, errors.Join(err, stop())
	}
	p.stop = stop
	return p, nil
}

func connect(ctx context.Context, port int) (*Postgres, error) {
	pool, err := pgxpool.New(ctx, fmt.Sprintf("host=127.0.0.1 port=%d user=bench dbname=postgres sslmode=disable pool_max_conns=%d", port, clients))
	if err != nil {
		return nil, err
	}
	_, err = pool.Exec(ctx, `
		CREATE TABLE record (seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body bytea NOT NULL);
		CREATE TABLE contact (source bigint NOT NULL, target bigint NOT NULL, grade smallint NOT NULL,
			since bigint, until bigint, entry bigint NOT NULL)`)
	if err != nil {
		pool.Close()
		return nil, err
	}
	return &Postgres{pool: pool}, nil
}

// postgresBin returns the folder of the newest server's programs.
func postgresBin() (string, error) {
	if path, err := exec.LookPath("initdb"); err == nil {
		if target, err := filepath.EvalSymlinks(path); err == nil {
			return filepath.Dir(target), nil
		}
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	if err != nil || len(found) == 0 {
		return "", fmt.Errorf("%w: no PostgreSQL: initdb is neither in PATH nor below /usr/lib/postgresql", measure.ErrCannot)
	}
	return found[len(found)-1], nil
}

// postgresUser returns the command that runs the server's programs: PostgreSQL refuses to be root, so root lends it dir.
func postgresUser(dir string) ([]string, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	const account = "postgres"
	if out, err := exec.Command("chown", "-R", account, dir).CombinedOutput(); err != nil { //nolint:gosec,noctx // a folder of the run; it takes no time
		return nil, fmt.Errorf("%w: PostgreSQL refuses to be run by root, and there is no account %s: %s", measure.ErrCannot, account, out)
	}
	return []string{"runuser", "-u", account, "--"}, nil
}

func freePort(ctx context.Context) (int, error) {
	var c net.ListenConfig
	l, err := c.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err := errors.Join(err, l.Close()); err != nil {
		return 0, err
	}
	return strconv.Atoi(port)
}

// Append is one INSERT, and so one transaction, per record.
func (p *Postgres) Append(ctx context.Context, record []byte) error {
	_, err := p.pool.Exec(ctx, "INSERT INTO record (body) VALUES ($1)", record)
	return err
}

// Load is one COPY.
func (p *Postgres) Load(ctx context.Context, records iter.Seq[[]byte]) error {
	next, stop := iter.Pull(records)
	defer stop()
	_, err := p.pool.CopyFrom(ctx, pgx.Identifier{"record"}, []string{"body"}, pgx.CopyFromFunc(func() ([]any, error) {
		r, ok := next()
		if !ok {
			return nil, nil
		}
		return []any{r}, nil
	}))
	return err
}

// LoadGraph is one COPY, then the indexes, with all that a walk reads in them.
func (p *Postgres) LoadGraph(ctx context.Context, edges iter.Seq[Edge]) error {
	next, stop := iter.Pull(edges)
	defer stop()
	columns := []string{"source", "target", "grade", "since", "until", "entry"}
	_, err := p.pool.CopyFrom(ctx, pgx.Identifier{"contact"}, columns, pgx.CopyFromFunc(func() ([]any, error) {
		e, ok := next()
		if !ok {
			return nil, nil
		}
		return []any{e.Source, e.Target, e.Grade, e.From, e.To, e.Entry}, nil
	}))
	for _, q := range []string{
		"CREATE INDEX ON contact (source, grade, target)",
		"CREATE INDEX ON contact (target, grade, source)",
		"VACUUM ANALYZE contact",
	} {
		if err == nil {
			_, err = p.pool.Exec(ctx, q)
		}
	}
	return err
}

// Reach walks by a recursive query.
func (p *Postgres) Reach(ctx context.Context, from, low, high int64) (n int, err error) {
	err = p.pool.QueryRow(ctx, `
		WITH RECURSIVE reached(thing) AS (
			SELECT $1::bigint UNION
			SELECT c.target FROM reached r JOIN contact c ON c.source = r.thing AND c.grade = 0
		) SELECT count(*) FROM reached WHERE thing >= $2 AND thing < $3`, from, low, high).Scan(&n)
	return n, err
}

// Version returns the server's.
func (p *Postgres) Version(ctx context.Context) (v string, err error) {
	err = p.pool.QueryRow(ctx, "SHOW server_version").Scan(&v)
	v, _, _ = strings.Cut(v, " ")
	return v, err
}

// Close stops the server.
func (p *Postgres) Close() error {
	p.pool.Close()
	return p.stop()
}
