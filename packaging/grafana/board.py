# SPDX-License-Identifier: Apache-2.0
"""A dashboard: rows of panels, and what can be chosen above them. For Grafana 10 and 11 (schema 39)."""

import json

from panels import SOURCE

SCHEMA_VERSION = 39
GRID = 24
TAG = "sipsonde"


def _variable(name, label, of):
    """Chosen above: one, several or all values of a label."""
    query = f"label_values({of}, {name})"
    return {
        "type": "query",
        "name": name,
        "label": label,
        "datasource": SOURCE,
        "definition": query,
        "query": {"qryType": 1, "query": query, "refId": "PrometheusVariableQueryEditor-VariableQuery"},
        "refresh": 2,
        "sort": 1,
        "multi": True,
        "includeAll": True,
        "allValue": ".*",
        "current": {"selected": True, "text": ["All"], "value": ["$__all"]},
        "options": [],
    }


class Board:
    def __init__(self, name, title, about, rows, chosen=()):
        """`rows` are functions that each add one to the board they are given. `chosen` is (label, words, series that
        has it): what can be chosen above beside the data source and the probe."""
        self._head = {"uid": f"{TAG}-{name}", "title": f"{TAG} / {title}", "description": about}
        self._variables = [_variable(*one) for one in (("instance", "Probe", "sipsonde_build_info"), *chosen)]
        self._panels = []
        self._top = 0
        for row in rows:
            row(self)

    def row(self, title, *panels):
        """Panels from left to right, broken when the width is full."""
        self._place({"type": "row", "title": title, "collapsed": False, "panels": []}, 0, GRID, 1)
        self._top += 1
        left = height = 0
        for panel in panels:
            if left + panel.width > GRID:
                self._top, left, height = self._top + height, 0, 0
            self._place(panel.json, left, panel.width, panel.height)
            left, height = left + panel.width, max(height, panel.height)
        self._top += height

    def _place(self, panel, left, width, height):
        place = {"h": height, "w": width, "x": left, "y": self._top}
        self._panels.append({"id": len(self._panels) + 1, "gridPos": place, **panel})

    def text(self):
        source = {
            "type": "datasource",
            "name": "datasource",
            "label": "Data source",
            "query": "prometheus",
            "refresh": 1,
            "regex": "",
            "multi": False,
            "includeAll": False,
            "current": {},
            "options": [],
        }
        link = {
            "type": "dashboards",
            "title": "sipsonde",
            "tags": [TAG],
            "asDropdown": False,
            "includeVars": True,
            "keepTime": True,
            "targetBlank": False,
            "icon": "external link",
            "tooltip": "",
            "url": "",
        }
        board = {
            **self._head,
            "tags": [TAG],
            "schemaVersion": SCHEMA_VERSION,
            "version": 1,
            "editable": True,
            "graphTooltip": 1,
            "refresh": "30s",
            "time": {"from": "now-3h", "to": "now"},
            "timepicker": {},
            "timezone": "",
            "fiscalYearStartMonth": 0,
            "annotations": {"list": []},
            "links": [link],
            "templating": {"list": [source, *self._variables]},
            "panels": self._panels,
        }
        return json.dumps(board, indent=2, ensure_ascii=False) + "\n"
