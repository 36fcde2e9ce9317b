"""How gunicorn serves the site: the same in ``./run``, in the container and in the measurements."""

import os

from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "innovation_registry.settings")

bind = f"{f'[{settings.HOST}]' if ':' in settings.HOST else settings.HOST}:{settings.PORT}"
workers = settings.WEB_WORKERS
worker_class = "gthread"
threads = settings.WEB_THREADS
# Without it one worker takes all connections that browsers keep open.
reuse_port = True
# The code is loaded once, before the workers start: less memory, and a broken setting stops the start.
preload_app = True
control_socket_disable = True
logconfig_dict = settings.LOGGING
# Start and stop lines say nothing to somebody who tries the registry out.
loglevel = "info" if settings.PRODUCTION else "warning"


def when_ready(server: object) -> None:
    """Say where the site is and, in the embedded default, who may sign in.

    Nothing here may ask the database: workers are forked later and must not share a connection.
    """
    if settings.PRODUCTION:
        return
    from django.core.management import call_command

    print(f"\nInnovaatiorekisteri: {settings.BASE_URL}/  (ctrl-C stops it)\n", flush=True)  # noqa: T201
    call_command("show_demo_sign_ins")
