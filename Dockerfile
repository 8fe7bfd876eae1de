# syntax=docker/dockerfile:1
# The service, offline: docker build -t mtqa . && docker run --rm -p 127.0.0.1:8017:8017 mtqa

FROM python:3.11-slim-bookworm AS build
WORKDIR /src
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
COPY . .
RUN pip wheel --no-deps --wheel-dir /wheels . \
    && python -m venv /opt/mtqa \
    && /opt/mtqa/bin/pip install --constraint constraints.txt "$(echo /wheels/mtqa-*.whl)[serve]"

FROM python:3.11-slim-bookworm
RUN useradd --system --no-log-init --uid 10001 --create-home mtqa
COPY --from=build /opt/mtqa /opt/mtqa
ENV PATH=/opt/mtqa/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER 10001
WORKDIR /work
EXPOSE 8017
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8017/healthz', timeout=4)"]
ENTRYPOINT ["mtqa"]
CMD ["serve", "--host", "0.0.0.0"]
