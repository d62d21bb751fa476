package ledger

import "context"

// Notes returns the signed notes kept under a name, by size.
func (l *Ledger) Notes(ctx context.Context, name string) ([]Note, error) {
	if err := l.usable(); err != nil {
		return nil, err
	}
	return l.store.Notes(ctx, name)
}
