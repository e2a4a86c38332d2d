# SPDX-License-Identifier: Apache-2.0
"""A receiver over gRPC that fails as it is told: as much of HTTP/2 (RFC 9113) as unary calls need. Headers of requests
are not looked at, so every method is the same."""

import contextlib
import gzip
import socket
import struct
import threading

_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
_DATA, _HEADERS, _RST_STREAM, _SETTINGS, _PING, _GOAWAY, _WINDOW_UPDATE = 0, 1, 3, 4, 6, 7, 8
_END_STREAM, _ACK, _END_HEADERS, _PADDED = 1, 1, 4, 8
_EMPTY_MESSAGE = bytes(5)  # not compressed, and no byte long


def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream) + payload


def header(name, value):
    """A literal without indexing, RFC 7541 section 6.2.2; both parts are shorter than 127 bytes."""
    return b"\0" + bytes([len(name)]) + name.encode() + bytes([len(value)]) + value.encode()


def begin_of_answer(stream):
    head = b"\x88" + header("content-type", "application/grpc")  # :status 200, RFC 7541 appendix A
    return frame(_HEADERS, _END_HEADERS, stream, head) + frame(_DATA, 0, stream, _EMPTY_MESSAGE)


def trailers(stream, status):
    return frame(_HEADERS, _END_HEADERS | _END_STREAM, stream, header("grpc-status", str(status)))


def end_without_trailers(stream):
    return frame(_DATA, _END_STREAM, stream)


class GrpcReceiver:
    """In a namespace; listens when it is made. `script` is a list of answers, each for one request: a status of gRPC,
    "no trailers" or "stall"; when it is used up, everything is taken. What is taken goes to take(message). With `tls`,
    a context of a server, whom it does not let in is in `refused`: why."""

    def __init__(self, namespace, port, tls=None):
        self._namespace, self._port, self._tls = namespace, port, tls
        if tls:
            tls.set_alpn_protocols(["h2"])
        self.script, self.refused, self.requests = [], [], 0
        self.lock = threading.Lock()
        self._listener, self._connections = None, set()
        self.start()

    def take(self, message):
        """The message of a request that is answered 0; holds the lock."""

    def start(self):
        self._listener = self._namespace.call(lambda: socket.create_server(("127.0.0.1", self._port)))
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def stop(self):
        """As a receiver that is gone: connections that were open are closed, new ones are refused."""
        if self._listener:
            for one in (self._listener, *self._connections):
                with contextlib.suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None

    def _accept(self, listener):
        with contextlib.suppress(OSError):  # closed
            while True:
                connection = listener.accept()[0]
                threading.Thread(target=self._connection, args=(connection,), daemon=True).start()

    def _connection(self, connection):
        try:
            if self._tls:
                connection = self._tls.wrap_socket(connection, server_side=True)
        except OSError as error:
            self.refused.append(str(error))
            return
        self._connections.add(connection)
        with contextlib.suppress(OSError, struct.error), connection:
            with connection.makefile("rb") as stream:
                if stream.read(len(_PREFACE)) == _PREFACE:
                    connection.sendall(frame(_SETTINGS, 0, 0))
                    self._talk(connection, stream)
        self._connections.discard(connection)

    def _talk(self, connection, stream):
        bodies = {}
        while len(head := stream.read(9)) == 9:
            kind, flags, number = struct.unpack(">BBI", head[3:])
            payload = stream.read(int.from_bytes(head[:3], "big"))
            if kind in (_SETTINGS, _PING) and not flags & _ACK:
                connection.sendall(frame(kind, _ACK, 0, payload if kind == _PING else b""))
            elif kind == _RST_STREAM:
                bodies.pop(number, None)
            elif kind == _HEADERS:
                bodies[number] = b""
            elif kind == _DATA:
                if payload:
                    for window in (0, number):
                        connection.sendall(frame(_WINDOW_UPDATE, 0, window, struct.pack(">I", len(payload))))
                if flags & _PADDED:
                    payload = payload[1 : len(payload) - payload[0]]
                bodies[number] = bodies.get(number, b"") + payload
                if flags & _END_STREAM:
                    self._answer(connection, number, bodies.pop(number))

    def _answer(self, connection, number, body):
        message = gzip.decompress(body[5:]) if body[0] else body[5:]
        with self.lock:
            self.requests += 1
            told = self.script.pop(0) if self.script else 0
            if told == 0:
                self.take(message)
        if told == "stall":
            return
        end = end_without_trailers(number) if told == "no trailers" else trailers(number, told)
        connection.sendall(begin_of_answer(number) + end)
