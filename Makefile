# suandian 算电
# `make run` and `make test` each set up all they need; a fresh machine has to bring only make and Python 3.11 or later.

VENV := .venv
PY := $(VENV)/bin/python
CORE := $(VENV)/.set-up-core
DEV := $(VENV)/.set-up-dev
SCENARIO := scenarios/yrd_2025.yaml
# The first interpreter that is new enough; to choose another: make run PYTHON=/path/to/python3
PYTHON ?= $(firstword $(foreach name,python3 python3.11 python3.12 python3.13,$(shell \
	$(name) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(name))))
INSTALL := $(PY) -m pip install --quiet --disable-pip-version-check -c constraints.txt

# Compiled kernels, one folder for each state of the sources: old ones are never used again.
CACHES := $(or $(NUMBA_CACHE_DIR),$(or $(XDG_CACHE_HOME),$(HOME)/.cache) $(or $(TMPDIR),/tmp))
DIGIT := [0-9a-f]
FOUR := $(DIGIT)$(DIGIT)$(DIGIT)$(DIGIT)
HASH := $(FOUR)$(FOUR)$(FOUR)$(FOUR)

.DEFAULT_GOAL := help
.PHONY: help run test check bench docs clean

help: ## list these commands · 列出命令
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-6s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

run: $(CORE) ## set up, then run the default scenario to its report · 建环境,运行默认情景并出报告
	$(PY) run.py run $(SCENARIO)

test: $(DEV) ## set up, then run the tests · 建环境,运行测试
	$(PY) -m pytest

check: $(DEV) ## lint, format, types, tests · 代码规范、类型与测试
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(PY) -m pytest

bench: $(DEV) ## measure the kernel beside bare SimPy · 测内核速度,与纯 SimPy 对比
	$(PY) -m tests.bench

docs: $(CORE) ## write the generated pages of docs/ again · 重新生成 docs/ 中的参考页
	$(PY) -c "from pathlib import Path; from simulator.scenario import field_reference; Path('docs/scenario-format.md').write_text(field_reference(), encoding='utf-8')"
	$(PY) -c "from pathlib import Path; from simulator.records import column_reference; Path('docs/records.md').write_text(column_reference(), encoding='utf-8')"

clean: ## remove the environment, caches and compiled kernels, keep results/ · 删除环境、缓存与已编译的内核,保留结果
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find run.py simulator energy_models tests -name __pycache__ -type d -prune -exec rm -rf {} +
	rm -rf $(foreach base,$(CACHES),$(base)/suandian-$(HASH))

# The stamps are newer than what they were made from, so set-up runs once, and again when the dependencies change. An
# environment that was left half made (no pip in it yet) is made anew.
$(CORE): pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "suandian needs Python 3.11 or later; if it has an unusual name: make run PYTHON=/path/to/python3"; exit 1; }
	@$(PY) -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	@echo "setting up $(VENV) (a few minutes the first time) · 正在建立运行环境(首次需数分钟)"
	$(INSTALL) -e .
	@touch $@

$(DEV): $(CORE)
	$(INSTALL) -e ".[cluster,docx,forecast,dev]"
	@touch $@
