# SPDX-License-Identifier: Apache-2.0
"""What a receiver might answer that makes no sense: (loop, connection), the request or a part of it has been read."""

import asyncio
import os

_HTML = b"<!DOCTYPE html><html><body><h1>Please sign in</h1></body></html>"
_PATIENCE_SECONDS = 3  # whoever goes on reading so long is let go


async def random_bytes(loop, connection):
    await loop.sock_sendall(connection, os.urandom(3000))


async def cut_answer(loop, connection):
    await loop.sock_sendall(connection, b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n{")


async def page_of_another_server(loop, connection):
    await loop.sock_sendall(connection, b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: %d\r\n\r\n%s" % (len(_HTML), _HTML))


async def page_that_asks_to_sign_in(loop, connection):
    await loop.sock_sendall(connection, b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(_HTML), _HTML))


async def huge_headers(loop, connection):
    await loop.sock_sendall(connection, b"HTTP/1.1 200 OK\r\n")
    await _on_and_on(loop, connection, b"X-Filler: " + b"a" * 8000 + b"\r\n")


async def endless_body(loop, connection):
    await loop.sock_sendall(connection, b"HTTP/1.1 503 Busy\r\nContent-Type: text/html\r\n\r\n")
    await _on_and_on(loop, connection, b"a" * 65536)


async def always_about_to_answer(loop, connection):
    await _on_and_on(loop, connection, b"HTTP/1.1 100 Continue\r\n\r\n", pause=0.01)


async def _on_and_on(loop, connection, words, pause=0):
    end = loop.time() + _PATIENCE_SECONDS
    while loop.time() < end:
        await loop.sock_sendall(connection, words)
        await asyncio.sleep(pause)


OVER_HTTP = (random_bytes, cut_answer, page_of_another_server, huge_headers, endless_body, always_about_to_answer)
OF_CLICKHOUSE = (page_that_asks_to_sign_in, endless_body, *OVER_HTTP)  # one insert a second: few are heard
OF_OTLP = (*OVER_HTTP, page_that_asks_to_sign_in)
OVER_GRPC = (random_bytes, page_of_another_server, huge_headers)
IN_FRAMES = (random_bytes,)
