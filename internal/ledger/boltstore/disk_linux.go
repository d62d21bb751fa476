package boltstore

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// kindNames are magic numbers of statfs(2) of usual disks, for where no list of mounts can be read.
var kindNames = map[uint32]string{
	0xEF53: "ext4", 0x58465342: "xfs", 0x9123683E: "btrfs", 0x2FC12FC1: "zfs", 0xF2F52010: "f2fs",
	0x01021994: "tmpfs", 0x858458F6: "ramfs", 0x794C7630: "overlay", 0x65735546: "fuse", 0x4D44: "vfat", 0x2011BAB0: "exfat",
}

// DiskOf returns what the system says of the disk that path lies on; path must be there.
func DiskOf(path string) (Disk, error) {
	var st unix.Statfs_t
	if err := unix.Statfs(path, &st); err != nil {
		return Disk{}, &os.PathError{Op: "statfs", Path: path, Err: err}
	}
	magic := uint32(st.Type)                                       //nolint:gosec // as in checkFileSystem
	d := Disk{Free: st.Bavail * uint64(st.Bsize), FreeKnown: true} //nolint:gosec // a block has a size above 0
	kind, network := networkKinds[magic]
	if !network {
		kind = kindNames[magic]
	}
	d.Network = network
	d.named(kind)
	mounts, err := os.ReadFile("/proc/self/mountinfo")
	whole, abs := filepath.Abs(path)
	if err != nil || abs != nil {
		return d, nil //nolint:nilerr // what statfs said is still true
	}
	if followed, err := filepath.EvalSymlinks(whole); err == nil {
		whole = followed
	}
	if m, ok := mountOf(mounts, whole); ok {
		d.named(m.kind)
		d.Options = m.options
	}
	return d, nil
}

// A mount is a line of /proc/self/mountinfo (proc(5)).
type mount struct {
	point, kind string
	options     []string // of the mount and of the file system
}

// mountOf returns the mount that a path lies on: of those that lead to it the longest, and of two at one place the last.
func mountOf(mountinfo []byte, path string) (found mount, ok bool) {
	lines := bufio.NewScanner(bytes.NewReader(mountinfo))
	for lines.Scan() {
		m, sound := parseMount(lines.Text())
		if sound && leads(m.point, path) && len(m.point) >= len(found.point) {
			found, ok = m, true
		}
	}
	return found, ok
}

func parseMount(line string) (mount, bool) {
	before, after, ok := strings.Cut(line, " - ")
	own, fs := strings.Fields(before), strings.Fields(after)
	if !ok || len(own) < 6 || len(fs) < 2 {
		return mount{}, false
	}
	m := mount{point: unescape(own[4]), kind: fs[0], options: strings.Split(own[5], ",")}
	if len(fs) > 2 {
		m.options = append(m.options, strings.Split(fs[2], ",")...)
	}
	return m, true
}

// leads reports whether a path is a mount point or below it.
func leads(point, path string) bool {
	return point == "/" || path == point || strings.HasPrefix(path, point+"/")
}

// unescape undoes the octal escapes of a mount point.
func unescape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+3 < len(s) {
			if c, err := strconv.ParseUint(s[i+1:i+4], 8, 8); err == nil {
				b.WriteByte(byte(c))
				i += 3
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// Kernel returns the release of the running kernel; empty where it is not known.
func Kernel() string {
	var u unix.Utsname
	if err := unix.Uname(&u); err != nil {
		return ""
	}
	return unix.ByteSliceToString(u.Release[:])
}

// FastCommits returns how often the ext4 that path lies on has used its feature fast_commit; known is false where that cannot be
// read.
func FastCommits(path string) (n int, known bool) {
	var st unix.Stat_t
	if unix.Stat(path, &st) != nil {
		return 0, false
	}
	device, err := os.Readlink(fmt.Sprintf("/sys/dev/block/%d:%d", unix.Major(st.Dev), unix.Minor(st.Dev)))
	if err != nil {
		return 0, false
	}
	info, err := os.ReadFile(filepath.Join("/proc/fs/ext4", filepath.Base(device), "fc_info"))
	if err != nil {
		return 0, false
	}
	return parseFastCommits(string(info))
}

func parseFastCommits(info string) (n int, known bool) {
	for line := range strings.Lines(info) {
		if count, ok := strings.CutSuffix(strings.TrimSpace(line), " commits"); ok {
			n, err := strconv.Atoi(count)
			return n, err == nil
		}
	}
	return 0, false
}

// Holders returns the processes that have locked the file at path, as far as this user may see them; known is false where the
// system does not say.
func Holders(path string) (list []Holder, known bool, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, false, err
	}
	var st unix.Stat_t
	if err := unix.Stat(path, &st); err != nil {
		return nil, false, &os.PathError{Op: "stat", Path: path, Err: err}
	}
	locks, err := os.ReadFile("/proc/locks")
	if errors.Is(err, os.ErrNotExist) || errors.Is(err, os.ErrPermission) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	device := fmt.Sprintf("%02x:%02x", unix.Major(st.Dev), unix.Minor(st.Dev))
	for _, l := range parseLocks(locks) {
		if l.inode == st.Ino && (l.device == device || opened(l.PID, info)) {
			l.Program = programOf(l.PID)
			list = append(list, l.Holder)
		}
	}
	return list, true, nil
}

// A lock is a line of /proc/locks (proc(5)).
type lock struct {
	Holder
	device string
	inode  uint64
}

func parseLocks(locks []byte) []lock {
	var list []lock
	lines := bufio.NewScanner(bytes.NewReader(locks))
	for lines.Scan() {
		f := strings.Fields(lines.Text())
		if len(f) < 8 || f[1] != "FLOCK" { // "->" stands for who waits
			continue
		}
		pid, err := strconv.Atoi(f[4])
		place := strings.LastIndexByte(f[5], ':')
		if err != nil || place < 0 {
			continue
		}
		inode, err := strconv.ParseUint(f[5][place+1:], 10, 64)
		if err == nil {
			list = append(list, lock{Holder{PID: pid, Writing: f[3] == "WRITE"}, f[5][:place], inode})
		}
	}
	return list
}

// opened reports whether a process has a file open: on some file systems a lock is listed under a device of its own.
func opened(pid int, file os.FileInfo) bool {
	links, err := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", pid))
	if err != nil {
		return false
	}
	for _, l := range links {
		if other, err := os.Stat(l); err == nil && os.SameFile(file, other) {
			return true
		}
	}
	return false
}

func programOf(pid int) string {
	name, err := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid))
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(name))
}
