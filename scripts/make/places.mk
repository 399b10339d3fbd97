# The table of municipalities (libs/base/places.c).
$(GEN)/places.inc: scripts/gen-places libs/base/data/municipalities.csv
	@mkdir -p $(@D)
	@scripts/gen-places libs/base/data/municipalities.csv >$@
$(B)/libs/base/places.o: $(GEN)/places.inc
