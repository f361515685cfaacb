# Every target is a short form of a plain npm or docker command; `make` lists them.
# Where the machine's Node is older than 24.9, one is installed under tools/node, so any Node from 20 up will do.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

NPM_CI := npm ci --no-audit --no-fund --prefer-offline --loglevel=error
PACKAGES := node_modules/.package-lock.json
# Where the packages for the tests are installed, all are kept up to date; else those that running needs.
HAS_TEST_PACKAGES := $(wildcard node_modules/typescript)
LINT_PACKAGES := tools/openapi-lint/node_modules/.package-lock.json
BROWSER_PACKAGES := tools/browser/node_modules/.package-lock.json

# Compose requires every variable of the file for each command; stop and rm need no real key.
COMPOSE_DOWN := ADMIN_API_KEY=- docker compose --profile '*'

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: $(PACKAGES) ## Set up if needed and start Guildhall here; Ctrl-C stops it
	@PATH="$(CURDIR)/node_modules/.bin:$$PATH" exec node src/main.js

.PHONY: tests
tests: $(if $(HAS_TEST_PACKAGES),$(PACKAGES),all-packages) $(LINT_PACKAGES) $(BROWSER_PACKAGES) ## Set up if needed and run every test
	@npm test

.PHONY: up
up: check-compose ## Start in docker, in the background (needs ADMIN_API_KEY in .env)
	@docker compose up --build --detach --wait
	@echo 'Guildhall listens on http://127.0.0.1:8000; its log: docker compose logs --follow'

.PHONY: scale
scale: check-compose ## Start Postgres, two instances and a balancer (needs POSTGRES_PASSWORD in .env too)
	@test -n "$$POSTGRES_PASSWORD" || grep -qs '^POSTGRES_PASSWORD=.' .env \
	  || { echo 'Set POSTGRES_PASSWORD in .env, which later commands read too, for instance to the output of "openssl rand -hex 32".' >&2; exit 1; }
	@docker compose --profile scale up --build --detach --wait balancer
	@echo 'Guildhall listens on http://127.0.0.1:8000; its log: docker compose --profile scale logs --follow'

.PHONY: stop
stop: check-compose ## Stop the containers of make up or make scale
	@$(COMPOSE_DOWN) stop

.PHONY: rm
rm: check-compose ## Stop and remove the containers; the data stays in its volumes
	@$(COMPOSE_DOWN) down
	@echo 'The data is kept in the volumes guildhall-data and guildhall-postgres; docker volume rm deletes them.'

.PHONY: check-compose
check-compose:
	@docker compose version >/dev/null 2>&1 \
	  || { echo 'This target needs docker with its compose plugin: https://docs.docker.com/compose/install/' >&2; exit 1; }

.PHONY: check-node
check-node:
	@command -v node >/dev/null && command -v npm >/dev/null \
	  || { echo 'Guildhall needs Node.js 20 or newer with npm: https://nodejs.org' >&2; exit 1; }
	@node -e 'process.exit(parseInt(process.versions.node) >= 20 ? 0 : 1)' \
	  || { echo "Guildhall needs Node.js 20 or newer; this one is $$(node --version)" >&2; exit 1; }

# What running needs works without the install scripts of packages, so Node can be installed at the same time.
$(PACKAGES): package-lock.json tools/node/package-lock.json | check-node
	@echo 'Installing packages, once ...'
	@$(if $(HAS_TEST_PACKAGES),$(NPM_CI), \
	  node tools/node/install.mjs --without-link & node=$$!; \
	  $(NPM_CI) --omit=dev --ignore-scripts && wait $$node && node tools/node/install.mjs)
	@touch $@

.PHONY: all-packages
all-packages: check-node
	@echo 'Installing packages, once ...'
	@$(NPM_CI)
	@touch $(PACKAGES)

$(LINT_PACKAGES): tools/openapi-lint/package-lock.json
	@$(NPM_CI) --prefix tools/openapi-lint
	@touch $@

$(BROWSER_PACKAGES): tools/browser/package-lock.json
	@$(NPM_CI) --prefix tools/browser
	@touch $@
