# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# How the tools talk: one line for the reader on stderr, the details in a log that is shown when they matter.

say() { printf '%s\n' "$*" >&2; }

# Ends the tool with one line: what went wrong and what to do.
fail() {
  printf '%s: %s\n' "tools/${0##*/}" "$*" >&2
  exit 1
}

need_root() {
  [[ ${EUID} -eq 0 ]] || fail "not root; $1: run it as root, for example: sudo tools/${0##*/}"
}

# logged LOG COMMAND…: runs quietly; when the command fails, the end of its log is shown and its status returned.
logged() {
  local log=$1 status=0
  shift
  mkdir -p "$(dirname "${log}")"
  "$@" >"${log}" 2>&1 </dev/null || status=$?
  if [[ ${status} -ne 0 ]]; then
    tail -n 60 "${log}" >&2
    say "failed (${status}): $*; the whole log is ${log}"
  fi
  return "${status}"
}
