"""Can a given certificate be served with its key, and for which name?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from sansang.words import mark


class BadCertificate(Exception):
    """The certificate or key can't be used: which file, and why."""

    def __init__(self, path: Path, message: str, **values: object) -> None:
        super().__init__(f"{path}: {message}")
        self.path = path
        self.message = message
        self.values = values


@dataclass(frozen=True, slots=True)
class CertificateInfo:
    """The first host name that a certificate is valid for ("": none), and until when."""

    name: str
    until: datetime

    @property
    def has_expired(self) -> bool:
        """Whether browsers refuse it now."""
        return self.until < datetime.now(UTC)


def check_certificate(cert: Path, key: Path) -> CertificateInfo:
    """What a certificate with its key is valid for. Raises :class:`BadCertificate`, which names the wrong file."""
    try:
        certificate = x509.load_pem_x509_certificate(cert.read_bytes())
    except ValueError as wrong:
        why = mark("this is no certificate in PEM (it begins with -----BEGIN CERTIFICATE-----)")
        raise BadCertificate(cert, why) from wrong
    try:
        private = load_pem_private_key(key.read_bytes(), None)
    except TypeError as wrong:
        why = mark("the key is locked with a password that nobody types at night; unlock it: openssl pkey -in {key}")
        raise BadCertificate(key, why, key=key) from wrong
    except ValueError as wrong:
        raise BadCertificate(key, mark("this is no private key in PEM (-----BEGIN PRIVATE KEY-----)")) from wrong
    spki = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if private.public_key().public_bytes(*spki) != certificate.public_key().public_bytes(*spki):
        why = mark("this is not the key of the first certificate in {cert}; give the two that were made together")
        raise BadCertificate(key, why, cert=cert)
    return CertificateInfo(_name(certificate), certificate.not_valid_after_utc)


def _name(certificate: x509.Certificate) -> str:
    try:
        listed = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ""
    names = [name for name in listed.get_values_for_type(x509.DNSName) if "*" not in name]
    return next(iter([*names, *map(str, listed.get_values_for_type(x509.IPAddress))]), "")
