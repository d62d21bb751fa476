# Every target runs from a fresh clone with an empty module cache. `make help` lists them.

GO ?= go
FUZZTIME ?= 30s
COUNT ?= 6
SIZE ?= 10000
ROUNDS ?= 5
CHECKS ?= 2000
SOAK ?= 1h
PKG ?= ./internal/ledger
TEST_TIMEOUT ?= 20m
PLATFORMS := linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64

.PHONY: help demo build test test-long soak test-deps lint fmt tools dead bench bench-code fuzz mutate cross clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1: /p' Makefile

demo: ## the main job in one go, in ./suyuan-demo
	CGO_ENABLED=0 $(GO) run ./cmd/suyuan demo

build: ## the programs, into bin/
	CGO_ENABLED=0 $(GO) build -trimpath -o bin/ ./cmd/...

test: test-deps ## all tests, with the race detector where there is a C compiler
	scripts/test -shuffle=on -timeout $(TEST_TIMEOUT)

test-long: ## the properties of the trace, ten times CHECKS random histories each
	$(GO) test -timeout 4h ./internal/recall -rapid.checks=$(CHECKS)

soak: ## processes on one ledger that are killed at random, for SOAK; SUYUAN_SOAK_SEED=N draws what a run before has drawn
	SUYUAN_SOAK=$(SOAK) CGO_ENABLED=0 $(GO) test ./internal/logbook -run '^TestSoak$$' -count 1 -v -timeout 48h

test-deps: ## the outside programs the tests use; installs them when it may
	scripts/test-deps

lint: bin/.tools ## format, vet, linters, go.mod
	@bad=$$(bin/gofumpt -l .); if [ -n "$$bad" ]; then printf 'make lint: not formatted, run make fmt:\n%s\n' "$$bad" >&2; exit 1; fi
	$(GO) vet ./...
	bin/golangci-lint run ./...
	$(GO) mod tidy -diff
	$(GO) mod verify
	cd internal/interop && $(GO) vet ./... && ../../bin/golangci-lint run ./... && $(GO) mod tidy -diff
	cd bench && $(GO) vet ./... && ../bin/golangci-lint run ./... && $(GO) mod tidy -diff

fmt: bin/.tools ## format the Go files
	bin/gofumpt -w .

tools: bin/.tools ## build the pinned tools into bin/ (about three minutes, once)

# The tools are a module of their own, so that they never enter the product's go.sum.
bin/.tools: internal/tools/go.mod internal/tools/go.sum
	mkdir -p bin
	cd internal/tools && CGO_ENABLED=0 $(GO) build -o ../../bin/ tool
	touch $@

dead: bin/.tools ## functions that nothing calls
	bin/deadcode -test ./...

bench: build ## us beside our peers, on worlds of SIZE batches (several, apart by commas), into docs/benchmarks.md; BENCH=--only=NAME for one
	cd bench && $(GO) build -o ../bin/ ./cmd/...
	cd bench && ../bin/suyuan-bench run --program ../bin/suyuan --size "$(SIZE)" --rounds $(ROUNDS) -o ../docs/benchmarks.md $(BENCH)

bench-code: ## the code's own benchmarks; compare two outputs with bin/benchstat OLD NEW
	$(GO) test -run '^$$' -bench . -benchmem -count $(COUNT) ./...

fuzz: ## every fuzz target for FUZZTIME each
	scripts/fuzz $(FUZZTIME)

mutate: bin/.tools ## mutants of the code of PKG that no test of it notices; takes an hour for a large package
	scripts/mutate $(PKG) $(MUTATE)

cross: ## build for every supported platform
	@set -e; for p in $(PLATFORMS); do \
		echo "make cross: $$p"; \
		CGO_ENABLED=0 GOOS=$${p%/*} GOARCH=$${p#*/} $(GO) build -trimpath -o bin/$${p%/*}-$${p#*/}/ ./cmd/...; \
	done

clean: ## remove what was built
	rm -rf bin
