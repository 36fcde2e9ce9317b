"""All settings, read from the environment; the README's table says what each means.

Without any environment the embedded default runs: SQLite, mail to the console and to
files, tasks run at once, everything written under ``var/``.
"""

import logging
import secrets
from pathlib import Path
from urllib.parse import urljoin

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from common.logs import logging_settings, mask_report

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

REGISTRY_HOME = Path(env.str("REGISTRY_HOME", default=str(BASE_DIR / "var"))).resolve()
REGISTRY_HOME.mkdir(parents=True, exist_ok=True)

# PRODUCTION is the one switch between the embedded default and a real installation:
# it demands a secret key and host names, and refuses what is only for trying things out.
PRODUCTION = env.bool("PRODUCTION", default=False)
DEBUG = env.bool("DEBUG", default=False)
# Lets the demo staff into the admin with a password alone; a banner says so on every page.
DEMO_STAFF_WITHOUT_SECOND_FACTOR = env.bool("DEMO_STAFF_WITHOUT_SECOND_FACTOR", default=not PRODUCTION)
if PRODUCTION and (DEBUG or DEMO_STAFF_WITHOUT_SECOND_FACTOR):
    raise ImproperlyConfigured(
        "DEBUG and DEMO_STAFF_WITHOUT_SECOND_FACTOR are refused when PRODUCTION is on."
    )


def _embedded_secret_key() -> str:
    """A key made once for this home, so that sessions outlive a restart of the embedded default."""
    file = REGISTRY_HOME / "secret_key"
    try:
        with file.open("x") as new:
            file.chmod(0o600)
            new.write(secrets.token_urlsafe(64))
    except FileExistsError:
        pass
    return file.read_text()


SECRET_KEY = (
    env.str("SECRET_KEY") if PRODUCTION else env.str("SECRET_KEY", default="") or _embedded_secret_key()
)
ALLOWED_HOSTS = (
    env.list("ALLOWED_HOSTS")
    if PRODUCTION
    else env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
)
# Where gunicorn listens, with how many processes and threads in each.
HOST = env.str("HOST", default="127.0.0.1")
PORT = env.int("PORT", default=8000)
WEB_WORKERS = env.int("WEB_WORKERS", default=2)
WEB_THREADS = env.int("WEB_THREADS", default=4)
# The address that links in mails and feeds begin with.
BASE_URL = env.str("BASE_URL", default=f"http://127.0.0.1:{PORT}").rstrip("/")
CSRF_TRUSTED_ORIGINS = [BASE_URL]
# How many proxies in front of the application set X-Forwarded-For; 0 trusts no such header.
TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
if TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

INSTALLED_APPS = [
    "modeltranslation",
    "innovation_registry.apps.RegistryAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "django_countries",
    "django_structlog",
    "django_tasks",
    "django_tasks_db",
    "simple_history",
    "common",
    "taxonomy",
    "accounts",
    "cases",
    "barometer",
    "network",
    "pages",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "common.logs.RequestMiddleware",
    # Outside of what makes answers 304 anew.
    "pages.api.headers.headers_of_api",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
]

ROOT_URLCONF = "innovation_registry.urls"
WSGI_APPLICATION = "innovation_registry.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "common.context_processors.site",
                "accounts.context_processors.demo",
                "pages.editorial.menus.site_menus",
            ],
            "builtins": ["common.templatetags.components"],
        },
    }
]
# Templates of ours may override those of form widgets and fields.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# Databases ------------------------------------------------------------------

DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{REGISTRY_HOME / 'registry.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # IMMEDIATE: a transaction that reads, then writes, waits for its turn instead of failing.
    # FULL: an acknowledged submission survives a power cut.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
            "PRAGMA mmap_size=1073741824; PRAGMA cache_size=-20000;"
        ),
    }
    # Opening the file and reading its schema costs more than most pages' queries: each thread keeps its own.
    DATABASES["default"]["CONN_MAX_AGE"] = None
else:
    DATABASES["default"].setdefault("OPTIONS", {})["pool"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    # Rate limits and used one-time codes, which all processes must see. A migration makes the table.
    # Room enough that a used proof of work is not forgotten while it would still be good.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "shared_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    # Rendered result cards of one process; every key holds the version of what it shows.
    "cards": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "cards",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    },
    # Pictures that chats show beside links, some 50 kB each, under a hash of what is drawn.
    "pictures": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "pictures",
        "OPTIONS": {"MAX_ENTRIES": 200},
    },
}

