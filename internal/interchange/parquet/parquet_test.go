package parquet_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	format "github.com/parquet-go/parquet-go"
	"pgregory.net/rapid"

	"suyuan/internal/interchange/parquet"
	"suyuan/internal/interchange/temperature"
)

var source = parquet.Source{Log: strings.Repeat("ab", 32), Profile: strings.Repeat("cd", 32)}

func written(tb testing.TB, readings []temperature.Reading) []byte {
	tb.Helper()
	var b bytes.Buffer
	if err := parquet.Write(&b, source, readings); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

// A row is what any reader of the format sees.
type row struct {
	Time    int64 `parquet:"time,timestamp(nanosecond)"`
	Celsius int32 `parquet:"celsius,decimal(3:9)"`
}

func TestReadingsComeBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		readings := rapid.SliceOfN(rapid.Custom(func(r *rapid.T) temperature.Reading {
			return temperature.Reading{At: rapid.Int64().Draw(r, "at"), Milli: rapid.Int32Range(-273_150, 999_999).Draw(r, "milli")}
		}), 0, 9000).Draw(r, "readings")
		b := written(t, readings)
		rows, err := format.Read[row](bytes.NewReader(b), int64(len(b)))
		if err != nil {
			r.Fatal(err)
		}
		got := make([]temperature.Reading, len(rows))
		for i, w := range rows {
			got[i] = temperature.Reading{At: w.Time, Milli: w.Celsius}
		}
		if !slices.Equal(got, readings) {
			r.Fatalf("%d readings came back as %d, or as others", len(readings), len(got))
		}
		if again := written(t, readings); !bytes.Equal(again, b) {
			r.Fatal("the same readings gave other bytes")
		}
	})
}

func TestAFileSaysWhatItIsAndFromWhat(t *testing.T) {
	t.Parallel()
	b := written(t, week())
	file, err := format.OpenFile(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	log, _ := file.Lookup("suyuan.log_sha256")
	profile, _ := file.Lookup("suyuan.profile_sha256")
	if log != source.Log || profile != source.Profile || file.NumRows() != 10080 {
		t.Errorf("%q, %q, %d rows", log, profile, file.NumRows())
	}
	want := "message row {\n\trequired int64 time (TIMESTAMP(isAdjustedToUTC=true,unit=NANOS));\n\trequired int32 celsius (DECIMAL(9,3));\n}"
	if got := file.Schema().String(); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// week is a made-up week of readings by the minute.
func week() []temperature.Reading {
	readings := make([]temperature.Reading, 7*24*60)
	at := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	milli := int32(-152_000)
	for i := range readings {
		milli += int32((i*7919)%201-100) / 10 * 10
		readings[i] = temperature.Reading{At: at.Add(time.Duration(i) * time.Minute).UnixNano(), Milli: milli}
	}
	return readings
}

func TestAWeekByTheMinuteIsCompact(t *testing.T) {
	t.Parallel()
	if b := written(t, week()); len(b) > 10080*3 {
		t.Errorf("a week takes %d bytes", len(b))
	}
}
