# The web client: static files that the gateway serves.
ifneq ($(wildcard services/web/package.json),)
WEB := services/web
build: $(WEB)/dist/index.html
$(WEB)/dist/index.html: $(WEB)/node_modules/.package-lock.json \
		$(shell find $(WEB) -name node_modules -prune -o -name dist -prune -o -name tests -prune -o -type f -print)
	@echo "  web     $(WEB)/dist"
	@cd $(WEB) && npm run build --silent
	@touch $@
$(WEB)/node_modules/.package-lock.json: $(WEB)/package-lock.json
	@scripts/setup run
	@touch $@
endif
