"""Settings: one typed object, made from flags, then PAYSIGNAL_*, then paysignal.toml, then defaults.

A subcommand names the settings it takes with `with_settings`; each becomes a flag, and the command gets one `Settings`.

    @click.command()
    @with_settings("broker", "group")
    def worker(settings: Settings) -> None: ...
"""

import difflib
import functools
import os
import tomllib
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, cast

import click
from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from paysignal.command.fields import (
    LAST_PORT,
    Count,
    Port,
    Secret,
    Shown,
    checked_instance,
    checked_share,
)
from paysignal.command.keys import ACCESS, KeySettings, access_of
from paysignal.facts.errors import PaySignalError, quoted
from paysignal.facts.topics import DEFAULT_PARTITIONS
from paysignal.security.access import OPEN, Broker

PREFIX = "PAYSIGNAL_"
FILE_NAME = "paysignal.toml"

_MIB = 1_048_576
_WEEK_SECONDS = 7 * 24 * 3_600
#: The next annual figure comes a year after the last, and is often late.
_FIGURE_SECONDS = 500 * 24 * 3_600

#: 16 characters of hex are 64 bits: not to be guessed at 200 tries a second.
_SHORTEST_TOKEN, _LONGEST_TOKEN = 16, 512

_Command = TypeVar("_Command", bound=Callable[..., Any])


class SettingError(PaySignalError):
    """A setting from the environment or the settings file that breaks a rule; a refused flag is bad usage instead."""


class Settings(KeySettings):
    """Every setting of every process; made by `resolved`, never read from the environment elsewhere."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="forbid")

    config: Annotated[Path | None, Shown("FILE")] = Field(
        None, description=f"Settings file; {FILE_NAME} in this folder where there is one."
    )
    partitions: Count = Field(DEFAULT_PARTITIONS, description="Partitions of topics that are created.")
    replication: Count = Field(1, description="Replicas of topics that are created; 3 on a real cluster.")
    host: Annotated[str, Field(min_length=1), Shown("ADDRESS")] = Field(
        "127.0.0.1", description="Address the HTTP servers listen on; 0.0.0.0 is everyone's."
    )
    worker_port: Port = Field(9465, description="HTTP port of the worker.")
    exporter_port: Port = Field(9464, description="HTTP port of the exporter: metrics and page.")
    exporter_share: Annotated[str, AfterValidator(checked_share), Shown("K/N")] = Field(
        "1/1", description="Of several exporters this one's share of the readings: 2/3 is the second of three."
    )
    producer_port: Annotated[int, Field(ge=0, le=LAST_PORT), Shown("PORT")] = Field(
        9466, description="HTTP port of the producer; 0 serves nothing."
    )
    group: Annotated[str, Field(min_length=1), Shown("NAME")] = Field(
        "paysignal", description="Consumer group of the workers."
    )
    instance: Annotated[str | None, AfterValidator(checked_instance), Shown("NAME")] = Field(
        None, description="This worker's own name in the group: started again in time it has its partitions back."
    )
    session_seconds: Annotated[float, Field(ge=6), Shown("SECONDS")] = Field(
        45.0, description="Session time-out of the group: a dead worker is replaced after it."
    )
    plain_outputs: bool = Field(default=False, description="Send without idempotence; the embedded broker needs it.")
    stuck_seconds: Annotated[float, Field(gt=0), Shown("SECONDS")] = Field(
        120.0, description="A worker with records before it that does not get on for so long answers 503 on /live."
    )
    max_series: Count = Field(100_000, description="Series the exporter holds at most.")
    series_ttl_seconds: Annotated[float, Field(gt=0), Shown("SECONDS")] = Field(
        _FIGURE_SECONDS, description="A published figure unheard of for so long is no longer exposed."
    )
    window_ttl_seconds: Annotated[float, Field(gt=0), Shown("SECONDS")] = Field(
        _WEEK_SECONDS, description="A window over increments unheard of for so long is no longer exposed."
    )
    max_claims: Count = Field(200_000, description="Claims the exporter holds at most.")
    outbox_records: Count = Field(10_000, description="Records a producer has in flight at most.")
    outbox_bytes: Annotated[int, Field(ge=_MIB), Shown("BYTES")] = Field(
        32 * _MIB, description="Bytes a producer has in flight at most."
    )
    spool_bytes: Annotated[int, Field(ge=_MIB), Shown("BYTES")] = Field(
        256 * _MIB, description="Bytes of records that may wait in a spool; then reading waits."
    )
    windows: Annotated[str, Shown("WINDOWS")] = Field(
        "24h, 7d, 30d, 90d",
        description="Windows over increments: 24h:count+sum+max, 1h/15m, month@Asia/Kolkata; or none.",
    )
    finals: bool = Field(default=True, description="Send each window's value when it closes.")
    lateness_seconds: Annotated[float, Field(ge=0), Shown("SECONDS")] = Field(
        3_600.0, description="Event time that passes between a window's end and its final."
    )
    duplicates: Annotated[str, Shown("MODES")] = Field(
        "ids", description="How increments sent again are known: ids, sequence or off; single measures as measure=mode."
    )
    figures: Annotated[str, Shown("NAMES")] = Field(
        "all", description="Indicators of claims that are computed: level, year_on_year_growth and so on, or all."
    )
    trends: Annotated[str, Shown("NAMES")] = Field(
        "", description="Indicators of a series' history and attention besides: names such as robust_z, or all."
    )
    sections: bool = Field(default=True, description="Compare series across markets, and across providers of one type.")
    rates: Annotated[Path | None, Shown("FILE")] = Field(
        None, description="Exchange rates, CSV of date,base,currency,rate; the ECB's history without one."
    )
    api_rate: Annotated[float, Field(ge=0), Shown("N")] = Field(
        200.0, description="Requests a second that page and API answer to one address; 0 is any number."
    )
    api_token: SecretStr | None = Field(None, description="Token that page and API ask for; a flag would show it.")
    api_token_file: Annotated[Path | None, Shown("FILE")] = Field(
        None, description="File with the token that page and API ask for; nobody is asked for one without it."
    )
    thresholds: Annotated[Path | None, Shown("FILE")] = Field(
        None, description="Rules that fire alerts, YAML, read again when it changes; those that ship without one."
    )
    log_level: Annotated[Literal["debug", "info", "warning", "error"], Shown("LEVEL")] = Field(
        "info", description="debug, info, warning or error."
    )
    log_format: Annotated[Literal["text", "json"], Shown("FORM")] = Field(
        "text", description="Logs on stderr as text, or as JSON lines."
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Flags, environment, file; no .env and no secrets folder, which nobody asked for."""
        del dotenv_settings, file_secret_settings
        given = init_settings.init_kwargs if isinstance(init_settings, InitSettingsSource) else {}
        file = TomlConfigSettingsSource(settings_cls, given.get("config") or FILE_NAME)
        return init_settings, env_settings, file


