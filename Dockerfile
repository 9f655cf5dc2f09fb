# One image for all services; what a container does is its command.

FROM python:3.13-slim AS packages
RUN python -m venv /venv
COPY requirements.txt /
RUN /venv/bin/pip install --no-cache-dir --disable-pip-version-check --retries 10 --timeout 60 -r /requirements.txt
ARG TRACES=""
COPY telemetry/requirements.txt /telemetry/
RUN test -z "$TRACES" || /venv/bin/pip install --no-cache-dir --disable-pip-version-check --retries 10 \
    --timeout 60 -r /telemetry/requirements.txt

FROM python:3.13-slim AS runtime
ENV PATH=/venv/bin:$PATH PYTHONPATH=/app PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
COPY --from=packages /venv /venv
WORKDIR /app
USER 10001:10001

# What measures the others: `docker compose run race`. Its packages are of no use to a service.
FROM runtime AS lab
COPY requirements.txt /
COPY native/requirements.txt /native/
COPY lab/requirements.txt /lab/
USER root
RUN /venv/bin/pip install --no-cache-dir --disable-pip-version-check --retries 10 --timeout 60 -r /native/requirements.txt -r /lab/requirements.txt
USER 10001:10001
ENV HOME=/tmp MPLCONFIGDIR=/tmp/matplotlib
COPY telemetry telemetry
COPY messaging messaging
COPY contracts contracts
COPY poller poller
COPY native native
COPY benchmarks benchmarks
COPY lab lab
ENTRYPOINT ["python", "-m", "lab"]

# The code is mounted, and whatever runs is started again when it changes: see docker-compose.dev.yml.
FROM runtime AS dev
USER root
RUN pip install --no-cache-dir --disable-pip-version-check --retries 10 --timeout 60 watchfiles==1.1.1
USER 10001:10001

FROM runtime AS production
COPY deploy/healthy.py deploy/
COPY telemetry telemetry
COPY messaging messaging
COPY contracts contracts
COPY web web
COPY monolith monolith
COPY attendees_microservice attendees_microservice
COPY presentation_workflow presentation_workflow
COPY poller poller
COPY lab lab
