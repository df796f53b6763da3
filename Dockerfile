# syntax=docker/dockerfile:1
# Three stages: the page (Node), the wheel (Python), and the image that runs, which has neither Node nor compilers.

FROM node:24-slim AS page
WORKDIR /src/frontend
COPY frontend/package.json frontend/package-lock.json frontend/.npmrc ./
RUN npm ci --no-audit --no-fund
COPY frontend/ ./
# Writes ../server/static.
RUN npm run build

FROM python:3.13-slim AS wheel
WORKDIR /src
RUN pip install --no-cache-dir build
COPY pyproject.toml README.md CHANGELOG.md LICENSE ./
COPY kan_core/ kan_core/
COPY server/ server/
COPY --from=page /src/server/static server/static
RUN python -m build --wheel --outdir /dist

FROM python:3.13-slim AS run
# On x86-64 Linux PyPI's torch brings CUDA along (several GB). For a small image without a GPU build with
# --build-arg TORCH_INDEX=<address of PyTorch's CPU wheels, as its install page gives it>.
ARG TORCH_INDEX=""
COPY constraints.txt /tmp/
RUN pip install --no-cache-dir ${TORCH_INDEX:+--index-url "$TORCH_INDEX"} "$(grep '^torch==' /tmp/constraints.txt)"
RUN --mount=type=bind,from=wheel,source=/dist,target=/dist \
    pip install --no-cache-dir --constraint /tmp/constraints.txt /dist/*.whl
RUN useradd --create-home --uid 10001 kanscope && install -d -o kanscope -g kanscope /data
USER kanscope
VOLUME /data
EXPOSE 8765
ENV PYTHONUNBUFFERED=1
HEALTHCHECK --interval=15s --timeout=3s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8765/healthz', timeout=2)"]
# Anything but loopback needs a token: KANSCOPE_TOKEN must be set, or the server refuses to start.
ENTRYPOINT ["kanscope", "serve", "--host", "0.0.0.0", "--port", "8765", "--data", "/data", "--no-browser"]
