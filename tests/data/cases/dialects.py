# SPDX-License-Identifier: Apache-2.0
"""The same call in the forms that RFC 3261 and its torture tests (RFC 4475) allow: the same truth for each."""

from case import add, case
from cases.answered import simple_call
from dialog import Call
from sipwire import sip


def dressed(dress):
    return lambda scene: simple_call(Call(scene, dress=dress))


def all_at_once(data):
    return sip.folded(sip.space_before_colon(sip.compact(data)))


add("compact-headers", dressed(sip.compact))
add("upper-case-headers", dressed(sip.shouting))
add("lower-case-headers", dressed(sip.whispering))
add("white-space-before-the-colon", dressed(sip.space_before_colon))
add("no-space-after-the-colon", dressed(sip.no_space_after_colon))
add("folded-headers", dressed(sip.folded))
add("bare-line-feeds", dressed(sip.bare_line_feeds))
add("two-vias-on-one-line", dressed(sip.vias_on_one_line))
add("parameters-within-quotes", dressed(sip.quoted_traps))
add("compact-folded-and-spaced", dressed(all_at_once))


@case
def headers_after_a_long_list(scene):
    """Fifty headers that nobody needs come before those that count."""
    extra = b"".join(b"X-Filler-%d: %s\r\n" % (number, b"x" * 40) for number in range(50))
    simple_call(Call(scene, dress=lambda data: data.replace(b"\r\n", b"\r\n" + extra, 1)))


@case
def no_max_forwards_and_no_branch_cookie(scene):
    """Elements of RFC 2543: neither is a reason to call a message broken."""

    def dress(data):
        return data.replace(b"Max-Forwards: 70\r\n", b"").replace(b"z9hG4bK-", b"old-")

    simple_call(Call(scene, dress=dress))
