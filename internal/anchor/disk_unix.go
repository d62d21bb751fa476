//go:build !windows

package anchor

func full(error) bool { return false }

func protected(error) bool { return false }

// whileReading is for systems on which a file that is open cannot be replaced.
func (f Folder) whileReading() (unlock func()) { return func() {} }
