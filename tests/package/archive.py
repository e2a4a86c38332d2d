# SPDX-License-Identifier: Apache-2.0
"""An OCI image archive, unpacked. https://github.com/opencontainers/image-spec, version 1.0."""

import hashlib
import io
import json
import tarfile


def name_of(archive):
    """What containerd, and so kind and a kubelet, calls the image once it is loaded."""
    with tarfile.open(archive) as tar:
        (entry,) = json.load(tar.extractfile("index.json"))["manifests"]
    return entry["annotations"]["io.containerd.image.name"]


def unpack(archive, root):
    """Returns (config, digest of the manifest). Every blob is what its name says."""
    with tarfile.open(archive) as tar:
        names = tar.getnames()
        assert json.load(tar.extractfile("oci-layout")) == {"imageLayoutVersion": "1.0.0"}, names

        def blob(entry):
            content = tar.extractfile("blobs/" + entry["digest"].replace(":", "/")).read()
            digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
            if digest != entry["digest"] or len(content) != entry["size"]:
                raise ValueError(f"{entry['digest']}: another content")
            return content

        (entry,) = json.load(tar.extractfile("index.json"))["manifests"]
        manifest = json.loads(blob(entry))
        (layer,) = manifest["layers"]
        with tarfile.open(fileobj=io.BytesIO(blob(layer)), mode="r:gz") as files:
            files.extractall(root)
        return json.loads(blob(manifest["config"])), entry["digest"]
