# SPDX-License-Identifier: Apache-2.0
"""Where the peers lie that no distribution has: outside of the checkout, made once by the scripts build_*."""

import os


def peer_cache(name):
    root = os.environ.get("SIPSONDE_CACHE") or os.path.join(os.path.expanduser("~"), ".cache", "sipsonde")
    return os.path.join(root, name)
