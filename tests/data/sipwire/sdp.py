# SPDX-License-Identifier: Apache-2.0
"""Session descriptions (RFC 8866) with what offers and answers (RFC 3264) say of media."""

from sipwire import rtp


def description(address, *media, connection=None, attributes=(), version=1):
    """`media`: what audio() and its like gave. `connection`: the address of media that name none; the origin's unless
    set."""
    kind = _kind(address)
    lines = ["v=0", f"o=- 1 {version} IN {kind} {address}", "s=-"]
    lines += [f"c=IN {_kind(connection or address)} {connection or address}", "t=0 0"]
    lines += [f"a={attribute}" for attribute in attributes]
    lines += [line for section in media for line in section]
    return "\r\n".join(lines + [""]).encode()


def _kind(address):
    return "IP6" if ":" in address else "IP4"


def section(
    kind,
    port,
    codecs,
    profile="RTP/AVP",
    connection=None,
    direction="sendrecv",
    rtcp=None,
    mux=False,
    attributes=(),
):
    """`rtcp`: the port of a=rtcp (RFC 3605). `mux`: RFC 5761."""
    payload_types = " ".join(str(codec.payload_type) for codec in codecs)
    lines = [f"m={kind} {port} {profile} {payload_types}"]
    if connection:
        lines.append(f"c=IN {_kind(connection)} {connection}")
    for codec in codecs:
        lines.append(f"a=rtpmap:{codec.payload_type} {codec.name}/{codec.clock}{codec.parameters}")
    if rtcp is not None:
        lines.append(f"a=rtcp:{rtcp}")
    if mux:
        lines.append("a=rtcp-mux")
    lines += [f"a={attribute}" for attribute in attributes]
    if direction:
        lines.append(f"a={direction}")
    return lines


def audio(port, *codecs, **options):
    return section("audio", port, codecs or (rtp.PCMU, rtp.TELEPHONE_EVENT), **options)


def video(port, *codecs, **options):
    return section("video", port, codecs or (rtp.H264,), **options)
