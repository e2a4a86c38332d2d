# SPDX-License-Identifier: Apache-2.0
"""Queries, as text and together with the words of their legend."""

# What can be chosen above a dashboard beside its probes, for series that have these labels.
TENANT = {"tenant": True}
TRUNK = {"tenant": True, "trunk": True}


def series(name, tenant=False, trunk=False, **matchers):
    """A series of the instances chosen above, of the tenants and trunks chosen where it has those labels. A value of
    a matcher may begin with its operator: `code_class="=~4xx|5xx"`."""
    parts = ['instance=~"$instance"']
    if tenant:
        parts.append('tenant=~"$tenant"')
    if trunk:
        parts.append('trunk=~"$trunk"')
    for label, value in matchers.items():
        operator = next((sign for sign in ("=~", "!~", "!=") if value.startswith(sign)), "")
        parts.append(f'{label}{operator or "="}"{value[len(operator):]}"')
    return f"{name}{{{', '.join(parts)}}}"


def rate(name, by="", **matchers):
    """Per second, added up by these labels."""
    grouped = f" by ({by})" if by else ""
    return f"sum{grouped} (rate({series(name, **matchers)}[$__rate_interval]))"


def total(name, by="", **matchers):
    grouped = f" by ({by})" if by else ""
    return f"sum{grouped} ({series(name, **matchers)})"


def quantile(part, name, by="", **matchers):
    labels = f"le, {by}" if by else "le"
    return f"histogram_quantile({part}, {rate(name + '_bucket', labels, **matchers)})"


def mean(name, by="", **matchers):
    return f"{rate(name + '_sum', by, **matchers)} / {rate(name + '_count', by, **matchers)}"


def legend(by, before=""):
    """`hook, direction` is `{{hook}} {{direction}}`."""
    return " ".join(filter(None, [before, *(f"{{{{{label}}}}}" for label in by.split(", ") if label)]))


def rates(name, by, before="", **matchers):
    """A line for each value of these labels; `before` is put before their values."""
    return rate(name, by, **matchers), legend(by, before)


def totals(name, by, before="", **matchers):
    return total(name, by, **matchers), legend(by, before)


def quantiles(name, *parts, by="", **matchers):
    """A line for each part: p50, p95."""
    return [
        (quantile(part, name, by, **matchers), legend(by, f"p{round(100 * part)}")) for part in parts
    ]


def extreme(which, expression, by, before=""):
    """`which` is min, max or avg, of what is no sum."""
    return f"{which} by ({by}) ({expression})", legend(by, before)


def answered(by=""):
    """ASR: answered of all legs that ended."""
    return f"{rate('sip_calls_total', by, result='answered', **TRUNK)} / {rate('sip_calls_total', by, **TRUNK)}"


def refused(by=""):
    """4xx and 5xx of all final responses, without those by which SIP works."""
    refusals = rate("sip_responses_total", by, code_class="=~4xx|5xx", code="!~401|407|487")
    return f"{refusals} / {rate('sip_responses_total', by, code_class='!=1xx')}"


def below(edge, name, **matchers):
    """The share of a histogram up to an edge of its own."""
    return f"{rate(name + '_bucket', le=edge, **matchers)} / {rate(name + '_count', **matchers)}"
