# SPDX-License-Identifier: Apache-2.0
"""What a network does to segments, and where connections begin and end. TCP mends its own losses: none of it is a
retransmission of SIP."""

import random

from case import case
from cases.answered import simple_call
from dialog import ALICE, BOB, Call
from sipwire import tcp
from stream_scene import Streams

A, B = ALICE.endpoint, BOB.endpoint


def shuffled(dice):
    """The segment that was last is so still: by it the message is whole."""

    def network(segments):
        *early, last = segments
        dice.shuffle(early)
        return [*early, last]

    return network


def doubled(segments):
    """Each comes twice, the first of them a third time at the end of all but one."""
    *early, last = [copy for segment in segments for copy in (segment, segment)][:-1]
    return [*early, segments[0], last] if len(segments) > 1 else segments


@case(twin="answered-call")
def tcp_out_of_order(scene):
    scene.carrier = Streams(scene, cut=tcp.every(120), network=shuffled(random.Random(1)))
    simple_call(Call(scene))


@case(twin="answered-call")
def tcp_retransmissions(scene):
    scene.carrier = Streams(scene, cut=tcp.every(200), network=doubled)
    simple_call(Call(scene))


@case
def tcp_retransmission_of_what_was_answered(scene):
    """The acknowledgement was lost: all of it comes once more, as one segment, after the response."""
    wire = scene.carrier = Streams(scene, cut=tcp.every(150))
    asked = Call(scene).request("OPTIONS", 1).respond(200, 1.01)
    connection = wire.connection(A, B, 0)
    wire.one(1.2, connection.piece(A, 0, len(asked.request)))
    wire.one(1.3, connection.piece(B, 0, 100))
    wire.one(1.4, connection.piece(A, len(asked.request) - 1, len(asked.request)))  # a probe (RFC 9293 section 3.8.4)
    Call(scene, call_id="later@alice.example").request("OPTIONS", 2).respond(200, 2.01)
    scene.truth.state_if_built("sipsonde_segments_total", 3, result="retransmitted")


@case
def tcp_overlap(scene):
    """Segments that were cut otherwise when they were sent again: of each byte the first to come counts."""
    wire = scene.carrier = Streams(scene)
    call = Call(scene)
    with wire.held_back() as data:
        asked = [call.request("OPTIONS", at, body=b"x" * 100) for at in (1.2, 1.4)]
    stream = b"".join(each for _, _, each in data)
    connection = wire.connection(A, B, 0.9)
    connection.send(A, stream)
    end = len(asked[0].request)
    wire.one(1.0, connection.piece(A, 0, 200))
    wire.one(1.1, connection.piece(A, 100, end - 50))
    wire.one(1.2, connection.piece(A, 150, end + 60))
    wire.one(1.3, connection.piece(A, end + 200, end + 300))  # after a hole
    wire.one(1.4, connection.piece(A, end + 40, len(stream)))  # which this fills, and more
    with wire.together(2):
        for each in asked:
            each.respond(200, 2)
    scene.truth.state_if_built("sipsonde_segments_total", 3, result="overlap")


@case(oracle=False)  # tshark waits for what never came
def tcp_a_hole(scene):
    """Lost are the end of the second request and the beginning of the third; what follows is waited for no longer than
    it must be. The hole is counted."""
    wire = scene.carrier = Streams(scene)
    call = Call(scene)
    call.request("OPTIONS", 1).respond(200, 1.02)
    lost = b"".join(call.transaction("OPTIONS", body=b"x" * 300).request for _ in range(2))
    before, _, after = wire.connection(A, B, 0).send(A, lost, [300, len(lost) - 390])
    wire.one(2, before)
    wire.one(2.002, after)
    late = call.request("OPTIONS", 2.01)
    scene.clock(2.1)
    scene.clock(20)
    late.respond(200, 20.5)
    call.request("OPTIONS", 21).respond(200, 21.02)
    scene.truth.add("sipsonde_stream_breaks_total", reason="hole")


@case(oracle=False)  # tshark finds no beginning
def tcp_joined_in_mid_stream(scene):
    """A connection that was there before: of the message that is under way nothing counts, the next do."""
    wire = scene.carrier = Streams(scene)
    connection = wire.join(tcp.Connection(A, B))
    call = Call(scene)
    under_way = call.transaction("MESSAGE", body=b"some words\r\n" * 20).request
    connection.send(A, under_way[:300])
    connection.send(B, b"x" * 5000)
    with wire.together(1, before=under_way[300:]):
        asked = call.request("OPTIONS", 1)
    asked.respond(200, 1.02)
    call.request("OPTIONS", 2).respond(200, 2.02)
    scene.truth.add("sipsonde_stream_breaks_total", reason="joined")


@case
def tcp_reset_and_opened_again(scene):
    """The same two ports with other numbers: what the reset left unfinished is gone."""
    call = Call(scene)
    for number in range(3):
        at = 10 * number
        wire = scene.carrier = Streams(scene, initial=(1_000_000 * number, 3_000_000_000 - number))
        call.request("OPTIONS", at).respond(200, at + 0.02)
        connection = wire.connection(A, B, 0)
        if number == 0:
            wire.one(at + 1, connection.send(A, call.transaction("OPTIONS").request[:200])[0])
            wire.one(at + 1.1, connection.reset(B))
        elif number == 1:
            wire.close()
    scene.truth.leave_open("sipsonde_stream_breaks_total")


@case(twin="answered-call")
def tcp_sequence_numbers_that_wrap(scene):
    """Within the INVITE, and within the first response."""
    scene.carrier = Streams(scene, cut=tcp.every(90), initial=(2**32 - 400, 2**32 - 100))
    simple_call(Call(scene))
