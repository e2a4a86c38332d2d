# SPDX-License-Identifier: Apache-2.0
"""SIP over TCP and over WebSocket on a Scene: `scene.carrier = Streams(scene)`, and what is sent from then on by the
builders of dialog.py goes that way. A message has the time of the segment that completes it. The truth about a
message is its sender's; here stands that it was put together, and that each frame is TCP."""

import random
from contextlib import contextmanager

from sipwire import tcp, websocket


def uncut(_):
    return ()


def unharmed(segments):
    return segments


class Streams:
    """A connection for each two endpoints, opened by who sends first. `cut`: data -> places where a segment ends.
    `network`: segments -> those that arrive, in their order, the last of them at the time of the message."""

    transport = "tcp"

    def __init__(self, scene, cut=uncut, network=unharmed, spacing=0.0005, **options):
        self.scene, self.cut, self.network, self.spacing = scene, cut, network, spacing
        self.options = options  # of each connection
        self.connections = {}
        self.held = None
        self.last = 0.0  # when a segment passed

    # ---- connections ----

    def join(self, connection):
        """Takes a connection as it is: nobody saw it open."""
        self.connections[frozenset((connection.client, connection.server))] = connection
        return connection

    def connection(self, source, destination, at):
        between = frozenset((source, destination))
        if between not in self.connections:
            self.connections[between] = tcp.Connection(source, destination, **self.options)
            self.arrive(at, self.connections[between].open())
        return self.connections[between]

    def arrive(self, at, segments):
        """The last of them at `at`."""
        for number, segment in enumerate(segments):
            self.one(at - (len(segments) - 1 - number) * self.spacing, segment)

    def one(self, at, segment):
        self.last = max(self.last, at)
        self.scene.frame(at, self.scene.wrap(segment.packet(**self.scene.options)))
        self.scene.truth.packet(self.scene.flow(segment.source), "other")

    def close(self):
        """Both ends of every connection, when all is said."""
        at = self.last + 0.1
        for connection in self.connections.values():
            for step, end in enumerate((connection.client, connection.server)):
                self.one(at + 2 * step * self.spacing, connection.finish(end))
                self.one(at + (2 * step + 1) * self.spacing, connection.acknowledge(connection.other(end)))

    # ---- messages ----

    def carry(self, at, source, destination, payload):
        self.scene.truth.message("reassembled")
        data = self.framed(source, destination, payload)
        if self.held is not None:
            self.held.append((source, destination, data))
        else:
            self.send(at, source, destination, data)

    def framed(self, source, destination, payload):
        return payload

    def send(self, at, source, destination, data, cuts=None):
        """So much of the stream, whatever it is."""
        cuts = list(self.cut(data) if cuts is None else cuts)
        connection = self.connection(source, destination, at - (len(cuts) + 9) * self.spacing)
        segments = connection.send(source, data, cuts)
        self.arrive(at, self.network(segments))

    @contextmanager
    def held_back(self):
        """What is sent within goes nowhere yet: its data are what the list comes to."""
        self.held = held = []
        yield held
        self.held = None

    @contextmanager
    def together(self, at, before=b"", cuts=None):
        """What is sent within, by one end to another, is one piece of data: each message says `at`."""
        with self.held_back() as held:
            yield
        assert len({ends[:2] for ends in held}) == 1, "one end to another"
        self.send(at, *held[0][:2], before + b"".join(data for _, _, data in held), cuts)

    def parts(self, held, *times):
        """Data of one end, in as many segments of about the same length as there are times."""
        source, destination = held[0][:2]
        data = b"".join(data for _, _, data in held)
        connection = self.connection(source, destination, times[0] - 0.01)
        cuts = [len(data) * number // len(times) for number in range(1, len(times))]
        for at, segment in zip(times, connection.send(source, data, cuts)):
            self.one(at, segment)


class WebSockets(Streams):
    """The opening handshake, then a WebSocket message for each of SIP. `offered`: the subprotocols of the request;
    `subprotocol`: that of the response. `answer`: another response. `deflate`: the context takeover that was
    agreed on, of both ends; None: no permessage-deflate. `form`: the bytes of a message and
    its mask -> options of websocket.message()."""

    transport = "ws"

    def __init__(
        self, scene, subprotocol="sip", offered=None, answer=None, deflate=None, form=None, **options
    ):
        super().__init__(scene, **options)
        self.subprotocol, self.deflate = subprotocol, deflate
        self.offered, self.answer = offered or subprotocol, answer
        self.form = form or (lambda payload, mask: {})
        self.dice = random.Random(7118)
        self.deflaters = {}

    @property
    def extensions(self):
        if self.deflate is None:
            return None
        without = "; client_no_context_takeover; server_no_context_takeover"
        return "permessage-deflate" + ("" if self.deflate else without)

    def connection(self, source, destination, at):
        known = frozenset((source, destination)) in self.connections
        connection = super().connection(source, destination, at - 0.02)
        if not known:
            offered = websocket.request(subprotocols=self.offered, extensions=self.extensions)
            answer = self.answer or websocket.response(self.subprotocol, self.extensions)
            self.arrive(at - 0.01, connection.send(source, offered, self.cut(offered)))
            self.arrive(at, connection.send(destination, answer, self.cut(answer)))
        return connection

    def mask(self, source, destination):
        """The client's frames have one, the server's none."""
        between = self.connections.get(frozenset((source, destination)))
        is_client = between is None or source == between.client
        return self.dice.randbytes(4) if is_client else None

    def framed(self, source, destination, payload):
        if self.deflate is not None:
            deflater = self.deflaters.setdefault(source, websocket.Deflater(self.deflate))
            payload = deflater(payload)
        mask = self.mask(source, destination)
        return websocket.message(payload, mask=mask, compressed=self.deflate is not None, **self.form(payload, mask))

    def control(self, at, source, destination, opcode, payload=b""):
        """A frame of its own, which is no message."""
        self.send(at, source, destination, websocket.frame(payload, opcode, self.mask(source, destination)))
