package ledger

import "context"

// NoteCheckpoint is the name under which a ledger keeps its signed checkpoints.
const NoteCheckpoint = "checkpoint"

// PutNote keeps a signed note about the first n.Size records, durable on return; ErrConflict where another one is there.
func (l *Ledger) PutNote(ctx context.Context, name string, n Note) error {
	if _, err := l.viewOf(n.Size); err != nil {
		return err
	}
	return l.store.PutNote(ctx, name, n)
}

// Notes returns the notes under a name, by size.
func (l *Ledger) Notes(ctx context.Context, name string) ([]Note, error) {
	if err := l.usable(); err != nil {
		return nil, err
	}
	return l.store.Notes(ctx, name)
}

// NewestNote returns the note of the greatest size under a name; ok says whether there is one.
func (l *Ledger) NewestNote(ctx context.Context, name string) (n Note, ok bool, err error) {
	if err := l.usable(); err != nil {
		return Note{}, false, err
	}
	return l.store.NewestNote(ctx, name)
}
