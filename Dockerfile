# Every service of docker-compose.yml runs this image: Airflow and Dabir from the lock file, nothing else.
FROM python:3.12-slim-bookworm AS environment
WORKDIR /opt/dabir
RUN python -m venv .venv && .venv/bin/pip install --no-cache-dir uv==0.13.9
ENV UV_PROJECT_ENVIRONMENT=/opt/dabir/.venv UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy
COPY pyproject.toml uv.lock README.md ./
RUN .venv/bin/uv sync --frozen --no-dev --no-install-project

# `parsing` is compiled by mypyc here; compiler and build tools stay behind.
FROM environment AS wheel
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev
RUN .venv/bin/uv sync --frozen --no-dev --group build --no-install-project
COPY . .
RUN HATCH_BUILD_HOOK_ENABLE_CUSTOM=true .venv/bin/hatchling build -t wheel -d /wheel

FROM environment AS installed
RUN --mount=from=wheel,source=/wheel,target=/wheel .venv/bin/uv pip install --python .venv --no-deps /wheel/*.whl
COPY dags dags
COPY plugins plugins

FROM python:3.12-slim-bookworm
# Volumes are mounted on these folders and belong to whoever owns them here.
RUN useradd --create-home --uid 50000 dabir \
    && mkdir -p /var/lib/dabir/archive /var/lib/dabir/hosts /var/lib/dabir/users /var/lib/dabir/airflow/logs \
    && chown -R dabir: /var/lib/dabir \
    # Airflow's Helm chart starts commands and health checks by this name.
    && printf '#!/bin/sh\nexec "$@"\n' >/entrypoint && chmod 755 /entrypoint
COPY --from=installed --chown=dabir /opt/dabir /opt/dabir
WORKDIR /opt/dabir
USER dabir
ENV PATH=/opt/dabir/.venv/bin:$PATH PYTHONUNBUFFERED=1 AIRFLOW_HOME=/var/lib/dabir/airflow \
    AIRFLOW__CORE__DAGS_FOLDER=/opt/dabir/dags AIRFLOW__CORE__PLUGINS_FOLDER=/opt/dabir/plugins
ENTRYPOINT ["/entrypoint"]
CMD ["airflow", "version"]
