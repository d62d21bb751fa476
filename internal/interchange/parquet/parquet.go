// Package parquet keeps a logger's readings in Apache Parquet, which statistics programs and spreadsheets read: a column of times (nanoseconds since 1970,
// UTC) and one of temperatures (degrees Celsius with three places, as whole thousandths). Both are differences, compressed by Zstandard: a week of readings by
// the minute takes a few kilobytes.
//
// A file is derived from what a logger wrote, and says from what: it can be made again, byte for byte. It is for other programs, and is not read here: what
// somebody put in its place would be believed.
package parquet

import (
	"errors"
	"io"

	"github.com/parquet-go/parquet-go"

	"suyuan/internal/interchange/temperature"
)

// A row is one reading.
type row struct {
	Time    int64 `parquet:"time,delta,zstd,timestamp(nanosecond)"`
	Celsius int32 `parquet:"celsius,delta,zstd,decimal(3:9)"`
}

// A Source says what readings were read from: digests in lower-case hex.
type Source struct {
	Log, Profile string
}

const (
	keyLog     = "suyuan.log_sha256"
	keyProfile = "suyuan.profile_sha256"
)

// batch is how many rows are handed over at once.
const batch = 4096

// Write writes readings, which stand by time. The same readings of the same source give the same bytes.
func Write(w io.Writer, from Source, readings []temperature.Reading) error {
	out := parquet.NewGenericWriter[row](
		w, parquet.Compression(&parquet.Zstd), parquet.CreatedBy("suyuan", "1", ""), parquet.MaxRowsPerRowGroup(1<<20),
		parquet.KeyValueMetadata(keyLog, from.Log), parquet.KeyValueMetadata(keyProfile, from.Profile),
	)
	rows := make([]row, 0, batch)
	for len(readings) > 0 {
		rows = rows[:0]
		for _, r := range readings[:min(batch, len(readings))] {
			rows = append(rows, row{r.At, r.Milli})
		}
		if _, err := out.Write(rows); err != nil {
			return errors.Join(err, out.Close())
		}
		readings = readings[len(rows):]
	}
	return out.Close()
}
