#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A root folder as an archive of the OCI image layout, without an engine: packaging/image/oci.py ROOT VERSION OUT.tar

The same root gives the same bytes: entries are sorted, their times are SOURCE_DATE_EPOCH, their owner is root.
https://github.com/opencontainers/image-spec, version 1.0."""

import gzip
import hashlib
import io
import json
import os
import sys
import tarfile
import time
from pathlib import Path

ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
CONFIG = {
    "User": "0:0",
    "Env": ["PATH=/usr/bin"],
    "Entrypoint": ["/usr/bin/sipsonde"],
    "Cmd": ["run", "-c", "/etc/sipsonde/sipsonde.yaml"],
    "ExposedPorts": {"9091/tcp": {}},
    "StopSignal": "SIGTERM",
}


def layer_of(root, when):
    """Every file below the root, parents before what is in them."""
    output = io.BytesIO()
    with tarfile.open(fileobj=output, mode="w", format=tarfile.GNU_FORMAT) as tar:
        for path in sorted(root.rglob("*"), key=lambda path: path.parts):
            entry = tar.gettarinfo(path, arcname=str(path.relative_to(root)))
            entry.uid = entry.gid = 0
            entry.uname = entry.gname = ""
            entry.mtime = when
            if entry.isreg():
                with open(path, "rb") as content:
                    tar.addfile(entry, content)
            else:
                tar.addfile(entry)
    return output.getvalue()


class Layout:
    """The files of an image layout; blobs are named by their digest."""

    def __init__(self):
        self.files = {"oci-layout": b'{"imageLayoutVersion":"1.0.0"}'}

    def add(self, kind, content):
        digest = hashlib.sha256(content).hexdigest()
        self.files[f"blobs/sha256/{digest}"] = content
        return {"mediaType": kind, "digest": f"sha256:{digest}", "size": len(content)}

    def add_json(self, kind, value):
        return self.add(kind, json.dumps(value, sort_keys=True, separators=(",", ":")).encode())

    def write(self, path, when):
        with tarfile.open(path, "w", format=tarfile.GNU_FORMAT) as tar:
            for name in sorted(self.files):
                entry = tarfile.TarInfo(name)
                entry.size, entry.mtime, entry.mode = len(self.files[name]), when, 0o644
                tar.addfile(entry, io.BytesIO(self.files[name]))


def pack(root, version, path, when):
    """Returns the digest of the image's manifest."""
    layout = Layout()
    layer = layer_of(root, when)
    layer_entry = layout.add("application/vnd.oci.image.layer.v1.tar+gzip", gzip.compress(layer, 6, mtime=0))
    created = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(when))
    labels = {
        "org.opencontainers.image.title": "sipsonde",
        "org.opencontainers.image.version": version,
        "org.opencontainers.image.created": created,
        "org.opencontainers.image.licenses": "Apache-2.0 AND (GPL-2.0-only OR BSD-2-Clause)",
    }
    config = layout.add_json(
        "application/vnd.oci.image.config.v1+json",
        {
            "created": created,
            "architecture": ARCHITECTURES[os.uname().machine],
            "os": "linux",
            "config": {**CONFIG, "Labels": labels},
            "rootfs": {"type": "layers", "diff_ids": [f"sha256:{hashlib.sha256(layer).hexdigest()}"]},
            "history": [{"created": created, "created_by": "tools/image"}],
        },
    )
    manifest = layout.add_json(
        "application/vnd.oci.image.manifest.v1+json",
        {
            "schemaVersion": 2,
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "config": config,
            "layers": [layer_entry],
            "annotations": labels,
        },
    )
    # The first is the tag as the specification has it; by the second containerd, kind and Podman know it once it is
    # loaded: what a Kubernetes calls sipsonde:VERSION.
    names = {
        "org.opencontainers.image.ref.name": version,
        "io.containerd.image.name": f"docker.io/library/sipsonde:{version}",
    }
    named = {**manifest, "annotations": names}
    layout.files["index.json"] = json.dumps({"schemaVersion": 2, "manifests": [named]}, sort_keys=True).encode()
    layout.write(path, when)
    return manifest["digest"]


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(f"usage: {os.path.basename(sys.argv[0])} ROOT VERSION OUT.tar")
    print(pack(Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(os.environ.get("SOURCE_DATE_EPOCH", "0"))))
