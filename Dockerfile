# The registry as an image: code owned by root, run by a user that may write to its media alone.
# Translations, typeface, search dictionary and static files are built in. No secret is.

FROM python:3.13-slim-bookworm AS build
ENV UV_PROJECT_ENVIRONMENT=/opt/venv \
    UV_COMPILE_BYTECODE=1 \
    UV_LINK_MODE=copy \
    UV_PYTHON_DOWNLOADS=never \
    PATH=/opt/venv/bin:$PATH \
    REGISTRY_HOME=/opt/registry
RUN pip install --no-cache-dir uv==0.13.9
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --frozen --no-dev
COPY . .
# A key is demanded even here; this one is used for nothing and stays in this line.
RUN export SECRET_KEY=only-while-building \
    && python manage.py compilemessages \
    && python manage.py build_assets \
    && python manage.py prepare_search \
    && python manage.py collectstatic --no-input --verbosity 0

FROM python:3.13-slim-bookworm
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libvoikko1 voikko-fi \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /opt/registry --no-create-home registry \
    && install --directory --owner=registry /srv/media
COPY --from=build /opt/venv /opt/venv
COPY --from=build /opt/registry /opt/registry
COPY --from=build /app /app
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PRODUCTION=true \
    HOST=0.0.0.0 \
    PORT=8000 \
    REGISTRY_HOME=/opt/registry \
    MEDIA_ROOT=/srv/media
WORKDIR /app
USER registry
VOLUME /srv/media
EXPOSE 8000
# Asks under the site's own name: a request for another host is refused.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["python", "-c", "import os, urllib.request as web; web.urlopen(web.Request('http://127.0.0.1:' + os.environ['PORT'] + '/live', headers={'Host': os.environ['ALLOWED_HOSTS'].split(',')[0].lstrip('.')}), timeout=4)"]
CMD ["gunicorn", "--config", "python:innovation_registry.gunicorn_conf", "innovation_registry.wsgi"]