# Languages ------------------------------------------------------------------

LANGUAGE_CODE = "fi"
LANGUAGES = [("fi", _("Finnish")), ("sv", _("Swedish")), ("en", _("English"))]
# Sources of the translations, and their compiled form, which ``compilemessages`` writes.
LOCALE_PATHS = [BASE_DIR / "locale", REGISTRY_HOME / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Helsinki"
MODELTRANSLATION_DEFAULT_LANGUAGE = "fi"
MODELTRANSLATION_FALLBACK_LANGUAGES = ("fi", "sv", "en")
FORMAT_MODULE_PATH = ["innovation_registry.formats"]
COUNTRIES_OVERRIDE = {"EU": _("European Union"), "SZ": "Eswatini"}
# The language follows the address; no cookie remembers it.

# Search ---------------------------------------------------------------------

# Base forms of Finnish words by Voikko where it is installed; web and worker have to use the same.
SEARCH_ANALYSER = env.str("SEARCH_ANALYSER", default="auto")

# Sign-in --------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.RegistryBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_request_login_code"
LOGIN_REDIRECT_URL = "cases:own"
LOGOUT_REDIRECT_URL = "/"

# Everybody signs in with a code sent to their address; staff with a password and a second factor.
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
# No account is made before its address is proven by a code or vouched for by the identity provider,
# so allauth's own list of addresses stays empty and nothing is left to verify.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_FORMAT = {"numeric": True, "length": 8, "dashed": True}
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "request_login_code": "20/m/ip,3/m/key,10/h/key",
    "change_address": "5/d/user",
    # Public forms, by common/spam_guard.py: with the proof of work, and without it.
    "send_form": "60/h/ip,5/h/key",
    "send_form_after_waiting": "10/h/ip,3/h/key",
    # Not of an account, but counted the same way: nobody is to fill the disk with kept tests.
    "keep_self_test": "10/h/ip",
}
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT

MFA_ADAPTER = "accounts.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # see ACCOUNT_EMAIL_VERIFICATION
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION  # browsers count http://localhost as secure

# Sign-in through one identity provider (OpenID Connect), when one is set.
OIDC_SERVER_URL = env.str("OIDC_SERVER_URL", default="")
OIDC_ORIGIN: list[str] = []
SOCIALACCOUNT_ADAPTER = "accounts.adapters.IdentityProviderAdapter"
SOCIALACCOUNT_PROVIDERS = {}
if OIDC_SERVER_URL:
    OIDC_ORIGIN = [urljoin(OIDC_SERVER_URL, "/").rstrip("/")]
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "sso",
                "name": env.str("OIDC_NAME"),
                "client_id": env.str("OIDC_CLIENT_ID"),
                "secret": env.str("OIDC_CLIENT_SECRET"),
                "settings": {"server_url": OIDC_SERVER_URL},
            }
        ],
    }

# Public forms ---------------------------------------------------------------

# How hard the work is that a browser does before a public form is taken in: each bit doubles it.
SPAM_PROOF_BITS = env.int("SPAM_PROOF_BITS", default=18)

# API ------------------------------------------------------------------------

# How many requests one network address may make in a minute.
API_REQUESTS_PER_MINUTE = env.int("API_REQUESTS_PER_MINUTE", default=600)
# How many files that are made for each request.
DOWNLOADS_PER_MINUTE = env.int("DOWNLOADS_PER_MINUTE", default=60)
# Public data alone: nobody signs in, and no cookie is read.
REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": [],
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,
}
# Values stay where they are used: names made up for lists of them would change with the vocabularies.
SPECTACULAR_SETTINGS = {
    "OAS_VERSION": "3.1.0",
    "POSTPROCESSING_HOOKS": [],
    "SORT_OPERATIONS": False,
    "SORT_OPERATION_PARAMETERS": False,
}

# Innovation network ---------------------------------------------------------

