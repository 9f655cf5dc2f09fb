# Every target starts what it needs. `make` alone lists them.

# With what it runs here, or else would be started. Asked once, and not where somebody has chosen.
ifeq ($(origin ENGINE),undefined)
ENGINE := $(shell controls/engine)
endif
# Everything that is lost when it is lost once is there twice, or three times.
ifeq ($(ENGINE),cluster)
export COMPOSE_FILE := docker-compose.yml:docker-compose.cluster.yml
endif
PYTHON ?= python3
VENV := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help broker demo race race-native race-compose report experiments experiments-native experiments-compose up down logs ps stop start restart scale password \
	reset test faults faults-nodes manifests-test soak balance fuzz safeguards bench bench-quick \
	picture audit lint fmt schema clients requirements
.DEFAULT_GOAL := help

help: ## this list
	@echo "Conference GO, here with: $(ENGINE)  (choose with ENGINE=compose, ENGINE=native or ENGINE=cluster)"
	@sed -n 's/^\([a-z -]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | sed 's/stop start restart/stop|start|restart/' | expand -t 28

broker: .venv/runs ## a RabbitMQ and nothing else, until Ctrl-C: for lab/hello without Docker
	@PYTHONUNBUFFERED=1 $(VENV)/python -m native lone-broker

demo: up ## start everything, walk through the three patterns, leave it up
	@$(VENV)/python -m lab tour --engine $(ENGINE)

# LAB=0 leaves the board out, and nobody is told anything.
LAB ?= 1
export LAB
ifeq ($(LAB),0)
export LAB_URL =
export LAB_PAGE_URL =
endif
up: .venv/runs ## start everything and wait until it is healthy (LAB=0: without the board)
ifneq ($(ENGINE),native)
	@docker compose up --build --detach --wait || { docker compose ps --all; \
		echo "What went wrong is in: docker compose logs SERVICE"; \
		echo "Is a port taken? Choose another with a line in .env, for example MONOLITH_PORT=18000"; exit 1; }
else
	@$(VENV)/python -m native up
endif

.PHONY: up-cluster
up-cluster: ## the same with three brokers, two databases, and two or three of whatever may be there so often
	@$(MAKE) --no-print-directory up ENGINE=cluster

# Natively unless ENGINE=compose was asked for: only its own processes can be stopped, and their CPU counted.
RACE ?= --quick
RACE_OUT ?= race
ifneq ($(filter composefile clusterfile,$(ENGINE)$(origin ENGINE)),)
race: ENGINE := native
endif
race: ## polling against messaging, measured in two minutes: race/report.html (ENGINE=compose: on what is up)
	@$(MAKE) --no-print-directory race-$(ENGINE)

race-native: .venv/lab
	@$(VENV)/python -m lab race $(RACE) --out $(RACE_OUT)

race-compose: up
	@mkdir -p $(RACE_OUT)
	@ORGANISER_TOKEN="$$(docker compose exec --no-TTY monolith python monolith/manage.py drf_create_token organiser | cut -d ' ' -f 3)" \
		docker compose run --rm --build --user "$$(id -u):$$(id -g)" --volume "$(abspath $(RACE_OUT)):/race" race \
		race $(RACE) --engine compose --out /race
	@echo "On this machine the report is $(RACE_OUT)/report.html"

report: .venv/lab ## the long race, and what grows: writes the figures of docs/explanation anew, in ten minutes
	@$(VENV)/python -m lab race --out docs/explanation/race
	@$(VENV)/python -m lab race --growth --out docs/explanation/race

# Natively with a broker and a database of their own, that are gone afterwards; with ENGINE=compose on what is up.
EXPERIMENTS ?= all
EXPERIMENTS_OUT ?= docs/reference/experiments.md
ifneq ($(filter composefile clusterfile,$(ENGINE)$(origin ENGINE)),)
experiments: ENGINE := native
endif
experiments: ## every claim of the lesson, run and measured in five minutes: writes docs/reference/experiments.md
	@$(MAKE) --no-print-directory experiments-$(ENGINE)

