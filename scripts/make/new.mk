.PHONY: new help
new: ## write a module: make new SERVICE=fleet MODULE=vehicle
	@scripts/new-module $(SERVICE) $(MODULE)
help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' scripts/make/run.mk scripts/make/test.mk scripts/make/new.mk
