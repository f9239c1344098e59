"""Settings: where they come from, and which of them forbid a start, each with its sentence."""

import os
import secrets
from pathlib import Path

import pytest

from whisp_desktop.protocol.errors import RefusedError
from whisp_desktop.server.check import wrong_settings
from whisp_desktop.server.main import main
from whisp_desktop.server.settings import Environment, load_settings

ENV_FILES = Path(__file__).parents[2] / "packaging" / "env"
GOOD = {
    "WHISP_ENV": "production",
    "PUBLIC_HOSTS": "whisp.example",
    "TRUSTED_PROXIES": "127.0.0.1,10.0.0.0/8",
    "JWT_SECRET": "6f1d" + "a07c93b5e2481f6d" * 4,
    "SERVER_SECRET": "b5e2" + "481f6da07c93b5e2" * 4,
}


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name not in {"PATH", "HOME", "LANG", "PYTEST_CURRENT_TEST"}:
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def wrong(monkeypatch: pytest.MonkeyPatch, settings: dict[str, str]) -> list[str]:
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    return wrong_settings(load_settings())


def test_no_settings_at_all_make_a_developers_server() -> None:
    settings = load_settings()
    assert wrong_settings(settings) == []
    assert settings.environment is Environment.DEVELOPMENT
    assert (settings.bind, settings.pow_bits, settings.limits_on) == ("127.0.0.1", 20, True)
    assert settings.jwt_secrets == ()


def test_a_good_production_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    assert wrong(monkeypatch, GOOD) == []


