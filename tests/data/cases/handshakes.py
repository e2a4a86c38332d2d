# SPDX-License-Identifier: Apache-2.0
"""DTLS-SRTP as it is set up beside the signalling (RFC 5763): how handshakes end, and whose certificate was shown."""

from pathlib import Path

from case import case
from media_scene import Talk
from sipwire import dtls, rtp, sdp
from source import Source

CALLER, CALLEE = 0xA11CE001, 0xB0B00001
STIR = Path(__file__).resolve().parent.parent / "stir"
CERTIFICATES = {
    "caller": dtls.der_of((STIR / "carrier.pem").read_bytes()),
    "callee": dtls.der_of((STIR / "expired.pem").read_bytes()),
}


class Secured(Talk):
    """A call whose keys are agreed upon in the path of its media; the caller is the DTLS client."""

    def agree(self, shown=CERTIFICATES):
        self.sides = {by: dtls.Side(by, shown[by]) for by in ("caller", "callee")}
        said = {by: dtls.fingerprint(CERTIFICATES[by]) for by in self.sides}
        offers = {}
        for by, setup in (("caller", "actpass"), ("callee", "passive")):
            attributes = (f"fingerprint:{said[by]}", f"setup:{setup}")
            section = sdp.audio(
                self.media[by].port,
                rtp.PCMU,
                rtp.TELEPHONE_EVENT,
                profile="UDP/TLS/RTP/SAVP",
                mux=True,
                attributes=attributes,
            )
            offers[by] = sdp.description(self.media[by].address, section)
        return self.set_up(offer=offers["caller"], answer=offers["callee"])

    def flight(self, at, by, records):
        other = "callee" if by == "caller" else "caller"
        for number, payload in enumerate(dtls.datagrams(records)):
            self.scene.packet(at + number * 0.001, self.media[by], self.media[other], payload, "dtls")

    def shake_hands(self, at, size=None):
        client, server = self.sides["caller"], self.sides["callee"]
        self.flight(at, "caller", client.client_hello())
        self.flight(at + 0.04, "callee", server.server_flight(size))
        self.flight(at + 0.08, "caller", client.client_flight(size))
        self.flight(at + 0.12, "callee", server.finished())

    def ends(self, result):
        self.scene.truth.add("sip_dtls_handshake_total", result=result)

    def speak_in_secret(self, at):
        for by, ssrc in (("caller", CALLER), ("callee", CALLEE)):
            self.speak(by, Source(ssrc, at, tag_bytes=10).talk(100))


TOLD = ("dtls.handshake",)


@case
def handshake_that_succeeds(scene):
    talk = Secured(scene)
    answer = talk.agree()
    talk.shake_hands(answer + 0.05)
    talk.ends("ok")
    talk.speak_in_secret(answer + 0.25)
    talk.hang_up(answer + 4, story=TOLD)


@case
def handshake_with_a_cookie(scene):
    """HelloVerifyRequest: the second ClientHello is of the same handshake."""
    talk = Secured(scene)
    answer = talk.agree()
    client, server = talk.sides["caller"], talk.sides["callee"]
    talk.flight(answer + 0.05, "caller", client.client_hello())
    talk.flight(answer + 0.09, "callee", server.hello_verify(bytes(range(20))))
    talk.flight(answer + 0.13, "caller", client.client_hello(bytes(range(20))))
    talk.flight(answer + 0.17, "callee", server.server_flight())
    talk.flight(answer + 0.21, "caller", client.client_flight())
    talk.flight(answer + 0.25, "callee", server.finished())
    talk.ends("ok")
    talk.speak_in_secret(answer + 0.35)
    talk.hang_up(answer + 4, story=TOLD)


@case
def handshake_in_fragments(scene):
    """Certificates in parts of 120 bytes (RFC 6347 section 4.2.3)."""
    talk = Secured(scene)
    answer = talk.agree()
    talk.shake_hands(answer + 0.05, size=120)
    talk.ends("ok")
    talk.speak_in_secret(answer + 0.25)
    talk.hang_up(answer + 4, story=TOLD)


@case
def handshake_whose_first_flight_was_lost(scene):
    """The client says its hello again after a second (RFC 6347 section 4.2.4)."""
    talk = Secured(scene)
    answer = talk.agree()
    client, server = talk.sides["caller"], talk.sides["callee"]
    hello = client.client_hello()
    talk.flight(answer + 0.05, "caller", hello)
    client.messages -= 1
    talk.flight(answer + 1.05, "caller", client.client_hello())
    talk.flight(answer + 1.09, "callee", server.server_flight())
    talk.flight(answer + 1.13, "caller", client.client_flight())
    talk.flight(answer + 1.17, "callee", server.finished())
    talk.ends("ok")
    talk.speak_in_secret(answer + 1.3)
    talk.hang_up(answer + 5, story=TOLD)


@case
def handshake_that_is_refused(scene):
    """A fatal alert in the clear."""
    talk = Secured(scene)
    answer = talk.agree()
    talk.flight(answer + 0.05, "caller", talk.sides["caller"].client_hello())
    talk.flight(answer + 0.09, "callee", talk.sides["callee"].alert(dtls.HANDSHAKE_FAILURE))
    talk.ends("fail")
    talk.hang_up(answer + 2, story=TOLD)


@case
def handshake_that_nobody_answers(scene):
    """Hello after hello, twice as long apart each time; the caller gives up."""
    talk = Secured(scene)
    answer = talk.agree()
    client = talk.sides["caller"]
    for after in (0.05, 1.05, 3.05, 7.05, 15.05, 31.05):
        talk.flight(answer + after, "caller", client.client_hello())
        client.messages -= 1
    scene.clock(answer + 200)
    talk.ends("timeout")
    talk.hang_up(answer + 120, story=("?dtls.handshake",), last=("sip.bye", "?dtls.handshake"))


@case
def handshake_of_somebody_else(scene):
    """The callee shows a certificate that its SDP did not announce."""
    talk = Secured(scene)
    answer = talk.agree(shown={"caller": CERTIFICATES["caller"], "callee": CERTIFICATES["caller"]})
    client, server = talk.sides["caller"], talk.sides["callee"]
    talk.flight(answer + 0.05, "caller", client.client_hello())
    talk.flight(answer + 0.09, "callee", server.server_flight())
    talk.flight(answer + 0.13, "caller", client.alert(dtls.BAD_CERTIFICATE))
    talk.ends("fingerprint-mismatch")
    talk.hang_up(answer + 2, story=TOLD)
