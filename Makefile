# Everything a newcomer needs: Python 3.11 or newer, make and git.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

# The example mails, with the DNS that was recorded beside them: nobody is asked.
MAILS := --at 2026-11-22 --config examples/mails/verifykb.toml --dns-replay examples/mails/dns.json

.PHONY: demo test lint types generate bench clean

$(VENV)/.installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	$(BIN)/python -m compileall -q src
	touch $@

# The main job on the examples. The log holds every verdict but "verified", so batch ends with 1.
demo: $(VENV)/.installed
	$(BIN)/verifykb check --code SD261120-004217 --from hotrocntt@vst.gov.vn \
	  --phone "024 6276 4300 máy lẻ 88617" --at 2026-11-22 --no-dns || test $$? -eq 3
	@echo
	$(BIN)/verifykb check --phone 0912000111 --channel zalo --at 2026-11-22 --no-dns \
	  --message "Chị đọc giúp em mã OTP vừa gửi về máy nhé" || test $$? -eq 1
	@echo
	$(BIN)/verifykb check --mail examples/mails/that.eml --own-request --called-back --asks nothing $(MAILS)
	@echo
	$(BIN)/verifykb check --mail examples/mails/ten-hien-thi.eml $(MAILS) || test $$? -eq 1
	@echo
	$(BIN)/verifykb batch examples/mails $(MAILS) --format table || test $$? -eq 1
	@echo
	$(BIN)/verifykb batch examples/nhat-ky.csv --at 2026-11-22 || test $$? -eq 1
	@echo
	$(BIN)/verifykb batch examples/nhat-ky.xlsx --at 2026-11-22 -qq --output html=demo.html || test $$? -eq 1
	@echo "demo.html: the same log from a workbook, as a page to open in a browser"

test: $(VENV)/.installed
	$(BIN)/python -m pytest

lint: $(VENV)/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.installed
	$(BIN)/mypy

generate: $(VENV)/.installed
	$(BIN)/python tools/generate_docs.py

bench: $(VENV)/.installed
	$(BIN)/python benchmarks/startup.py
	$(BIN)/python benchmarks/detectors.py
	$(BIN)/python benchmarks/spf.py
	$(BIN)/python benchmarks/posture.py
	$(BIN)/python benchmarks/batch.py

clean:
	rm -rf $(VENV) demo.html .mypy_cache .ruff_cache .pytest_cache .hypothesis dist
