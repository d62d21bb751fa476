package table

import "suyuan/internal/event"

// A hint says what headings of a column lead to a member, and how the column is read then.
type hint struct {
	to    string
	more  string   // keys of the column besides to, as TOML
	names []string // as people head such columns, in Chinese and in English
}

// commonHints are those of every event.
var commonHints = []hint{
	{"time", "", []string{"时间", "日期时间", "发生时间", "开始时间", "操作时间", "time", "date and time", "start", "started", "date/time"}},
	{"end", "", []string{"结束时间", "完成时间", "end", "end time", "ended", "finished"}},
	{"site", "", []string{"机构", "地点", "单位", "医院", "site", "facility", "location"}},
	{"room", "", []string{"房间", "洁净室", "病房", "room", "clean room", "ward"}},
	{"operators", `split = "、"`, []string{"操作者", "操作人", "操作员", "人员", "operator", "operators", "staff", "performed by"}},
	{"note", "", []string{"备注", "说明", "note", "notes", "remark", "remarks", "comment"}},
}

const quantityNames, uomNames = "数量", "计量单位"

// hints are those of each type for which there are example workbooks; the headings of the workbooks are the first Chinese and the first English one.
var hints = map[event.Type][]hint{
	event.TypeCollection: {
		{"time", "", []string{"采集时间", "采集日期", "collected at", "collection time", "collection date"}},
		{"donor", "", []string{"供者编号", "供者", "供体", "捐献者", "donor", "donor id"}},
		{"outputs.unit", "", []string{"采集袋号", "袋号", "样本号", "血袋号", "bag", "bag id", "unit", "unit id"}},
		{"outputs.product", "", []string{"产品", "品名", "采集物", "product", "material"}},
		{"outputs.quantity", "", []string{"体积", quantityNames, "采集量", "volume", "quantity", "amount"}},
		{"outputs.uom", "", []string{uomNames, "unit of measure", "uom"}},
		{"outputs.codes", `split = "、"`, []string{"条码", "标签码", "追溯码", "code", "codes", "barcode"}},
		{"outputs.for_patient", "", []string{"使用患者", "患者编号", "for patient", "intended recipient"}},
		{"materials.lot", `split = "、"`, []string{"耗材批号", "抗凝剂批号", "管路批号", "material lot", "material lots", "kit lot"}},
		{"equipment.equipment", "", []string{"采集设备", "设备", "机器", "equipment", "device", "apheresis machine"}},
		{"consent", "", []string{"知情同意书编号", "同意书编号", "知情同意书", "consent", "consent number"}},
	},
	event.TypeManufacture: {
		{"step", manufactureSteps, []string{"工序", "步骤", "step", "process step"}},
		{"batch", "", []string{"产品批号", "批号", "批次", "batch", "batch number", "batch no"}},
		{"inputs.unit", "", []string{"投入袋号", "投入", "原料袋号", "input", "input bag", "input unit"}},
		{"outputs.unit", "", []string{"产出袋号", "产出", "成品袋号", "output", "output bag", "output unit"}},
		{"outputs.role", roleWords, []string{"用途", "产出类型", "role", "output type"}},
		{"outputs.product", "", []string{"产品", "品名", "product"}},
		{"outputs.quantity", "", []string{quantityNames, "体积", "quantity", "volume"}},
		{"outputs.uom", "", []string{uomNames, "unit of measure", "uom"}},
		{"outputs.expires", "", []string{"有效期至", "失效日期", "有效期", "expires", "expiry", "expiry date"}},
		{"outputs.codes", `split = "、"`, []string{"条码", "标签码", "code", "codes", "barcode"}},
		{"units", "", []string{"处理袋号", "worked on", "unit worked on"}},
		{"materials.lot", `split = "、"`, []string{"试剂批号", "物料批号", "培养基批号", "material lot", "reagent lot"}},
		{"materials.aliquot", "", []string{"分装号", "aliquot"}},
		{"equipment.equipment", `split = "、"`, []string{"设备编号", "设备", "equipment", "equipment id"}},
		{"values.viability", "", []string{"活率", "细胞活率", "viability"}},
		{"values.cells", "", []string{"细胞数", "活细胞数", "cells", "cell count"}},
		{"outcome", outcomeWords, []string{"结果", "outcome"}},
	},
	event.TypeTest: {
		{"time", "", []string{"报告时间", "报告日期", "reported at", "report date", "reported"}},
		{"sampled", "", []string{"取样时间", "采样时间", "取样日期", "sampled at", "sampled", "sampling date"}},
		{"subject", `kind = "unit"`, []string{"检品袋号", "检品", "样品", "袋号", "sample of", "tested unit", "unit", "unit id"}},
		{"sample", "", []string{"样品编号", "样本编号", "sample", "sample id"}},
		{"assay", "", []string{"检验项目", "项目", "检测项目", "assay", "test", "parameter"}},
		{"result", resultWords, []string{"结论", "结果", "判定", "result", "conclusion"}},
		{"value", "", []string{"检验值", "测定值", "数值", "value", "reading"}},
		{"uom", "", []string{uomNames, "unit of measure", "uom"}},
		{"low", "", []string{"下限", "low", "lower limit"}},
		{"high", "", []string{"上限", "high", "upper limit"}},
		{"organism", "", []string{"菌种", "微生物", "organism"}},
	},
	event.TypeReceipt: {
		{"time", "", []string{"到货时间", "入库时间", "收货日期", "received at", "receipt date"}},
		{"lot", "", []string{"物料批号", "批号", "试剂批号", "lot", "lot number"}},
		{"product", "", []string{"物料名称", "品名", "product", "material"}},
		{"supplier", "", []string{"供应商", "厂家", "supplier", "manufacturer"}},
		{"origin", "", []string{"产地", "原产国", "origin", "country of origin"}},
		{"quantity", "", []string{quantityNames, "quantity", "amount"}},
		{"uom", "", []string{uomNames, "unit of measure", "uom"}},
		{"expires", `day = "end"`, []string{"有效期至", "失效日期", "有效期", "expires", "expiry", "expiry date"}},
	},
	event.TypeRelease: {
		{"time", "", []string{"放行时间", "放行日期", "released at", "release date"}},
		{"units", "", []string{"袋号", "产品袋号", "unit", "unit id", "bag"}},
		{"batch", "", []string{"产品批号", "批号", "batch", "batch number"}},
		{"decision", decisionWords, []string{"放行结论", "结论", "decision", "release decision"}},
		{"signed_by", `split = "、"`, []string{"放行人", "质量受权人", "signed by", "qualified person"}},
		{"pending", `split = "、"`, []string{"待检项目", "pending", "tests pending"}},
		{"requested_by", "", []string{"申请人", "申请医师", "requested by"}},
		{"authority", "", []string{"批准依据", "authority"}},
	},
	event.TypeArrival: {
		{"time", "", []string{"收货时间", "到货时间", "arrived at", "received at", "arrival"}},
		{"shipment", "", []string{"运单号", "运输单号", "shipment", "shipment id", "waybill"}},
		{"site", "", []string{"收货机构", "收货方", "receiver", "received by site"}},
		{"accepted", "", []string{"接收袋号", "袋号", "accepted", "unit accepted"}},
		{"rejected", "", []string{"拒收袋号", "rejected", "unit rejected"}},
		{"min", "", []string{"途中最低温度", "最低温度", "min", "minimum temperature"}},
		{"max", "", []string{"途中最高温度", "最高温度", "max", "maximum temperature"}},
		{"uom", "", []string{"温度单位", "unit of measure", "uom"}},
		{"seal", sealWords, []string{"封签", "封条", "seal"}},
	},
	event.TypeShipment: {
		{"time", "", []string{"发运时间", "发货时间", "启运时间", "shipped at", "departure", "ship date"}},
		{"shipment", "", []string{"运单号", "运输单号", "发运单号", "shipment", "shipment id", "waybill"}},
		{"units", "", []string{"袋号", "产品袋号", "unit", "unit id", "bag"}},
		{"site", "", []string{"发货机构", "发货方", "from", "shipped from", "sender"}},
		{"to", "", []string{"收货机构", "收货方", "目的地", "to", "shipped to", "receiver"}},
		{"equipment", "", []string{"运输箱", "运输设备", "shipper", "container"}},
		{"carrier", "", []string{"承运人", "承运商", "carrier", "courier"}},
		{"due", "", []string{"预计到达", "应到时间", "due", "expected arrival"}},
		{"low", "", []string{"温度下限", "最低温度", "low", "minimum temperature"}},
		{"high", "", []string{"温度上限", "最高温度", "high", "maximum temperature"}},
		{"uom", "", []string{"温度单位", "unit of measure", "uom"}},
		{"purpose", purposeWords, []string{"运输目的", "目的", "purpose"}},
	},
	event.TypeInfusion: {
		{"time", "", []string{"回输时间", "输注时间", "给药时间", "infused at", "infusion time", "infusion"}},
		{"end", "", []string{"回输结束", "输注结束", "infusion end", "end", "ended"}},
		{"unit", "", []string{"袋号", "产品袋号", "unit", "unit id", "bag"}},
		{"codes.unit", "", []string{"条码", "扫描码", "code", "barcode"}},
		{"patient", "", []string{"患者编号", "患者", "病人编号", "patient", "patient id"}},
		{"checks", checkWords, []string{"核对项目", "核对", "checks", "checked"}},
		{"dose", "", []string{"剂量", "dose"}},
		{"route", "", []string{"途径", "给药途径", "route"}},
		{"volume", "", []string{"体积", "输注量", "volume"}},
		{"uom", "", []string{uomNames, "unit of measure", "uom"}},
		{"complete", "", []string{"是否全部输注", "是否输完", "complete", "whole unit given"}},
		{"residue", "", []string{"剩余袋号", "residue", "left over"}},
	},
	event.TypeFollowup: {
		{"time", "", []string{"随访时间", "随访日期", "visit", "visit date", "followed up at"}},
		{"patient", "", []string{"患者编号", "患者", "patient", "patient id"}},
		{"outcome", "", []string{"转归", "疗效", "outcome", "response"}},
		{"reaction", "", []string{"不良反应", "不良事件", "reaction", "adverse reaction", "adverse event"}},
		{"grade", "", []string{"分级", "严重程度", "grade", "severity"}},
		{"organism", "", []string{"病原体", "菌种", "organism"}},
		{"unit", "", []string{"袋号", "相关袋号", "unit", "unit id"}},
		{"measure", "", []string{"检查项目", "指标", "measure", "measured"}},
		{"value", "", []string{"检查值", "数值", "value"}},
		{"uom", "", []string{uomNames, "unit of measure", "uom"}},
	},
	event.TypeInventory: {
		{"time", "", []string{"盘点时间", "盘点日期", "counted at", "count date", "inventory date"}},
		{"units", "", []string{"袋号", "产品袋号", "unit", "unit id", "bag"}},
		{"equipment", "", []string{"存放设备", "液氮罐", "冰箱", "equipment", "tank", "freezer"}},
	},
}

