{{/* SPDX-License-Identifier: Apache-2.0 */}}
{{- define "sipsonde.podSecurity" -}}
runAsUser: 0
runAsGroup: 0
{{- if eq .Values.preset "least" }}
seccompProfile:
  type: RuntimeDefault
{{- end }}
{{- end }}

{{- define "sipsonde.containerSecurity" -}}
{{- if eq .Values.preset "privileged" -}}
privileged: true
readOnlyRootFilesystem: true
{{- else -}}
privileged: false
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
  add:
    - BPF           # bpf(): load the programs, make and read their maps
    - NET_ADMIN     # attach to XDP and tc; programs of these types are not loaded without it
    - PERFMON       # the verifier refuses the programs without it: they move by lengths that a packet states
    {{- if .Values.sysResource }}
    - SYS_RESOURCE  # before 5.11 maps count against RLIMIT_MEMLOCK, which has to be raised
    {{- end }}
{{- end }}
{{- end }}
