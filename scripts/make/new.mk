.PHONY: new help
NEW := service module es es_plural en en_plural gender icon path table
new: ## write a module: make new service=fleet module=vehicle es=Vehículo es_plural=Vehículos en=Vehicle en_plural=Vehicles
	@scripts/new-module $(foreach v,$(NEW),$(if $(findstring command,$(origin $(v))),'$(v)=$($(v))'))
help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' \
		scripts/make/run.mk scripts/make/test.mk scripts/make/new.mk
