package boltstore

import "syscall"

// networkKinds are the magic numbers of statfs(2). 9p is among them: it carries the folders of a host into a virtual
// machine and keeps no locks. FUSE is not: it is as often a local disk.
var networkKinds = map[uint32]string{
	0x00006969: "nfs",
	0x0000517B: "smb",
	0xFE534D42: "smb2",
	0xFF534D42: "cifs",
	0x01021997: "9p",
	0x5346414F: "afs",
	0x73757245: "coda",
	0x0000564C: "ncp",
	0x00C36400: "ceph",
	0x0BD00BD0: "lustre",
	0x47504653: "gpfs",
}

func checkFileSystem(path string) error {
	var st syscall.Statfs_t
	if err := syscall.Statfs(path, &st); err != nil {
		return err
	}
	//nolint:gosec // the field's width and sign differ between architectures; the magic number has 32 bits
	if kind, ok := networkKinds[uint32(st.Type)]; ok {
		return refuse(kind)
	}
	return nil
}
