# SPDX-License-Identifier: Apache-2.0
"""SIP transactions and calls on a Scene. Each message that is sent is also entered in the truth: as what the caller
says it is (a request, a repeat of one, a response), never as what it looks like."""

from typing import NamedTuple

from scene import to_ms, to_ns
from sipwire import sip
from sipwire.packets import Endpoint


class Party(NamedTuple):
    user: str
    address: str
    port: int = 5060
    domain: str = ""  # of the URI; the user's own unless set

    @property
    def endpoint(self):
        return Endpoint(self.address, self.port)

    @property
    def host(self):
        return f"[{self.address}]" if ":" in self.address else self.address

    @property
    def uri(self):
        return f"sip:{self.user}@{self.domain or self.user + '.example'}"

    @property
    def contact(self):
        return f"<sip:{self.user}@{self.host}:{self.port}>"


ALICE = Party("alice", "192.0.2.10")
BOB = Party("bob", "192.0.2.20")
PROXY = Party("proxy", "198.51.100.5")
ALICE6 = Party("alice", "2001:db8::10")
BOB6 = Party("bob", "2001:db8::20")


# The story of a leg until it is answered.
SETUP = ("sip.invite", "sip.trying 100", "sip.ringing 180", "sip.answered 200", "sip.ack")

# What a row says of media when none was seen.
NO_MEDIA = {
    **dict.fromkeys(
        """codec packets_sent packets_received packets_lost bytes_sent bytes_received jitter_ms rtt_ms loss_fraction
        estimated_mos""".split()
    ),
    "media": [],
}


class Transaction:
    """One request, its copies and its responses."""

    def __init__(self, scene, method, source, destination, request, answer, initial=False):
        self.scene, self.method, self.initial = scene, method, initial
        self.label = method if method in KNOWN_METHODS else "other"
        self.source, self.destination = source, destination
        self.direction = scene.direction(source)
        self.request, self.answer = request, answer  # bytes; a function (code, …) -> bytes
        self.fragment_size = None
        self.first_at = None
        self.timed = set()  # stages
        self.codes, self.seen = set(), set()

    def send(self, at, repeat=False):
        self.scene.sip(at, self.source, self.destination, self.request, self.fragment_size)
        self.scene.truth.request(self.direction, self.label, self.scene.transport)
        if repeat:
            self.scene.truth.retransmission(self.direction, self.label, "request")
        else:
            self.first_at = at
        return self

    def repeat(self, *times):
        for at in times:
            self.send(at, repeat=True)
        return self

    def respond(
        self,
        code,
        at,
        repeat=False,
        tag=None,
        rseq=None,
        headers=(),
        body=b"",
        fragment_size=None,
        phrase=None,
    ):
        payload = self.answer(code, tag=tag, rseq=rseq, headers=headers, body=body, phrase=phrase)
        self.scene.sip(at, self.destination, self.source, payload, fragment_size)
        self.scene.truth.response(self.direction_of_response(), self.label, code, self.scene.transport)
        self._account(code, at, repeat, (code, tag, rseq))
        return self

    def direction_of_response(self):
        """The request's; when that was not seen, the opposite of the response's own."""
        if self.first_at is not None:
            return self.direction
        return "inbound" if self.scene.flow(self.destination) == "egress" else "outbound"

    def _account(self, code, at, repeat, identity):
        truth = self.scene.truth
        assert repeat == (identity in self.seen), f"{identity} is {'not ' if repeat else ''}a repeat"
        self.seen.add(identity)
        if repeat:
            truth.retransmission(self.direction_of_response(), self.label, "response")
        if self.first_at is None:
            return
        if self.initial and code not in self.codes:
            truth.add("sip_invite_result_total", direction=self.direction, code_class=f"{code // 100}xx")
        if self.method == "REGISTER" and code == 200 and "final" not in self.timed:
            truth.observe("sip_registration_delay_seconds", to_ns(at) - to_ns(self.first_at))
        self.codes.add(code)
        # The first copy counts; an INVITE's 100 is the next hop's, not an answer.
        if not (self.method == "INVITE" and code == 100):
            self._time("first", at)
        if code >= 200:
            self._time("final", at)

    def _time(self, stage, at):
        if stage in self.timed:
            return
        self.timed.add(stage)
        self.scene.truth.observe(
            "sip_response_time_seconds",
            to_ns(at) - to_ns(self.first_at),
            direction=self.direction,
            method=self.label,
            stage=stage,
        )


