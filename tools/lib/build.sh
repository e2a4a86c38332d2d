# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Build folders: configured once, built only as far as something changed.

# build_folder FOLDER TARGET [CMAKE OPTION…]: `all` is everything. The progress goes to the terminal if there is
# one, else to a log. Returns the compiler's status.
build_folder() {
  local folder=$1 target=$2
  shift 2
  local log=build/log/${folder}.log
  local -a compile=(cmake --build "${folder}" --target "${target}" --parallel "$(nproc)")
  if [[ ! -e ${folder}/CMakeCache.txt ]]; then
    local -a launcher=()
    command -v ccache >/dev/null && launcher=(-DCMAKE_C_COMPILER_LAUNCHER=ccache -DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
    logged "${log}" cmake -B "${folder}" -G Ninja ${launcher[@]+"${launcher[@]}"} "$@" || return
  fi
  if [[ -t 2 ]]; then
    "${compile[@]}" >&2
  else
    say "building ${folder} (log: ${log})"
    logged "${log}" "${compile[@]}"
  fi
}
