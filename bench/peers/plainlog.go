package peers

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"iter"
	"os"
	"path/filepath"
)

// OpenPlainLog makes a file of records: length, record, SHA-256 over the hash before and the record. A group is one write and one
// sync of its data. It is the limit of what a chained log can do on a disk, and can do nothing else.
func OpenPlainLog(dir string) (Log, error) {
	f, err := os.Create(filepath.Join(dir, "plain.log"))
	if err != nil {
		return nil, err
	}
	l := &plainLog{f: f}
	l.group = newGroup(l.commit)
	return l, nil
}

type plainLog struct {
	f     *os.File
	group *group
	last  [sha256.Size]byte
	buf   []byte
}

func (l *plainLog) frame(record []byte) {
	l.buf = binary.BigEndian.AppendUint32(l.buf, uint32(len(record))) //nolint:gosec // below 64 KiB
	at := len(l.buf)
	l.buf = append(append(l.buf, l.last[:]...), record...)
	l.last = sha256.Sum256(l.buf[at:])
	l.buf = append(append(l.buf[:at], record...), l.last[:]...)
}

func (l *plainLog) commit(records [][]byte) error {
	l.buf = l.buf[:0]
	for _, r := range records {
		l.frame(r)
	}
	if _, err := l.f.Write(l.buf); err != nil {
		return err
	}
	return syncData(l.f)
}

// Append keeps one record.
func (l *plainLog) Append(ctx context.Context, record []byte) error {
	return l.group.append(ctx, record)
}

// Load writes groups of a thousand.
func (l *plainLog) Load(_ context.Context, records iter.Seq[[]byte]) error {
	w := bufio.NewWriterSize(l.f, 1<<20)
	n := 0
	for r := range records {
		l.buf = l.buf[:0]
		l.frame(r)
		if _, err := w.Write(l.buf); err != nil {
			return err
		}
		if n++; n%groupMost == 0 {
			if err := errors.Join(w.Flush(), syncData(l.f)); err != nil {
				return err
			}
		}
	}
	return errors.Join(w.Flush(), syncData(l.f))
}

// Close ends the log.
func (l *plainLog) Close() error {
	l.group.close()
	return l.f.Close()
}
