package genealogy

import (
	"encoding/binary"
	"iter"

	"suyuan/internal/event"
)

// A hash table of a snapshot finds the number of what has a hash: slots of five
// bytes, a number and one more, and eight bits of the hash. A third of the slots
// is empty.
const slotSize = 5

// hash64 is FNV-1a with a last mix, so that all bits are good for a place.
func hash64(kind byte, s string) uint64 {
	h := (uint64(14695981039346656037) ^ uint64(kind)) * 1099511628211
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	h ^= h >> 32
	h *= 0xd6e8feb86659fd93
	return h ^ h>>32
}

func hashRef(r event.Ref) uint64 { return hash64(byte(r.Kind()), r.ID()) }

func hashID(id event.ID) uint64 { return hash64(0, string(id)) }

func slotOf(h uint64, slots int64) int64 {
	return int64((h >> 32) * uint64(slots) >> 32) //nolint:gosec // a place among slots
}

// hashTable makes the slots for n numbers from 0 on, by their hashes.
func hashTable(n int32, hashes iter.Seq[uint64]) []byte {
	slots := int64(n)*3/2 + 1
	table := make([]byte, slots*slotSize)
	i := int32(-1)
	for h := range hashes {
		i++
		at := slotOf(h, slots)
		for binary.LittleEndian.Uint32(table[at*slotSize:]) != 0 {
			if at++; at == slots {
				at = 0
			}
		}
		binary.LittleEndian.PutUint32(table[at*slotSize:], uint32(i)+1) //nolint:gosec // not negative
		table[at*slotSize+4] = byte(h)                                  //nolint:gosec // eight of its bits
	}
	return table
}

// lookUp finds the number that has a hash and is what is looked for.
func lookUp(table section, h uint64, is func(int32) bool) (int32, bool) {
	slots := table.len / slotSize
	if slots == 0 {
		return 0, false
	}
	at := slotOf(h, slots)
	for range slots {
		slot := table.at(at*slotSize, slotSize)
		n := binary.LittleEndian.Uint32(slot)
		if n == 0 {
			return 0, false
		}
		if slot[4] == byte(h) && is(int32(n-1)) { //nolint:gosec // as written
			return int32(n - 1), true //nolint:gosec // as written
		}
		if at++; at == slots {
			at = 0
		}
	}
	return 0, false
}
