package recall

import "suyuan/internal/genealogy"

// Followed returns the kinds of contacts that the answer rests on, and those
// that were left out: what was not looked for is not absent.
func (a *Answer) Followed() (followed, leftOut []genealogy.Via) { return parted(a.vias) }

// Followed returns what [Answer.Followed] does.
func (b *Brief) Followed() (followed, leftOut []genealogy.Via) { return parted(b.vias) }

// parted parts the kinds of contacts into those of a set and the others.
func parted(s genealogy.ViaSet) (followed, leftOut []genealogy.Via) {
	for _, v := range genealogy.Vias() {
		if s.Has(v) {
			followed = append(followed, v)
		} else {
			leftOut = append(leftOut, v)
		}
	}
	return followed, leftOut
}
