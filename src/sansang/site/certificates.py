"""Why does a phone trust this server? Through a local certificate authority, and a certificate that it has issued."""

from __future__ import annotations

import ipaddress
import os
import socket
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from sansang.site.data_directory import DataDirectory
from sansang.site.hostnames import ascii_name

#: Validity in days. Browsers refuse a server's certificate that is valid for longer than 825 days.
DAYS, AUTHORITY_DAYS = 800, 3650


def own_names() -> list[str]:
    """The names and addresses of this machine on its networks, as a certificate can contain them."""
    names = ["localhost", "127.0.0.1"]
    # A machine's own name may be no valid host name.
    with suppress(ValueError):
        names.append(ascii_name(socket.gethostname()))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # Nothing is sent: the system only chooses the address that it would send from.
            probe.connect(("192.0.2.1", 9))
            names.append(probe.getsockname()[0])
        except OSError:
            pass
    return list(dict.fromkeys(name for name in names if name))


def certificate(directory: DataDirectory, names: list[str]) -> tuple[Path, Path]:
    """A certificate for these names by the local authority, and its key; renewed before it expires."""
    folder = directory.certificates
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    authority, authority_key = _authority(folder, directory)
    path, key_path = folder / "server.crt", folder / "server.key"
    if path.exists() and key_path.exists():
        existing = x509.load_pem_x509_certificate(path.read_bytes())
        listed = existing.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        there = {str(one.value) for one in listed}
        if set(names) <= there and existing.not_valid_after_utc > datetime.now(UTC) + timedelta(days=14):
            return path, key_path
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0][:64])]))
        .issuer_name(authority.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=DAYS))
        .add_extension(x509.SubjectAlternativeName([_name(one) for one in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    _write(key_path, _private(key))
    _write(path, made.public_bytes(serialization.Encoding.PEM))
    return path, key_path


def authority_bytes(directory: DataDirectory) -> bytes | None:
    """The authority's certificate in PEM, which phones are told to trust; None where there is none."""
    path = directory.certificates / "authority.crt"
    return path.read_bytes() if path.exists() else None


def _name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _authority(folder: Path, directory: DataDirectory) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    path, key_path = folder / "authority.crt", folder / "authority.key"
    if path.exists() and key_path.exists():
        key = serialization.load_pem_private_key(key_path.read_bytes(), None)
        if isinstance(key, ec.EllipticCurvePrivateKey):
            return x509.load_pem_x509_certificate(path.read_bytes()), key
    made_key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Sẵn Sàng – {directory.folder.name}"[:64])])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(made_key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=AUTHORITY_DAYS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(
            x509.KeyUsage(False, False, False, False, False, True, True, False, False),
            critical=True,
        )
        .sign(made_key, hashes.SHA256())
    )
    _write(key_path, _private(made_key))
    _write(path, made.public_bytes(serialization.Encoding.PEM))
    return made, made_key


def _private(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _write(path: Path, data: bytes) -> None:
    temporary = path.with_suffix(".tmp")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
