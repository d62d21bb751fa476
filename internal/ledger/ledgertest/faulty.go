package ledgertest

import (
	"context"
	"errors"
	"sync"

	"suyuan/internal/ledger"
)

// ErrInjected is the error of an append that a Faulty store was told to fail.
var ErrInjected = errors.New("injected fault")

// A Fault is a way in which an append fails.
type Fault int

// The faults. Both look the same to the caller, which is the point.
const (
	NoFault    Fault = iota
	FailBefore       // nothing is written
	FailAfter        // everything is written: a phantom commit, as when the last sync fails
)

// A Faulty store fails as it is told, and from then on refuses every call, as the contract wants.
type Faulty struct {
	ledger.Store
	plan func(call int) Fault

	mu     sync.Mutex
	calls  int  // guarded by mu
	failed bool // guarded by mu
}

// NewFaulty wraps a store; plan says for each call of Append, counted from 0, how it fails.
func NewFaulty(s ledger.Store, plan func(call int) Fault) *Faulty {
	return &Faulty{Store: s, plan: plan}
}

// Append implements ledger.Store.
func (s *Faulty) Append(ctx context.Context, b ledger.Batch) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failed {
		return ledger.ErrPoisoned
	}
	fault := s.plan(s.calls)
	s.calls++
	s.failed = fault != NoFault
	if fault == FailBefore {
		return ErrInjected
	}
	if err := s.Store.Append(ctx, b); err != nil {
		return err
	}
	if fault == FailAfter {
		return ErrInjected
	}
	return nil
}

// Lookup implements ledger.Store.
func (s *Faulty) Lookup(ctx context.Context, id ledger.ID) (uint64, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failed {
		return 0, false, ledger.ErrPoisoned
	}
	return s.Store.Lookup(ctx, id)
}
