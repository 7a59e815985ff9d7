# syntax=docker/dockerfile:1
# docker build --tag docsbot .                           the bot
# docker build --tag docsbot-demo --target demo .        the same with the sandbox, to try it without credentials
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
# The sandbox is not here yet, so the wheel has none.
RUN /builder/bin/python -m hatchling build -t wheel \
    && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps --no-index dist/*.whl

FROM build AS build-demo
COPY requirements-sandbox.lock ./
RUN /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --no-deps \
    -r requirements-sandbox.lock
COPY sandbox sandbox
RUN rm -r dist && /builder/bin/python -m hatchling build -t wheel \
    && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps --no-index --force-reinstall dist/*.whl

FROM python:3.13-slim-bookworm AS base
# A fixed number: whoever mounts a folder as /app/data gives it to this user.
RUN groupadd --system --gid 10001 docsbot \
    && useradd --system --uid 10001 --gid 10001 --home-dir /app --create-home docsbot \
    && install --directory --owner docsbot --group docsbot --mode 0700 /app/data
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1
WORKDIR /app
USER 10001:10001
STOPSIGNAL SIGTERM
ENTRYPOINT ["docsbot"]

FROM base AS demo
COPY --from=build-demo /venv /venv
LABEL org.opencontainers.image.title="docsbot-demo" \
      org.opencontainers.image.description="docsbot at work in a sandbox, without any credentials"
ENV DEMO_HOST=0.0.0.0
EXPOSE 8090
CMD ["demo"]

# The last stage is what `docker build` makes when no target is named.
FROM base AS docsbot
ARG VERSION=0.0.0 REVISION=unknown
COPY --from=build /venv /venv
LABEL org.opencontainers.image.title="docsbot" \
      org.opencontainers.image.description="A Telegram bot that brings SMS Center's invoices and acts into the chat" \
      org.opencontainers.image.version=$VERSION \
      org.opencontainers.image.revision=$REVISION
VOLUME /app/data
# 8443: the webhook's updates, 9090: metrics and probes; each only where its setting says so.
EXPOSE 8443 9090
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s CMD ["docsbot", "health"]
CMD ["run"]
