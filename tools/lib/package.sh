# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# The Debian package of a build folder.

# The same sources give the same bytes: dates are that of the last change.
package_date() {
  git log -1 --format=%ct 2>/dev/null || stat -c %Y CMakeLists.txt
}

# package_file FOLDER: where the package of this version is.
package_file() {
  local version
  version=$(sed -nE 's/^CMAKE_PROJECT_VERSION:STATIC=(.*)/\1/p' "$1/CMakeCache.txt")
  printf '%s/sipsonde_%s_%s.deb\n' "$1" "${version}" "$(dpkg --print-architecture)"
}

# make_package FOLDER: out of what is built there.
make_package() {
  local date
  date=$(package_date)
  SOURCE_DATE_EPOCH=${date} logged "build/log/package.log" cpack --config "$1/CPackConfig.cmake" -B "$1"
}

# make_image PACKAGE OUT.oci.tar: and OUT.spdx.json beside it.
make_image() (
  local -r package=$1 image=$2
  date=$(package_date)
  version=$(dpkg-deb -f "${package}" Version)
  export SOURCE_DATE_EPOCH=${date}
  root=$(mktemp -d "${TMPDIR:-/tmp}/sipsonde-root-XXXXXX")
  trap 'rm -rf "${root}"' EXIT
  chmod 755 "${root}"
  mkdir -p "$(dirname "${image}")"
  logged build/log/image.log packaging/image/root "${package}" "${root}" &&
    digest=$(python3 -B packaging/image/oci.py "${root}" "${version}" "${image}") &&
    python3 -B packaging/image/sbom.py "${root}" "${digest}" "${image%.oci.tar}.spdx.json"
)
