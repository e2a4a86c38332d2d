# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034
# The packages of Debian 12 that each job needs. `later` are taken when the distribution has them.

packages_build=(
  clang llvm libbpf-dev bpftool libelf-dev zlib1g-dev linux-libc-dev
  cmake ninja-build g++ pkg-config python3
  prometheus-cpp-dev libboost1.81-dev libcli11-dev libyaml-cpp-dev libspdlog-dev libfmt-dev rapidjson-dev
  nlohmann-json3-dev libssl-dev libpcap-dev libosip2-dev libgtest-dev libgmock-dev libbenchmark-dev
  libluajit-5.1-dev libsqlite3-dev libprotozero-dev libcurl4-openssl-dev libgrpc++-dev
  librdkafka-dev
)
packages_lab=(iproute2 nftables util-linux python3 sip-tester kamailio)
packages_test=(
  tshark tcpdump prometheus ethtool libclang-rt-14-dev libc6-dev
  baresip-core rtpengine-daemon linphone-cli kamailio-tls-modules kamailio-websocket-modules openssl
  python3-websockets python3-yaml sngrep sqlite3 rsyslog rsyslog-openssl kcat
)
# To make the Debian package and the image, and to test both: a service manager in a container root, an OCI runtime.
packages_package=(dpkg-dev file mmdebstrap mandoc crun systemd systemd-container)
packages_later=(clang-19 llvm-19)

# Packages that bring a service along; it is neither started nor enabled when this project installs them.
packages_with_service=(kamailio prometheus rsyslog rtpengine-daemon)
