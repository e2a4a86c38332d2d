# SPDX-License-Identifier: Apache-2.0
"""ClickHouse's engine behind HTTP, as far as inserts and questions need it. Run by a Python that has chdb:

    clickhouse_front.py PORT FOLDER [NUMBER-OF-INSERTS-THAT-ARE-NOT-ANSWERED]

The engine, its types, its errors and its deduplication are the real ones; the front is our own, so that users,
quotas and asynchronous inserts are not proven by it."""

import gzip
import re
import sys
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from chdb import session  # pylint: disable=import-error

OF_HTTP_ALONE = ("query", "database", "wait_end_of_query", "default_format")
ENGINE = session.Session(sys.argv[2])
LOCK = threading.Lock()
UNANSWERED = [int(sys.argv[3]) if len(sys.argv) > 3 else 0]


def with_settings(statement, parameters):
    """Settings of the URL in the statement itself, where the engine looks for them."""
    settings = ", ".join(f"{name} = '{value}'" for name, value in parameters.items() if name not in OF_HTTP_ALONE)
    if not settings or not statement.startswith(b"INSERT"):
        return statement
    return statement.replace(b" FORMAT ", b" SETTINGS " + settings.encode() + b" FORMAT ", 1)


class Front(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):  # pylint: disable=invalid-name
        self.answer(200, b"Ok.\n")

    def do_POST(self):  # pylint: disable=invalid-name
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        parameters = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.path).query))
        statement = with_settings((parameters.get("query", "") + "\n").encode() + body, parameters).lstrip()
        try:
            with LOCK:
                result = bytes(ENGINE.query(statement.decode(), "TabSeparated").bytes() or b"")
                lost = statement.startswith(b"INSERT") and UNANSWERED[0] > 0
                UNANSWERED[0] -= lost
        except Exception as error:  # pylint: disable=broad-except  # the engine has one kind
            code = re.search(r"Code: (\d+)", str(error))
            head = {"X-ClickHouse-Exception-Code": code.group(1) if code else "1002"}
            return self.answer(500, (str(error) + "\n").encode(), head)
        if lost:
            self.close_connection = True  # it is done, and nobody hears of it
            return None
        return self.answer(200, result)

    def answer(self, status, body, head=None):
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **(head or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Front).serve_forever()
