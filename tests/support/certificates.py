"""Certificates for TLS on 127.0.0.1 and ::1, and clients that trust no other one."""

from __future__ import annotations

import datetime
import ipaddress
import ssl
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from moof.server.config.options import Certificate

_ADDRESSES = ("127.0.0.1", "::1")


def write_certificate(folder: Path) -> Certificate:
    """Write a self-signed certificate that is valid today, and its private key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Moof's tests")])
    addresses = [x509.IPAddress(ipaddress.ip_address(each)) for each in _ADDRESSES]
    today = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(today - datetime.timedelta(days=1))
        .not_valid_after(today + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(addresses), critical=False)
        .sign(key, hashes.SHA256())
    )
    chain, private = folder / "certificate.pem", folder / "key.pem"
    chain.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return Certificate(chain, private)


def client_context(certificate: Certificate) -> ssl.SSLContext:
    """Return the TLS context of a client that trusts this certificate alone."""
    return ssl.create_default_context(cafile=str(certificate.chain))
