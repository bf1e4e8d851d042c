"""Keys: the settings by which a broker is reached, read into an `Access`."""

from pathlib import Path
from typing import Protocol

from pydantic import SecretStr

from paysignal.security.access import OPEN, Access, Mechanism, login_of
from paysignal.security.contexts import tls_context
from paysignal.security.errors import KeysUnusable

#: A password, not a document.
_LONGEST_SECRET = 4_096


class KeySettings(Protocol):
    """The part of the settings that is read here."""

    @property
    def security_protocol(self) -> str:
        """Kafka's `security.protocol`, in small letters."""

    @property
    def sasl_mechanism(self) -> Mechanism:
        """How SASL tells who we are."""

    @property
    def sasl_username(self) -> str | None:
        """The user."""

    @property
    def sasl_password(self) -> SecretStr | None:
        """The password, or none and a file."""

    @property
    def sasl_password_file(self) -> Path | None:
        """The file of the password."""

    @property
    def tls_ca_file(self) -> Path | None:
        """What vouches for the broker."""

    @property
    def tls_certificate_file(self) -> Path | None:
        """Our certificate."""

    @property
    def tls_key_file(self) -> Path | None:
        """Our key."""

    @property
    def tls_key_password_file(self) -> Path | None:
        """The file of the key's password."""


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
