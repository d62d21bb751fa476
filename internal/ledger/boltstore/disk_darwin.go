package boltstore

import (
	"os"

	"golang.org/x/sys/unix"
)

// DiskOf returns what the system says of the disk that path lies on; path must be there.
func DiskOf(path string) (Disk, error) {
	var st unix.Statfs_t
	if err := unix.Statfs(path, &st); err != nil {
		return Disk{}, &os.PathError{Op: "statfs", Path: path, Err: err}
	}
	d := Disk{Free: st.Bavail * uint64(st.Bsize), FreeKnown: true, Network: st.Flags&unix.MNT_LOCAL == 0}
	d.named(unix.ByteSliceToString(st.Fstypename[:]))
	return d, nil
}
