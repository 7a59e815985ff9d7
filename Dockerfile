# syntax=docker/dockerfile:1
FROM python:3.13-slim-bookworm AS build
WORKDIR /src
RUN python -m venv /venv
COPY requirements.lock ./
RUN /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
COPY requirements-build.lock ./
RUN python -m venv /builder \
    && /builder/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --no-deps \
       -r requirements-build.lock
COPY pyproject.toml README.md ./
COPY bot bot
COPY handlers handlers
COPY db db
COPY migrations migrations
COPY sandbox sandbox
RUN /builder/bin/python -m hatchling build -t wheel \
    && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps --no-index dist/*.whl

FROM python:3.13-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /app --create-home docsbot \
    && install --directory --owner docsbot --mode 0700 /app/data
COPY --from=build /venv /venv
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1
WORKDIR /app
USER docsbot
VOLUME /app/data
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s CMD ["docsbot", "health"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["docsbot"]
CMD ["run"]
