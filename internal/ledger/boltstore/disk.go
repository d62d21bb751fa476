package boltstore

import (
	"slices"
	"strings"
)

// A Disk is what the operating system says of where a file lies. What it does not say stays zero.
type Disk struct {
	Kind      string   // name of the file system
	Options   []string // with which it is mounted; nil where that cannot be read
	Free      uint64   // bytes that this user may still write
	FreeKnown bool     // Free was told
	Network   bool     // another machine answers for it
}

// networkNames are file systems of other machines by name, those under FUSE among them, which have one number for all.
func networkNames() []string {
	return []string{
		"nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "afpfs", "webdav", "9p", "afs", "coda", "ncpfs", "ceph", "lustre", "gpfs", "glusterfs",
		"fuse.sshfs", "fuse.s3fs", "fuse.rclone", "fuse.gcsfuse", "fuse.glusterfs", "fuse.ceph", "fuse.davfs", "virtiofs",
	}
}

// named sets the name of the file system.
func (d *Disk) named(kind string) {
	d.Kind = kind
	d.Network = d.Network || slices.Contains(networkNames(), kind)
}

// Volatile reports whether what is written there is gone with the machine's memory, or with a container.
func (d *Disk) Volatile() bool {
	return slices.Contains([]string{"tmpfs", "ramfs", "overlay", "ramdisk"}, d.Kind)
}

// Weak reports whether the file system is one that a sync says little on: another program answers for it, or it keeps no journal.
func (d *Disk) Weak() bool {
	return strings.HasPrefix(d.Kind, "fuse") || slices.Contains([]string{"vfat", "exfat", "msdos", "FAT", "FAT32", "exFAT", "ext2"}, d.Kind)
}

// Unsafe returns the mount options under which a sync returns before the disk has the bytes.
func (d *Disk) Unsafe() []string {
	var list []string
	for _, o := range d.Options {
		if slices.Contains([]string{"nobarrier", "barrier=0", "barrier=none", "data=writeback", "norecovery", "noload"}, o) {
			list = append(list, o)
		}
	}
	return list
}

// A Holder is a process that has locked a ledger file.
type Holder struct {
	PID     int
	Program string // empty where it is not known
	Writing bool   // it keeps everybody else out
}
