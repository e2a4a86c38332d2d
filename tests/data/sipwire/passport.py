# SPDX-License-Identifier: Apache-2.0
"""PASSporTs (RFC 8225) signed by ES256 with the keys of the certificates in tests/data/stir. The nonce is that of
RFC 6979, so that the same case gives the same bytes."""

import base64
import hashlib
import hmac
import json

# P-256 (FIPS 186-4 section D.1.2.3)
P = 0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
G = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)


def key(name):
    """The secret of a carrier: its certificate in tests/data/stir was made with it."""
    return int.from_bytes(hashlib.sha256(f"sipsonde test key {name}".encode()).digest(), "big") % N


def _add(one, other):
    if one is None or other is None:
        return one or other
    if one[0] == other[0]:
        if (one[1] + other[1]) % P == 0:
            return None
        slope = (3 * one[0] * one[0] - 3) * pow(2 * one[1], -1, P)
    else:
        slope = (other[1] - one[1]) * pow(other[0] - one[0], -1, P)
    x = (slope * slope - one[0] - other[0]) % P
    return x, (slope * (one[0] - x) - one[1]) % P


def times_base(number):
    point, power = None, G
    while number:
        if number & 1:
            point = _add(point, power)
        power = _add(power, power)
        number >>= 1
    return point


def _nonce(secret, digest):
    """RFC 6979 section 3.2, with a first candidate that is good but for one in 2^32."""
    material = secret.to_bytes(32, "big") + (int.from_bytes(digest, "big") % N).to_bytes(32, "big")
    value, state = b"\1" * 32, b"\0" * 32
    for step in (b"\0", b"\1"):
        state = hmac.digest(state, value + step + material, "sha256")
        value = hmac.digest(state, value, "sha256")
    return int.from_bytes(hmac.digest(state, value, "sha256"), "big")


def es256(secret, data):
    """R and S, 32 bytes each (RFC 7518 section 3.4)."""
    digest = hashlib.sha256(data).digest()
    nonce = _nonce(secret, digest)
    r = times_base(nonce)[0] % N
    s = pow(nonce, -1, N) * (int.from_bytes(digest, "big") + r * secret) % N
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _part(claims):
    return base64url(json.dumps(claims, separators=(",", ":"), sort_keys=True).encode())


def compact_identity(orig, dest, iat, signer="carrier"):
    """The compact form (RFC 8225 section 7): what is signed stands in the message, `iat` in its Date header."""
    url = f"https://certificates.example/{signer}.pem"
    header = {"alg": "ES256", "typ": "passport", "x5u": url}
    signed = f"{_part(header)}.{_part({'dest': {'tn': [dest]}, 'iat': iat, 'orig': {'tn': orig}})}"
    return f"..{base64url(es256(key(signer), signed.encode()))};info=<{url}>;alg=ES256"


def identity(orig, dest, iat, signer="carrier", ppt="shaken", attest="A", secret=None, **claims):
    """The value of an Identity header (RFC 8224, RFC 8588). `secret`: of whom signs in the name of `signer`."""
    url = f"https://certificates.example/{signer}.pem"
    header = {"alg": "ES256", "ppt": ppt, "typ": "passport", "x5u": url}
    payload = {
        "attest": attest,
        "dest": {"tn": [dest]},
        "iat": iat,
        "orig": {"tn": orig},
        "origid": "123e4567-e89b-12d3-a456-426655440000",
    }
    payload.update(claims)
    signed = f"{_part(header)}.{_part(payload)}"
    signature = base64url(es256(key(secret or signer), signed.encode()))
    return f"{signed}.{signature};info=<{url}>;alg=ES256;ppt={ppt}"
