package boltstore

// MakeEmpty makes a ledger file without records, as only a test wants it.
func MakeEmpty(path string) error {
	s, err := makeEmpty(path)
	if err != nil {
		return err
	}
	return s.Close()
}
