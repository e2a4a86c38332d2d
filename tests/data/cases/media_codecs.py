# SPDX-License-Identifier: Apache-2.0
"""What is spoken: codecs, forms of packets, talkspurts, digits, and sources that become others."""

from approximate import OneOf
from case import case
from dialog import ALICE6, BOB, BOB6
from media_scene import Talk
from sipwire import rtp
from source import Source

CALLER, CALLEE = 0xA11CE001, 0xB0B00001


def plain(scene, *codecs, judged=("packets", "lost", "jitter"), **options):
    """Both speak the first of the codecs for three seconds."""
    talk = Talk(scene, **options)
    answer = talk.set_up(codecs=codecs)
    talk.both_speak(answer + 0.05, codec=codecs[0] if codecs else rtp.PCMU, judged=judged)
    return talk.hang_up(answer + 4)


@case
def media_of_pcmu(scene):
    plain(scene)


@case(local=[BOB.address])
def media_of_the_node_itself(scene):
    """What the callee's host sends is egress, so it counts as outbound."""
    plain(scene)


@case
def media_of_pcma(scene):
    plain(scene, rtp.PCMA, rtp.TELEPHONE_EVENT)


@case
def media_of_g729(scene):
    plain(scene, rtp.G729, rtp.TELEPHONE_EVENT)


@case
def media_of_g722(scene):
    """Its timestamps count at half the rate of its samples."""
    plain(scene, rtp.G722, rtp.TELEPHONE_EVENT)


@case
def media_of_opus(scene):
    """A dynamic payload type, by its rtpmap."""
    plain(scene, rtp.OPUS, rtp.OPUS_EVENT)


@case
def media_over_ipv6(scene):
    plain(scene, caller=ALICE6, callee=BOB6)


@case
def media_in_every_form(scene):
    """A header extension, contributing sources, padding: the header is what it says."""
    talk = Talk(scene)
    answer = talk.set_up()
    source = Source(CALLER, answer + 0.05)
    for number, form in enumerate(
        (
            {"extension": (0xBEDE, b"\x10\x85\0\0")},
            {"extension": (0x1000, b"")},
            {"contributors": (1, 2, 3)},
            {"padding": 4},
            {"contributors": tuple(range(1, 16)), "extension": (0xBEDE, bytes(8)), "padding": 20},
        )
    ):
        source.form = form
        source.talk(40, marker=number == 0)
    talk.speak("caller", source)
    talk.speak("callee", Source(CALLEE, answer + 0.05).talk(200))
    talk.hang_up(answer + 5)


# ---- talkspurts ----


@case
def media_with_silence_suppressed(scene):
    """The sequence goes on without a gap, the timestamp with the time: nothing was lost and nothing jittered."""
    talk = Talk(scene)
    answer = talk.set_up()
    talk.speak("caller", Source(CALLER, answer + 0.05).talk(60).pause(0.9).talk(60).pause(0.41).talk(60))
    talk.speak("callee", Source(CALLEE, answer + 0.05).talk(240))
    talk.hang_up(answer + 6)


@case
def media_with_comfort_noise(scene):
    """A packet of payload type 13 now and then; what comes after it begins with a marker."""
    talk = Talk(scene)
    answer = talk.set_up(codecs=(rtp.PCMU, rtp.COMFORT_NOISE, rtp.TELEPHONE_EVENT))
    source = Source(CALLER, answer + 0.05).talk(50)
    source.comfort_noise().pause(0.37).comfort_noise().pause(0.4)
    source.talk(50).comfort_noise().pause(0.61).talk(50)
    talk.speak("caller", source, judged=("packets", "lost"))
    talk.speak("callee", Source(CALLEE, answer + 0.05).talk(220))
    talk.hang_up(answer + 6)


def digits(scene, shown):
    talk = Talk(scene)
    answer = talk.set_up()
    source = Source(CALLER, answer + 0.05).talk(50)
    for digit in "1#9":
        source.press(digit).talk(20, marker=False)
    talk.speak("caller", source, judged=("packets", "lost"))
    talk.speak("callee", Source(CALLEE, answer + 0.05).talk(150))
    talk.tells("media.dtmf", 3, way="sent")
    talk.hang_up(answer + 5)
    for which, digit in enumerate("1#9"):
        talk.call.says("media.dtmf", which, digit=digit if shown else None, way="sent")


@case
def media_with_digits_in_a_row(scene):
    """Nothing is said between them, the second is the first again."""
    talk = Talk(scene)
    answer = talk.set_up()
    talk.speak("caller", Source(CALLER, answer + 0.05).talk(50).press("4").press("4").press("2").talk(50),
               judged=("packets", "lost"))
    talk.speak("callee", Source(CALLEE, answer + 0.05).talk(150))
    talk.tells("media.dtmf", 3, way="sent")
    talk.hang_up(answer + 5)


@case
def media_with_digits(scene):
    """Once a digit, though its end is sent three times; which digit it was is nobody's business."""
    digits(scene, shown=False)


@case(config="media:\n  dtmf_digits: true")
def media_with_digits_that_are_told(scene):
    digits(scene, shown=True)


# ---- sources that become others ----


@case
def media_that_changes_its_source(scene):
    """Another SSRC with a sequence of its own: nothing was lost in between."""
    talk = Talk(scene)
    answer = talk.set_up()
    talk.speak("caller", Source(CALLER, answer + 0.05).talk(90))
    talk.speak("caller", Source(0xA11CE002, answer + 1.85, sequence=30000, timestamp=7).talk(90))
    talk.speak("callee", Source(CALLEE, answer + 0.05).talk(180))
    talk.tells("media.ssrc_changed", way="sent").tells("media.started", 1, 2, way="sent")
    talk.hang_up(answer + 5)


@case
def media_whose_timestamp_jumps(scene):
    """Twenty seconds on, within 20 ms: a new beginning, no jitter."""
    talk = Talk(scene)
    answer = talk.set_up()
    source = Source(CALLER, answer + 0.05).talk(75).jump(160000).talk(75, marker=False)
    talk.speak("caller", source, judged=("packets", "lost"))
    talk.speak("callee", Source(CALLEE, answer + 0.05).talk(150))
    talk.hang_up(answer + 5)


@case
def media_that_changes_its_codec(scene):
    """A re-INVITE to PCMA; each source goes on with its sequence."""
    talk = Talk(scene)
    answer = talk.set_up()
    offers = [talk.description(by, rtp.PCMA, rtp.TELEPHONE_EVENT) for by in ("caller", "callee")]
    talk.change(answer + 1.6, *offers)
    for by, ssrc in (("caller", CALLER), ("callee", CALLEE)):
        source = Source(ssrc, answer + 0.05).talk(80).use(rtp.PCMA).pause(0.1).talk(80)
        talk.speak(by, source)
    for way in ("sent", "received"):
        talk.tells("media.codec_changed", way=way)
    either = OneOf("PCMU", "PCMA")
    streams = [{**stream, "codec": either} for stream in talk.row()["media"]]
    story = ("sip.reinvite", "?sip.answered 200", "sip.ack")
    talk.hang_up(answer + 5, codec=either, media=streams, story=story)
