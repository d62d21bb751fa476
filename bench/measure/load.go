package measure

import (
	"os"
	"strconv"
	"strings"
)

// Load returns how many processes wanted a processor during the last minute; 0 where the system does not tell. What is measured is among them.
func Load() float64 {
	b, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return 0
	}
	first, _, _ := strings.Cut(string(b), " ")
	v, err := strconv.ParseFloat(first, 64)
	if err != nil {
		return 0
	}
	return v
}
