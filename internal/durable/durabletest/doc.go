// Package durabletest gives tests disks that are full or may not be written. There are some on Linux only.
package durabletest
