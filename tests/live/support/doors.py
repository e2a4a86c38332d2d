# SPDX-License-Identifier: Apache-2.0
"""Doors in front of receivers: connections go through them, and a door can be shut, jammed, narrow, or let nobody in
and talk nonsense instead. So a receiver fails in every way and has lost nothing when it is well again."""

import asyncio
import collections
import contextlib
import socket
import struct
import threading

CHUNK = 64 << 10
NARROW_PAUSE_SECONDS = 0.002  # after each byte
SENTENCE_PAUSE_SECONDS = 0.05
OPEN, KILLED, STALLED, SLOW, NONSENSE = "open", "killed", "stalled", "slow", "nonsense"


class Doors:
    """A thread in a namespace, for all doors there."""

    def __init__(self, namespace):
        self.loop = namespace.call(asyncio.new_event_loop)
        threading.Thread(target=namespace.call, args=(self.loop.run_forever,), daemon=True).start()

    def ask(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(10)

    def close(self):
        self.ask(self._cancel_all())
        self.loop.call_soon_threadsafe(self.loop.stop)

    @staticmethod
    async def _cancel_all():
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class Door:
    """Listens on a port of loopback and leads to another. `goes_on`: what was stalled goes on afterwards, since the
    receiver does not hear of anything twice; else its connections are lost with it. `nonsense`: functions, each a
    coroutine of (loop, connection), which take turns; between two of them one connection is let through. None: what
    goes in goes on, one connection after another, and random bytes come out."""

    def __init__(self, doors, port, target, nonsense=None, goes_on=False):
        self._doors, self._port, self._target = doors, port, target
        self._nonsense, self._goes_on = nonsense, goes_on
        self.mode, self.told = OPEN, collections.Counter()
        self._turn = 0
        self._connections, self._lost, self._tasks = set(), set(), set()
        self._listener = self._listening = self._may_pass = self._one_after_another = None
        doors.ask(self._open())

    def set(self, mode):
        self._doors.ask(self._set(mode))

    async def _open(self):
        self._may_pass, self._one_after_another = asyncio.Event(), asyncio.Lock()
        self._may_pass.set()
        self._listen()

    def _listen(self):
        self._listener = socket.create_server(("127.0.0.1", self._port))
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16 << 10)  # what it takes unread is little
        self._listener.setblocking(False)
        self._listening = self._start(self._accept())

    def _start(self, coroutine):
        task = self._doors.loop.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _set(self, mode):
        before, self.mode = self.mode, mode
        if mode == STALLED:
            self._may_pass.clear()
        else:
            self._may_pass.set()
        if mode == KILLED:
            self._listening.cancel()
            self._listener.close()
            self._end_connections()
        elif before == STALLED and not self._goes_on:
            self._lost |= self._connections
            self._end_connections()
        elif mode == NONSENSE and self._nonsense:
            self._end_connections()
        if before == KILLED and mode != KILLED:
            self._listen()

    def _end_connections(self):
        """What has come is still read and handed on, as far as is known; then the connection is reset."""
        for connection in self._connections:
            with contextlib.suppress(OSError):
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                connection.shutdown(socket.SHUT_RD)

    async def _accept(self):
        while True:
            connection, _ = await self._doors.loop.sock_accept(self._listener)
            connection.setblocking(False)
            self._start(self._connection(connection))

    async def _connection(self, connection):
        self._connections.add(connection)
        try:
            with connection, contextlib.suppress(OSError):
                if self.mode == NONSENSE and self._nonsense:
                    self._turn += 1
                    if self._turn % 2:
                        return await self._talk_nonsense(connection)
                if self._nonsense:
                    await self._lead_on(connection)
                else:
                    async with self._one_after_another:
                        await self._lead_on(connection)
        finally:
            self._connections.discard(connection)
            self._lost.discard(connection)

    async def _talk_nonsense(self, connection):
        sentence = self._nonsense[self._turn // 2 % len(self._nonsense)]
        if await self._doors.loop.sock_recv(connection, CHUNK):
            self.told[sentence.__name__] += 1
            await sentence(self._doors.loop, connection)

    async def _lead_on(self, connection):
        with socket.socket() as upstream:
            upstream.setblocking(False)
            await self._doors.loop.sock_connect(upstream, ("127.0.0.1", self._target))
            pumps = [
                self._start(self._pump(connection, upstream, connection)),
                self._start(self._pump(upstream, connection, connection)),
            ]
            if not self._nonsense:
                pumps.append(self._start(self._babble(connection)))
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
            for pump in pumps:
                pump.cancel()
            await asyncio.wait(pumps)

    async def _pump(self, source, destination, connection):
        loop, answered = self._doors.loop, False
        with contextlib.suppress(OSError):
            while True:
                chunk = await loop.sock_recv(source, 1 if self.mode == SLOW else CHUNK)
                await self._may_pass.wait()
                if not chunk or connection in self._lost:
                    return
                await loop.sock_sendall(destination, chunk)
                if self.mode == SLOW:
                    await asyncio.sleep(NARROW_PAUSE_SECONDS)
                # Let through between two that were not: the next request is to come by another connection.
                if self.mode == NONSENSE and self._nonsense and destination is connection and not answered:
                    answered = True
                    loop.call_later(SENTENCE_PAUSE_SECONDS, self._end_of_reading, connection)

    @staticmethod
    def _end_of_reading(connection):
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_RD)

    async def _babble(self, connection):
        noise = bytes(range(256)) * 256
        with contextlib.suppress(OSError):
            while True:
                if self.mode == NONSENSE:
                    self.told["babble"] += 1
                    await self._doors.loop.sock_sendall(connection, noise)
                    await asyncio.sleep(0)
                else:
                    await asyncio.sleep(SENTENCE_PAUSE_SECONDS)
