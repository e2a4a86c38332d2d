// SPDX-License-Identifier: Apache-2.0
// A value that somebody gave for a key, and the readers that turn it into a part of Settings. File,
// environment and flags all arrive in this form, so one reader for each key serves the three.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "config/document.h"
#include "config/settings.h"

namespace sipsonde {

struct Given {
  const TextSource& source;
  const YamlNode& node;
  std::string_view path;  // "sip.ports"

  // "sipsonde.yaml:3: sip.ports: MESSAGE".
  Error error(const std::string& message) const;
};

// ---- one value ----

Result<std::string> read_text(const Given& given);

// `parse` takes the text and returns Result<T>; its error gets the place in front.
template <typename Parse, typename T>
Result<Done> read_parsed(const Given& given, Parse parse, T& target) {
  const auto text = read_text(given);
  if (!text) return text.error();
  auto value = parse(*text);
  if (!value) return given.error(value.error().message);
  target = static_cast<T>(*std::move(value));
  return Done{};
}

// The index in `choices` of the word given.
Result<std::size_t> read_choice(const Given& given, std::span<const std::string_view> choices);

Result<Done> read_count(const Given& given, std::uint64_t least, std::uint64_t most, std::uint32_t& target);
Result<Done> read_length(const Given& given, std::chrono::milliseconds least, std::chrono::milliseconds most,
                         std::chrono::milliseconds& target);

Result<Done> read_seconds(const Given& given, std::chrono::seconds least, std::chrono::seconds most,
                          std::chrono::seconds& target);

// Bytes: `256MiB`.
Result<Done> read_size(const Given& given, std::uint64_t least, std::uint64_t most, std::uint64_t& target);

// A file's path; `off` or "" leaves it empty.
Result<Done> read_path(const Given& given, std::string& path);

// A folder's path; `off` or "" leaves it empty.
Result<Done> read_folder(const Given& given, std::string& path);

// An address to listen on; `off` or "" leaves it absent.
Result<Done> read_listen_address(const Given& given, std::optional<ListenAddress>& address);

// ---- lists ----

// Calls `read` with each item; more than `most` are an error.
Result<Done> read_each(const Given& given, std::size_t most,
                       const std::function<Result<Done>(const Given&)>& read);

Result<Done> read_ports(const Given& given, std::vector<std::uint16_t>& ports);
Result<Done> read_networks(const Given& given, std::vector<Network>& networks);

// What the kernel takes for the name of an interface (dev_valid_name).
bool is_interface_name(std::string_view name);

// Names of network interfaces, or `auto`, which leaves the list empty.
Result<Done> read_interfaces(const Given& given, std::vector<std::string>& interfaces);

}  // namespace sipsonde
