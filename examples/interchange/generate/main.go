// Command generate writes what three houses send: a hospital's workbook, a factory's sheet in GB18030, and a logger's CSV. All rows are synthetic. Run it in
// the folder examples/interchange: go run ./generate
package main

import (
	"fmt"
	"os"
	"strings"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"

	"suyuan/examples/internal/workbook"
)

func hospital() []workbook.Sheet {
	return []workbook.Sheet{
		{Name: "采集登记", Rows: []string{
			"采集日期|采集时刻|患者住院编码|采集袋号|采集袋条码|采集量(mL)|护士",
			"2025-05-06|09:20|LC-H1/P-301|C-301|=A99992512350100|118.5|LC-H1/OP-21",
			"2025-05-07|10:05|LC-H1/P-302|C-302|=A99992512350200|104|LC-H1/OP-21",
		}},
		{Name: "回输登记", Rows: []string{
			"回输日期|回输时刻|扫描条码|患者住院编码|核对|输完|护士",
			"2025-06-12|10:30|(01)09521141012345(21)3101|LC-H1/P-301|姓名、腕带|是|LC-H1/OP-22",
		}},
	}
}

func factory() []string {
	return []string{
		"工厂生产记录（示例数据）",
		"批次;工序;开始;结束;原料袋;成品袋;成品条码;有效期;白蛋白批号;培养箱",
		"SH-301;分装;2025/5/20 9:00;2025/5/20 11:40;=A99992512350100;U-301-1;(01)09521141012345(21)3101;2026/5/19;ALB-25-9;F-SH/INC-4",
		"SH-301;分装;2025/5/20 9:00;;;U-301-2;(01)09521141012345(21)3102;2026/5/19;;",
		"SH-302;分装;2025/5/21 9:00;2025/5/21 11:10;=A99992512350200;U-302-1;(01)09521141012345(21)3201;2026/5/20;ALB-25-9;F-SH/INC-4",
	}
}

// logger is a journey of 26 hours in vapour of nitrogen, a reading every five minutes, with one hour in which the shipper stood in the sun.
func logger() []string {
	rows := []string{"PolarLog export", "Serial;PL-7741", "", "Date;Time;Temp C"}
	start := time.Date(2025, 6, 9, 23, 30, 0, 0, time.UTC)
	for i := range 12*26 + 1 {
		at := start.Add(time.Duration(i) * 5 * time.Minute)
		tenths := -1880 + i%7*3
		if 150 <= i && i < 162 {
			tenths = -1880 + (i-149)*30
		}
		rows = append(rows, fmt.Sprintf("%s;%s;-%d,%d", at.Format("02.01.2006"), at.Format("15:04"), -tenths/10, -tenths%10))
	}
	return rows
}

func main() {
	sheet, err := simplifiedchinese.GB18030.NewEncoder().String(strings.Join(factory(), "\r\n") + "\r\n")
	if err == nil {
		err = os.WriteFile("factory.csv", []byte(sheet), 0o600)
	}
	if err == nil {
		err = os.WriteFile("logger.csv", []byte(strings.Join(logger(), "\n")+"\n"), 0o600)
	}
	if err == nil {
		err = workbook.Write("hospital.xlsx", hospital()...)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}
