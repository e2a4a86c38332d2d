# SPDX-License-Identifier: Apache-2.0
"""When media begins, pauses and ends, beside what the signalling says."""

from approximate import Between
from case import case
from dialog import NO_MEDIA
from media_scene import Talk, play
from sipwire.packets import Endpoint
from source import Source

CALLER, CALLEE = 0xA11CE001, 0xB0B00001
SDP = [("Content-Type", "application/sdp")]


@case
def media_before_the_answer(scene):
    """A ring-back tone from the callee, which goes on as speech; the caller is heard after the answer."""
    talk = Talk(scene)
    call, answer = talk.call, talk.description("callee")
    invite = call.invite(0, body=talk.description("caller")).respond(100, 0.01)
    invite.respond(183, 0.3, headers=SDP, body=answer)
    call.answer(invite, 2, body=answer)
    call.ack(invite, 2.02)
    talk.times.update(start=0, ringing=0.3, answer=2)
    talk.speak("callee", Source(CALLEE, 0.35).talk(220))
    talk.speak("caller", Source(CALLER, 2.05).talk(130))
    talk.tells("media.early", way="received").tells("media.started", 0, 1, way="received")
    setup = ("sip.invite", "sip.trying 100", "sip.progress 183", "sip.answered 200", "sip.ack")
    talk.hang_up(5, setup=setup)


@case
def media_before_the_answer_of_both(scene):
    """The caller's announcement is interrupted by a key: both ways are early, and the call is never answered."""
    talk = Talk(scene)
    call = talk.call
    invite = call.invite(0, body=talk.description("caller")).respond(100, 0.01)
    invite.respond(183, 0.3, headers=SDP, body=talk.description("callee"))
    talk.speak("callee", Source(CALLEE, 0.35).talk(100))
    talk.speak("caller", Source(CALLER, 0.45).talk(95))
    invite.respond(486, 3)
    call.ack(invite, 3.02, refused=True)
    talk.times.update(start=0, ringing=0.3)
    for way in ("sent", "received"):
        talk.tells("media.early", way=way).tells("media.started", 0, 1, way=way)
    setup = ("sip.invite", "sip.trying 100", "sip.progress 183", "sip.rejected 486", "?sip.ack")
    talk.expect(
        by="callee", end=3, setup=setup, last=(), disposition="busy", status=486, cause=17, failure="busy"
    )


@case
def media_on_hold(scene):
    """Silence that was agreed upon is no fault: nobody is told of it."""
    talk = Talk(scene)
    answer = talk.set_up()
    talk.change(answer + 1.6, *(talk.description(by, direction="inactive") for by in ("caller", "callee")))
    talk.change(answer + 13.5, *(talk.description(by) for by in ("caller", "callee")))
    for by, ssrc in (("caller", CALLER), ("callee", CALLEE)):
        talk.speak(by, Source(ssrc, answer + 0.05).talk(75).pause(12.1).talk(75))
    hold = ("sip.reinvite", "sip.hold", "?sip.answered 200", "sip.ack")
    resume = ("sip.reinvite", "sip.resume", "?sip.answered 200", "sip.ack")
    talk.hang_up(answer + 18, story=hold + resume)


@case
def media_one_way(scene):
    """The caller talks for twelve seconds, and nothing comes back."""
    talk = Talk(scene)
    answer = talk.set_up()
    talk.speak("caller", Source(CALLER, answer + 0.05).talk(600))
    talk.tells("media.one_way", 1, 1).tells("media.silent", 0, 1)
    talk.hang_up(answer + 13)


@case
def media_one_way_as_agreed(scene):
    """An announcement: the caller may only listen."""
    talk = Talk(scene)
    answer = talk.set_up(
        offer=talk.description("caller", direction="recvonly"),
        answer=talk.description("callee", direction="sendonly"),
    )
    talk.speak("callee", Source(CALLEE, answer + 0.05).talk(600))
    talk.hang_up(answer + 13)


@case
def media_that_falls_silent(scene):
    """The callee stops in mid-call; the caller goes on for more than twenty seconds."""
    talk = Talk(scene)
    answer = talk.set_up()
    talk.speak("callee", Source(CALLEE, answer + 0.05).talk(100))
    talk.speak("caller", Source(CALLER, answer + 0.05).talk(1300))
    talk.tells("media.silent", way="received").tells("media.one_way", 0, 1).tells("media.timeout", 0, 1)
    talk.hang_up(answer + 27)


@case
def media_after_the_bye(scene):
    """The callee has not understood: its media goes on for three seconds."""
    talk = Talk(scene)
    answer = talk.set_up()
    talk.speak("caller", Source(CALLER, answer + 0.05).talk(140))
    whole = talk.speak("callee", Source(CALLEE, answer + 0.05).talk(300))
    talk.tells("media.late", 1, 1)
    until = Between(140, whole.packets)
    streams = [
        {**stream, "packets": until, "bytes": Between(140 * 172, whole.bytes)}
        if stream["way"] == "received"
        else stream
        for stream in talk.row()["media"]
    ]
    talk.hang_up(
        answer + 3,
        packets_received=until,
        bytes_received=Between(140 * 172, whole.bytes),
        media=streams,
    )
    scene.clock(60)