def resolved(flags: Mapping[str, Any], config: Path | None = None) -> Settings:
    """The settings of one run; `flags` holds the settings given on the command line, by field name.

    Raises `click.BadParameter` for a refused flag and `SettingError` for a refused variable or line of the file.
    """
    if config is not None and not config.is_file():
        raise click.BadParameter("there is no such file", param_hint=f"'--config' {config}")
    try:
        settings = Settings(**{**flags, "config": config})
        access = access_of(settings)
        if access == OPEN:
            return settings
        # The address carries the access from here on: a copy is not validated, so it stays what it is.
        return settings.model_copy(update={"broker": Broker(settings.broker, access)})
    except tomllib.TOMLDecodeError as error:
        raise SettingError(f'{config or FILE_NAME}: not TOML: {error}; write lines such as broker = "h:9092"') from None
    except ValidationError as error:
        raise _refusal(error, flags, config) from None


def origin_of(name: str, flags: Collection[str], config: Path | None) -> str:
    """Where a setting's value comes from: its flag, its variable, the file's name, or `default`."""
    if name in flags:
        return flag_of(name)
    variable = PREFIX + name.upper()
    if any(key.upper() == variable and value for key, value in os.environ.items()):
        return variable
    file = config or Path(FILE_NAME)
    return str(file) if file.is_file() and name in tomllib.loads(file.read_text()) else "default"


