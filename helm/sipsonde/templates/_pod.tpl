{{/* SPDX-License-Identifier: Apache-2.0 */}}
{{/* What the agent, the test and the clean-up have in common: a pod in the node's network. */}}
{{- define "sipsonde.pod" -}}
hostNetwork: true
dnsPolicy: ClusterFirstWithHostNet
serviceAccountName: {{ include "sipsonde.serviceAccount" . }}
enableServiceLinks: false
{{- with .Values.imagePullSecrets }}
imagePullSecrets: {{- toYaml . | nindent 2 }}
{{- end }}
securityContext: {{- include "sipsonde.podSecurity" . | nindent 2 }}
{{- with .Values.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* Names of the node and the pod go into every fact and span; secrets come by reference. The environment outranks the file. */}}
{{- define "sipsonde.env" -}}
- name: SIPSONDE_NODE
  valueFrom: {fieldRef: {fieldPath: spec.nodeName}}
- name: NODE_NAME
  valueFrom: {fieldRef: {fieldPath: spec.nodeName}}
- name: POD_NAME
  valueFrom: {fieldRef: {fieldPath: metadata.name}}
- name: POD_NAMESPACE
  valueFrom: {fieldRef: {fieldPath: metadata.namespace}}
- name: POD_UID
  valueFrom: {fieldRef: {fieldPath: metadata.uid}}
{{- if .Values.pin.enabled }}
- {name: SIPSONDE_PIN, value: "true"}
{{- end }}
{{- if .Values.podNames.enabled }}
- {name: SIPSONDE_KUBERNETES_PODS, value: "true"}
{{- end }}
{{- range $variable, $secret := .Values.secretEnv }}
- name: {{ $variable }}
  valueFrom: {secretKeyRef: {name: {{ $secret.name }}, key: {{ $secret.key }}}}
{{- end }}
{{- with .Values.env }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "sipsonde.mounts" -}}
- {name: config, mountPath: /etc/sipsonde, readOnly: true}
- {name: store, mountPath: /var/lib/sipsonde, subPath: store}
- {name: store, mountPath: /var/log/sipsonde, subPath: log}
{{- range $index, $secret := .Values.secretFiles }}
- {name: secret-{{ $index }}, mountPath: {{ $secret.mountPath }}, readOnly: true}
{{- end }}
{{- with .Values.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "sipsonde.volumes" -}}
- name: config
  configMap: {name: {{ include "sipsonde.fullname" . }}}
- name: store
{{- if eq .Values.store.type "hostPath" }}
  hostPath: {path: {{ .Values.store.hostPath }}, type: DirectoryOrCreate}
{{- else }}
  emptyDir: {sizeLimit: {{ .Values.store.sizeLimit }}}
{{- end }}
{{- range $index, $secret := .Values.secretFiles }}
- name: secret-{{ $index }}
  secret: {secretName: {{ $secret.name }}, defaultMode: 0400}
{{- end }}
{{- with .Values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* What of the node outlives a container, for those alone that attach and detach: which clsact filters are sipsonde's
(kernels below 6.6 have no hooks that end with their process), and pins. */}}
{{- define "sipsonde.nodeMounts" -}}
- {name: run, mountPath: /run/sipsonde}
{{- if .Values.pin.enabled }}
- {name: bpf, mountPath: /sys/fs/bpf}
{{- end }}
{{- end }}

{{- define "sipsonde.nodeVolumes" -}}
- name: run
  hostPath: {path: /run/sipsonde, type: DirectoryOrCreate}
{{- if .Values.pin.enabled }}
- name: bpf
  hostPath: {path: /sys/fs/bpf, type: Directory}
{{- end }}
{{- end }}
