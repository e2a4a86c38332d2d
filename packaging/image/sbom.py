#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What an image is made of, as SPDX 2.3 in JSON: packaging/image/sbom.py ROOT DIGEST OUT.json

The packages are those of /var/lib/dpkg/status.d. DIGEST is that of the image's manifest."""

import json
import os
import re
import sys
import time
from pathlib import Path

OURS = "Apache-2.0 AND (GPL-2.0-only OR BSD-2-Clause)"


def fields(text):
    """Those of a control file; of a text of several lines the first."""
    return dict(re.findall(r"^([A-Za-z-]+): (.*)$", text, re.M))


def purl(package):
    """https://github.com/package-url/purl-spec: deb."""
    name, version = package["Package"].replace("+", "%2B"), package["Version"].replace("+", "%2B")
    vendor = "" if package["Package"] == "sipsonde" else "debian/"
    return f"pkg:deb/{vendor}{name}@{version.replace(':', '%3A')}?arch={package['Architecture']}&distro=debian-12"


def spdx_package(package):
    licence = OURS if package["Package"] == "sipsonde" else "NOASSERTION"
    return {
        "SPDXID": "SPDXRef-" + re.sub(r"[^A-Za-z0-9.-]", "-", package["Package"]),
        "name": package["Package"],
        "versionInfo": package["Version"],
        "supplier": f"Organization: {re.sub(r' *<.*', '', package['Maintainer'])}",
        "downloadLocation": "NOASSERTION",
        "filesAnalyzed": False,
        "licenseConcluded": licence,
        "licenseDeclared": licence,
        "copyrightText": "NOASSERTION",
        "externalRefs": [
            {
                "referenceCategory": "PACKAGE-MANAGER",
                "referenceType": "purl",
                "referenceLocator": purl(package),
            }
        ],
    }


def document(packages, digest, when):
    own = next(package for package in packages if package["Package"] == "sipsonde")
    image = {
        "SPDXID": "SPDXRef-image",
        "name": "sipsonde-image",
        "versionInfo": own["Version"],
        "downloadLocation": "NOASSERTION",
        "filesAnalyzed": False,
        "licenseConcluded": "NOASSERTION",
        "licenseDeclared": "NOASSERTION",
        "copyrightText": "NOASSERTION",
        "primaryPackagePurpose": "CONTAINER",
        "checksums": [{"algorithm": "SHA256", "checksumValue": digest.removeprefix("sha256:")}],
    }
    listed = [spdx_package(package) for package in packages]
    relations = [("SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-image")]
    relations += [("SPDXRef-image", "CONTAINS", package["SPDXID"]) for package in listed]
    return {
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": f"sipsonde-{own['Version']}",
        "documentNamespace": f"https://spdx.org/spdxdocs/sipsonde-{own['Version']}-{digest.removeprefix('sha256:')}",
        "creationInfo": {
            "created": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(when)),
            "creators": ["Tool: sipsonde-tools-image"],
        },
        "packages": [image, *listed],
        "relationships": [
            {"spdxElementId": one, "relationshipType": kind, "relatedSpdxElement": other}
            for one, kind, other in relations
        ],
    }


def main(root, digest, path):
    status = sorted((Path(root) / "var/lib/dpkg/status.d").iterdir())
    packages = [fields(file.read_text(encoding="utf-8")) for file in status]
    made = document(packages, digest, int(os.environ.get("SOURCE_DATE_EPOCH", "0")))
    Path(path).write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(f"usage: {os.path.basename(sys.argv[0])} ROOT DIGEST OUT.json")
    main(*sys.argv[1:])
