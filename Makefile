# Cauce: everything is discovered. `make help` lists what people call.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := build
MAKEFLAGS += --no-builtin-rules
.DELETE_ON_ERROR:
# No file counts as intermediate: make would delete it, and miss it the next time.
.SECONDARY:

# ---- configurations: release (default), asan, clang, tsan, fuzz -----------------------------------------------------
CONFIG ?= release
B := build/$(CONFIG)
GEN := build/gen
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo 0.1.0)

CC := gcc
WARN := -Wall -Wextra -Werror -Wshadow -Wvla -Wpointer-arith -Wstrict-prototypes -Wmissing-prototypes -Wwrite-strings \
        -Wformat=2 -Wno-format-nonliteral -Wno-missing-field-initializers -Wno-unused-parameter
CFLAGS := -std=gnu11 -g -fno-omit-frame-pointer -fstack-protector-strong -D_GNU_SOURCE
ifeq ($(CONFIG),release)
CFLAGS += -O2 -D_FORTIFY_SOURCE=2
else ifeq ($(CONFIG),clang)
CC := clang
CFLAGS += -O2
else ifeq ($(CONFIG),asan)
CFLAGS += -O1 -fsanitize=address,undefined -fno-sanitize-recover=all
LDFLAGS += -fsanitize=address,undefined
else ifeq ($(CONFIG),tsan)
CFLAGS += -O1 -fsanitize=thread
LDFLAGS += -fsanitize=thread
else ifeq ($(CONFIG),fuzz)
CC := clang
CFLAGS += -O1 -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
LDFLAGS += -fsanitize=address,undefined
else
$(error CONFIG is one of release, asan, clang, tsan, fuzz)
endif
PKGS := libevent libevent_pthreads libpq libprotobuf-c libnats libsodium openssl zlib hiredis libcurl libcjson
PKG_CFLAGS := $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
PKG_LIBS := $(shell pkg-config --libs libevent libevent_pthreads libpq libprotobuf-c libsodium openssl zlib hiredis libcurl libcjson 2>/dev/null) -lnats -lutf8proc -lcsv -lpthread
CPPFLAGS += -Ilibs -I$(GEN) $(PKG_CFLAGS) -DCAUCE_VERSION='"$(VERSION)"'
COMPILE = $(CC) $(CPPFLAGS) $(CFLAGS) $(WARN) -MMD -MP -c $< -o $@

