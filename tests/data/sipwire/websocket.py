# SPDX-License-Identifier: Apache-2.0
"""WebSocket (RFC 6455) with permessage-deflate (RFC 7692): the opening handshake and frames as bytes."""

import base64
import hashlib
import struct
import zlib

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10

KEY = base64.b64encode(b"sipsonde-testkey").decode()
GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455 section 1.3


def _head(first_line, headers):
    return "\r\n".join([first_line, *(f"{name}: {value}" for name, value in headers), "", ""]).encode()


def request(host="proxy.example", subprotocols="sip", extensions=None, key=KEY):
    headers = [("Host", host), ("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Key", key)]
    headers += [("Origin", "https://www.example"), ("Sec-WebSocket-Version", "13")]
    if subprotocols:
        headers.append(("Sec-WebSocket-Protocol", subprotocols))
    if extensions:
        headers.append(("Sec-WebSocket-Extensions", extensions))
    return _head("GET / HTTP/1.1", headers)


def accept(key):
    """RFC 6455 section 4.2.2."""
    return base64.b64encode(hashlib.sha1((key + GUID).encode()).digest()).decode()


def response(subprotocol="sip", extensions=None, key=KEY):
    headers = [("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Accept", accept(key))]
    if subprotocol:
        headers.append(("Sec-WebSocket-Protocol", subprotocol))
    if extensions:
        headers.append(("Sec-WebSocket-Extensions", extensions))
    return _head("HTTP/1.1 101 Switching Protocols", headers)


def frame(payload, opcode=TEXT, mask=None, final=True, compressed=False):
    """RFC 6455 section 5.2. `mask`: four bytes, of whoever is the client."""
    first = final << 7 | compressed << 6 | opcode
    masked = (mask is not None) << 7
    length = len(payload)
    if length < 126:
        head = struct.pack("!BB", first, masked | length)
    elif length < 1 << 16:
        head = struct.pack("!BBH", first, masked | 126, length)
    else:
        head = struct.pack("!BBQ", first, masked | 127, length)
    if mask is None:
        return head + payload
    return head + mask + bytes(byte ^ mask[place % 4] for place, byte in enumerate(payload))


def message(payload, opcode=TEXT, mask=None, compressed=False, cuts=(), between=()):
    """One message in as many frames as there are cuts and one more. `between`: whole frames after each of them but
    the last. Only the first frame says that the message is compressed (RFC 7692 section 6)."""
    places = [0, *cuts, len(payload)]
    frames = []
    for number, (start, stop) in enumerate(zip(places, places[1:])):
        first, last = number == 0, stop == places[-1]
        frames.append(frame(payload[start:stop], opcode if first else CONTINUATION, mask, last, compressed and first))
        if not last:
            frames += between
    return b"".join(frames)


class Deflater:
    """What one end makes of its messages (RFC 7692 section 7.2.1)."""

    def __init__(self, context_takeover=True):
        self.context_takeover, self.engine = context_takeover, None

    def __call__(self, payload):
        if self.engine is None or not self.context_takeover:
            self.engine = zlib.compressobj(wbits=-15)
        data = self.engine.compress(payload) + self.engine.flush(zlib.Z_SYNC_FLUSH)
        return data.removesuffix(b"\0\0\xff\xff")
