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
	d := Disk{Free: st.Bavail * uint64(st.Bsize), Known: true, Network: st.Flags&unix.MNT_LOCAL == 0}
	d.named(unix.ByteSliceToString(st.Fstypename[:]))
	return d, nil
}

// Kernel returns the release of the running kernel; empty where it is not known.
func Kernel() string { return "" }

// FastCommits says that it is not known whether ext4 uses fast_commit: there is none here.
func FastCommits(string) (n int, known bool) { return 0, false }

// Holders says that the system does not tell who has locked a file.
func Holders(path string) (list []Holder, known bool, err error) {
	_, err = os.Stat(path)
	return nil, false, err
}
