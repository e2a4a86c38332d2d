# SPDX-License-Identifier: Apache-2.0
"""What a network does to media: losses, other orders, copies, delays, each known packet by packet."""

from case import case
from media_scene import Talk
from source import Source

CALLER, CALLEE = 0xA11CE001, 0xB0B00001


def disturbed(scene, sent=None, received=None, judged=("packets", "lost", "jitter"), count=200, buffer=0.06, **first):
    """A call of four seconds; `sent` and `received` disturb a source."""
    talk = Talk(scene, buffer=buffer)
    answer = talk.set_up()
    for by, ssrc, disturb in (("caller", CALLER, sent), ("callee", CALLEE, received)):
        source = Source(ssrc, answer + 0.05, **first).talk(count)
        talk.speak(by, disturb(source) if disturb else source, judged=judged)
    return talk.hang_up(answer + 6)


@case
def media_lost_at_random(scene):
    """About five per cent, each way by other dice."""
    disturbed(scene, lambda s: s.lose_at_random(0.05, 1), lambda s: s.lose_at_random(0.05, 2))


@case
def media_lost_in_bursts(scene):
    """Worse to hear than as many losses one by one."""
    disturbed(scene, lambda s: s.lose_bursts((40, 6), (90, 8), (150, 4)))


@case
def media_lost_one_by_one(scene):
    disturbed(scene, lambda s: s.lose(*range(10, 190, 10)))


@case
def media_lost_one_way(scene):
    disturbed(scene, received=lambda s: s.lose_at_random(0.1, 3))


@case
def media_lost_for_a_while(scene):
    """More than RFC 3550's 100 that may come late, then most of it back in order."""
    disturbed(scene, lambda s: s.lose_bursts((60, 130), (195, 1)), count=300)


@case
def media_out_of_order(scene):
    """By one place, by two, and the second of a pair first; all within the jitter buffer."""
    disturbed(
        scene,
        lambda s: s.delay(0.025, 40, 60, 80).delay(0.045, 100, 120),
        lambda s: s.delay(0.025, 41, 42, 90),
    )


@case
def media_out_of_order_and_lost(scene):
    disturbed(scene, lambda s: s.lose(50, 51, 120).delay(0.045, 52, 118), lambda s: s.lose(5).delay(0.025, 4))


@case
def media_in_copies(scene):
    """A copy is no packet, whenever it comes; it does not make up for one that was lost."""
    disturbed(
        scene,
        lambda s: s.duplicate(20, 21, 22, 100).duplicate(150, after=0.05),
        lambda s: s.lose(70, 71).duplicate(30, 68, 72),
        judged=("packets", "lost"),
    )


@case
def media_with_jitter(scene):
    """Up to 30 ms more, so that some overtake; the worse way's is the call's."""
    disturbed(scene, lambda s: s.delay_at_random(0.03, 4), lambda s: s.delay_at_random(0.012, 5))


@case
def media_with_jitter_and_loss(scene):
    disturbed(
        scene,
        lambda s: s.delay_at_random(0.015, 6).lose_at_random(0.03, 7),
        lambda s: s.delay_at_random(0.015, 8).lose_at_random(0.03, 9),
    )


def overdue(source):
    return source.delay(0.085, 60, 100, 140, 180).delay(0.05, 30)


@case
def media_too_late(scene):
    """Behind by 85 ms: it arrives, and the listener's jitter buffer of 60 ms has given it up."""
    disturbed(scene, overdue)


@case(config="media:\n  jitter_buffer: 100ms")
def media_in_a_larger_buffer(scene):
    """The same is in time, and everything is heard 40 ms later."""
    disturbed(scene, overdue, buffer=0.1)


@case
def media_whose_sequence_wraps(scene):
    """With losses on both sides of zero."""
    lose = lambda s: s.lose(33, 34, 37, 90)  # noqa: E731
    disturbed(scene, lose, lose, sequence=65500)


@case
def media_out_of_order_where_the_sequence_wraps(scene):
    disturbed(scene, lambda s: s.delay(0.025, 35, 36).duplicate(34), sequence=65500, judged=("packets", "lost"))


@case
def media_whose_timestamp_wraps(scene):
    disturbed(scene, lambda s: s.delay_at_random(0.01, 10), timestamp=2**32 - 8000)
