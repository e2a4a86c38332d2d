// SPDX-License-Identifier: Apache-2.0
// An attribute as bytes (opentelemetry-proto, common/v1), the same on spans, log records and data points.
#pragma once

#include <array>
#include <cstdint>
#include <protozero/pbf_builder.hpp>
#include <string>
#include <string_view>

#include "otlp/proto_fields.h"
#include "otlp/span.h"

namespace sipsonde {

template <typename Message>
using Writer = protozero::pbf_builder<Message>;

inline protozero::data_view view(std::string_view text) {
  return {text.data(), text.size()};
}
template <std::size_t kSize>
protozero::data_view view(const std::array<std::uint8_t, kSize>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), kSize};
}

// The same text where it is UTF-8, else a repaired copy in `room`: a byte that is not becomes U+FFFD.
std::string_view clean_utf8(std::string_view text, std::string& room);

template <typename Parent, typename Tag>
void write_attribute(Writer<Parent>& parent, Tag tag, const SpanAttribute& attribute, std::string& room) {
  Writer<proto::KeyValue> pair(parent, tag);
  pair.add_string(proto::KeyValue::key, view(attribute.key));
  Writer<proto::AnyValue> value(pair, proto::KeyValue::value);
  if (const auto* const text = std::get_if<std::string_view>(&attribute.value))
    value.add_string(proto::AnyValue::string, view(clean_utf8(*text, room)));
  else if (const auto* const number = std::get_if<std::int64_t>(&attribute.value))
    value.add_int64(proto::AnyValue::integer, *number);
  else
    value.add_double(proto::AnyValue::real, std::get<double>(attribute.value));
}

}  // namespace sipsonde
