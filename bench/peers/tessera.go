//go:build unix

package peers

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"iter"
	"path/filepath"
	"time"

	"github.com/transparency-dev/tessera"
	"github.com/transparency-dev/tessera/storage/posix"
	"golang.org/x/mod/sumdb/note"
	"k8s.io/klog/v2"
)

// OpenTessera opens a Tessera log on files. An entry counts when it is integrated into the tree; batches are up to 256 entries, or
// what came in 5 ms.
func OpenTessera(ctx context.Context, dir string) (Log, error) {
	secret, _, err := note.GenerateKey(rand.Reader, "bench.example/log")
	if err != nil {
		return nil, err
	}
	signer, err := note.NewSigner(secret)
	if err != nil {
		return nil, err
	}
	klog.LogToStderr(false) // it logs what its own shutdown breaks
	klog.SetOutput(io.Discard)
	ctx, cancel := context.WithCancel(ctx)
	driver, err := posix.New(ctx, posix.Config{Path: filepath.Join(dir, "tessera")})
	if err != nil {
		cancel()
		return nil, err
	}
	o := tessera.NewAppendOptions().WithCheckpointSigner(signer).WithCheckpointInterval(100*time.Millisecond).WithBatching(256, 5*time.Millisecond)
	a, shutdown, _, err := tessera.NewAppender(ctx, driver, o)
	if err != nil {
		cancel()
		return nil, err
	}
	return &tesseraLog{a, shutdown, cancel}, nil
}

type tesseraLog struct {
	appender *tessera.Appender
	shutdown func(context.Context) error
	cancel   func() // ends what it runs in the background
}

// Append returns when the entry's batch is integrated, which is when its future resolves.
func (t *tesseraLog) Append(ctx context.Context, record []byte) error {
	_, err := t.appender.Add(ctx, tessera.NewEntry(record))()
	return err
}

// Load adds as many entries at once as batches hold.
func (t *tesseraLog) Load(ctx context.Context, records iter.Seq[[]byte]) error {
	const atOnce = 4096
	var futures []tessera.IndexFuture
	wait := func() error {
		var err error
		for _, f := range futures {
			_, e := f()
			err = errors.Join(err, e)
		}
		futures = futures[:0]
		return err
	}
	for r := range records {
		futures = append(futures, t.appender.Add(ctx, tessera.NewEntry(append([]byte(nil), r...))))
		if len(futures) == atOnce {
			if err := wait(); err != nil {
				return err
			}
		}
	}
	return wait()
}

// Close waits until everything is published.
func (t *tesseraLog) Close() error {
	defer t.cancel()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	return t.shutdown(ctx)
}
