{{/* SPDX-License-Identifier: Apache-2.0 */}}
{{/* How the page of a probe is scraped: by the node's name, which stays over upgrades, and as the job that alerts know. */}}
{{- define "sipsonde.scrape" -}}
port: metrics
path: /metrics
interval: {{ .interval }}
scrapeTimeout: {{ .scrapeTimeout }}
relabelings:
  - {sourceLabels: [__meta_kubernetes_pod_node_name], targetLabel: node}
  - {sourceLabels: [__meta_kubernetes_pod_node_name], targetLabel: instance}
  - {targetLabel: job, replacement: sipsonde}
{{- end }}
