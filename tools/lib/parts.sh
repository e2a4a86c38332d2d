# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034
# The parts of tools/test. Each builds what it needs, runs, prints what failed and adds to the tally.

readonly part_names=(kernel replay live package chart unit fuzz)
readonly part_logs=build/log
fuzz_seconds=6
built_behind=() # targets of parts that come after `live`

# A part whose build breaks counts as one failed test; the rest goes on.
part_build() {
  build_folder "$@" && return
  say "the build of $1 failed"
  tally 0 1 0
  return 1
}

# part_ctest FOLDER LABEL [JOBS]: lines of passed tests stay in the log. The programs of GoogleTest count by what
# they write themselves, a file each; what else has the label by ctest's own report.
part_ctest() {
  local -r log=${part_logs}/$2.log junit=${PWD}/${part_logs}/$2.xml reports=${PWD}/${part_logs}/$2
  local status=0
  rm -rf "${junit}" "${reports}"
  GTEST_OUTPUT=xml:${reports}/ ctest --test-dir "$1" -L "^$2\$" --no-tests=error --output-on-failure \
    --output-junit "${junit}" --parallel "${3:-$(nproc)}" --timeout 900 >"${log}" 2>&1 || status=$?
  if [[ ${status} -ne 0 ]]; then
    grep -vE '^\[ +(OK|RUN) +\]|^\[-+\]| Passed +[0-9.]+ sec$|^ +Start +[0-9]+:' "${log}" | tail -n 300
  fi
  tally_reports "${junit}" "${reports}" "${status}"
}

# part_runner NAME COMMAND…: a runner of our own that prints its lines and, at the end, its counts.
part_runner() {
  local -r log=${part_logs}/$1.log
  shift
  local status=0
  PYTHONDONTWRITEBYTECODE=1 "$@" 2>&1 | tee "${log}" || status=$?
  tally_log "${log}" "${status}"
}

# The build that unit tests and fuzz targets share: clang with every sanitizer, warnings are errors.
build_checked() {
  build_folder build-sanitizers "$1" -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_FLAGS_DEBUG=-g1 -DSIPSONDE_SANITIZE=ON \
    -DSIPSONDE_FUZZ=ON -DSIPSONDE_WERROR=ON -DCMAKE_C_COMPILER=clang -DCMAKE_CXX_COMPILER=clang++
}

part_build_checked() {
  wait_for_build_behind
  build_checked "$1" && return
  say "the build of build-sanitizers failed"
  tally 0 1 0
  return 1
}

# Live tests, and those of the package, wait more than they work, so what is built for later parts is built
# meanwhile, where nobody else wants the CPU. Whether it succeeded, the part that needs it finds out.
build_behind() {
  set -m # a process group of its own, so that it can be ended as a whole
  (
    chrt --idle --pid 0 "${BASHPID}" >/dev/null
    for target in "$@"; do build_checked "${target}" || true; done
  ) </dev/null >/dev/null 2>&1 &
  behind=$!
  set +m
  trap '[[ -z ${behind} ]] || kill -- "-${behind}" 2>/dev/null' EXIT
}
behind= # the process that builds

wait_for_build_behind() {
  [[ -n ${behind} ]] || return 0
  say "waiting for what is built behind"
  wait "${behind}" || true
  behind=
}

part_unit() {
  part_build_checked tests/unit/all || return 0
  part_ctest build-sanitizers unit
}

# As many targets at a time as there are CPUs.
part_fuzz() {
  part_build_checked tests/fuzz/all || return 0
  local target
  for target in build-sanitizers/tests/fuzz/*_fuzz; do
    while [[ $(jobs -rp | wc -l) -ge $(nproc) ]]; do wait -n || true; done
    fuzz_run "${target}" "$(basename "${target}" _fuzz)" &
  done
  wait
  for target in build-sanitizers/tests/fuzz/*_fuzz; do
    fuzz_report "$(basename "${target}" _fuzz)"
  done
}

# What is newly found stays in the build folder; a crashing input is named in the log.
fuzz_run() {
  local -r target=$1 name=$2 log=${part_logs}/fuzz-$2.log found=build-sanitizers/found/$2 seeds=tests/fuzz/corpus/$2
  local -a corpus=("${found}")
  local status=0
  [[ -d ${seeds} ]] && corpus+=("${seeds}")
  mkdir -p "${found}" build-sanitizers/crashes
  "${target}" -max_total_time="${fuzz_seconds}" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
    -artifact_prefix="build-sanitizers/crashes/${name}-" "${corpus[@]}" >"${log}" 2>&1 || status=$?
  printf '%d\n' "${status}" >"${log%.log}.status"
}

fuzz_report() {
  local -r name=$1 log=${part_logs}/fuzz-$1.log
  if [[ $(cat "${log%.log}.status") == 0 ]]; then
    printf 'ok   %s: %s runs\n' "${name}" "$(sed -nE 's/^stat::number_of_executed_units: +([0-9]+)/\1/p' "${log}")"
    tally 1 0 0
  else
    tail -n 40 "${log}"
    printf 'FAIL %s: the log is %s\n' "${name}" "${log}"
    tally 0 1 0
  fi
}

part_kernel() {
  part_build build tests/kernel/all || return 0
  part_ctest build kernel
}

part_replay() {
  part_build build sipsonde || return 0
  part_runner replay python3 tests/replay/run_replay.py
}

part_live() {
  part_build build sipsonde || return 0
  [[ ${#built_behind[@]} -eq 0 ]] || build_behind "${built_behind[@]}"
  part_runner live tests/live/run
}

# What needs helm or an API server of Kubernetes is skipped until tests/chart/build_helm and build_kube have built them.
part_chart() {
  part_runner chart tests/chart/run
}

# The package and the image are made of the program that the parts before have tested.
part_package() {
  part_build build sipsonde || return 0
  part_runner package tests/package/run
}
