# All commands for people and CI. `make` lists them.

# An editable install has no compiled modules: let Python cache them.
unexport PYTHONDONTWRITEBYTECODE

UV = "$$(sh tools/uv.sh)"
RUN = .venv/bin/
WITH_NODE = PATH="$(CURDIR)/.venv/bin:$$PATH"
CDK = $(WITH_NODE) npx cdk
# One process per core; which tests share a process: tests/conftest.py.
PARALLEL = -n auto --maxprocesses 8 --dist loadgroup
UNIT = $(addprefix tests/,aws cli effects gif orders photo rendering server store web) $(wildcard tests/test_*.py)
HOST = 127.0.0.1
PORT = 8000
SECONDS = 600
NATIVE = $(patsubst %/core.h,%,$(wildcard src/gifmill/*/native/core.h))
LIBRARIES = $(wildcard $(addsuffix /*gifmill.so,$(NATIVE)) $(addsuffix /*gifmill.dylib,$(NATIVE)) $(addsuffix /gifmill.dll,$(NATIVE)))

.DEFAULT_GOAL := help
.PHONY: help run check test e2e chaos fuzz lint fix docs reference lighthouse synth bootstrap deploy destroy gallery contact-sheets bench bench-quick bench-cold bench-effects bench-gif-memory bench-intake bench-latency bench-load bench-memory bench-page bench-webp wheels release-check clean

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## /{printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# A stamp newer than the lock means that the installed packages match it. uv may have built this folder before and
# remember it, so --reinstall-package: the native libraries are not in uv's cache.
.venv/.synced: pyproject.toml uv.lock .python-version hatch_build.py $(wildcard $(addsuffix /*.[ch],$(NATIVE)))
	@echo "Installing gifmill into .venv/"
	@$(UV) sync --quiet --locked --compile-bytecode --no-default-groups --extra server --inexact --reinstall-package gifmill
	@touch $@

.venv/.synced-dev: .venv/.synced
	@echo "Installing the packages for tests and benchmarks into .venv/"
	@$(UV) sync --quiet --locked --compile-bytecode --all-groups --all-extras
	@touch $@

# Libraries are missing in a worktree or after `git clean`, whatever the stamp says.
ifneq ($(words $(LIBRARIES)),$(words $(NATIVE)))
.PHONY: .venv/.synced
endif

# npm writes this file last. .venv/bin has node and npm for machines without them.
node_modules/.package-lock.json: package.json package-lock.json .venv/.synced-dev
	@echo "Installing the CDK's command into node_modules/"
	@$(WITH_NODE) npm ci --silent --no-audit --no-fund
	@touch $@

run: .venv/.synced  ## start the server and print its address (HOST=, PORT=)
	@exec $(RUN)gifmill serve --host $(HOST) --port $(PORT)

check: .venv/.synced-dev  ## lint, type checks and unit tests, without browser and emulator
	$(RUN)ruff check --quiet
	$(RUN)ruff format --check --quiet
	$(RUN)mypy
	$(RUN)pytest $(PARALLEL) -q -m "not slow and not emulator" $(UNIT) $(ARGS)

test: lint node_modules/.package-lock.json  ## lint, then all tests, with browsers and an emulator of AWS
	@sh tools/chromium.sh
	@sh tools/firefox.sh
	@sh tools/lighthouse.sh
	@sh tools/emulator.sh
	$(RUN)pytest $(PARALLEL) $(ARGS)

e2e: node_modules/.package-lock.json  ## tests of the stack, deployed to the emulator
	@sh tools/chromium.sh
	@sh tools/emulator.sh
	$(RUN)pytest -m emulator $(ARGS)

chaos: .venv/.synced-dev  ## chaos test: a thousand photos with killed workers, a full disk and server crashes (ARGS="--seed 1")
	$(RUN)python -m tests.chaos $(ARGS)

# A finding ends the run: later targets are skipped. Findings are in .cache/fuzz/found.
fuzz: .venv/.synced-dev  ## fuzz photos, object names, the encoder and the API, ten minutes each (SECONDS=600)
	$(RUN)python -m tests.fuzz.fuzz photo $(SECONDS)
	$(RUN)python -m tests.fuzz.fuzz keys $(SECONDS)
	$(RUN)python -m tests.fuzz.encoder_fuzzer $(SECONDS)
	$(RUN)python -m tests.fuzz.openapi_fuzzer $(SECONDS)

lint: .venv/.synced-dev docs  ## ruff, mypy --strict, hadolint, docs, secrets in the repository, known vulnerabilities of dependencies
	$(RUN)ruff check
	$(RUN)ruff format --check
	$(RUN)mypy
	@if [ -x $(RUN)hadolint ]; then $(RUN)hadolint operate/Containerfile; fi  # it exists for Linux on x86_64 only
	$(RUN)python -m tools.leaks
	$(RUN)python -m tools.audit

# Works offline once installed. The variable turns off an advertisement for MkDocs 2.
docs: .venv/.synced-dev  ## build the documentation into site/; broken links and undocumented names fail
	@NO_MKDOCS_2_WARNING=1 $(RUN)mkdocs build --strict
	@echo "The documentation is in site/index.html"

reference: .venv/.synced-dev  ## write what is derived from code: tables of docs/reference/, types, the service worker's list
	$(RUN)python -m tools.reference

fix: .venv/.synced-dev  ## fix and format code with ruff
	$(RUN)ruff check --fix
	$(RUN)ruff format

lighthouse: .venv/.synced-dev  ## audit the page with Lighthouse: performance, accessibility, best practices
	@sh tools/chromium.sh
	@sh tools/lighthouse.sh
	$(RUN)python -m bench.lighthouse

synth: node_modules/.package-lock.json  ## write the stack as a CloudFormation template to cdk.out/ (ARGS="-c arch=x86_64")
	$(CDK) synth --quiet $(ARGS)

bootstrap: node_modules/.package-lock.json  ## prepare an AWS account for deploys, once for each region
	$(CDK) bootstrap $(ARGS)

deploy: node_modules/.package-lock.json  ## deploy to AWS, publish the page and print its address (ARGS="-c domain=...")
	$(CDK) deploy --require-approval never $(ARGS)
	$(RUN)python -m infra.publish_site

destroy: node_modules/.package-lock.json  ## delete the stack from AWS, with all photos and GIFs
	$(RUN)python -m infra.empty_buckets
	$(CDK) destroy --force $(ARGS)

gallery: .venv/.synced-dev  ## make the pictures of the effects, and docs/reference/effects.md from the registry
	$(RUN)python -m bench.gallery

contact-sheets: .venv/.synced-dev  ## draw sheets of frames of every effect in .cache/contact_sheets/, to be looked at
	$(RUN)python -m bench.contact_sheets $(ARGS)

# One thread for numpy's matrix products in effects, as in the server's workers; Pillow uses one anyway.
bench bench-quick: export OPENBLAS_NUM_THREADS = 1
bench: .venv/.synced-dev  ## compare time, bytes and quality with other encoders, to docs/background/bench/, in 45 minutes
	@sh tools/peers.sh
	$(RUN)python -m bench.encoders $(ARGS)

bench-quick: .venv/.synced-dev  ## short form of the same benchmark, in a minute
	@sh tools/peers.sh
	$(RUN)python -m bench.encoders --quick

bench-cold: .venv/.synced-dev  ## time of a command from a 12 MP photo to three GIFs; cold starts of Lambda functions
	$(RUN)python -m bench.cold_start
	$(RUN)python -m bench.lambda_cold_start

bench-effects: export OPENBLAS_NUM_THREADS = 1
bench-effects: .venv/.synced-dev  ## time of effects compared with encoding
	$(RUN)python -m bench.effect_cost $(ARGS)

bench-gif-memory: .venv/.synced-dev  ## peak memory of the largest GIFs, and of long animations
	$(RUN)python -m bench.gif_memory

bench-intake: .venv/.synced-dev  ## time from a 12 MP photo to 480 px, compared with Pillow and libvips
	$(RUN)python -m bench.intake $(ARGS)

bench-latency: node_modules/.package-lock.json  ## time from an upload to the first and third push, in the emulator
	@sh tools/emulator.sh
	$(RUN)python -m bench.push_latency $(ARGS)

bench-load: export OPENBLAS_NUM_THREADS = 1
bench-load: .venv/.synced-dev  ## server under rising load up to overload, and with 2,000 idle WebSockets
	$(RUN)python -m bench.server_load $(ARGS)

bench-memory: .venv/.synced-dev  ## memory of a server over hundreds of GIFs
	$(RUN)python -m bench.server_memory $(ARGS)

bench-page: .venv/.synced-dev  ## the page before and after a change: times, bytes, idle load and memory
	@sh tools/chromium.sh
	$(RUN)python -m bench.page_benchmark $(ARGS)

bench-webp: export OPENBLAS_NUM_THREADS = 1
bench-webp: .venv/.synced-dev  ## time, bytes and quality of WebP by codec setting, compared with the GIF presets
	$(RUN)python -m bench.webp_settings $(ARGS)

wheels: .venv/.synced-dev  ## build wheels for Linux, macOS and Windows in dist/, and try this machine's in a clean environment
	$(RUN)python -m tools.wheels

release-check: .venv/.synced-dev  ## check what a release would upload, and install it into clean environments of each Python
	$(RUN)python -m tools.release_check

clean:  ## remove installed and generated files, but no data
	rm -rf .venv .venv-emulator .tools .cache bench/out cdk.out dist node_modules site $(LIBRARIES)
