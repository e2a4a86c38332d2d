# SPDX-License-Identifier: Apache-2.0
"""What passes beside calls and is only timed or asked after: QUIC handshakes, and rtpengine's control protocol."""

import struct

from case import case
from sipwire.packets import Endpoint

CLIENT, SERVER = Endpoint("192.0.2.10", 50000), Endpoint("192.0.2.20", 443)
PROXY, ENGINE = Endpoint("192.0.2.10", 40000), Endpoint("192.0.2.30", 2223)


def initial(version=1):
    """RFC 9000 section 17.2.2, RFC 9369 section 3.2: the long header of an Initial."""
    return bytes([0xD3 if version != 1 else 0xC3]) + struct.pack("!I", version) + bytes(1200)


def short_header():
    """RFC 9000 section 17.3."""
    return bytes([0x41]) + bytes(60)


@case
def quic_handshakes(scene):
    """Three: one of version 1 whose Initial is sent again, one of version 2, and one that is never finished."""
    scene.packet(0, CLIENT, SERVER, initial(), "other")
    scene.packet(0.2, CLIENT, SERVER, initial(), "other")
    scene.packet(0.23, SERVER, CLIENT, initial(), "other")
    scene.packet(0.25, CLIENT, SERVER, short_header(), "other")
    scene.packet(0.26, SERVER, CLIENT, short_header(), "other")
    second = CLIENT._replace(port=50001)
    scene.packet(1, second, SERVER, initial(0x6B3343CF), "other")
    scene.packet(1.05, SERVER, second, short_header(), "other")
    scene.packet(2, CLIENT._replace(port=50002), SERVER, initial(), "other")
    scene.truth.state("quic_handshake_seconds_count", 2)
    scene.truth.state("quic_handshake_seconds_sum", 0.3)


@case
def short_headers_without_a_handshake(scene):
    """A connection that was there before."""
    for number in range(20):
        scene.packet(number * 0.01, SERVER, CLIENT, short_header(), "other")
    scene.truth.state("quic_handshake_seconds_count", 0)


def ping(scene, at, engine, answered=True):
    cookie = b"%d_%d" % (engine.port, int(at))
    scene.packet(at, PROXY, engine, cookie + b" d7:command4:pinge", "other")
    if answered:
        scene.packet(at + 0.001, engine, PROXY, cookie + b" d6:result4:ponge", "other")


@case
def engines_that_answer(scene):
    """Three instances: one answers each ping, one no longer, one never did."""
    gone, never = ENGINE._replace(port=2224), ENGINE._replace(port=2225)
    for at in range(0, 40, 10):
        ping(scene, at, ENGINE)
        ping(scene, at + 0.1, gone, answered=at < 20)
        ping(scene, at + 0.2, never, answered=False)
    scene.packet(45, CLIENT, SERVER, b"\r\n", "other")
    scene.truth.state("rtpengine_instances_up", 1)


@case
def an_engine_whose_answer_is_due(scene):
    """A ping of this moment does not speak against it."""
    ping(scene, 0, ENGINE)
    ping(scene, 5, ENGINE, answered=False)
    scene.truth.state("rtpengine_instances_up", 1)
