"""A Kafka that lets in only whom it knows: TLS, SCRAM and PLAIN users, and nothing allowed that no ACL allows.

Its controllers talk over loopback in the clear; clients come by three listeners: `scram` (TLS and a password), `mutual`
(TLS and a certificate of the client's own) and `expired` (as scram, but the broker's certificate is out of date).
"""

import datetime as dt
import subprocess
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import trustme
from kafka import KafkaAdminClient
from kafka.admin import ACL, ACLOperation, ACLPermissionType, ACLResourcePatternType, ResourcePattern, ResourceType

from paysignal.security.access import Access, Broker, Login, client_settings
from paysignal.security.contexts import tls_context
from paysignal.security.rights import Right
from tests.tools.brokers import RealKafka, free_ports

ADMIN = "admin"
PASSWORD = "a secret of 'tests' only"
_EXPIRED = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
_KINDS = {
    "topic": ResourceType.TOPIC,
    "group": ResourceType.GROUP,
    "transactional-id": ResourceType.TRANSACTIONAL_ID,
}


@dataclass(frozen=True, slots=True)
class Client:
    """What a component's process is told: environment variables, with the password in a file of its own."""

    address: str
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """The settings as variables."""
        return {"PAYSIGNAL_BROKER": self.address} | {
            f"PAYSIGNAL_{name.upper()}": value for name, value in self.settings.items()
        }


class SecuredKafka(RealKafka):
    """Apache Kafka with TLS, users and ACLs; `users` are made at its first start, all with the same password."""

    def __init__(self, folder: Path, users: Iterable[str]) -> None:
        super().__init__(folder)
        self.users = tuple(users)
        self.authority = trustme.CA()
        self._mutual, self._expired = free_ports(2)
        self.authority_file = folder / "authority.pem"
        self.authority.cert_pem.write_to_path(self.authority_file)

    def client(self, user: str, *, password: str = PASSWORD, mechanism: str = "SCRAM-SHA-512") -> Client:
        """A process of that user's, by TLS and password."""
        file = self.folder / ("password" if password == PASSWORD else f"password-{user}")
        file.write_text(password + "\n")
        settings = {
            "security_protocol": "sasl_ssl",
            "sasl_mechanism": mechanism,
            "sasl_username": user,
            "sasl_password_file": str(file),
            "tls_ca_file": str(self.authority_file),
        }
        return Client(self.address, settings)

    def certified(self, user: str, *, expired: bool = False) -> Client:
        """A process that is known by its certificate, which may be out of date."""
        issued = self.authority.issue_cert(
            "127.0.0.1",
            common_name=user,
            not_after=_EXPIRED if expired else None,
            not_before=_EXPIRED - dt.timedelta(9),
        )
        certificate, key = self.folder / f"{user}.pem", self.folder / f"{user}.key"
        certificate.write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
        issued.private_key_pem.write_to_path(key)
        settings = {
            "security_protocol": "ssl",
            "tls_ca_file": str(self.authority_file),
            "tls_certificate_file": str(certificate),
            "tls_key_file": str(key),
        }
        return Client(f"127.0.0.1:{self._mutual}", settings)

    def outdated(self, user: str) -> Client:
        """A process of that user's that comes by the listener with the expired certificate."""
        return Client(f"127.0.0.1:{self._expired}", self.client(user).settings)

    @property
    def as_admin(self) -> Broker:
        """The broker for whoever may do everything."""
        tls = tls_context(self.authority_file, None, None, None)
        return Broker(self.address, Access(tls, Login("SCRAM-SHA-512", ADMIN, PASSWORD)))

    def allow(self, user: str, rights: Iterable[Right]) -> None:
        """Give the user these rights, through the broker's own ACLs."""
        acls = [
            ACL(
                f"User:{user}",
                "*",
                ACLOperation[operation.upper().replace("-", "_")],
                ACLPermissionType.ALLOW,
                _of(right),
            )
            for right in rights
            for operation in right.operations
        ]
        with closing(KafkaAdminClient(**client_settings(self.as_admin))) as admin:
            assert not admin.create_acls(acls)["failed"]

    def _format(self) -> list[str]:
        users = (ADMIN, *self.users)
        scram = [f"SCRAM-SHA-512=[name={user},password={PASSWORD}]" for user in users]
        return [argument for each in scram for argument in ("--add-scram", each)]

    def _settings(self) -> dict[str, object]:
        settings = super()._settings()
        listeners = {"SCRAM": self.port, "MUTUAL": self._mutual, "EXPIRED": self._expired}
        names = {name: f"{name}://127.0.0.1:{port}" for name, port in listeners.items()}
        plain = " ".join(f'user_{user}="{PASSWORD}"' for user in (ADMIN, *self.users))
        settings |= {
            "listeners": ",".join([*names.values(), str(settings["listeners"]).rpartition(",")[2]]),
            "advertised.listeners": ",".join(names.values()),
            "inter.broker.listener.name": "SCRAM",
            "listener.security.protocol.map": "SCRAM:SASL_SSL,MUTUAL:SSL,EXPIRED:SASL_SSL,CONTROLLER:PLAINTEXT",
            "sasl.enabled.mechanisms": "SCRAM-SHA-512,PLAIN",
            "sasl.mechanism.inter.broker.protocol": "SCRAM-SHA-512",
            "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            # The controller's listener knows nobody by name.
            "super.users": f"User:{ADMIN};User:ANONYMOUS",
            "listener.name.mutual.ssl.client.auth": "required",
            "ssl.principal.mapping.rules": "RULE:.*CN=([^,]*).*/$1/,DEFAULT",
        }
        for name in ("scram", "expired"):
            prefix = f"listener.name.{name}"
            login = f'username="{ADMIN}" password="{PASSWORD}"'
            settings |= {
                f"{prefix}.scram-sha-512.sasl.jaas.config": (
                    f"org.apache.kafka.common.security.scram.ScramLoginModule required {login};"
                ),
                f"{prefix}.plain.sasl.jaas.config": (
                    f"org.apache.kafka.common.security.plain.PlainLoginModule required {login} {plain};"
                ),
            }
        for name, expired in (("scram", False), ("mutual", False), ("expired", True)):
            settings |= self._keys(name, expired=expired)
        return settings

    def _keys(self, name: str, *, expired: bool) -> dict[str, object]:
        issued = self.authority.issue_cert(
            "127.0.0.1", not_after=_EXPIRED if expired else None, not_before=_EXPIRED - dt.timedelta(9)
        )
        store = self.folder / f"broker-{name}.pem"
        key = subprocess.run(
            ["openssl", "pkcs8", "-topk8", "-nocrypt"],
            input=issued.private_key_pem.bytes(), stdout=subprocess.PIPE, check=True,
        ).stdout  # fmt: skip
        store.write_bytes(key + b"".join(blob.bytes() for blob in issued.cert_chain_pems))
        prefix = f"listener.name.{name}.ssl"
        return {
            f"{prefix}.keystore.type": "PEM",
            f"{prefix}.keystore.location": store,
            f"{prefix}.truststore.type": "PEM",
            f"{prefix}.truststore.location": self.authority_file,
        }


def _of(right: Right) -> ResourcePattern:
    pattern = ACLResourcePatternType.PREFIXED if right.prefixed else ACLResourcePatternType.LITERAL
    return ResourcePattern(_KINDS[right.resource], right.name, pattern)
