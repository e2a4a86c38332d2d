# SPDX-License-Identifier: Apache-2.0
"""A receiver over HTTP that fails as it is told."""

import contextlib
import http.server
import socket
import struct
import threading
import time


class HttpReceiver:
    """In a namespace; listens when it is made. `script` is a list of answers, each for one request: (status, headers,
    body), "reset" or "stall"; when it is used up, everything is taken. What is taken goes to take(handler, body). With
    `tls`, a context of a server, whom it does not let in is in `refused`: why."""

    def __init__(self, namespace, port, tls=None):
        self._namespace, self._port, self._tls = namespace, port, tls
        self.script, self.requests, self.times, self.refused = [], [], [], []
        self.lock = threading.Lock()
        self._server = None
        self._connections = set()
        self._released = threading.Event()
        self.start()

    def take(self, handler, body):
        """The body of a request that is answered 200; holds the lock."""

    def start(self):
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self):
                if receiver._tls:
                    self.request = receiver._in_tls(self.request)
                super().setup()
                receiver._connections.add(self.connection)

            def finish(self):
                receiver._connections.discard(self.connection)
                super().finish()

            def do_POST(self):  # pylint: disable=invalid-name
                receiver._answer(self)

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("", 0), Handler, bind_and_activate=False)
        server.socket.close()
        server.socket = self._namespace.call(lambda: socket.create_server(("127.0.0.1", self._port)))
        server.daemon_threads = True
        server.handle_error = lambda *_: None  # connections that were reset
        self._server = server
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self):
        """As a receiver that is gone: connections that were open are closed, new ones are refused."""
        if self._server:
            self._released.set()
            self._server.shutdown()
            self._server.server_close()
            self._server = None
            for connection in list(self._connections):
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def _in_tls(self, connection):
        try:
            return self._tls.wrap_socket(connection, server_side=True)
        except OSError as error:
            self.refused.append(str(error))
            raise

    def _answer(self, handler):
        body = handler.rfile.read(int(handler.headers["Content-Length"]))
        with self.lock:
            told = self.script.pop(0) if self.script else (200, {}, b"")
            self.times.append(time.monotonic())
            self.requests.append((handler.path, dict(handler.headers.items())))
        if told == "reset":
            handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            handler.connection.close()
            handler.close_connection = True
            return
        if told == "stall":
            self._released.wait(60)
            handler.close_connection = True
            return
        status, headers, answer = told
        if status == 200:
            with self.lock:
                self.take(handler, body)
        handler.send_response(status)
        for name, value in {"Content-Length": str(len(answer)), **headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(answer)
