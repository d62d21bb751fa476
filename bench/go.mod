module suyuan/bench

go 1.26.0
