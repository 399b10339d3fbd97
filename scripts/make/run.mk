# The suite on this machine.
.PHONY: run stop logs
run: ## start the suite, or bring it up to date; installs what is missing on first use
	@scripts/setup run
	@$(MAKE) --no-print-directory -j$$(nproc) CONFIG=release build
	@scripts/run
stop: ## end it cleanly; data stays
	@scripts/stop
logs: ## follow its logs; WHO="leads gateway" for those alone
	@scripts/logs $(WHO)