experiments-native: .venv/lab
	@$(VENV)/python -m native exec sh -c 'RABBITMQ_URL=$$TEST_RABBITMQ_URL LAB_DATABASE_URL=$$TEST_DATABASE_URL \
		RABBITMQ_MANAGEMENT_URL=$$TEST_RABBITMQ_MANAGEMENT_URL \
		exec $(VENV)/python -m lab experiment $(EXPERIMENTS) --write $(EXPERIMENTS_OUT)'

experiments-compose: up
	@docker compose exec --no-TTY lab python -m lab experiment $(EXPERIMENTS) --write /tmp/experiments.md
	@docker compose exec --no-TTY lab cat /tmp/experiments.md > $(EXPERIMENTS_OUT)

down: .venv/runs ## stop everything; the data stay, but for those of a cluster
ifeq ($(ENGINE),compose)
	docker compose down
else ifeq ($(ENGINE),cluster)
	docker compose down --volumes
else
	@$(VENV)/python -m native down
endif

logs: .venv/runs ## follow the logs, or with SERVICE=… those of one, until Ctrl-C
ifneq ($(ENGINE),native)
	docker compose logs --follow --tail 20 $(SERVICE)
else
	@$(VENV)/python -m native logs $(SERVICE) -f
endif

CONTROLS = $(VENV)/python -m controls --engine $(ENGINE)

stop start restart: .venv/runs ## a part: make stop SERVICE=poller; which parts there are says: make ps
	@$(CONTROLS) $@ $(SERVICE)

scale: .venv/runs ## have so many workers that write letters: make scale WORKERS=3
	@$(CONTROLS) scale $(WORKERS)

password: .venv/runs ## set the organiser's password: to a new one, which is shown, or to that in PASSWORD=…
	@$(CONTROLS) password

.PHONY: promote
promote: .venv/runs ## a cluster's standby database becomes the primary, and the other one its standby
	@$(CONTROLS) promote

reset: .venv/runs ## examples, copies, queues and letters as on the first day; everything stays up
	@$(CONTROLS) reset

ps: .venv/runs ## what runs, where it answers, and whether it is well
ifneq ($(ENGINE),native)
	docker compose ps
else
	@$(VENV)/python -m native ps
endif

test: .venv/tests ## everything: style, types, unit, contract, integration, end to end
	@$(VENV)/python -m native exec $(VENV)/python -m tests.all

faults: .venv/tests ## break everything that can break, under load, and count what is lost: nothing
	@FAULTS=all $(VENV)/python -m pytest tests/faults

NODES_REPORT ?= docs/explanation/faults-nodes.md
faults-nodes: .venv/tests ## cut off the machine of each part in turn (Linux, as root): writes docs/explanation/faults-nodes.md
	@FAULTS=all FAULTS_REPORT=$(NODES_REPORT) $(VENV)/python -m pytest tests/faults -k test_cut_

manifests-test: .venv/tests ## render deploy/kubernetes, and hold it against the schemas of each version that is supported
	@KUBERNETES=all $(VENV)/python -m pytest tests/test_kubernetes.py

soak: .venv/tests ## ten minutes of random faults under load, 20 000 decisions and 20 000 account changes
	@SOAK_SECONDS=$${SOAK_SECONDS:-600} SOAK_DECISIONS=$${SOAK_DECISIONS:-22000} SOAK_CHANGES=$${SOAK_CHANGES:-22000} \
		$(VENV)/python -m pytest tests/faults/test_soak.py

balance: .venv/tests ## 5 000 decisions while parts are killed and stopped: board, broker and databases must say the same
	@FAULTS=all $(VENV)/python -m pytest tests/end_to_end/test_balance.py

fuzz: .venv/tests ## over 10 000 requests to each web service, out of its schema: every answer must be one it promises
	@$(VENV)/python -m native exec $(VENV)/python -m tests.fuzz

