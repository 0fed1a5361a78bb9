# Whisper with the light packages; build with --build-arg PACKAGES=full for sentence-transformers,
# whose torch then computes on the processor; PACKAGES=cuda brings the one for NVIDIA's cards.
# Pin the digest of the base image where you deploy: --build-arg BASE=python:3.11-slim-trixie@sha256:...
ARG BASE=python:3.11-slim-trixie

# What compiles or downloads stays here; the packages and the code go on.
FROM ${BASE} AS packages
ARG PACKAGES=light
# The hash of torch's file on PyTorch's own index, if you want to pin it; bin/setup says more.
ARG TORCH_SHA256=
WORKDIR /app
ENV VENV=/venv
# The packages come first, so that a change of code installs nothing again.
COPY bin/setup bin/setup
COPY requirements*.txt ./
RUN bin/setup "$PACKAGES"
COPY . .
# The root of a container is read-only: nothing can be compiled later.
RUN /venv/bin/python -m compileall -q /app

FROM ${BASE}
# Backups of PostgreSQL need pg_dump.
RUN apt-get update \
  && apt-get install -y --no-install-recommends postgresql-client \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /app
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 VENV=/venv WHISPER_DATA_DIR=/data
COPY --from=packages /venv /venv
COPY --from=packages /app /app
# The number is that of bin/store-secrets.
RUN useradd --create-home --uid 10001 whisper && install -d -o whisper -m 0700 /data
USER whisper
VOLUME /data
EXPOSE 8000
ENTRYPOINT ["bin/container"]
CMD ["runbot", "--web", "0.0.0.0:8000"]
