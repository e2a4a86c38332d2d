# SPDX-License-Identifier: Apache-2.0
"""Both ends of SIP over WebSocket with permessage-deflate, by the library `websockets`.

websocket_peer.py serve ADDRESS PORT: answers each request 200 OK.
websocket_peer.py ask ADDRESS PORT COUNT: sends OPTIONS one after another and prints how many were answered."""

import asyncio
import re
import sys

import websockets


async def answer(connection):
    async for text in connection:
        kept = re.findall(r"^(?:Via|From|To|Call-ID|CSeq):.*\r\n", text, re.MULTILINE)
        await connection.send(f"SIP/2.0 200 OK\r\n{''.join(kept)}Content-Length: 0\r\n\r\n")


async def serve(address, port):
    async with websockets.serve(answer, address, int(port), subprotocols=["sip"]):
        await asyncio.Future()


async def ask(address, port, count):
    answered = 0
    async with websockets.connect(f"ws://{address}:{port}/", subprotocols=["sip"]) as connection:
        if "permessage-deflate" not in connection.response_headers.get("Sec-WebSocket-Extensions", ""):
            sys.exit("permessage-deflate was not agreed on")
        for number in range(1, int(count) + 1):
            await connection.send(
                f"OPTIONS sip:peer@{address} SIP/2.0\r\n"
                f"Via: SIP/2.0/WS deflate.invalid;branch=z9hG4bK-deflate-{number}\r\n"
                f"Max-Forwards: 70\r\nFrom: <sip:deflate@deflate.invalid>;tag=deflate{number}\r\n"
                f"To: <sip:peer@{address}>\r\nCall-ID: deflate-{number}@deflate.invalid\r\n"
                f"CSeq: {number} OPTIONS\r\nContent-Length: 0\r\n\r\n"
            )
            answered += (await connection.recv()).startswith("SIP/2.0 200 OK")
    print(answered)


asyncio.run({"serve": serve, "ask": ask}[sys.argv[1]](*sys.argv[2:]))