safeguards: .venv/tests ## switch each safeguard of the messaging off, and see which test goes red
	@$(VENV)/python -m native exec $(VENV)/python -m tests.safeguards

bench: .venv/tests ## our parts beside Celery, Dramatiq, FastStream and the course's way, in a quarter of an hour; fails where a bar is missed
	@$(VENV)/python -m benchmarks --out docs/explanation/performance

bench-quick: .venv/tests ## the same in a few minutes; in so short a time noise may miss a bar, so that does not fail
	@$(VENV)/python -m benchmarks --plan quick

picture: .venv/tests ## take the pictures of docs/pictures anew, one that moves too, from the running board
	@$(VENV)/python -m tests.pictures $${LAB_PAGE:-http://127.0.0.1:8002} docs/pictures
	@$(VENV)/python -m tests.pictures $${LAB_PAGE:-http://127.0.0.1:8002} docs/pictures --moving

audit: .venv/made ## ask the Python advisory database about every pinned package
	@$(PYTHON) -m venv .venv/audit
	@.venv/audit/bin/pip install --quiet pip-audit
	@.venv/audit/bin/python tests/audit.py

lint: .venv/tests ## style and types
	@$(VENV)/ruff check .
	@$(VENV)/ruff format --check .
	@$(VENV)/mypy

fmt: .venv/tests ## put the code into the one format
	@$(VENV)/ruff check --fix .
	@$(VENV)/ruff format .

UNUSED := nobody-logs-in-with-this-while-a-schema-is-written
schema: .venv/tests ## write what both APIs offer in production to docs/reference/openapi-*.yaml
	@for service in monolith attendees_microservice; do DEBUG=0 SECRET_KEY=$(UNUSED) SERVICE_TOKEN=$(UNUSED) \
		RABBITMQ_URL=amqp://unused:unused@localhost/ DATABASE_URL=postgres:///unused $(VENV)/python \
		$$service/manage.py spectacular --validate --fail-on-warn --file docs/reference/openapi-$${service%_microservice}.yaml; done

clients: schema ## write docs/reference/asyncapi.yaml, and the files for API clients in clients/
	@DEBUG=1 DATABASE_URL=postgres:///unused $(VENV)/python monolith/manage.py asyncapi > docs/reference/asyncapi.yaml
	@$(VENV)/python -m clients

requirements: .venv/tests ## compile the requirements.txt files anew from their requirements.in
	@$(VENV)/pip install --quiet uv
	@for folder in . telemetry native lab tests benchmarks; do (cd $$folder && $(CURDIR)/$(VENV)/uv pip compile --quiet --upgrade \
		--universal --python-version 3.11 --no-header --no-annotate requirements.in -o requirements.txt); done

.PHONY: stack-file
stack-file: .venv/runs ## write deploy/stack.yml, for a swarm, out of the compose files
	@$(VENV)/python deploy/stack.py > .venv/stack.yml && mv .venv/stack.yml deploy/stack.yml

.venv/made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; this is " \
		+ sys.version.split()[0] + ". Choose another with: make PYTHON=python3.12")'
	@$(PYTHON) -m venv .venv || { rm -rf .venv; \
		echo "$(PYTHON) cannot make virtual environments. On Debian and Ubuntu type: sudo apt-get install" \
			"$$($(PYTHON) -c 'import sys; print("python{}.{}-venv".format(*sys.version_info))')"; exit 1; }
	@touch $@

.venv/runs: .venv/made requirements.txt native/requirements.txt pyproject.toml
	@echo "· installing Python packages into .venv"
	@$(VENV)/pip install --quiet -r requirements.txt -r native/requirements.txt
	@$(VENV)/pip install --quiet --no-deps --editable .
	@touch $@

.venv/lab: .venv/runs lab/requirements.txt
	@$(VENV)/pip install --quiet -r lab/requirements.txt
	@touch $@

.venv/tests: .venv/lab tests/requirements.txt benchmarks/requirements.txt
	@$(VENV)/pip install --quiet -r tests/requirements.txt -r benchmarks/requirements.txt
	@touch $@
