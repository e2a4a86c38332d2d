# SPDX-License-Identifier: Apache-2.0
"""Two captures of the same calls that travel differently: over TCP or WebSocket, or in a tunnel. Rows, events and the
families of SIP and media must be the same, but for `transport` and the attribute `tunnel`. Times of the capture are
those of the twin, so histograms are, too."""

from prometheus import text_of, without_label

FAMILIES = ("sip_", "rtp_", "rtcp_")


def differences(found, twin, name):
    for what in ("rows", "events"):
        ours, theirs = (plain(getattr(outcome, what)) for outcome in (found, twin))
        if len(ours) != len(theirs):
            yield f"{len(ours)} {what}, but {name} has {len(theirs)}"
        for mine, other in zip(ours, theirs):
            for field in sorted(mine.keys() | other.keys()):
                if mine.get(field) != other.get(field):
                    where = f"{what} of {mine['call_id']}"
                    yield f"{where}: {field} is {mine.get(field)!r}, but {other.get(field)!r} in {name}"
    ours, theirs = (samples_of(outcome.metrics) for outcome in (found, twin))
    for key in sorted(ours.keys() | theirs.keys(), key=text_of):
        if ours.get(key, 0) != theirs.get(key, 0):
            yield f"{text_of(key)} is {ours.get(key, 0):g}, but {theirs.get(key, 0):g} in {name}"


def plain(facts):
    """Facts without what says how they travelled."""
    out = []
    for fact in facts:
        fact = {field: value for field, value in fact.items() if field != "transport"}
        if "attributes" in fact:
            fact["attributes"] = {key: value for key, value in fact["attributes"].items() if key != "tunnel"}
        out.append(fact)
    return out


def samples_of(metrics):
    chosen = {key: value for key, value in metrics.samples.items() if key[0].startswith(FAMILIES)}
    return without_label(chosen, "transport")
