package boltstore

import (
	"os"
	"path/filepath"

	"golang.org/x/sys/windows"
)

// DiskOf returns what the system says of the disk that path lies on; path must be there.
func DiskOf(path string) (Disk, error) {
	whole, err := filepath.Abs(path)
	if err != nil {
		return Disk{}, err
	}
	if info, err := os.Stat(whole); err != nil {
		return Disk{}, err
	} else if !info.IsDir() {
		whole = filepath.Dir(whole)
	}
	dir, err := windows.UTF16PtrFromString(whole)
	if err != nil {
		return Disk{}, err
	}
	var d Disk
	if err := windows.GetDiskFreeSpaceEx(dir, &d.Free, nil, nil); err != nil {
		return Disk{}, &os.PathError{Op: "GetDiskFreeSpaceEx", Path: path, Err: err}
	}
	d.FreeKnown = true
	root, err := windows.UTF16PtrFromString(filepath.VolumeName(whole) + `\`)
	if err != nil {
		return d, err
	}
	var name [windows.MAX_PATH + 1]uint16
	if windows.GetVolumeInformation(root, nil, 0, nil, nil, nil, &name[0], uint32(len(name))) == nil {
		d.named(windows.UTF16ToString(name[:]))
	}
	switch windows.GetDriveType(root) {
	case windows.DRIVE_REMOTE:
		d.Network = true
	case windows.DRIVE_RAMDISK:
		d.Kind = "ramdisk"
	}
	return d, nil
}
