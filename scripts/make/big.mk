# The maker of a big company: tests/big.
BIG_OBJ := $(call obj,$(wildcard tests/big/*.c))
BIG_LIBS := $(foreach l,entity pg gen base,$(B)/lib$(l).a)
$(B)/tests/big/big: $(BIG_OBJ) $(BIG_LIBS)
	@echo "  link    $@"
	@$(CC) $(LDFLAGS) -o $@ $(BIG_OBJ) -Wl,--start-group $(BIG_LIBS) -Wl,--end-group $(PKG_LIBS)
# The clients that measure: tests/bench.
$(B)/tests/bench/load: $(call obj,$(wildcard tests/bench/*.c))
	@echo "  link    $@"
	@$(CC) $(LDFLAGS) -o $@ $^ -levent_core
