// Benchmarks beside peers. A module of its own, so that they and what lies behind them never enter the product's go.sum.
module suyuan/bench

go 1.26.0

replace suyuan => ../
