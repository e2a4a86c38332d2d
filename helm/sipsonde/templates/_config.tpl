{{/* SPDX-License-Identifier: Apache-2.0 */}}
{{/* The file as the agent reads it. */}}
{{- define "sipsonde.config" -}}
{{- $text := ternary .Values.config (toYaml .Values.config) (kindIs "string" .Values.config) -}}
{{- $read := fromYaml $text -}}
{{- if hasKey $read "Error" -}}
{{- fail (printf "config: %s" $read.Error) -}}
{{- end -}}
{{- if hasKey $read "pin" -}}
{{- fail "config.pin: set pin.enabled instead, which mounts /sys/fs/bpf as well" -}}
{{- end -}}
{{- $pods := default dict $read.kubernetes -}}
{{- if and (or $pods.pods $pods.interfaces_of) (not .Values.podNames.enabled) -}}
{{- fail "config.kubernetes: set podNames.enabled as well, which gives the agent a token that may list pods" -}}
{{- end -}}
{{ $text | trimSuffix "\n" }}
{{- end }}

{{/* The address of a listener by its name in the configuration, and its default; "off" when it listens nowhere. */}}
{{- define "sipsonde.listen" -}}
{{- $of := dig .name "listen" .default (include "sipsonde.config" .root | fromYaml) -}}
{{- ternary "off" $of (or (kindIs "bool" $of) (eq (toString $of) "")) -}}
{{- end }}

{{- define "sipsonde.metricsListen" -}}
{{- include "sipsonde.listen" (dict "root" . "name" "metrics" "default" "0.0.0.0:9091") -}}
{{- end }}

{{- define "sipsonde.apiListen" -}}
{{- include "sipsonde.listen" (dict "root" . "name" "api" "default" "127.0.0.1:9092") -}}
{{- end }}

{{/* `[::1]:9092` is 9092. Port 0, any free one, can be in no manifest. */}}
{{- define "sipsonde.portOf" -}}
{{- $port := regexFind "[0-9]+$" . -}}
{{- if not (and $port (ne $port "0")) -}}
{{- fail (printf "config: %q is no address to listen on in a cluster; use one like 0.0.0.0:9091" .) -}}
{{- end -}}
{{- $port -}}
{{- end }}

{{/* The address under which the kubelet, on the node, reaches that listener. */}}
{{- define "sipsonde.hostOf" -}}
{{- $host := regexReplaceAll ":[0-9]+$" . "" | trimPrefix "[" | trimSuffix "]" -}}
{{- get (dict "0.0.0.0" "127.0.0.1" "::" "::1" "localhost" "127.0.0.1") $host | default $host -}}
{{- end }}
