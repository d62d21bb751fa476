// Package label makes the labels of bags and vials: what a hand and an eye need at the bench, in Chinese and in English, beside a symbol that leads a
// scanner back to the one unit in the ledger (docs/labels.md).
//
// It says what the ledger says and nothing else: no claim that a product is released, which a later hold would make untrue, but that it is on hold, not
// released or rejected. An id is never cut: where it does not fit, the size is refused.
package label
