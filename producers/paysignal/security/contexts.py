"""TLS contexts from PEM files, with an error that names the file."""

import ssl
from pathlib import Path

from paysignal.security.errors import KeysUnusable


def tls_context(
    authorities: Path | None, certificate: Path | None, key: Path | None, key_password: str | None
) -> ssl.SSLContext:
    """A client's context: the broker's name and certificate are always checked, TLS 1.2 at least.

    `authorities` are the certificates that vouch for the broker's, the system's without; `certificate` and `key` are
    the client's own, where the broker asks for one (mutual TLS). Raises `KeysUnusable`.
    """
    context = _trusting(authorities)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if certificate is None and key is not None:
        raise KeysUnusable(f"tls_key_file {str(key)!r}: a key without its certificate; set tls_certificate_file")
    if certificate is not None:
        _identify(context, certificate, key, key_password)
    return context


def _trusting(authorities: Path | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=str(authorities) if authorities else None)
    except (OSError, ssl.SSLError) as error:
        raise KeysUnusable(
            f"tls_ca_file {str(authorities)!r}: {_reason(error)}; name a PEM file of the certificates that vouch for "
            "the broker's"
        ) from None


def _identify(context: ssl.SSLContext, certificate: Path, key: Path | None, password: str | None) -> None:
    try:
        # A password that is not given must not be asked for on the terminal, which is what None would do.
        context.load_cert_chain(certificate, key, password if password is not None else "")
    except (OSError, ssl.SSLError) as error:
        files = f"tls_certificate_file {str(certificate)!r}" + (f", tls_key_file {str(key)!r}" if key else "")
        raise KeysUnusable(
            f"{files}: {_reason(error)}; both are PEM files, the key belongs to the certificate, and one with a "
            "password needs PAYSIGNAL_TLS_KEY_PASSWORD_FILE"
        ) from None


def _reason(error: OSError) -> str:
    if isinstance(error, ssl.SSLError):
        return (error.reason or str(error)).replace("_", " ").lower()
    return error.strerror or type(error).__name__
