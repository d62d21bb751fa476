// Command generate writes the example workbooks: one batch from collection to follow-up, in sheets as hospitals and factories keep them, once with
// Chinese and once with English headings. All rows are synthetic. Run it in the folder examples/tables: go run ./generate
package main

import (
	"fmt"
	"os"

	"suyuan/examples/internal/workbook"
)

// A book is one example: a row of headings, and rows below it. Cells that begin with a day are written as dates.
type book struct {
	name string
	rows []string // cells apart by |
}

func chinese() []book {
	return []book{
		{"receipt.zh", []string{
			"到货时间|物料批号|物料名称|供应商|数量|计量单位|有效期至|机构",
			"2025-02-01 10:00|ACD-26-01|ACD-A 抗凝剂|示例医药|50|瓶|2026-01-31|LC-H1",
			"2025-02-01 10:00|SET-7|采集管路|示例器械|20|套|2027-06-30|LC-H1",
			"2025-02-03 14:00|ALB-26-3|25% 人血白蛋白|示例生物|10|瓶|2026-08-31|LC-H1",
		}},
		{"collection.zh", []string{
			"采集时间|供者编号|采集袋号|产品|体积|计量单位|条码|使用患者|耗材批号|采集设备|知情同意书编号|机构|操作者",
			"2025-03-01 08:30|LC-H1/D-101|C-101|外周血单个核细胞|120.5|mL|=A99992612345600|LC-H1/P-101|ACD-26-01、SET-7|LC-H1/APH-1|IC-2025-101|LC-H1|LC-H1/OP-7",
			"2025-03-02 09:10|LC-H1/D-102|C-102|外周血单个核细胞|98|mL|=A99992612345700|LC-H1/P-102|ACD-26-01|LC-H1/APH-1|IC-2025-102|LC-H1|LC-H1/OP-7",
		}},
		{"manufacture.zh", []string{
			"工序|产品批号|时间|结束时间|投入袋号|产出袋号|用途|产品|数量|计量单位|有效期至|试剂批号|设备编号|活率|机构|房间|操作者",
			"分装|B-101|2025-03-10 09:00|2025-03-10 11:30|C-101|U-101-1|成品|CAR-T 注射液|20|mL|2026-03-09|ALB-26-3|LC-H1/BSC-2|92.1|LC-H1|LC-H1/ROOM-C1|LC-H1/OP-3",
			"分装|B-101|2025-03-10 09:00|||U-101-2|成品|CAR-T 注射液|20|mL|2026-03-09|||||LC-H1/ROOM-C1|",
			"分装|B-101|2025-03-10 09:00|||S-101|样品||2|mL||||||LC-H1/ROOM-C1|",
		}},
		{"test.zh", []string{
			"报告时间|取样时间|检品袋号|样品编号|检验项目|结论|检验值|计量单位|机构",
			"2025-03-24 16:00|2025-03-10 11:00|U-101-1|S-101|无菌|阴性|||LC-H1",
			"2025-03-11 10:00|2025-03-10 11:00|U-101-1|S-101|内毒素|合格|0.25|EU/mL|LC-H1",
		}},
		{"release.zh", []string{
			"放行时间|产品批号|放行结论|放行人|机构",
			"2025-03-25 09:00|B-101|放行|LC-H1/QP-1|LC-H1",
		}},
		{"shipment.zh", []string{
			"发运时间|运单号|袋号|发货机构|收货机构|运输箱|承运人|预计到达|温度下限|温度上限|温度单位|运输目的",
			"2025-03-26 08:00|SH-101|U-101-1|LC-H1|LC-H2|LC-H1/DS-4|示例冷链|2025-03-27 12:00|-196|-150|Cel|使用",
			"2025-03-26 08:00|SH-101|U-101-2|LC-H1|LC-H2|LC-H1/DS-4|示例冷链|2025-03-27 12:00|-196|-150|Cel|使用",
		}},
		{"arrival.zh", []string{
			"收货时间|运单号|收货机构|接收袋号|途中最低温度|途中最高温度|温度单位|封签",
			"2025-03-27 10:20|SH-101|LC-H2|U-101-1|-192.4|-171|Cel|完好",
			"2025-03-27 10:20|SH-101|LC-H2|U-101-2|-192.4|-171|Cel|完好",
		}},
		{"inventory.zh", []string{
			"盘点时间|袋号|存放设备|机构",
			"2025-03-28 07:30|U-101-1||LC-H2",
			"2025-03-28 07:30|U-101-2||LC-H2",
		}},
		{"infusion.zh", []string{
			"回输时间|袋号|患者编号|核对项目|剂量|途径|体积|计量单位|是否全部输注|机构|房间|操作者",
			"2025-03-28 10:00|U-101-1|LC-H1/P-101|姓名、腕带|2.1e8|静脉|20|mL|是|LC-H2|LC-H2/WARD-5|LC-H3/OP-9",
		}},
		{"followup.zh", []string{
			"随访时间|患者编号|转归|不良反应|分级|检查项目|检查值|计量单位",
			"2025-04-04 09:00|LC-H1/P-101|好转|发热|1|体温|38.2|Cel",
		}},
	}
}

