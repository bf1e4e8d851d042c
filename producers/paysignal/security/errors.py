"""What is wrong with the keys to a broker.

PaySignalError
└── AccessRefused       a broker refuses a client, or the client its broker
└── KeysUnusable    a certificate or key file, or a password, can not be used: no broker was asked
"""

from paysignal.facts.errors import PaySignalError


class AccessRefused(PaySignalError):  # noqa: N818 - the glossary's word, as in Refused
    """A broker refuses this client, or this client its broker; says what, the rule and the fix."""


class KeysUnusable(AccessRefused):
    """The files or words that were given to get in can not be used."""
