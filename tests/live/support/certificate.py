# SPDX-License-Identifier: Apache-2.0
"""A key and a certificate that signs itself, for a peer that speaks TLS."""

import os

from lab.process import run


def make_certificate(folder, name, address):
    """The folder with key.pem and certificate.pem, of a peer at this address."""
    own = os.path.join(folder, "tls")
    os.makedirs(own)
    run(
        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
        "-days", "2", "-subj", f"/CN={name}", "-addext", f"subjectAltName=IP:{address}",
        "-keyout", os.path.join(own, "key.pem"), "-out", os.path.join(own, "certificate.pem"),
    )  # fmt: skip
    return own
