package recall

import "suyuan/internal/genealogy"

// Followed returns the kinds of contacts that the answer rests on, and those
// that were left out: what was not looked for is not absent.
func (a *Answer) Followed() (followed, leftOut []genealogy.Via) {
	for _, v := range genealogy.Vias() {
		if a.vias.Has(v) {
			followed = append(followed, v)
		} else {
			leftOut = append(leftOut, v)
		}
	}
	return followed, leftOut
}
