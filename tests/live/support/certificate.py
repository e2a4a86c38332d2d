# SPDX-License-Identifier: Apache-2.0
"""Keys and certificates for peers that speak TLS: one that signs itself, or an authority and what it has signed."""

import os

from lab.process import run

_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")


def make_certificate(folder, name, address):
    """The folder with key.pem and certificate.pem, of a peer at this address."""
    own = os.path.join(folder, "tls")
    os.makedirs(own)
    run(
        "openssl", "req", "-x509", *_KEY, "-days", "2", "-subj", f"/CN={name}",
        "-addext", f"subjectAltName=IP:{address}",
        "-keyout", os.path.join(own, "key.pem"), "-out", os.path.join(own, "certificate.pem"),
    )  # fmt: skip
    return own


class Authority:
    """`certificate` is the path of its own, which those who trust it are given."""

    def __init__(self, folder, name):
        self._folder = os.path.join(folder, name)
        os.makedirs(self._folder)
        self.certificate, self._key = self._paths("ca")
        run(
            "openssl", "req", "-x509", *_KEY, "-days", "2", "-subj", f"/CN={name}",
            "-keyout", self._key, "-out", self.certificate,
        )  # fmt: skip

    def _paths(self, name):
        return tuple(os.path.join(self._folder, f"{name}{end}.pem") for end in ("", "-key"))

    def issue(self, name, address=None):
        """Paths of a certificate and its key: of a peer at that address, or of one that is known by its name."""
        certificate, key = self._paths(name)
        request = f"{certificate}.request"
        run("openssl", "req", "-new", *_KEY, "-subj", f"/CN={name}", "-keyout", key, "-out", request)
        extensions = f"{certificate}.extensions"
        with open(extensions, "w", encoding="utf-8") as file:
            file.write(f"subjectAltName={f'IP:{address}' if address else f'DNS:{name}'}\n")
        run(
            "openssl", "x509", "-req", "-days", "2", "-in", request, "-CA", self.certificate, "-CAkey", self._key,
            "-CAcreateserial", "-extfile", extensions, "-out", certificate,
        )  # fmt: skip
        return certificate, key
