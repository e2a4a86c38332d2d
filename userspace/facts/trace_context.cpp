// SPDX-License-Identifier: Apache-2.0
#include "facts/trace_context.h"

#include <algorithm>
#include <span>

namespace sipsonde {
namespace {

// "00-<32 hex>-<16 hex>-<2 hex>"
constexpr std::size_t kTraceIdAt = 3;
constexpr std::size_t kSpanIdAt = 36;
constexpr std::size_t kFlagsAt = 53;
constexpr std::size_t kLength = 55;
constexpr std::uint8_t kSampledFlag = 1;

constexpr std::size_t kStateLongest = 512;
constexpr std::ptrdiff_t kStateMembersMost = 32;

// 16 for what is no lower-case hex digit.
constexpr unsigned digit_of(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  return 16;
}

bool read_hex(std::string_view text, std::span<std::uint8_t> bytes) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const unsigned high = digit_of(text[2 * i]);
    const unsigned low = digit_of(text[2 * i + 1]);
    if (high > 15 || low > 15) return false;
    bytes[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return true;
}

bool all_zero(std::span<const std::uint8_t> bytes) {
  return std::ranges::all_of(bytes, [](std::uint8_t byte) { return byte == 0; });
}

}  // namespace

std::optional<TraceContext> parse_traceparent(std::string_view text) {
  if (text.size() < kLength || text[2] != '-' || text[kSpanIdAt - 1] != '-' || text[kFlagsAt - 1] != '-')
    return std::nullopt;
  std::array<std::uint8_t, 1> version;
  std::array<std::uint8_t, 1> flags;
  TraceContext context;
  if (!read_hex(text, version) || !read_hex(text.substr(kTraceIdAt), context.trace_id) ||
      !read_hex(text.substr(kSpanIdAt), context.span_id) || !read_hex(text.substr(kFlagsAt), flags))
    return std::nullopt;
  if (version[0] == 0xff || all_zero(context.trace_id) || all_zero(context.span_id)) return std::nullopt;
  if (text.size() > kLength && (version[0] == 0 || text[kLength] != '-')) return std::nullopt;
  context.sampled = flags[0] & kSampledFlag;
  return context;
}

bool is_plain_tracestate(std::string_view text) {
  const auto printable = [](char c) { return c >= ' ' && c <= '~'; };
  return !text.empty() && text.size() <= kStateLongest && text.find('=') != text.npos &&
         std::ranges::all_of(text, printable) && std::ranges::count(text, ',') < kStateMembersMost;
}

TraceId trace_id_of(std::string_view call_id, std::string_view traceparent) {
  if (!traceparent.empty())
    if (const auto context = parse_traceparent(traceparent)) return context->trace_id;
  return trace_id_of(call_id);
}

}  // namespace sipsonde