# After how many days what somebody told is erased, counted from the day when it was last needed: the privacy
# notice says the same numbers.
NETWORK_RETENTION_DAYS = {
    "unconfirmed": env.int("NETWORK_KEEP_UNCONFIRMED_DAYS", default=7),
    "withdrawn": env.int("NETWORK_KEEP_WITHDRAWN_DAYS", default=30),
    "declined": env.int("NETWORK_KEEP_DECLINED_DAYS", default=180),
    "decided": env.int("NETWORK_KEEP_APPROVED_REQUEST_DAYS", default=180),
    "left": env.int("NETWORK_KEEP_LEFT_DAYS", default=30),
}
# Facts of the register of personal data that only the operator knows: the notice says which are missing.
REGISTER_CONTROLLER = env.str("REGISTER_CONTROLLER", default="")
REGISTER_CONTACT = env.str("REGISTER_CONTACT", default="")
REGISTER_DPO = env.str("REGISTER_DPO", default="")

# Readers' feedback and the statements -----------------------------------------

# After how many days what a reader wrote is erased, and the address with it, counted from when it was closed.
FEEDBACK_KEEP_DAYS = env.int("FEEDBACK_KEEP_DAYS", default=180)
# Where weak spots in the security are told of, for security.txt: addresses of mail or of the web.
SECURITY_CONTACT = env.list("SECURITY_CONTACT", default=[])

# Static files and media -----------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = env.path("STATIC_ROOT", default=str(REGISTRY_HOME / "static"))()
STATICFILES_DIRS = [BASE_DIR / "static", REGISTRY_HOME / "built"]
(REGISTRY_HOME / "built").mkdir(exist_ok=True)
MEDIA_ROOT = env.path("MEDIA_ROOT", default=str(REGISTRY_HOME / "media"))()
MEDIA_URL = "/media/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "common.storage.StaticStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
# The grid of a question about many factors, broken down, has more fields than Django's thousand.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

# Mail and tasks -------------------------------------------------------------

EMAIL_URL = env.str("EMAIL_URL", default="")
if EMAIL_URL:
    vars().update(env.email_url("EMAIL_URL"))
else:
    EMAIL_BACKEND = "common.mail.ConsoleAndFileBackend"
    EMAIL_FILE_PATH = REGISTRY_HOME / "mail"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str(
    "DEFAULT_FROM_EMAIL", default="Innovaatiorekisteri <innovaatiorekisteri@localhost>"
)
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# Rows in the same transaction, taken by `./run manage db_worker`; or at once, in the embedded default.
TASKS_IN_DATABASE = env.bool("TASKS_IN_DATABASE", default=PRODUCTION)
TASKS = {
    "default": {
        "BACKEND": "django_tasks_db.DatabaseBackend"
        if TASKS_IN_DATABASE
        else "django_tasks.backends.immediate.ImmediateBackend",
    }
}

# Headers --------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        # Chromium applies form-action to the redirect after a form, too: here to the identity provider.
        "form-action": [SELF, *OIDC_ORIGIN],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    feature: []
    for feature in (
        "camera",
        "geolocation",
        "microphone",
        "payment",
        "usb",
        "display-capture",
        "browsing-topics",
    )
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_ENGINE = "django.contrib.sessions.backends.db"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "common.error_views.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
if PRODUCTION:
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_REDIRECT_EXEMPT = [r"^live$", r"^ready$"]
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True

# Logs -----------------------------------------------------------------------

LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
LOGGING = logging_settings(level=LOG_LEVEL, as_json=PRODUCTION)
# Who asked stays out of the logs: no address, no user, no line at a request's start with the browser's name.
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_USER_ID_FIELD = ""
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG
# Whoever tries the registry out looks in the terminal for mail, so answers that went well are not there.
DJANGO_STRUCTLOG_STATUS_DEFAULT_LOG_LEVEL = logging.INFO if PRODUCTION else logging.DEBUG
DJANGO_STRUCTLOG_STATUS_4XX_LOG_LEVEL = logging.INFO
# Where reports of errors go; none are sent without it.
SENTRY_DSN = env.str("SENTRY_DSN", default="")
if SENTRY_DSN:
    import sentry_sdk  # slow to import, and seldom on

    sentry_sdk.init(
        dsn=SENTRY_DSN,
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        before_send=mask_report,
    )
