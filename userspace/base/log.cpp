// SPDX-License-Identifier: Apache-2.0
#include "base/log.h"

#include <spdlog/sinks/stdout_sinks.h>

namespace sipsonde {

Result<Done> configure_log(const std::string& level, const std::string& format) {
  const auto parsed = spdlog::level::from_str(level);
  if (parsed == spdlog::level::off && level != "off")
    return Error{"set log.level: \"" + level + "\" is no level; use trace, debug, info, warn, error or off", 2};
  auto logger = std::make_shared<spdlog::logger>("sipsonde", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  if (format == "json")
    // Every message of ours is free of quotes and control characters: see printable().
    logger->set_pattern(R"({"ts":"%Y-%m-%dT%H:%M:%S.%e%z","level":"%l","message":"%v"})");
  else if (format == "text")
    logger->set_pattern("%Y-%m-%dT%H:%M:%S.%e %l %v");
  else
    return Error{"set log.format: \"" + format + "\" is no format; use text or json", 2};
  logger->set_level(parsed);
  spdlog::set_default_logger(std::move(logger));
  return Done{};
}

std::string printable(std::string_view bytes) {
  constexpr std::size_t kLimit = 200;
  constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  for (const char c : bytes.substr(0, kLimit)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7f && c != '"' && c != '\\') {
      out.push_back(c);
    } else {
      out += "\\x";
      out.push_back(kHex[byte >> 4]);
      out.push_back(kHex[byte & 15]);
    }
  }
  if (bytes.size() > kLimit) out += "...";
  return out;
}

}  // namespace sipsonde
