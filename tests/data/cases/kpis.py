# SPDX-License-Identifier: Apache-2.0
"""The ratios that operators live by, over the last five minutes of a capture (docs/kpis.md). Every other case is held to
ratios.py too; here are the mixtures, with their ratios counted by hand."""

from itertools import count

from case import case
from cases.answered import SETUP, ring_and_answer, simple_call
from cases.timers import INVITE_REPEATS
from dialog import ALICE, BOB, Call
from ratios import ACD, ASR, ISA, NER, SEER, SER

FAILURES = {  # code -> (disposition, cause, initiator, reason of sip_call_failed_total)
    302: ("rejected", 31, "callee", "redirected"),
    403: ("rejected", 21, "callee", "forbidden"),
    404: ("rejected", 1, "callee", "not-found"),
    407: ("rejected", 21, "callee", "unauthorized"),
    480: ("no-answer", 18, "callee", "no-answer"),
    486: ("busy", 17, "callee", "busy"),
    500: ("failed", 41, "network", "server-error"),
    503: ("failed", 41, "network", "unavailable"),
    504: ("failed", 102, "network", "server-error"),
    603: ("rejected", 21, "callee", "forbidden"),
}


class Caller:
    """Calls one after the other, from one party to the other."""

    def __init__(self, scene, caller, callee):
        self.scene, self.caller, self.callee, self.numbers = scene, caller, callee, count()

    def call(self):
        return Call(
            self.scene, self.caller, self.callee, call_id=f"{next(self.numbers)}@{self.caller.user}.example"
        )

    def answered(self, at):
        """Ten seconds long; it ends at + 13.5."""
        simple_call(self.call(), at)

    def refused(self, code, at):
        """It ends at + 2."""
        disposition, cause, by, failure = FAILURES[code]
        call = self.call()
        invite = call.invite(at).respond(100, at + 0.01).respond(code, at + 2)
        call.ack(invite, at + 2.01, refused=True)
        call.expect(disposition, start=at, end=at + 2, status=code, cause=cause, by=by, failure=failure)

    def busy_by_reason(self, at):
        """503 on the wire, user busy behind the gateway: SEER and ISA go by the code, NER by the cause."""
        call = self.call()
        invite = call.invite(at).respond(503, at + 2, headers=[("Reason", "Q.850;cause=17")])
        call.ack(invite, at + 2.01, refused=True)
        call.expect("busy", start=at, end=at + 2, status=503, cause=17, by="network", failure="busy")

    def challenged_then_answered(self, at):
        """One attempt, not two; twenty seconds long."""
        call = self.call()
        first = call.invite(at).respond(407, at + 0.02)
        call.ack(first, at + 0.03, refused=True)
        invite = call.invite(at + 0.1, headers=[("Proxy-Authorization", 'Digest username="x"')])
        call.answer(invite, at + 1)
        call.ack(invite, at + 1.01)
        by = "local" if self.scene.direction(self.caller.endpoint) == "outbound" else "remote"
        call.request("BYE", at + 21).respond(200, at + 21.02)
        call.expect(
            "answered",
            start=at,
            answer=at + 1,
            end=at + 21,
            status=200,
            cause=16,
            by="caller",
            teardown=0.02,
            bye=(by, "normal"),
        )

    def cancelled(self, at, ringing=None):
        call = self.call()
        invite = call.invite(at).respond(100, at + 0.01)
        if ringing is not None:
            invite.respond(180, at + ringing)
        call.cancel(invite, at + 5).respond(200, at + 5.02)
        invite.respond(487, at + 5.05)
        call.ack(invite, at + 5.07, refused=True)
        call.expect(
            "cancelled",
            start=at,
            ringing=None if ringing is None else at + ringing,
            end=at + 5.05,
            status=487,
            cause=16,
            by="caller",
            failure="cancelled",
        )

    def without_response(self, at):
        """Timer B."""
        call = self.call()
        call.invite(at).repeat(*(at + after for after in INVITE_REPEATS))
        self.scene.truth.add("sip_transaction_timeout_total", method="INVITE")
        call.expect(
            "timeout", start=at, end=at + 32, status=408, cause=102, by="timeout", failure="timeout"
        )


def state(scene, direction, **by_family):
    names = {"ser": SER, "seer": SEER, "isa": ISA, "asr": ASR, "ner": NER, "acd": ACD}
    for family, value in by_family.items():
        scene.truth.state(names[family], value, direction=direction)


