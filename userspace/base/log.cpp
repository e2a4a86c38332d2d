// SPDX-License-Identifier: Apache-2.0
#include "base/log.h"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>

#include "base/utf8.h"

namespace sipsonde {
namespace {

constexpr char kHex[] = "0123456789abcdef";

// The inside of a JSON string (RFC 8259 section 7). Control characters are escaped, and each byte that is
// no UTF-8 becomes U+FFFD: a reader of the log refuses a line for less.
template <typename Buffer>
void append_escaped(Buffer& out, std::string_view text) {
  const auto append = [&out](std::string_view piece) {
    out.append(piece.data(), piece.data() + piece.size());
  };
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const auto byte = static_cast<unsigned char>(text.front());
    if (length == 0) {
      append("\xef\xbf\xbd");
    } else if (byte == '"' || byte == '\\') {
      append("\\");
      append(text.substr(0, 1));
    } else if (byte < 0x20 || byte == 0x7f) {
      append("\\u00");
      out.push_back(kHex[byte >> 4]);
      out.push_back(kHex[byte & 15]);
    } else {
      append(text.substr(0, length));
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
}

// %* in a pattern: the message, escaped.
class EscapedMessage final : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm&, spdlog::memory_buf_t& out) override {
    append_escaped(out, {message.payload.data(), message.payload.size()});
  }
  std::unique_ptr<spdlog::custom_flag_formatter> clone() const override {
    return std::make_unique<EscapedMessage>();
  }
};

}  // namespace

std::unique_ptr<spdlog::formatter> json_log_formatter() {
  auto formatter = std::make_unique<spdlog::pattern_formatter>();
  formatter->add_flag<EscapedMessage>('*').set_pattern(
      R"({"ts":"%Y-%m-%dT%H:%M:%S.%e%z","level":"%l","message":"%*"})");
  return formatter;
}

Result<Done> configure_log(const std::string& level, const std::string& format) {
  const auto parsed = spdlog::level::from_str(level);
  if (parsed == spdlog::level::off && level != "off")
    return Error{"set log.level: \"" + level + "\" is no level; use trace, debug, info, warn, error or off",
                 2};
  auto logger =
      std::make_shared<spdlog::logger>("sipsonde", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  if (format == "json")
    logger->set_formatter(json_log_formatter());
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