# ---- what there is ----------------------------------------------------------------------------------------------------
LAYERS := base pg bus http entity service
PROTOS := $(wildcard proto/*.proto)
SERVICES := $(sort $(patsubst services/%/,%,$(dir $(wildcard services/*/*.c))))
lib_src = $(filter-out libs/$(1)/test-%.c libs/$(1)/fuzz-%.c libs/$(1)/bench-%.c,$(wildcard libs/$(1)/*.c))
svc_src = $(filter-out services/$(1)/test-%.c services/$(1)/fuzz-%.c,$(wildcard services/$(1)/*.c))
obj = $(patsubst %.c,$(B)/%.o,$(1))
LIBS := $(LAYERS:%=$(B)/lib%.a)
# A lower layer comes later on the link line.
LINK_LIBS := $(B)/libservice.a $(B)/libclient.a $(B)/libentity.a $(B)/libhttp.a $(B)/libbus.a $(B)/libpg.a $(B)/libgen.a $(B)/libbase.a
BINS := $(SERVICES:%=$(B)/bin/%)

.PHONY: build gen libs
build: $(BINS) $(wildcard services/web/package.json)
libs: $(LIBS)

# ---- generated code: protoc-c's structs, then our tables -------------------------------------------------------------
PB_NAMES := $(notdir $(PROTOS:.proto=))
PB_H := $(PB_NAMES:%=$(GEN)/%.pb-c.h)
PLUGIN := build/tool/protoc-gen-cauce
gen: $(GEN)/.stamp

# cauce.pb-c.h includes the one of descriptor.proto.
$(GEN)/google/protobuf/descriptor.pb-c.h:
	@mkdir -p $(GEN)
	@protoc -I/usr/include --c_out=$(GEN) google/protobuf/descriptor.proto
$(GEN)/%.pb-c.c $(GEN)/%.pb-c.h: proto/%.proto proto/cauce.proto | $(GEN)/google/protobuf/descriptor.pb-c.h
	@protoc -Iproto -I/usr/include --c_out=$(GEN) $<

PLUGIN_SRC := $(filter-out scripts/protoc-gen-cauce/test-%.c,$(wildcard scripts/protoc-gen-cauce/*.c))
TOOL_GEN := build/tool/gen
$(TOOL_GEN)/.stamp: proto/cauce.proto
	@mkdir -p $(TOOL_GEN)
	@protoc -I/usr/include -Iproto --c_out=$(TOOL_GEN) google/protobuf/descriptor.proto \
		google/protobuf/compiler/plugin.proto cauce.proto
	@touch $@
$(PLUGIN): $(PLUGIN_SRC) $(wildcard scripts/protoc-gen-cauce/*.h) $(TOOL_GEN)/.stamp
	@echo "  tool    $@"
	@gcc -std=gnu11 -g -O1 -D_GNU_SOURCE $(WARN) -I$(TOOL_GEN) -o $@ $(PLUGIN_SRC) \
		$(TOOL_GEN)/google/protobuf/descriptor.pb-c.c $(TOOL_GEN)/google/protobuf/compiler/plugin.pb-c.c \
		$(TOOL_GEN)/cauce.pb-c.c -lprotobuf-c

# A file that went is a change too.
.PHONY: always
$(GEN)/.protos: always
	@mkdir -p $(GEN); echo '$(PROTOS)' | cmp -s - $@ || echo '$(PROTOS)' > $@

# One run over all files: <file>.cauce.h, <file>.cauce.c (tables), <file>.client.c (calls), <service>.service.c (handlers),
# registry.c, ddl/. A file that comes out as it was keeps its time, so that only what changed is compiled again.
$(GEN)/.stamp: $(PROTOS) $(PLUGIN) $(PB_H) $(GEN)/.protos
	@echo "  gen     $(PB_NAMES)"
	@mkdir -p $(GEN)/ddl; new=$$(mktemp -d $(GEN)/.new.XXXXXX); trap 'rm -rf "$$new"' EXIT; \
	protoc -Iproto -I/usr/include --plugin=protoc-gen-cauce=$(PLUGIN) --cauce_out="$$new" $(PROTOS); \
	for f in $$(cd "$$new" && find . -type f); do cmp -s "$$new/$$f" $(GEN)/$$f || mv "$$new/$$f" $(GEN)/$$f; done
	@touch $@
$(foreach x,cauce.c cauce.h client.c,$(PB_NAMES:%=$(GEN)/%.$(x))) $(GEN)/registry.c: $(GEN)/.stamp ;
$(GEN)/%.service.c: $(GEN)/.stamp ;

GEN_OBJ := $(foreach x,pb-c.o cauce.o,$(PB_NAMES:%=$(B)/gen/%.$(x))) $(B)/gen/registry.o
$(B)/gen/%.o: $(GEN)/%.c | $(GEN)/.stamp
	@mkdir -p $(@D)
	@$(COMPILE)
$(B)/libgen.a: $(GEN_OBJ)
	@rm -f $@ && ar rcs $@ $^
# Typed calls of other services: above libentity, which sends them.
$(B)/libclient.a: $(PB_NAMES:%=$(B)/gen/%.client.o)
	@rm -f $@ && ar rcs $@ $^

# ---- objects, libraries, daemons -------------------------------------------------------------------------------------
$(B)/%.o: %.c | $(GEN)/.stamp
	@mkdir -p $(@D)
	@echo "  cc      $<"
	@$(COMPILE)

define LIB
$(B)/lib$(1).a: $(call obj,$(call lib_src,$(1)))
	@rm -f $$@ && ar rcs $$@ $$^
endef
$(foreach l,$(LAYERS),$(eval $(call LIB,$(l))))

define SERVICE
$(B)/bin/$(1): $(call obj,$(call svc_src,$(1))) $(if $(wildcard proto/$(1).proto),$(B)/gen/$(1).service.o) $(LINK_LIBS)
	@mkdir -p $$(@D)
	@echo "  link    $$@"
	@$(CC) $(LDFLAGS) -o $$@ $$(filter %.o,$$^) $(LINK_LIBS) $(PKG_LIBS)
endef
$(foreach s,$(SERVICES),$(eval $(call SERVICE,$(s))))

# ---- unit tests and fuzzers ------------------------------------------------------------------------------------------
TEST_SRC := $(wildcard libs/*/test-*.c services/*/test-*.c)
TEST_BIN := $(patsubst %.c,$(B)/%,$(TEST_SRC))
layer_of = $(firstword $(subst /, ,$(patsubst libs/%,%,$(1))))
# A test links the libraries of its layer and below (a service's: all), and its service's own objects but <service>.c,
# which has main().
$(B)/libs/%: $(B)/libs/%.o $(LINK_LIBS)
	@$(CC) $(LDFLAGS) -o $@ $(filter %.o,$^) -Wl,--start-group $(LINK_LIBS) -Wl,--end-group $(PKG_LIBS) -lcmocka
.SECONDEXPANSION:
svc_parts = $(call obj,$(filter-out services/$(1)/$(1).c,$(call svc_src,$(1))))
svc_gen = $(if $(wildcard proto/$(1).proto),$(B)/gen/$(1).service.o)
$(B)/services/%: $(B)/services/%.o $$(call svc_parts,$$(firstword $$(subst /, ,$$*))) $$(call svc_gen,$$(firstword $$(subst /, ,$$*))) $(LINK_LIBS)
	@$(CC) $(LDFLAGS) -o $@ $(filter %.o,$^) $(LINK_LIBS) $(PKG_LIBS) -lcmocka
FUZZ_SRC := $(wildcard libs/*/fuzz-*.c services/*/fuzz-*.c)
ifeq ($(CONFIG),fuzz)
FUZZ_BIN := $(patsubst %.c,$(B)/%,$(FUZZ_SRC))
$(FUZZ_BIN): LDFLAGS += -fsanitize=fuzzer
endif

-include $(shell find $(B) -name '*.d' 2>/dev/null)

include $(wildcard scripts/make/*.mk)