@case(local=[ALICE.address])
def kpis_of_mixed_calls(scene):
    """Both directions at once, each with endings of every kind, all within the five minutes."""
    out = Caller(scene, ALICE, BOB)
    for at in (0, 1, 2, 3):
        out.answered(at)
    out.challenged_then_answered(4)
    for number, code in enumerate((486, 480, 603, 302, 302, 403, 404, 500, 503, 504, 407)):
        out.refused(code, 5 + number)
    out.busy_by_reason(20)
    out.cancelled(21, ringing=1)
    out.cancelled(22)
    out.without_response(23)
    # 20 legs, 2 of them redirected: 5 answered, 3 by the user, 5 ineffective; busy by its cause and rung: 10 reached
    state(scene, "outbound", ser=5 / 18, seer=8 / 18, isa=5 / 20, asr=5 / 20, ner=10 / 20, acd=12)

    back = Caller(scene, BOB, ALICE)
    back.answered(0.5)
    back.refused(486, 1.5)
    back.refused(404, 2.5)
    back.cancelled(3.5, ringing=2)
    state(scene, "inbound", ser=1 / 4, seer=2 / 4, isa=0, asr=1 / 4, ner=3 / 4, acd=10)
    scene.clock(200)


@case
def kpis_forget_what_is_older_than_five_minutes(scene):
    """An outage, and its end: of the first calls nothing is left."""
    caller = Caller(scene, ALICE, BOB)
    for number in range(10):
        caller.refused(503, number)
    for number in range(4):
        caller.answered(400 + number)
    caller.refused(486, 405)
    scene.clock(500)
    state(scene, "inbound", ser=4 / 5, seer=1, isa=0, asr=4 / 5, ner=1, acd=10)


@case
def kpis_of_a_long_call_count_at_its_end(scene):
    """Answered long before the window, ended within it; the refusals of its beginning have left."""
    caller = Caller(scene, ALICE, BOB)
    call = caller.call()
    ring_and_answer(call)
    caller.refused(503, 1)
    call.request("BYE", 1000).respond(200, 1000.02)
    call.expect(
        "answered",
        start=0,
        ringing=1,
        answer=3.5,
        end=1000,
        status=200,
        cause=16,
        by="caller",
        teardown=0.02,
        bye=("local", "normal"),
    )
    call.events(*SETUP, "sip.bye")
    scene.clock(1100)
    state(scene, "inbound", ser=1, seer=1, isa=0, asr=1, ner=1, acd=996.5)


@case
def kpis_at_the_edge_of_five_minutes(scene):
    """The window goes by whole seconds: what ended in the second five minutes ago is in, the second before is not."""
    caller = Caller(scene, ALICE, BOB)
    caller.refused(503, 7.999)  # ends in second 9
    caller.refused(486, 8)  # in second 10
    caller.refused(404, 9)
    scene.clock(310.5)
    state(scene, "inbound", ser=0, seer=1 / 2, isa=0, asr=0, ner=1 / 2)


@case
def kpis_of_redirections_alone(scene):
    """SER and SEER take redirections out of their denominators: nothing is left to divide by."""
    caller = Caller(scene, ALICE, BOB)
    caller.refused(302, 0)
    caller.refused(302, 1)
    scene.clock(50)
    state(scene, "inbound", isa=0, asr=0, ner=0)


@case
def kpis_after_a_silence(scene):
    """Nothing ended in the last five minutes, so there is nothing to say."""
    caller = Caller(scene, ALICE, BOB)
    caller.answered(0)
    caller.refused(486, 1)
    scene.clock(1000)


@case
def kpis_of_calls_that_go_on(scene):
    """Where the capture ends, an answered leg counts and has no length; one that was not answered yet does not."""
    caller = Caller(scene, ALICE, BOB)
    caller.answered(0)
    call = caller.call()
    ring_and_answer(call, 20)
    unknown = ["end_timestamp_ms", "duration_seconds", "billable_seconds", "disconnect_initiator", "q850_cause"]
    call.expect(
        "answered", start=20, ringing=21, answer=23.5, end=30, status=200, coverage="cut", unstated=unknown
    )
    open_call = caller.call()
    open_call.invite(25).respond(100, 25.01)
    open_call.expect(None, start=25, end=30, coverage="cut", unstated=unknown + ["sip_status"])
    scene.clock(30)
    scene.truth.leave_open("sip_call_duration_seconds")
    state(scene, "inbound", ser=1, seer=1, isa=0, asr=1, ner=1, acd=10)