KNOWN_METHODS = frozenset(
    "INVITE ACK BYE CANCEL REGISTER OPTIONS PRACK SUBSCRIBE NOTIFY PUBLISH INFO REFER MESSAGE "
    "UPDATE".split()
)


class Call:
    """A dialog between two parties as one hop sees it. `source` and `destination` are that hop's addresses: the
    parties' own unless a proxy stands between. `below`: the Via headers of the hops before."""

    def __init__(
        self,
        scene,
        caller=ALICE,
        callee=BOB,
        call_id="call-1@alice.example",
        source=None,
        destination=None,
        below=(),
        dress=lambda data: data,
        from_tag="a-tag",
    ):
        self.scene, self.caller, self.callee, self.call_id = scene, caller, callee, call_id
        self.hops = {"caller": source or caller, "callee": destination or callee}
        self.below, self.dress = list(below), dress
        self.from_tag, self.to_tag = from_tag, "b-tag"
        self.confirmed = False  # requests carry both tags
        self.leg = 0
        self.numbers = {"caller": 0, "callee": 1000}
        self.branches = 0

    # ---- messages ----

    def transaction(
        self,
        method,
        by="caller",
        number=None,
        branch=None,
        headers=(),
        body=b"",
        in_dialog=None,
        tag=None,
        uri=None,
    ):
        """A request by one of the two, not sent yet."""
        other = "callee" if by == "caller" else "caller"
        in_dialog = self.confirmed if in_dialog is None else in_dialog
        if number is None:
            self.numbers[by] += 1
            number = self.numbers[by]
        source, destination = self.hops[by], self.hops[other]
        branch = branch or self.new_branch(source)
        people = {"caller": (self.caller, self.from_tag), "callee": (self.callee, tag or self.to_tag)}
        (sender, sender_tag), (receiver, receiver_tag) = people[by], people[other]
        protocol = self.scene.transport.upper()
        vias = [f"SIP/2.0/{protocol} {source.host}:{source.port};branch={branch}"] + (
            self.below if by == "caller" else []
        )
        from_value = f'"{sender.user.title()}" <{sender.uri}>;tag={sender_tag}'
        to_value = f"<{receiver.uri}>" + (f";tag={receiver_tag}" if in_dialog else "")
        common = [("Call-ID", self.call_id), ("CSeq", f"{number} {method}")]

        request_headers = [("Via", via) for via in vias]
        request_headers += [("Max-Forwards", "70"), ("From", from_value), ("To", to_value)] + common
        request_headers += [("Contact", sender.contact), ("User-Agent", f"{sender.user}-phone/1.0")]
        request = sip.message(
            f"{method} {uri or receiver.uri} SIP/2.0", request_headers + list(headers), body
        )

        def answer(code, tag, rseq, headers, body, phrase=None):
            to = to_value
            if not in_dialog and code != 100:
                to += f";tag={tag or self.to_tag}"
            lines = [("Via", via) for via in vias] + [("From", from_value), ("To", to)] + common
            if code < 300 and code != 100:
                lines.append(("Contact", receiver.contact))
            if rseq is not None:
                lines += [("Require", "100rel"), ("RSeq", str(rseq))]
            phrase = phrase or sip.REASONS.get(code, "Whatever")
            return self.dress(sip.message(f"SIP/2.0 {code} {phrase}", lines + list(headers), body))

        made = Transaction(
            self.scene,
            method,
            source.endpoint,
            destination.endpoint,
            self.dress(request),
            answer,
            initial=method == "INVITE" and not in_dialog,
        )
        made.number, made.branch = number, branch
        return made

    def new_branch(self, source):
        self.branches += 1
        return f"z9hG4bK-{source.user}-{self.call_id.split('@')[0]}-{self.branches}"

    def request(self, method, at, **options):
        return self.transaction(method, **options).send(at)

    def invite(self, at, body=None, **options):
        if body is None:
            body = sip.session_description(self.caller.address)
        headers = [("Content-Type", "application/sdp")] + list(options.pop("headers", ()))
        return self.request("INVITE", at, body=body, headers=headers, **options)

    def answer(self, invite, at, code=200, **options):
        """A 2xx with a session description: the dialog is confirmed."""
        invite.respond(
            code,
            at,
            headers=[("Content-Type", "application/sdp")] + list(options.pop("headers", ())),
            body=options.pop("body", None) or sip.session_description(self.callee.address, 30000),
            **options,
        )
        self.to_tag = options.get("tag") or self.to_tag
        self.confirmed = True
        return invite

    def ack(self, invite, at, refused=False, by="caller", tag=None, **options):
        """`refused`: of a final response of 300 or more, so the ACK belongs to the INVITE's transaction."""
        return self.request(
            "ACK",
            at,
            number=invite.number,
            branch=invite.branch if refused else None,
            by=by,
            in_dialog=True,
            tag=tag,
            **options,
        )

    def cancel(self, invite, at, headers=()):
        return self.request(
            "CANCEL", at, number=invite.number, branch=invite.branch, headers=headers, in_dialog=False
        )

    # ---- the truth about the leg ----

    def expect(
        self,
        disposition,
        start=None,
        ringing=None,
        answer=None,
        end=None,
        status=None,
        cause=None,
        by=None,
        failure=None,
        teardown=None,
        coverage="full",
        bye=None,
        unstated=(),
        stir="no-identity",
        **fields,
    ):
        """`by`: disconnect_initiator. `bye`: (by, reason_class) of sip_bye_total. `stir`: what its INVITE's
        identity counts as; None: nothing. Times in seconds. `unstated`: fields
        that this call does not decide."""
        source, destination = self.hops["caller"].endpoint, self.hops["callee"].endpoint
        direction = self.scene.direction(source)
        row = {
            "call_id": self.call_id,
            "leg": self.leg,
            "tenant_id": "default",
            "trunk_id": "default",
            "direction": direction,
            "transport": self.scene.transport,
            "src": str(source),
            "dst": str(destination),
            "from_number": self.caller.user,
            "to_number": self.callee.user,
            "from_uri": self.caller.uri,
            "to_uri": self.callee.uri,
            "start_timestamp_ms": to_ms(start),
            "ringing_timestamp_ms": to_ms(ringing),
            "answer_timestamp_ms": to_ms(answer),
            "end_timestamp_ms": to_ms(end),
            "disposition": disposition,
            "sip_status": status,
            "q850_cause": cause,
            "disconnect_initiator": by,
            "coverage": coverage,
            "user_agent": f"{self.caller.user}-phone/1.0",
            "account_id": "default",
            "linked_call_id": None,
            "link_reason": None,
            "node": "replay",
            "duration_seconds": None if start is None else round(end - start, 3),
            "billable_seconds": None if answer is None else round(end - answer, 3),
            **NO_MEDIA,
        }
        row.update(fields)
        for field in unstated:
            del row[field]
        teardown_ns = None if teardown is None else round(teardown * 1_000_000) * 1000
        self.scene.truth.leg(row, failure, teardown_ns, stir)
        if bye is not None:
            self.scene.truth.add("sip_bye_total", direction=direction, by=bye[0], reason_class=bye[1])
        return self

    def events(self, *names):
        self.scene.truth.events[self.call_id, self.leg] = list(names)
        return self

    def says(self, event, which=0, **details):
        """Fields or attributes of the leg's event of that name; None: it has no such attribute."""
        self.scene.truth.details.append(((self.call_id, self.leg), event, which, details))
        return self
