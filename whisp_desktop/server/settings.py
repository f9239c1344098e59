"""Settings of a server, from the environment, from an env file, or from files named `NAME_FILE`."""

from collections.abc import Mapping
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from whisp_desktop.protocol.errors import RefusedError

STRICTEST_POW_BITS = 20
MOST_PORT = 65_535
LOOPBACK_HOSTS = ("127.0.0.1", "::1", "localhost")

Network = IPv4Network | IPv6Network


class Environment(StrEnum):
    """Where a server runs; production and staging refuse what a developer may allow himself."""

    DEVELOPMENT = "development"
    STAGING = "staging"
    PRODUCTION = "production"


def _listed(given: object) -> object:
    """Split a comma-separated setting; blanks around an entry do not count."""
    if isinstance(given, str):
        return tuple(entry.strip() for entry in given.split(",") if entry.strip())
    return given


def _networks(given: object) -> object:
    entries = _listed(given)
    return tuple(ip_network(entry) for entry in entries) if isinstance(entries, tuple) else entries


def _hosts(given: object) -> object:
    entries = _listed(given)
    return tuple(host.lower() for host in entries) if isinstance(entries, tuple) else entries


def _on_loopback(given: str) -> str:
    host, _, port = given.rpartition(":")
    is_port = port.isdecimal() and int(port) <= MOST_PORT
    if given and (host.strip("[]") not in LOOPBACK_HOSTS or not is_port):
        raise ValueError("write a port of this computer, 127.0.0.1:8471")
    return given


class Settings(BaseSettings):
    """Everything that a server can be told; the names in capitals are the environment's."""

    model_config = SettingsConfigDict(
        env_ignore_empty=True, extra="ignore", frozen=True, hide_input_in_errors=True
    )

    whisp_env: Environment | None = None
    bind: str = "127.0.0.1"
    port: int = Field(default=8470, ge=0, le=MOST_PORT)
    metrics_bind: Annotated[str, AfterValidator(_on_loopback)] = ""
    public_hosts: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_hosts)] = ()
    trusted_proxies: Annotated[tuple[Network, ...], NoDecode, BeforeValidator(_networks)] = ()
    tls_cert: Path | None = None
    tls_key: Path | None = None
    jwt_secret: SecretStr = SecretStr("")
    server_secret: SecretStr = SecretStr("")
    cors_origin: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)] = ()
    database_url: str = "sqlite:///whisp-server.sqlite3"
    redis_url: str = ""
    turn_urls: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)] = ()
    turn_secret: SecretStr = SecretStr("")
    pow_bits: int = Field(default=STRICTEST_POW_BITS, ge=3, le=20)
    limits: Literal["on", "off"] = "on"

    @property
    def environment(self) -> Environment:
        """The environment in force: a server that was told none is a developer's."""
        return self.whisp_env or Environment.DEVELOPMENT

    @property
    def limits_on(self) -> bool:
        """Whether the limits of strangers, devices and targets hold."""
        return self.limits == "on"

    @property
    def jwt_secrets(self) -> tuple[str, ...]:
        """The secrets of tokens: the first signs, all verify."""
        secrets = self.jwt_secret.get_secret_value().split(",")
        return tuple(secret.strip() for secret in secrets if secret.strip())

    @property
    def is_loopback(self) -> bool:
        """Whether only this computer can reach the server."""
        if self.bind in LOOPBACK_HOSTS:
            return True
        try:
            return ip_address(self.bind).is_loopback
        except ValueError:
            return False

    @model_validator(mode="after")
    def _tls_is_whole(self) -> Self:
        if (self.tls_cert is None) != (self.tls_key is None):
            message = "TLS_CERT and TLS_KEY belong together; set both or neither"
            raise ValueError(message)
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 -- pydantic's signature
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read the environment, then the env file, each with its `NAME_FILE` entries."""
        named = [
            _NamedFiles(settings_cls, source.env_vars)
            for source in (env_settings, dotenv_settings)
            if isinstance(source, EnvSettingsSource | DotEnvSettingsSource)
        ]
        return (init_settings, env_settings, *named, dotenv_settings)


class _NamedFiles(PydanticBaseSettingsSource):
    """Take `NAME` from the file that `NAME_FILE` names, as containers hand over secrets."""

    def __init__(
        self, settings_cls: type[BaseSettings], variables: Mapping[str, str | None]
    ) -> None:
        super().__init__(settings_cls)
        self._variables = variables

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:  # noqa: ARG002 -- pydantic's signature
        path = self._variables.get(f"{field_name}_file")
        if not path:
            return None, field_name, False
        name = field_name.upper()
        if self._variables.get(field_name):
            raise _refused(f"{name} and {name}_FILE are both set. Keep one of them.")
        try:
            return Path(path).read_text("utf-8").strip(), field_name, False
        except (OSError, UnicodeDecodeError):
            sentence = f"{name}_FILE names a file that cannot be read. Check its path and rights."
            raise _refused(sentence) from None

    def __call__(self) -> dict[str, Any]:
        found = {
            name: self.get_field_value(field, name)[0]
            for name, field in self.settings_cls.model_fields.items()
        }
        return {name: text for name, text in found.items() if text is not None}


def _refused(sentence: str) -> RefusedError:
    return RefusedError("bad_settings", sentence)


def _sentence(error: Mapping[str, Any]) -> str:
    name = str(error["loc"][0]).upper() if error["loc"] else ""
    message = str(error["msg"]).removeprefix("Value error, ")
    return f"{name}: {message}." if name else f"{message}."


def load_settings(env_file: Path | None = None) -> Settings:
    """Read the settings; RefusedError `bad_settings` says in one line each what is wrong."""
    if env_file is not None and not env_file.is_file():
        raise _refused(f"There is no env file {env_file}. Check its path.")

    class FromFile(Settings):
        model_config = SettingsConfigDict(env_file=env_file)

    try:
        return FromFile()
    except (OSError, UnicodeDecodeError):
        sentence = f"The env file {env_file} cannot be read. Check its rights, and that it is text."
        raise _refused(sentence) from None
    except ValidationError as wrong:
        sentences = [_sentence(error) for error in wrong.errors()]
        raise _refused("\n".join(sentences)) from None