@case
def media_still_on_its_way_at_the_bye(scene):
    """The last packets pass with the BYE and its 200: nothing to tell."""
    talk = Talk(scene)
    answer = talk.set_up()
    talk.speak("caller", Source(CALLER, answer + 0.05).talk(100))
    talk.speak("callee", Source(CALLEE, answer + 0.05).talk(101))
    talk.hang_up(answer + 2.055, packets_received=Between(100, 101), bytes_received=Between(17200, 17372),
                 media=[{key: value for key, value in stream.items() if key not in ("packets", "bytes")}
                        for stream in talk.row()["media"]])  # fmt: skip
    scene.clock(60)


@case(config="silence: 20s")
def media_that_stops_without_a_bye(scene):
    """The leg ends by silence, 20 s after the last of its media and not of its signalling."""
    talk = Talk(scene)
    answer = talk.set_up()
    talk.both_speak(answer + 0.05, count=400)
    scene.clock(60)
    talk.tells("media.silent", 0, 2).tells("media.timeout", 1, 2)
    end = answer + 0.05 + 399 * 0.02 + 20
    scene.truth.leave_open("sip_call_duration_seconds", "sip_average_call_seconds")
    talk.expect(
        by="timeout",
        end=end,
        last=("?sip.timeout",),
        unstated=["q850_cause", "end_timestamp_ms", "duration_seconds", "billable_seconds"],
    )
    row = scene.truth.rows[talk.call.call_id, 0]
    row["duration_seconds"] = Between(end - 0.5, end + 10.5)


@case(config="silence: 20s")
def media_keeps_a_call_alive(scene):
    """Signalling is silent for 40 s, and the call goes on."""
    talk = Talk(scene)
    answer = talk.set_up()
    for by, ssrc in (("caller", CALLER), ("callee", CALLEE)):
        source = Source(ssrc, answer + 0.05)
        for _ in range(20):
            source.talk(5).pause(1.9)
        talk.speak(by, source)
    talk.hang_up(answer + 41)


@case
def media_of_a_hundred_calls(scene):
    """At once, each on ports of its own; every third loses something."""
    for number in range(100):
        media = {
            "caller": Endpoint("192.0.2.10", 20000 + 4 * number),
            "callee": Endpoint("192.0.2.20", 30000 + 4 * number),
        }
        talk = Talk(scene, media=media, call_id=f"crowd-{number}@alice.example")
        answer = talk.set_up(round(number * 0.011, 3))
        for by, base in (("caller", 0xA0000000), ("callee", 0xB0000000)):
            source = Source(base + number, answer + 0.05, sequence=1000 * number).talk(40)
            if number % 3 == 0:
                source.lose(10, 20 + number % 7)
            talk.speak(by, source)
        talk.hang_up(answer + 1.5)


@case
def media_of_a_port_that_is_used_again(scene):
    """The next call has the same addresses, and another source."""
    for number in range(2):
        talk = Talk(scene, call_id=f"again-{number}@alice.example")
        answer = talk.set_up(number * 10)
        for by, ssrc in (("caller", CALLER), ("callee", CALLEE)):
            talk.speak(by, Source(ssrc + number, answer + 0.05).talk(100 + number))
        talk.hang_up(answer + 3)


@case
def media_that_goes_on_where_the_capture_ends(scene):
    """What was heard until then is told; that the leg ended is not known."""
    talk = Talk(scene)
    answer = talk.set_up()
    talk.both_speak(answer + 0.05)
    scene.truth.leave_open("sip_call_duration_seconds")
    for way in ("sent", "received"):
        talk.tells("media.ended", 0, 1, way=way)
    unknown = ["end_timestamp_ms", "duration_seconds", "billable_seconds", "disconnect_initiator", "q850_cause"]
    talk.expect(by=None, end=answer + 3, last=(), coverage="cut", unstated=unknown)


@case
def media_that_began_before_the_capture(scene):
    """No SDP was seen, so the streams are nobody's; they are counted all the same."""
    call = Talk(scene).call
    call.confirmed = True
    play(scene, Source(CALLER, 0).talk(100), Endpoint("192.0.2.10", 20000), Endpoint("192.0.2.20", 30000))
    play(scene, Source(CALLEE, 0).talk(100), Endpoint("192.0.2.20", 30000), Endpoint("192.0.2.10", 20000))
    call.request("BYE", 3).respond(200, 3.05)
    scene.truth.leave_open("sip_calls_total", "sip_bye_total", "sip_call_teardown_seconds")
    row = {"call_id": call.call_id, "leg": 0, "start_timestamp_ms": None, "coverage": "cut", **NO_MEDIA}
    scene.truth.leg({**row, "answer_timestamp_ms": None, "duration_seconds": None, "billable_seconds": None})
