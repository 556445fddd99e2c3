"""TLS on loopback: a certificate that only those trust who are told to."""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

_PEM = serialization.Encoding.PEM


@cache
def _certificate(subject: str = "127.0.0.1") -> tuple[bytes, bytes]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, subject)])
    begins = datetime.now(UTC) - timedelta(days=1)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, begins, begins + timedelta(days=2))
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    made = builder.add_extension(names, critical=False).sign(key, hashes.SHA256())
    private = key.private_bytes(_PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return made.public_bytes(_PEM), private


def self_signed(protocols: Sequence[str] = ()) -> ssl.SSLContext:
    """Return the TLS of a server on 127.0.0.1 that offers these protocols (ALPN)."""
    certificate, key = _certificate()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with TemporaryDirectory() as folder:
        file = Path(folder) / "both.pem"
        file.write_bytes(certificate + key)
        context.load_cert_chain(file)
    if protocols:
        context.set_alpn_protocols(list(protocols))
    return context


def trusted_file(folder: Path) -> Path:
    """Return a file for ``SSL_CERT_FILE``: whoever reads it trusts that server."""
    file = folder / "trusted.pem"
    file.write_bytes(_certificate()[0])
    return file


def strangers_file(folder: Path) -> Path:
    """Return a file for ``SSL_CERT_FILE`` with which no server is trusted; it is read in 1 ms, the system's in 40."""
    file = folder / "stranger.pem"
    file.write_bytes(_certificate("stranger.invalid")[0])
    return file


def trusting() -> ssl.SSLContext:
    """Return the TLS of a client that trusts that server and nobody else."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cadata=_certificate()[0].decode())
    return context
