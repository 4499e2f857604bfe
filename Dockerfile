# One image for web, worker, beat and migrate; only the command differs.
FROM node:22-bookworm-slim AS assets
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts

FROM python:3.11-slim-trixie AS python
WORKDIR /srv
COPY installer.lock requirements.lock ./
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --require-hashes -r installer.lock \
    && /venv/bin/uv pip install --no-cache --python /venv/bin/python --require-hashes -r requirements.lock

FROM python:3.11-slim-trixie
# The client is PostgreSQL's 17, as the server in docker-compose.yml: an older one cannot dump it.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 postgresql-client \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /srv yimen
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 YIMEN_VAR=/srv/var YIMEN_STATIC_ROOT=/srv/static
WORKDIR /srv/app
COPY --from=python /venv /venv
COPY . .
COPY --from=assets /build/node_modules node_modules
RUN python scripts/vendor.py \
    && YIMEN_ENV=embedded YIMEN_VAR=/tmp/var python manage.py collectstatic --no-input \
    && rm -rf node_modules /tmp/var \
    && mkdir -p /srv/var \
    && chown -R yimen /srv/var
USER yimen
EXPOSE 8000
CMD ["python", "-m", "gunicorn", "-c", "python:config.gunicorn", "config.wsgi"]
