# SPDX-License-Identifier: Apache-2.0
"""Panels that draw the answers to queries: this knows Grafana's JSON, so that the dashboards themselves read as a list of
questions."""

from queries import series

SOURCE = {"type": "prometheus", "uid": "${datasource}"}


class Panel:
    """One question: a title, what is asked, and how the answer is drawn."""

    def __init__(self, kind, title, *asked, unit="short", width=8, height=8, about="", **more):
        self.width, self.height = width, height
        self.json = {
            "type": kind,
            "title": title,
            "description": about,
            "datasource": SOURCE,
            "targets": [self._target(index, *one) for index, one in enumerate(asked)],
            "fieldConfig": {
                "defaults": {"unit": unit, **more.pop("defaults", {})},
                "overrides": more.pop("overrides", []),
            },
            "options": more.pop("options", {}),
        }
        self.json.update(more)

    @staticmethod
    def _target(index, expression, legend="", **more):
        return {
            "refId": chr(ord("A") + index),
            "datasource": SOURCE,
            "editorMode": "code",
            "expr": expression,
            "legendFormat": legend or "__auto",
            "range": True,
            **more,
        }


def _steps(limits):
    """[(None, green), (0.9, red)] as Grafana writes it."""
    return {"mode": "absolute", "steps": [{"color": color, "value": value} for value, color in limits]}


def above(limit):
    """Green, and red from there on."""
    return ((None, "green"), (limit, "red"))


def lines(title, *asked, stacked=False, low=0, high=None, limit=None, **more):
    """Lines over time. `limit` is drawn as a dashed line: the threshold of an alert."""
    custom = {
        "drawStyle": "line",
        "lineWidth": 1,
        "fillOpacity": 30 if stacked else 8,
        "showPoints": "never",
        "spanNulls": False,
        "stacking": {"mode": "normal" if stacked else "none", "group": "A"},
        "thresholdsStyle": {"mode": "dashed" if limit is not None else "off"},
    }
    defaults = {"custom": custom, "min": low}
    if high is not None:
        defaults["max"] = high
    if limit is not None:
        defaults["thresholds"] = _steps([(None, "transparent"), (limit, "red")])
    options = {
        "legend": {"displayMode": "list", "placement": "bottom", "showLegend": True},
        "tooltip": {"mode": "multi", "sort": "desc"},
    }
    return Panel("timeseries", title, *asked, defaults=defaults, options=options, **more)


def number(title, expression, limits=((None, "text"),), width=3, **more):
    """One figure of now; `limits` are (from, color)."""
    options = {
        "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
        "colorMode": "value",
        "graphMode": "area",
        "textMode": "auto",
        "justifyMode": "auto",
        "orientation": "auto",
    }
    defaults = {"thresholds": _steps(limits), "color": {"mode": "thresholds"}}
    return Panel(
        "stat", title, (expression,), width=width, height=4, defaults=defaults, options=options, **more
    )


def heat(title, name, unit, **more):
    """How a histogram is spread, over time."""
    asked = (
        f"sum by (le) (increase({series(name + '_bucket', **more.pop('only', {}))}[$__rate_interval]))",
        "{{le}}",
    )
    options = {
        "calculate": False,
        "color": {
            "mode": "scheme",
            "scheme": "Spectral",
            "steps": 64,
            "reverse": True,
            "exponent": 0.5,
            "fill": "dark-orange",
        },
        "cellGap": 1,
        "filterValues": {"le": 1e-9},
        "legend": {"show": True},
        "rowsFrame": {"layout": "auto"},
        "tooltip": {"mode": "single", "yHistogram": False, "showColorScale": False},
        "yAxis": {"axisPlacement": "left", "unit": unit, "reverse": False},
    }
    panel = Panel("heatmap", title, asked, unit=unit, options=options, **more)
    panel.json["targets"][0]["format"] = "heatmap"
    return panel


def table(title, *asked, key="", columns=None, units=None, **more):
    """Now, a row for each value of `key`, a column for each question; `columns` are their names."""
    panel = Panel(
        "table",
        title,
        *asked,
        options={"showHeader": True, "cellHeight": "sm", "footer": {"show": False}},
        defaults={"custom": {"align": "auto", "filterable": False}},
        **more,
    )
    for target in panel.json["targets"]:
        target.update({"format": "table", "instant": True, "range": False})
    fields = (
        [f"Value #{target['refId']}" for target in panel.json["targets"]] if len(asked) > 1 else ["Value"]
    )
    names = dict(zip(fields, columns or []))
    organize = {"excludeByName": {"Time": True}, "renameByName": names, "indexByName": {}}
    steps = [{"id": "joinByField", "options": {"byField": key, "mode": "outer"}}] if len(asked) > 1 else []
    if len(asked) > 1:
        organize["excludeByName"] |= {f"Time {index + 1}": True for index in range(len(asked))}
    panel.json["transformations"] = steps + [{"id": "organize", "options": organize}]
    panel.json["fieldConfig"]["overrides"] = [
        {"matcher": {"id": "byName", "options": name}, "properties": [{"id": "unit", "value": unit}]}
        for name, unit in (units or {}).items()
    ]
    return panel
