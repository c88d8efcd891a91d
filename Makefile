# Everything runs in .venv, which is made on first use and kept up to date by the stamps in it.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
DEMO := pypi:ragas==0.4.3

.PHONY: demo test test-network test-chromium test-egress rules lint format types contracts docs bench bench-corpus bench-large bench-pickles bench-hub bench-harden bench-observe clean

# The main job on a real, pinned package; findings are what it shows, so they are no failure.
demo: $(VENV)/.installed
	$(BIN)/datacustoms scan $(DEMO) --fail-on never

test: $(VENV)/.testing
	$(BIN)/pytest -q $(PYTEST_ARGS)

test-network: $(VENV)/.testing $(VENV)/.checkers
	$(BIN)/pytest -q -m network $(PYTEST_ARGS)

# Plain semgrep on its own: rules parsed and examples run, without a network. (`semgrep --validate` asks a server.)
rules: $(VENV)/.testing
	$(BIN)/python -m scanner rules test
	SEMGREP_SEND_METRICS=off SEMGREP_ENABLE_VERSION_CHECK=0 \
		$(BIN)/semgrep scan --test --metrics=off --disable-version-check semgrep-rules/
# Needs Debian's nftables and squid: the allow-lists as the real programs read them.
test-egress: $(VENV)/.testing
	$(BIN)/pytest -q -m egress $(PYTEST_ARGS)

# Needs Debian's chromium; only the drivers come from the package index.
test-chromium: $(VENV)/.testing
	$(PIP) install --editable ".[test,chromium]"
	$(BIN)/pytest -q -m chromium $(PYTEST_ARGS)

lint: $(VENV)/.testing
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(VENV)/.testing
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(VENV)/.testing
	$(BIN)/mypy --strict -p scanner
	cd action && ../$(BIN)/mypy --strict judge.py comment.py notices.py

contracts: $(VENV)/.testing
	$(BIN)/lint-imports

# Pages made from the code; .ci/run fails when a committed page differs.
docs: $(VENV)/.installed
	$(BIN)/python -m scanner.cli.manual > docs/commands.md.new
	mv docs/commands.md.new docs/commands.md
	$(BIN)/python -m scanner.cli.sinks_page > docs/sinks.md.new
	mv docs/sinks.md.new docs/sinks.md
	$(BIN)/python -m scanner.matching.pages docs/rules

# ARGS passes options on: ARGS="--write --only ragas gradio".
bench-corpus: $(VENV)/.installed
	$(BIN)/python benchmarks/corpus.py $(ARGS)

bench: $(VENV)/.installed
	$(BIN)/python benchmarks/speed.py $(ARGS)

bench-large: $(VENV)/.installed
	$(BIN)/python benchmarks/large.py $(ARGS)

bench-hub: $(VENV)/.installed
	$(BIN)/python benchmarks/hub.py $(ARGS)

bench-observe: $(VENV)/.installed
	$(BIN)/python benchmarks/observe/observe.py $(ARGS)

bench-harden: $(VENV)/.installed
	$(BIN)/python benchmarks/harden.py $(ARGS)

bench-pickles: $(VENV)/.installed
	$(BIN)/python benchmarks/pickles.py $(ARGS)

clean:
	rm -rf $(VENV) build dist benchmarks/.cache

$(VENV)/.made:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	touch $@

$(VENV)/.installed: pyproject.toml $(VENV)/.made
	$(PIP) install --editable .
	touch $@

# Tools with dependencies of their own, beside the environment and not in it.
$(VENV)/.checkers: .ci/tools.txt .ci/node.txt $(VENV)/.made
	$(PYTHON) -m venv $(VENV)/checkers
	$(VENV)/checkers/bin/python -m pip --disable-pip-version-check --quiet install --requirement .ci/tools.txt
	npm install --ignore-scripts --no-audit --no-fund --silent --prefix $(VENV)/checkers $$(cat .ci/node.txt)
	chmod +x $(VENV)/checkers/node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool
	touch $@

$(VENV)/.testing: pyproject.toml $(VENV)/.installed
	$(PIP) install --editable ".[test]"
	touch $@
