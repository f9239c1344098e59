"""What is wrong with a server's settings, before it starts: one sentence for each thing."""

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from whisp_desktop.protocol.certificates import is_host
from whisp_desktop.server.settings import (
    LOOPBACK_HOSTS,
    STRICTEST_POW_BITS,
    Environment,
    Settings,
)

LEAST_SECRET_BYTES = 32
_TELL_TALE_WORDS = ("change", "default", "example", "development", "password", "secret")
_LEAST_DIFFERENT_CHARACTERS = 8
_SQLITE_DRIVERS = ("sqlite", "sqlite+pysqlite", "sqlite+aiosqlite")
_TLS_QUERIES = ({"require", "verify-ca", "verify-full"}, {"true"})


def wrong_settings(settings: Settings) -> list[str]:
    """Return a sentence, with its way out, for each setting that forbids a start."""
    sentences = [*_in_any_environment(settings)]
    if settings.environment is not Environment.DEVELOPMENT:
        sentences += _before_strangers_come(settings)
    return sentences


def _in_any_environment(settings: Settings) -> Iterator[str]:
    weak = settings.pow_bits != STRICTEST_POW_BITS or not settings.limits_on
    if weak and settings.whisp_env is not Environment.DEVELOPMENT:
        yield "POW_BITS and LIMITS keep their defaults unless WHISP_ENV=development says otherwise."
    if settings.whisp_env is None and not settings.is_loopback:
        yield "BIND leaves this computer, so WHISP_ENV must say what this server is."
    for host in settings.public_hosts:
        if not is_host(host):
            yield "PUBLIC_HOSTS: write each host as in a card, in lower case, with its port if any."
    if not all(map(_is_origin, settings.cors_origin)):
        yield "CORS_ORIGIN: write each origin as in `Origin`, https://example.org, without a path."
    yield from _relay(settings)
    for name, path in (("TLS_CERT", settings.tls_cert), ("TLS_KEY", settings.tls_key)):
        if path is not None and not path.is_file():
            yield f"{name} names a file that is not there. Check its path."
    if settings.redis_url:
        yield "REDIS_URL: this version keeps presence in its own memory. Leave it empty."
    yield from _database(settings)


def _is_origin(text: str) -> bool:
    scheme, _, place = text.partition("://")
    return text == "*" or bool(scheme and place and "/" not in place and "*" not in place)


def _relay(settings: Settings) -> Iterator[str]:
    if not all(url.startswith(("turn:", "turns:")) for url in settings.turn_urls):
        yield "TURN_URLS: write each as turn:relay.example:3478 or turns:relay.example:5349."
    if settings.turn_urls and not settings.turn_secret.get_secret_value():
        yield "TURN_URLS is set, so TURN_SECRET must be the relay's static-auth-secret."


def _database(settings: Settings) -> Iterator[str]:
    try:
        url = make_url(settings.database_url)
    except ArgumentError:
        yield "DATABASE_URL is not a database URL. Write sqlite:///path/to/file."
        return
    if url.get_backend_name() != "sqlite":
        yield "DATABASE_URL: this version keeps its directory in SQLite. Write sqlite:///path."
    elif url.drivername not in _SQLITE_DRIVERS or url.host or url.username or url.query:
        yield "DATABASE_URL says more than a path. Write sqlite:///path/to/file."
    elif url.database and url.database != ":memory:" and not Path(url.database).parent.is_dir():
        yield "DATABASE_URL names a folder that is not there. Make it first."


def _before_strangers_come(settings: Settings) -> Iterator[str]:
    yield from _secrets(settings)
    if "*" in settings.cors_origin:
        yield "CORS_ORIGIN=* would let any web page ask this server. Name the origins."
    if not settings.public_hosts:
        yield "PUBLIC_HOSTS is empty. Name the hosts under which people reach this server."
    if settings.tls_cert is None and not settings.trusted_proxies:
        yield "Plain HTTP needs TRUSTED_PROXIES: set TLS_CERT and TLS_KEY, or name the proxy."
    for name, url in (("DATABASE_URL", settings.database_url), ("REDIS_URL", settings.redis_url)):
        if url and not _stays_here_or_has_tls(url):
            yield f"{name} leaves this computer without TLS. Ask for TLS in the URL."


def _secrets(settings: Settings) -> Iterator[str]:
    named: list[tuple[str, str]] = [
        ("JWT_SECRET", secret) for secret in settings.jwt_secrets or ("",)
    ]
    named.append(("SERVER_SECRET", settings.server_secret.get_secret_value()))
    if settings.turn_urls:
        named.append(("TURN_SECRET", settings.turn_secret.get_secret_value()))
    for name, secret in named:
        if not secret:
            yield f"{name} is not set. Make one with: openssl rand -hex 32"
        elif len(secret.encode()) < LEAST_SECRET_BYTES:
            yield f"{name} is shorter than 32 bytes. Make one with: openssl rand -hex 32"
        elif _is_default(secret):
            yield f"{name} looks like a default. Make one with: openssl rand -hex 32"


def _is_default(secret: str) -> bool:
    lowered = secret.lower()
    few = len(set(lowered)) < _LEAST_DIFFERENT_CHARACTERS
    return few or any(word in lowered for word in _TELL_TALE_WORDS)


def _stays_here_or_has_tls(text: str) -> bool:
    try:
        url = make_url(text)
    except ArgumentError:
        return True
    if not url.host or url.host in LOOPBACK_HOSTS or url.drivername == "rediss":
        return True
    asked = {str(url.query.get("sslmode", url.query.get("ssl", "")))}
    return any(asked <= accepted for accepted in _TLS_QUERIES)
