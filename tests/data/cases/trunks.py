# SPDX-License-Identifier: Apache-2.0
"""Which trunk, tenant and account a leg gets: each kind of rule, and the first that matches."""

from functools import partial

from case import add, case
from dialog import ALICE, ALICE6, BOB, BOB6, PROXY, Call
from sipwire import files, packets


def answered(scene, trunk, tenant="default", account=None, by="remote", call_id="call-1@alice.example", at=0, **options):
    """A call of ten seconds, and the trunk that it must have."""
    headers = options.pop("headers", ())
    call = Call(scene, call_id=call_id, **options)
    invite = call.invite(at, headers=headers).respond(180, at + 1)
    call.answer(invite, at + 2)
    call.ack(invite, at + 2.01)
    call.request("BYE", at + 12).respond(200, at + 12.01)
    call.expect(
        "answered",
        start=at,
        ringing=at + 1,
        answer=at + 2,
        end=at + 12,
        status=200,
        cause=16,
        by="caller",
        teardown=0.01,
        bye=(by, "normal"),
        trunk_id=trunk,
        tenant_id=tenant,
        account_id=account or tenant,
    )
    scene.truth.accounts[call_id] = account or tenant
    return call


def one(rules, **expected):
    """`rules`: YAML. The case has one call, as on a mirror port."""

    def added(name, **options):
        add(
            name, lambda scene: answered(scene, by="local", **expected), config=f"trunks: [{rules}]", **options
        )

    return added


one("{name: a, tenant: acme, peers: [192.0.2.10]}", trunk="a", tenant="acme")("trunk-by-peer")
one("{name: a, tenant: acme, peers: [192.0.2.0/28]}", trunk="a", tenant="acme")("trunk-by-network")
one('{name: all, peers: ["::/0"]}, {name: net, peers: ["2001:db8::/64"]}', trunk="all", caller=ALICE6, callee=BOB6)(
    "trunk-of-ipv6"
)
one('{name: six, peers: ["::/0"]}', trunk="default")("trunk-of-ipv6-is-none-of-ipv4")
one("{name: a, domains: [BOB.example]}", trunk="a")("trunk-by-domain")
one(
    "{name: both, peers: [192.0.2.10], domains: [nobody.example]}, {name: b, domains: [alice.example]}", trunk="b"
)("trunk-wants-each-kind")
one("{name: first, peers: [192.0.2.0/24]}, {name: closer, peers: [192.0.2.10]}", trunk="first")(
    "trunk-first-match-wins"
)
one(
    "{name: a, headers: {X-Trunk: carrier-a}}, {name: b, tenant: acme, headers: {x-trunk: [carrier-b, carrier-c]}}",
    trunk="b",
    tenant="acme",
    headers=[("X-TRUNK", "carrier-c")],
)("trunk-by-header")
one(
    "{name: a, headers: {X-Trunk: carrier}}", trunk="default", headers=[("X-Trunk", "Carrier"), ("X-Trunks", "carrier")]
)("trunk-header-is-compared-whole")
one(
    "{name: a, headers: {X-Trunk: carrier, X-Region: eu}}, {name: b, headers: {X-Trunk: carrier}}",
    trunk="b",
    headers=[("X-Trunk", "carrier"), ("X-Region", "us")],
)("trunk-wants-each-header")
one('{name: a, tenant: acme, account_id: "7 / x", peers: [192.0.2.10]}', trunk="a", tenant="acme", account="7 / x")(
    "account-of-a-trunk"
)
one("{name: other, interfaces: [eth1]}, {name: a, interfaces: [eth0, eth7]}", trunk="a")(
    "trunk-by-interface", write=partial(files.pcapng, names=("eth7",)), suffix="pcapng"
)
one("{name: a, interfaces: [eth7]}", trunk="default")("trunk-by-interface-without-a-name")


@case(local=(BOB.address,), config="trunks: [{name: near, peers: [192.0.2.20]}, {name: far, peers: [192.0.2.10]}]")
def trunk_goes_by_the_far_peer(scene):
    """Of what comes in that is the caller, of what goes out the callee; the node's own address is none."""
    answered(scene, "far")
    answered(scene, "far", caller=BOB, callee=ALICE, by="local", call_id="back@bob.example", at=20)


@case(config="trunks: [{name: a, vlans: [7]}, {name: b, vlans: [100, 42]}]")
def trunk_by_vlan(scene):
    """The outer tag decides; a packet without one is of no VLAN."""
    answered(scene, "default", by="local", call_id="untagged@alice.example")
    scene.wrap = lambda packet: packets.ethernet(packet, [(packets.SERVICE_TAG, 100), (packets.VLAN_TAG, 7)])
    answered(scene, "b", by="local", call_id="tagged@alice.example", at=20)


@case(local=(PROXY.address,), config="trunks: [{name: in, peers: [192.0.2.10]}, {name: out, peers: [192.0.2.20]}]")
def each_leg_has_its_own_trunk(scene):
    for number, (ends, trunk, by) in enumerate(
        (({"destination": PROXY}, "in", "remote"), ({"source": PROXY}, "out", "local"))
    ):
        call = Call(scene, call_id="through@alice.example", **ends)
        call.leg = number
        shift = number / 100
        invite = call.invite(shift)
        call.answer(invite, 2 - shift)
        call.ack(invite, 2.1 + shift)
        call.request("BYE", 10 + shift).respond(200, 10.1 - shift)
        call.expect(
            "answered",
            start=shift,
            answer=2 - shift,
            end=10 + shift,
            status=200,
            cause=16,
            by="caller",
            teardown=0.1 - 2 * shift,
            bye=(by, "normal"),
            trunk_id=trunk,
        )


@case(
    local=(BOB.address,),
    config="trunks: [{name: pbx, tenant: acme, account_id: a7, domains: [alice.example], headers: {X-Trunk: t}}]",
)
def trunk_of_a_transaction_outside_of_a_dialog(scene):
    call = Call(scene, call_id="options@alice.example")
    call.request("OPTIONS", 0, headers=[("X-Trunk", "t")]).respond(200, 0.01)
    scene.truth.accounts["options@alice.example"] = "a7"
