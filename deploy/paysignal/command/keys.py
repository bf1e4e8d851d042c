"""Keys: the settings by which a broker is reached, read into an `Access`."""

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr
from pydantic_settings import BaseSettings

from paysignal.command.fields import Secret, Shown, checked_broker
from paysignal.security.access import OPEN, Access, Mechanism, Protocol, login_of
from paysignal.security.contexts import tls_context
from paysignal.security.errors import KeysUnusable

#: A password, not a document.
_LONGEST_SECRET = 4_096


class KeySettings(BaseSettings):
    """The block of settings by which a broker is reached."""

    broker: Annotated[str, AfterValidator(checked_broker), Shown("HOST:PORT")] = Field(
        "127.0.0.1:9092", description="Kafka broker; several with commas between."
    )
    security_protocol: Annotated[Protocol, Shown("NAME")] = Field(
        "plaintext", description="How the broker is reached: plaintext, ssl, sasl_plaintext or sasl_ssl."
    )
    sasl_mechanism: Annotated[Mechanism, Shown("NAME")] = Field(
        "SCRAM-SHA-512", description="How SASL tells who we are: PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512."
    )
    sasl_username: Annotated[str | None, Shown("NAME")] = Field(None, description="The user of SASL.")
    sasl_password: Annotated[SecretStr | None, Secret()] = Field(
        None, description="Its password; by PAYSIGNAL_SASL_PASSWORD only, never a flag: `ps` shows those to everyone."
    )
    sasl_password_file: Annotated[Path | None, Shown("FILE")] = Field(
        None, description="The file with the password of SASL; its first line counts."
    )
    tls_ca_file: Annotated[Path | None, Shown("FILE")] = Field(
        None, description="PEM certificates that vouch for the broker's; the system's without."
    )
    tls_certificate_file: Annotated[Path | None, Shown("FILE")] = Field(
        None, description="Our own certificate in PEM, where the broker asks for one."
    )
    tls_key_file: Annotated[Path | None, Shown("FILE")] = Field(None, description="Its key in PEM.")
    tls_key_password_file: Annotated[Path | None, Shown("FILE")] = Field(
        None, description="The file with the password of the key."
    )


#: Their names; a command that asks for `broker` gets all of them.
ACCESS = tuple(KeySettings.model_fields)


def access_of(settings: KeySettings) -> Access:
    """How to get in at the broker; raises `KeysUnusable` for a file or a word that is missing or no use."""
    protocol = settings.security_protocol
    if protocol == "plaintext":
        return OPEN
    tls, login = None, None
    if protocol.endswith("ssl"):
        tls = tls_context(
            settings.tls_ca_file,
            settings.tls_certificate_file,
            settings.tls_key_file,
            _secret_in("tls_key_password_file", settings.tls_key_password_file),
        )
    if protocol.startswith("sasl"):
        given = settings.sasl_password.get_secret_value() if settings.sasl_password else None
        password = _secret_in("sasl_password_file", settings.sasl_password_file) or given
        login = login_of(settings.sasl_mechanism, settings.sasl_username, password)
    return Access(tls, login)


def _secret_in(name: str, file: Path | None) -> str | None:
    """The first line of the file, without its end; None without a file. Its content is in no message."""
    if file is None:
        return None
    try:
        with file.open(encoding="utf-8") as text:
            return text.readline(_LONGEST_SECRET).rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no UTF-8"
        raise KeysUnusable(f"{name} {str(file)!r}: {reason}; name a file this process may read") from None