def api_token(settings: Settings) -> str | None:
    """The token of page and API, of the variable or else of the file; None where none is set. Raises `SettingError`."""
    if settings.api_token is not None:
        return _checked_token(settings.api_token.get_secret_value(), f"{PREFIX}API_TOKEN")
    if settings.api_token_file is None:
        return None
    try:
        with settings.api_token_file.open(encoding="utf-8") as file:
            return _checked_token(file.read(_LONGEST_TOKEN + 2).strip(), str(settings.api_token_file))
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8"
        raise SettingError(
            f"{settings.api_token_file}: can not be read ({reason}); name a file with one line"
        ) from None


def _checked_token(token: str, origin: str) -> str:
    """A token that fits into a header; what is refused is not shown."""
    if token.isascii() and token.isprintable() and " " not in token and _SHORTEST_TOKEN <= len(token) <= _LONGEST_TOKEN:
        return token
    raise SettingError(
        f"the token from {origin}: is {_SHORTEST_TOKEN} to {_LONGEST_TOKEN} characters of ASCII without spaces; "
        "make one with `openssl rand -hex 32`"
    )


def flag_of(name: str) -> str:
    """The flag of a setting."""
    return "--" + name.replace("_", "-")


def environment_of(settings: Settings) -> dict[str, str]:
    """The settings as PAYSIGNAL_* variables: how `up` gives its own to its children, where `ps` shows no secret."""
    values = {name: getattr(settings, name) for name in Settings.model_fields}
    return {PREFIX + name.upper(): _plain(value) for name, value in values.items() if value is not None}


def with_settings(*names: str) -> Callable[[_Command], _Command]:
    """Give a click command the flags of these settings, and `--config`; it is called with `settings: Settings`."""
    asked = _flags_of(names)

    def decorate(command: _Command) -> _Command:
        @functools.wraps(command)
        def called(*, config: Path | None, **options: object) -> object:
            flags = {name: options.pop(name) for name in asked}
            given = {name: value for name, value in flags.items() if value is not None}
            return command(settings=resolved(given, config), **options)

        decorated: Callable[..., Any] = called
        for name in reversed((*asked, "config")):
            decorated = _option(name, Settings.model_fields[name])(decorated)
        return cast("_Command", decorated)

    return decorate


def _flags_of(names: Iterable[str]) -> tuple[str, ...]:
    """The settings asked for that are flags, `broker` with all that is needed to get in there."""
    wanted = dict.fromkeys(each for name in names for each in (ACCESS if name == "broker" else (name,)))
    return tuple(name for name in wanted if not _is_secret(name))


def _is_secret(name: str) -> bool:
    return any(isinstance(part, Secret) for part in Settings.model_fields[name].metadata)


def _option(name: str, field: FieldInfo) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The click option of a field. Defaults are None, so that the environment and the file are asked."""
    flag, text = flag_of(name), field.description
    if field.annotation is bool:
        return click.option(f"{flag}/--no-{flag[2:]}", name, default=None, help=text)
    metavar = next(part.metavar for part in field.metadata if isinstance(part, Shown))
    if name == "config":
        return click.option(
            flag, name, type=click.Path(path_type=Path), envvar=f"{PREFIX}CONFIG", metavar=metavar, help=text
        )
    default = "" if field.default is None else f" [default: {field.default}]"
    return click.option(flag, name, metavar=metavar, help=f"{text}{default}")


def _refusal(error: ValidationError, flags: Mapping[str, Any], config: Path | None) -> Exception:
    """The first thing that is wrong, with where it was set; a wrong flag is bad usage."""
    first = error.errors()[0]
    name = str(first["loc"][0])
    rule = first["msg"].removeprefix("Value error, ").removeprefix("Input ")
    if first["type"] == "extra_forbidden":
        close = difflib.get_close_matches(name, Settings.model_fields, n=1)
        fix = f"did you mean {close[0]}?" if close else "`paysignal doctor` lists them all"
        return SettingError(f"{config or FILE_NAME}: {quoted(name)} is no setting; {fix}")
    origin = origin_of(name, flags, config)
    rule = f"{rule}; the default is {Settings.model_fields[name].default}"
    if name in flags:
        return click.BadParameter(f"{quoted(first['input'])}: {rule}", param_hint=f"'{origin}'")
    return SettingError(f"{name} {quoted(first['input'])} from {origin}: {rule}")


def _plain(value: object) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return str(value).lower() if isinstance(value, bool) else str(value)