// Words of closed sets, in both languages, as columns have them.
const (
	manufactureSteps = `values = { "分离" = "isolate", "激活" = "activate", "转导" = "transduce", "扩增" = "expand", "洗涤" = "wash", "混合" = "pool", "分袋" = "split", "分装" = "fill", "冻存" = "freeze", "复苏" = "thaw", "取样" = "sample" }`
	roleWords        = `values = { "中间品" = "intermediate", "成品" = "dose", "样品" = "sample", "留样" = "retained", "库存" = "bank", "废弃" = "waste" }`
	outcomeWords     = `values = { "完成" = "completed", "失败" = "failed" }`
	resultWords      = `values = { "阴性" = "negative", "阳性" = "positive", "合格" = "pass", "不合格" = "fail", "无法判定" = "inconclusive" }`
	decisionWords    = `values = { "放行" = "released", "有条件放行" = "conditional", "附条件放行" = "conditional", "特殊放行" = "exceptional", "不予放行" = "rejected" }`
	sealWords        = `values = { "完好" = "intact", "破损" = "broken" }`
	purposeWords     = `values = { "使用" = "use", "隔离" = "quarantine", "退回" = "return", "销毁" = "destruction", "检验" = "testing" }`
	checkWords       = `split = "、", values = { "姓名" = "name", "出生日期" = "birth_date", "住院号" = "number", "腕带" = "wristband", "识别链编号" = "coi", "血型" = "blood_group" }`
)