TLS_ELSEWHERE = "DATABASE_URL leaves this computer without TLS. Ask for TLS in the URL."


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"JWT_SECRET": ""}, "JWT_SECRET is not set. Make one with: openssl rand -hex 32"),
        (
            {"JWT_SECRET": "6f1da07c93b5e2481f6da07c93b5e24"},
            "JWT_SECRET is shorter than 32 bytes. Make one with: openssl rand -hex 32",
        ),
        (
            {"JWT_SECRET": GOOD["JWT_SECRET"] + ",short"},
            "JWT_SECRET is shorter than 32 bytes. Make one with: openssl rand -hex 32",
        ),
        (
            {"JWT_SECRET": "please-change-me-" * 3},
            "JWT_SECRET looks like a default. Make one with: openssl rand -hex 32",
        ),
        ({"SERVER_SECRET": ""}, "SERVER_SECRET is not set. Make one with: openssl rand -hex 32"),
        (
            {"SERVER_SECRET": "a" * 64},
            "SERVER_SECRET looks like a default. Make one with: openssl rand -hex 32",
        ),
        (
            {"TURN_URLS": "turn:relay.example:3478", "TURN_SECRET": "short"},
            "TURN_SECRET is shorter than 32 bytes. Make one with: openssl rand -hex 32",
        ),
        (
            {"CORS_ORIGIN": "*"},
            "CORS_ORIGIN=* would let any web page ask this server. Name the origins.",
        ),
        (
            {"PUBLIC_HOSTS": ""},
            "PUBLIC_HOSTS is empty. Name the hosts under which people reach this server.",
        ),
        (
            {"TRUSTED_PROXIES": ""},
            "Plain HTTP needs TRUSTED_PROXIES: set TLS_CERT and TLS_KEY, or name the proxy.",
        ),
        ({"DATABASE_URL": "postgresql://db.example/whisp"}, TLS_ELSEWHERE),
        (
            {"REDIS_URL": "redis://cache.example:6379/0"},
            "REDIS_URL leaves this computer without TLS. Ask for TLS in the URL.",
        ),
        (
            {"POW_BITS": "10"},
            "POW_BITS and LIMITS keep their defaults unless WHISP_ENV=development says otherwise.",
        ),
        (
            {"LIMITS": "off"},
            "POW_BITS and LIMITS keep their defaults unless WHISP_ENV=development says otherwise.",
        ),
    ],
)
@pytest.mark.parametrize("environment", ["production", "staging"])
def test_what_production_refuses(
    monkeypatch: pytest.MonkeyPatch, environment: str, changes: dict[str, str], sentence: str
) -> None:
    found = wrong(monkeypatch, {**GOOD, "WHISP_ENV": environment, **changes})
    assert sentence in found
    assert all(each.endswith((".", "32")) and "!" not in each for each in found)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://db.example/whisp?sslmode=verify-full",
        "postgresql+asyncpg://db.example/whisp?ssl=require",
        "postgresql://127.0.0.1/whisp",
        "sqlite:///x",
    ],
)
def test_a_database_here_or_with_tls_does_not_leave_without(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    assert TLS_ELSEWHERE not in wrong(monkeypatch, {**GOOD, "DATABASE_URL": url})


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"BIND": "0.0.0.0"},
            "BIND leaves this computer, so WHISP_ENV must say what this server is.",
        ),
        ({"POW_BITS": "3"}, "POW_BITS and LIMITS keep their defaults unless "),
        (
            {"PUBLIC_HOSTS": "bad_host"},
            "PUBLIC_HOSTS: write each host as in a card, in lower case, with its port if any.",
        ),
        (
            {"TURN_URLS": "turn:relay.example"},
            "TURN_URLS is set, so TURN_SECRET must be the relay's static-auth-secret.",
        ),
        (
            {"TLS_CERT": "/no/cert", "TLS_KEY": "/no/key"},
            "TLS_CERT names a file that is not there. Check its path.",
        ),
        ({"REDIS_URL": "redis://127.0.0.1"}, "REDIS_URL: this version keeps presence in its own"),
        ({"DATABASE_URL": "nonsense"}, "DATABASE_URL is not a database URL."),
        ({"DATABASE_URL": "postgresql://127.0.0.1/x"}, "DATABASE_URL: this version keeps its"),
        ({"DATABASE_URL": "sqlite+nonsense:///x"}, "DATABASE_URL says more than a path."),
        ({"DATABASE_URL": "sqlite://elsewhere/x"}, "DATABASE_URL says more than a path."),
        ({"DATABASE_URL": "sqlite:///file:x?mode=ro&uri=true"}, "DATABASE_URL says more than a"),
        ({"CORS_ORIGIN": "https://a.example/page"}, "CORS_ORIGIN: write each origin as in"),
        ({"CORS_ORIGIN": "https://a.example, b.example"}, "CORS_ORIGIN: write each origin as in"),
        ({"CORS_ORIGIN": "https://*.example"}, "CORS_ORIGIN: write each origin as in"),
        ({"TURN_URLS": "relay.example", "TURN_SECRET": "x"}, "TURN_URLS: write each as turn:"),
        (
            {"DATABASE_URL": "sqlite:////no/such/folder/x"},
            "DATABASE_URL names a folder that is not there. Make it first.",
        ),
    ],
)
def test_what_a_server_that_was_told_nothing_else_refuses(
    monkeypatch: pytest.MonkeyPatch, changes: dict[str, str], sentence: str
) -> None:
    assert any(each.startswith(sentence) for each in wrong(monkeypatch, changes))


def test_development_may_ease_work_and_limits_and_bind_elsewhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    eased = {"WHISP_ENV": "development", "POW_BITS": "3", "LIMITS": "off", "BIND": "0.0.0.0"}
    assert wrong(monkeypatch, eased) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("POW_BITS", "2"),
        ("POW_BITS", "21"),
        ("POW_BITS", "many"),
        ("LIMITS", "maybe"),
        ("PORT", "65536"),
        ("METRICS_BIND", "0.0.0.0:9000"),
        ("METRICS_BIND", "127.0.0.1:65536"),
        ("WHISP_ENV", "prod"),
        ("TRUSTED_PROXIES", "proxy.example"),
    ],
)
def test_a_setting_of_another_form_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(RefusedError) as refused:
        load_settings()
    assert refused.value.say.startswith(f"{name}: ")


def test_tls_needs_both_halves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TLS_CERT", "/x")
    with pytest.raises(RefusedError, match="belong together"):
        load_settings()


def test_a_secret_is_never_in_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    secret = secrets.token_hex(8)
    found = wrong(monkeypatch, {**GOOD, "JWT_SECRET": secret, "SERVER_SECRET": secret})
    assert secret not in "".join(found)


def test_each_setting_may_come_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(GOOD["JWT_SECRET"] + "\n")
    (tmp_path / "hosts").write_text("a.example,b.example")
    monkeypatch.setenv("JWT_SECRET_FILE", str(tmp_path / "secret"))
    monkeypatch.setenv("PUBLIC_HOSTS_FILE", str(tmp_path / "hosts"))
    settings = load_settings()
    assert settings.jwt_secrets == (GOOD["JWT_SECRET"],)
    assert settings.public_hosts == ("a.example", "b.example")


def test_a_file_that_cannot_be_read_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JWT_SECRET_FILE", "/no/such/file")
    with pytest.raises(RefusedError, match="JWT_SECRET_FILE names a file that cannot be read"):
        load_settings()


def test_a_setting_and_its_file_contradict(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JWT_SECRET_FILE", "/x")
    monkeypatch.setenv("JWT_SECRET", "y")
    with pytest.raises(RefusedError, match="JWT_SECRET and JWT_SECRET_FILE are both set"):
        load_settings()


def test_the_environment_goes_before_an_env_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "my.env"
    file.write_text("PORT=1234\nBIND=::1\nCORS_ORIGIN=\nJWT_SECRET_FILE=secret\n")
    (tmp_path / "secret").write_text("from a file")
    monkeypatch.setenv("PORT", "4321")
    settings = load_settings(file)
    assert (settings.port, settings.bind, settings.cors_origin) == (4321, "::1", ())
    assert settings.jwt_secrets == ("from a file",)


def test_an_env_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="There is no env file"):
        load_settings(tmp_path / "none.env")


@pytest.mark.parametrize("content", [b"\xd0\x00\xff", b"PORT=\xff"])
def test_an_env_file_that_is_no_text_is_named(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "binary.env"
    file.write_bytes(content)
    with pytest.raises(RefusedError, match=r"The env file .*binary.env cannot be read"):
        load_settings(file)


def test_the_shipped_development_file_works() -> None:
    assert wrong_settings(load_settings(ENV_FILES / "development.env")) == []


@pytest.mark.parametrize("name", ["staging", "production"])
def test_the_shipped_files_want_secrets_and_hosts(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    file = ENV_FILES / f"{name}.env"
    with pytest.raises(RefusedError, match="JWT_SECRET_FILE names a file"):
        load_settings(file)
    filled = tuple(
        line
        for line in file.read_text().splitlines()
        if "_SECRET_FILE" not in line and not line.startswith("DATABASE_URL")
    )
    Path("filled.env").write_text("\n".join(filled))
    for secret in ("JWT_SECRET", "SERVER_SECRET"):
        monkeypatch.setenv(secret, GOOD[secret])
    settings = load_settings(Path("filled.env"))
    assert settings.environment == name
    assert wrong_settings(settings) == [
        "PUBLIC_HOSTS is empty. Name the hosts under which people reach this server."
    ]


def test_check_says_what_is_wrong_and_when_all_is_well(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WHISP_ENV", "production")
    assert main(["check"]) == 1
    said = capsys.readouterr().err.splitlines()
    assert said[0] == "whisp-server cannot start:"
    assert len(said) == 5
    monkeypatch.setenv("WHISP_ENV", "development")
    assert main(["check"]) == 0
    assert capsys.readouterr().out == "Everything is in order.\n"


def test_a_start_refuses_in_the_same_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("POW_BITS", "x")
    assert main([]) == 1
    assert capsys.readouterr().err.startswith("whisp-server cannot start:\nPOW_BITS: ")
