# Proof. `all-objects`, `unit-tests` and `fuzzers` are what the scripts build, in the CONFIG they need.
.PHONY: test check prove bench fuzz fmt all-objects unit-tests fuzzers
test: ## everything that must pass before a change lands; needs nothing beforehand, leaves nothing running
	@scripts/test
check: ## the rules a machine can check; ONLY="format layers" for some, ALL=1 for clang-tidy on every file
	@scripts/setup test
	@scripts/check $(ONLY)
prove: ## the long version of test: TSan, every file through clang-tidy, hours of fuzzing, many faults
	@scripts/prove
bench: ## the table of speeds against the bare engines; ROWS="P1 P3" for some
	@scripts/bench $(ROWS)
fuzz: ## fuzz each parser of outside bytes; FOR=60 seconds each, ONLY="http json" for some
	@scripts/setup test
	@FUZZ_SECONDS=$(or $(FOR),60) scripts/fuzz $(ONLY)
fmt: ## format every C file
	@git ls-files -z --cached --others --exclude-standard '*.c' '*.h' | xargs -0 -r clang-format -i

all-objects: $(patsubst %.c,$(B)/%.o,$(wildcard libs/*/*.c services/*/*.c tests/*/*.c)) $(GEN_OBJ)
unit-tests: $(TEST_BIN)
fuzzers: $(FUZZ_BIN)
# As a shell reads them, for clang-tidy.
.PHONY: print-compile-flags
print-compile-flags:
	$(info $(CPPFLAGS) $(filter-out -g,$(CFLAGS)))
	@:
