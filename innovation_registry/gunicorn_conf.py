"""How gunicorn serves the site: the same in ``./run``, in the container and in the measurements."""

import os

from common.logs import logging_settings

PRODUCTION = os.environ.get("PRODUCTION", "").lower() in {"1", "true", "yes", "on"}

host = os.environ.get("HOST") or "127.0.0.1"
bind = f"{f'[{host}]' if ':' in host else host}:{os.environ.get('PORT') or '8000'}"
workers = int(os.environ.get("WEB_WORKERS") or 2)
worker_class = "gthread"
threads = int(os.environ.get("WEB_THREADS") or 4)
# Without it one worker takes all connections that browsers keep open.
reuse_port = True
# The code is loaded once, before the workers start: less memory, and a broken setting stops the start.
preload_app = True
control_socket_disable = True
logconfig_dict = {
    **logging_settings(level=os.environ.get("LOG_LEVEL") or "INFO", as_json=PRODUCTION),
    "disable_existing_loggers": False,
}
if not PRODUCTION:
    # Its own start and stop lines say nothing to somebody who tries the registry out.
    loglevel = "warning"


def when_ready(server: object) -> None:
    """Say where the site is and, in the embedded default, who may sign in."""
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connections

    if not settings.PRODUCTION:
        call_command("show_demo_sign_ins")
        # A connection that was open before the fork must not be shared.
        connections.close_all()