func english() []book {
	return []book{
		{"receipt.en", []string{
			"received at|lot|product|supplier|quantity|unit of measure|expires|site",
			"2025-02-01 10:00|ACD-26-21|ACD-A|example pharma|50|bottle|2026-01-31|H2",
			"2025-02-01 10:00|SET-21|apheresis set|example devices|20|set|2027-06-30|H2",
			"2025-02-03 14:00|ALB-26-23|albumin 25 %|example biologics|10|bottle|2026-08-31|H2",
		}},
		{"collection.en", []string{
			"collected at|donor|bag|product|volume|unit of measure|code|for patient|material lot|equipment|consent|site|operator",
			"2025-03-01 08:30|H2/D-201|C-201|mononuclear cells, apheresis|120.5|mL|=A99992612346600|H2/P-201|ACD-26-21;SET-21|H2/APH-1|IC-2025-201|H2|H2/OP-7",
		}},
		{"manufacture.en", []string{
			"step|batch|time|end time|input|output|role|product|quantity|unit of measure|expires|material lot|equipment|viability|site|room|operator",
			"fill|B-201|2025-03-10 09:00|2025-03-10 11:30|C-201|U-201-1|dose|CAR-T cells|20|mL|2026-03-09|ALB-26-23|H2/BSC-2|92.1|H2|H2/ROOM-C1|H2/OP-3",
			"fill|B-201|2025-03-10 09:00|||S-201|sample||2|mL||||||H2/ROOM-C1|",
		}},
		{"test.en", []string{
			"reported at|sampled at|sample of|sample|assay|result|value|unit of measure|site",
			"2025-03-24 16:00|2025-03-10 11:00|U-201-1|S-201|sterility|negative|||H2",
		}},
		{"release.en", []string{"released at|batch|decision|signed by|site", "2025-03-25 09:00|B-201|released|H2/QP-1|H2"}},
		{"shipment.en", []string{
			"shipped at|shipment|unit|from|to|shipper|carrier|due|low|high|unit of measure|purpose",
			"2025-03-26 08:00|SH-201|U-201-1|H2|H3|H2/DS-4|example cold chain|2025-03-27 12:00|-196|-150|Cel|use",
		}},
		{"arrival.en", []string{
			"arrived at|shipment|receiver|accepted|min|max|unit of measure|seal",
			"2025-03-27 10:20|SH-201|H3|U-201-1|-192.4|-171|Cel|intact",
		}},
		{"inventory.en", []string{"counted at|unit|equipment|site", "2025-03-28 07:30|U-201-1||H3"}},
		{"infusion.en", []string{
			"infused at|unit|patient|checks|dose|route|volume|unit of measure|complete|site|operator",
			"2025-03-28 10:00|U-201-1|H2/P-201|name;wristband|2.1e8|intravenous|20|mL|yes|H3|H3/OP-9",
		}},
		{"followup.en", []string{"visit|patient|outcome|reaction|grade|measure|value|unit of measure", "2025-04-04 09:00|H2/P-201|better|fever|1|body temperature|38.2|Cel"}},
	}
}

func main() {
	for _, b := range append(chinese(), english()...) {
		if err := workbook.Write(b.name+".xlsx", workbook.Sheet{Name: "Sheet1", Rows: b.rows}); err != nil {
			fmt.Fprintln(os.Stderr, "generate:", err)
			os.Exit(1)
		}
	}
}
