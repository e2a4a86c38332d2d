# SPDX-License-Identifier: Apache-2.0
"""Calls that were not answered: disposition, cause, who ended them, and why."""

from case import add, case
from dialog import BOB, Call


def refuse(code, disposition, cause, by, failure, ringing=None, headers=(), unstated=()):
    def play(scene):
        call = Call(scene)
        invite = call.invite(0).respond(100, 0.01)
        if ringing:
            invite.respond(180, ringing)
        invite.respond(code, 4, headers=headers)
        call.ack(invite, 4.02, refused=True)
        call.expect(
            disposition,
            start=0,
            ringing=ringing,
            end=4,
            status=code,
            cause=cause,
            by=by,
            failure=failure,
            unstated=unstated,
        )
        rang = ["sip.ringing 180"] if ringing else []
        call.events("sip.invite", "sip.trying 100", *rang, f"sip.rejected {code}", "?sip.ack")

    return play


add("busy-486", refuse(486, "busy", 17, "callee", "busy", ringing=1))
add("busy-600", refuse(600, "busy", 17, "callee", "busy"))
add("no-answer-480", refuse(480, "no-answer", 18, "callee", "no-answer", ringing=1))
add("no-answer-408-after-ringing", refuse(408, "no-answer", 102, "network", "no-answer", ringing=1))
add("timeout-408-without-ringing", refuse(408, "timeout", 102, "network", "timeout"))
add("rejected-403", refuse(403, "rejected", 21, "callee", "forbidden"))
add("rejected-404", refuse(404, "rejected", 1, "callee", "not-found"))
add("rejected-488", refuse(488, "rejected", None, "callee", "not-acceptable", unstated=["q850_cause"]))
add("rejected-603", refuse(603, "rejected", 21, "callee", "forbidden", ringing=2))
add("failed-500", refuse(500, "failed", 41, "network", "server-error"))
add("failed-503", refuse(503, "failed", 41, "network", "unavailable"))
add(
    "reason-outranks-the-code",
    refuse(480, "busy", 17, "callee", "busy", headers=[("Reason", "Q.850;cause=17")]),
)
add(
    "congestion-by-reason",
    refuse(
        503, "failed", 34, "network", "unavailable", headers=[("Reason", 'Q.850;cause=34;text="No circuit"')]
    ),
)


add(
    "sip-reason-outranks-the-code",
    refuse(500, "busy", 17, "network", "busy", headers=[("Reason", 'SIP;cause=486;text="Busy Here"')]),
)
add(
    "code-called-otherwise",
    refuse(480, "busy", 18, "callee", "busy"),
    config="dispositions: {480: busy}",
)
add(
    "cause-called-otherwise",
    refuse(480, "failed", 31, "callee", "unavailable", headers=[("Reason", "Q.850;cause=31")]),
    config="dispositions: {31: failed}",
)


def cancel(disposition, cause, failure, reason=None):
    def play(scene):
        call = Call(scene)
        invite = call.invite(0).respond(180, 1)
        cancelling = call.cancel(invite, 5, headers=[("Reason", reason)] if reason else ())
        cancelling.respond(200, 5.02)
        invite.respond(487, 5.05)
        call.ack(invite, 5.07, refused=True)
        call.expect(
            disposition, start=0, ringing=1, end=5.05, status=487, cause=cause, by="caller", failure=failure
        )
        call.events("sip.invite", "sip.ringing 180", "sip.cancel", "?sip.rejected 487", "?sip.ack")

    return play


add("cancelled", cancel("cancelled", 16, "cancelled"))
add(
    "answered-elsewhere",
    cancel("cancelled", 16, "cancelled", 'SIP;cause=200;text="Call completed elsewhere"'),
)
add("cancelled-for-no-answer", cancel("no-answer", 19, "no-answer", "Q.850;cause=19"))
add("cancelled-when-the-ring-timer-ran-out", cancel("no-answer", 102, "no-answer", "SIP;cause=408"))
add("cancelled-as-another-branch-was-busy", cancel("busy", 17, "busy", "SIP;cause=600"))


@case
def redirected_to_another_address(scene):
    """The first leg ends with the 302, which nobody followed there; the new INVITE goes elsewhere: another leg."""
    call = Call(scene, call_id="elsewhere@alice.example")
    first = call.invite(0).respond(302, 0.02, headers=[("Contact", "<sip:bob@192.0.2.99>")])
    call.ack(first, 0.03, refused=True)
    call.expect(
        "rejected", start=0, end=0.02, status=302, by="callee", failure="redirected", unstated=["q850_cause"]
    )
    other = Call(
        scene,
        destination=BOB._replace(address="192.0.2.99"),
        call_id="elsewhere@alice.example",
        from_tag="a-2",
    )
    other.leg, other.numbers["caller"], other.branches = 1, 1, 10
    invite = other.invite(0.1)
    other.answer(invite, 2)
    other.ack(invite, 2.01)
    other.request("BYE", 40).respond(200, 40.02)
    other.expect(
        "answered",
        start=0.1,
        answer=2,
        end=40,
        status=200,
        cause=16,
        by="caller",
        teardown=0.02,
        bye=("local", "normal"),
    )
    other.events("sip.invite", "sip.answered 200", "sip.ack", "sip.bye")


@case
def challenge_not_followed(scene):
    call = Call(scene)
    invite = call.invite(0).respond(407, 0.02)
    call.ack(invite, 0.03, refused=True)
    scene.clock(60)
    call.expect("rejected", start=0, end=0.02, status=407, cause=21, by="callee", failure="unauthorized")
    call.events("sip.invite", "sip.challenged 407", "?sip.ack")
