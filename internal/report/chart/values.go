package chart

import (
	"fmt"
	"strconv"
	"strings"
)

const degree = 1000 // in the thousandths that readings are

// degrees writes thousandths of a degree Celsius as people do, with a minus that is no hyphen.
func degrees(milli int64) string {
	sign := ""
	if milli < 0 {
		sign, milli = "−", -milli
	}
	s := strconv.FormatInt(milli/degree, 10)
	if rest := milli % degree; rest != 0 {
		s += "." + strings.TrimRight(fmt.Sprintf("%03d", rest), "0")
	}
	return sign + s
}

// valueTicks returns the multiples between low and high of the smallest of 1, 2, 5, 10, 20, 50 and so on of which there are not too many.
func valueTicks(low, high int64, most int64) []int64 {
	step := int64(1)
	for i := 0; (high-low)/step+1 > most; i++ {
		if i%3 == 1 { // 2 to 5
			step = step / 2 * 5
		} else {
			step *= 2
		}
	}
	first := low / step * step
	if first < low {
		first += step
	}
	var list []int64
	for v := first; v <= high; v += step {
		list = append(list, v)
	}
	return list
}

// valueRange returns the temperatures that the axis reaches over: all readings and the limits, two degrees at least, so that noise does not look
// like weather.
func valueRange(s *survey, limits ...*int32) (low, high int64, found bool) {
	take := func(v int64) {
		if !found {
			low, high, found = v, v, true
		}
		low, high = min(low, v), max(high, v)
	}
	if s.n > 0 {
		take(int64(s.low.milli))
		take(int64(s.high.milli))
	}
	for _, l := range limits {
		if l != nil {
			take(int64(*l))
		}
	}
	if narrow := 2*degree - (high - low); narrow > 0 {
		low -= narrow / 2
		high += narrow / 2
	}
	return low, high, found
}
