# SPDX-License-Identifier: Apache-2.0
"""A WebSocket client with subprotocol `sip` (RFC 6455, RFC 7118) in a namespace, and a phone of few words on it."""

import base64
import itertools
import os
import re
import socket
import struct

from lab.kamailio import WEBSOCKET_PORT
from lab.topology import PROXY_TO_CALLER

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
_SECONDS = 5  # for what must come
_number = itertools.count(1)


class WebSocket:
    def __init__(self, namespace, address=PROXY_TO_CALLER, port=WEBSOCKET_PORT):
        self._socket = namespace.call(lambda: socket.create_connection((address, port), _SECONDS))
        self._unread = b""
        self.send_bytes(
            f"GET /sip HTTP/1.1\r\nHost: {address}:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Protocol: sip\r\n"
            "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n".encode()
        )
        while b"\r\n\r\n" not in self._unread:
            self._receive()
        self.head, _, self._unread = self._unread.partition(b"\r\n\r\n")
        if not self.head.startswith(b"HTTP/1.1 101"):
            raise RuntimeError(f"no WebSocket: {self.head.decode()}")

    def close(self):
        self._socket.close()

    def send_bytes(self, data):
        self._socket.sendall(data)

    def send(self, text, opcode=TEXT):
        self.send_bytes(self.frame(text, opcode))

    @staticmethod
    def frame(text, opcode=TEXT):
        """Whole and masked, as a client must."""
        payload = text.encode() if isinstance(text, str) else text
        length = len(payload)
        head = bytes([0x80 | opcode])
        if length < 126:
            head += bytes([0x80 | length])
        else:
            head += bytes([0x80 | 126]) + struct.pack("!H", length)
        mask = os.urandom(4)
        return head + mask + bytes(byte ^ mask[place % 4] for place, byte in enumerate(payload))

    def next(self):
        """(opcode, payload) of the next frame, which a server does not mask."""
        head = self._take(2)
        length = head[1] & 0x7F
        if length == 126:
            length = struct.unpack("!H", self._take(2))[0]
        elif length == 127:
            length = struct.unpack("!Q", self._take(8))[0]
        return head[0] & 0x0F, self._take(length)

    def _take(self, count):
        while len(self._unread) < count:
            self._receive()
        taken, self._unread = self._unread[:count], self._unread[count:]
        return taken

    def _receive(self):
        more = self._socket.recv(65536)
        if not more:
            raise RuntimeError("the server closed the connection")
        self._unread += more


class BrowserPhone:
    """Says of itself what a browser can: no address (RFC 7118, section 5)."""

    def __init__(self, namespace, user):
        self.user = user
        self.socket = WebSocket(namespace)
        self._host = f"{os.urandom(5).hex()}.invalid"
        self._cseq = itertools.count(1)

    def request(self, method, target, call_id, to_tag="", more="", body="", cseq=None, branch=None):
        """The text of a request."""
        return (
            f"{method} {target} SIP/2.0\r\n"
            f"Via: SIP/2.0/WS {self._host};branch={branch or f'z9hG4bK-ws-{next(_number):05}'}\r\n"
            f"Max-Forwards: 70\r\nFrom: <sip:{self.user}@{PROXY_TO_CALLER}>;tag=from-{self.user}\r\n"
            f"To: <sip:{self._callee(target)}@{PROXY_TO_CALLER}>{f';tag={to_tag}' if to_tag else ''}\r\n"
            f"Call-ID: {call_id}\r\nCSeq: {cseq or next(self._cseq)} {method}\r\n"
            f"Contact: <sip:{self.user}@{self._host};transport=ws>\r\n{more}"
            f"Content-Length: {len(body)}\r\n\r\n{body}"
        )

    def _callee(self, target):
        user, at, _ = target.removeprefix("sip:").partition("@")
        return user if at else self.user

    def register(self):
        text = self.request("REGISTER", f"sip:{PROXY_TO_CALLER}", f"register-{self.user}", more="Expires: 600\r\n")
        self.socket.send(text)
        return self.final()

    def final(self):
        """The next final response."""
        while True:
            message = self.message()
            if re.match(r"SIP/2.0 [2-6]", message):
                return message

    def message(self):
        while True:
            opcode, payload = self.socket.next()
            if opcode in (TEXT, BINARY):
                return payload.decode()
            if opcode == PING:
                self.socket.send(payload, PONG)

    def call(self, user, call_id):
        """Invites, acknowledges the answer and hangs up."""
        target = f"sip:{user}@{PROXY_TO_CALLER}"
        body = (
            "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"
            "m=audio 9000 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n"
        )
        self.socket.send(
            self.request("INVITE", target, call_id, more="Content-Type: application/sdp\r\n", body=body, cseq=1)
        )
        return self.final()

    def acknowledge(self, answer, call_id):
        self.socket.send(self._in_dialog("ACK", answer, call_id, 1))

    def hang_up(self, answer, call_id):
        self.socket.send(self._in_dialog("BYE", answer, call_id, 2))
        return self.final()

    def _in_dialog(self, method, answer, call_id, cseq):
        routes = reversed(re.findall(r"^Record-Route: (.*)\r$", answer, re.MULTILINE))
        contact = re.search(r"^Contact: <([^>]*)>", answer, re.MULTILINE)[1]
        tag = re.search(r"^To:.*;tag=(\S+)\r$", answer, re.MULTILINE)[1]
        more = "".join(f"Route: {route}\r\n" for route in routes)
        return self.request(method, contact, call_id, to_tag=tag, more=more, cseq=cseq)

    def answer(self):
        """Takes a call that comes, and what belongs to it until it ended; answers other requests too."""
        while True:
            message = self.message()
            method = message.split(" ", 1)[0]
            if method == "SIP/2.0" or method == "ACK":
                continue
            kept = "".join(
                f"{line}\r\n"
                for line in message.split("\r\n\r\n")[0].split("\r\n")[1:]
                if re.match(r"(Via|From|Call-ID|CSeq|Record-Route):", line)
            )
            to = re.search(r"^To:.*?(?=\r$)", message, re.MULTILINE)[0]
            tag = "" if ";tag=" in to else f";tag=to-{self.user}"
            self.socket.send(
                f"SIP/2.0 200 OK\r\n{kept}{to}{tag}\r\nContact: <sip:{self.user}@{self._host};transport=ws>\r\n"
                "Content-Length: 0\r\n\r\n"
            )
            if method == "BYE":
                return
