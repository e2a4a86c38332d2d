# SPDX-License-Identifier: Apache-2.0
"""SIP messages as bytes, in the plain form and in the forms that RFC 3261 allows beside it."""

import re

COMPACT = {
    "Call-ID": "i",
    "Contact": "m",
    "Content-Length": "l",
    "Content-Type": "c",
    "From": "f",
    "Subject": "s",
    "Supported": "k",
    "To": "t",
    "Via": "v",
}  # RFC 3261 section 7.3.3

REASONS = {
    100: "Trying",
    180: "Ringing",
    183: "Session Progress",
    200: "OK",
    302: "Moved Temporarily",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    407: "Proxy Authentication Required",
    408: "Request Timeout",
    480: "Temporarily Unavailable",
    481: "Call/Transaction Does Not Exist",
    486: "Busy Here",
    487: "Request Terminated",
    488: "Not Acceptable Here",
    500: "Server Internal Error",
    503: "Service Unavailable",
    600: "Busy Everywhere",
    603: "Decline",
}


def message(start_line, headers, body=b""):
    """`headers`: (name, value) pairs. Content-Length is added unless one stands there already."""
    headers = list(headers)
    if not any(name.lower() in ("content-length", "l") for name, _ in headers):
        headers.append(("Content-Length", str(len(body))))
    lines = [start_line] + [f"{name}: {value}" for name, value in headers]
    return "\r\n".join(lines).encode("utf-8", "surrogateescape") + b"\r\n\r\n" + body


def session_description(address, port=20000, direction="sendrecv"):
    version = "IP6" if ":" in address else "IP4"
    lines = [
        "v=0",
        f"o=- 1 1 IN {version} {address}",
        "s=-",
        f"c=IN {version} {address}",
        "t=0 0",
        f"m=audio {port} RTP/AVP 0 101",
        "a=rtpmap:0 PCMU/8000",
        "a=rtpmap:101 telephone-event/8000",
        f"a={direction}",
        "",
    ]
    return "\r\n".join(lines).encode()


# ---- other forms of the same message: bytes in, bytes out ----


def _on_headers(change):
    def dress(data):
        head, separator, body = data.partition(b"\r\n\r\n")
        first, *lines = head.split(b"\r\n")
        return b"\r\n".join([first] + [change(line) for line in lines]) + separator + body

    return dress


def _rename(line, new_name):
    name, rest = line.split(b":", 1)
    return new_name(name.decode()).encode() + b":" + rest


compact = _on_headers(lambda line: _rename(line, lambda name: COMPACT.get(name, name)))
shouting = _on_headers(lambda line: _rename(line, str.upper))
whispering = _on_headers(lambda line: _rename(line, str.lower))
space_before_colon = _on_headers(lambda line: _rename(line, lambda name: name + " \t"))
no_space_after_colon = _on_headers(lambda line: re.sub(rb"^([^:]+): ", rb"\1:", line))
folded = _on_headers(lambda line: line.replace(b": ", b":\r\n \t", 1).replace(b";tag=", b"\r\n ;tag="))


def bare_line_feeds(data):
    """The header section only: a body is not ours to change."""
    head, _, body = data.partition(b"\r\n\r\n")
    return head.replace(b"\r\n", b"\n") + b"\n\n" + body


def vias_on_one_line(data):
    """Comma-joined, RFC 3261 section 7.3.1; the added hop is below the top one."""
    return re.sub(
        rb"(?m)^(Via: [^\r\n]+)", rb"\1, SIP/2.0/UDP 203.0.113.77;branch=z9hG4bK-below", data, count=1
    )


def quoted_traps(data):
    """Parameters within quotes are text."""
    data = re.sub(
        rb"\r\nFrom: [^<]*<", rb'\r\nFrom: "A;tag=no, \\"B\\" <sip:no@no.example>" <', data, count=1
    )
    return re.sub(rb"(\r\nVia: [^;]+);", rb'\1;x="\\";branch=z9hG4bK-no, SIP/2.0/UDP no";', data, count=1)
