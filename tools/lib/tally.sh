# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Counting of tests over all parts.

tally_passed=0
tally_failed=0
tally_skipped=0
tally_lines=()

# tally PASSED FAILED SKIPPED
tally() {
  tally_passed=$((tally_passed + $1))
  tally_failed=$((tally_failed + $2))
  tally_skipped=$((tally_skipped + $3))
}

# Takes the counts from the last line `N passed, N failed, N skipped` of a log. A runner that ended without one,
# or with an error but no failed test, is itself one failed test. tally_log LOG STATUS
tally_log() {
  local line
  line=$(grep -aE '^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$' "$1" | tail -n 1 || true)
  if [[ ${line} =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed,\ ([0-9]+)\ skipped$ ]]; then
    local failed=${BASH_REMATCH[2]}
    [[ $2 -ne 0 && ${failed} -eq 0 ]] && failed=1
    tally "${BASH_REMATCH[1]}" "${failed}" "${BASH_REMATCH[3]}"
  else
    say "the runner ended (${2}) without its counts; log: $1"
    tally 0 1 0
  fi
}

# tally_reports JUNIT FOLDER STATUS: what ctest wrote, and a folder with what each program of GoogleTest wrote.
# A program that ended without its report is one failed test.
tally_reports() {
  local counts passed failed skipped
  counts=$(python3 -B tools/lib/count_reports.py "$1" "$2" || true)
  if ! read -r passed failed skipped <<<"${counts}" || [[ $((passed + failed)) -eq 0 ]]; then
    say "no test ran (ctest ended with $3)"
    tally 0 1 0
    return
  fi
  [[ $3 -ne 0 && ${failed} -eq 0 ]] && failed=1
  tally "${passed}" "${failed}" "${skipped}"
}

# tally_part NAME FUNCTION: a headline, the part, and its line for the closing summary.
tally_part() {
  local -r name=$1 passed=${tally_passed} failed=${tally_failed} skipped=${tally_skipped} started=${SECONDS}
  printf '\n== %s ==\n' "${name}"
  "$2"
  local line
  line=$(printf '%-8s %4d passed, %d failed, %d skipped, %d s' "${name}" $((tally_passed - passed)) \
    $((tally_failed - failed)) $((tally_skipped - skipped)) $((SECONDS - started)))
  tally_lines+=("${line}")
  printf '%s\n' "${line}"
}

# Names of what failed, once more at the end: output that is kept elsewhere often loses its middle.
# tally_failures FOLDER PART…
tally_failures() {
  local -r folder=$1
  shift
  local part
  for part in "$@"; do
    [[ -f ${folder}/${part}.log ]] || continue
    grep -aE '^(FAIL |\[  FAILED  \] [A-Za-z_/]+\.|[[:space:]]+[0-9]+ - .*\((Failed|Timeout|SEGFAULT|Not Run)\))' "${folder}/${part}.log" |
      sed -E "s/ \([0-9.]+ m?s\)$//; s/^/${part}: /" | sort -u || true
  done
}
