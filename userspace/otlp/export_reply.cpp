// SPDX-License-Identifier: Apache-2.0
#include "otlp/export_reply.h"

#include <algorithm>
#include <protozero/pbf_message.hpp>

#include "otlp/proto_fields.h"

namespace sipsonde {
namespace {

using std::chrono::milliseconds;

// A receiver that asks for more is asked again all the same after so long.
constexpr milliseconds kRetryAfterLongest{300'000};
constexpr std::size_t kMessageLongest = 200;

// It becomes part of a line of the log.
std::string one_line(std::string_view text) {
  std::string line(text.substr(0, kMessageLongest));
  for (char& c : line)
    if (c < ' ' || c > '~') c = ' ';
  return line;
}

std::string_view text_of(protozero::data_view view) {
  return {view.data(), view.size()};
}

// protozero says by an exception that bytes are no message; here that ends.
template <typename Read>
void read_hostile(Read read) {
  try {
    read();
  } catch (const protozero::exception&) {
  }
}

void read_partial_success(std::string_view body, ExportReply& reply) {
  read_hostile([&] {
    protozero::pbf_message<proto::ExportResponse> response(body.data(), body.size());
    while (
        response.next(proto::ExportResponse::partial_success, protozero::pbf_wire_type::length_delimited)) {
      protozero::pbf_message<proto::PartialSuccess> partial(response.get_message());
      while (partial.next()) {
        switch (partial.tag_and_type()) {
          case protozero::tag_and_type(proto::PartialSuccess::rejected, protozero::pbf_wire_type::varint):
            reply.rejected = static_cast<std::uint64_t>(std::max<std::int64_t>(0, partial.get_int64()));
            break;
          case protozero::tag_and_type(proto::PartialSuccess::error_message,
                                       protozero::pbf_wire_type::length_delimited):
            reply.message = one_line(text_of(partial.get_view()));
            break;
          default:
            partial.skip();
        }
      }
    }
  });
}

milliseconds read_duration(protozero::pbf_message<proto::Duration> duration) {
  std::int64_t seconds = 0;
  std::int64_t nanos = 0;
  while (duration.next()) {
    if (duration.wire_type() != protozero::pbf_wire_type::varint)
      duration.skip();
    else if (duration.tag() == proto::Duration::seconds)
      seconds = duration.get_int64();
    else if (duration.tag() == proto::Duration::nanos)
      nanos = duration.get_int32();
    else
      duration.skip();
  }
  const std::int64_t most = kRetryAfterLongest.count() / 1000;
  return milliseconds{std::clamp<std::int64_t>(seconds, 0, most) * 1000 +
                      std::clamp<std::int64_t>(nanos, 0, 999'999'999) / 1'000'000};
}

// google.rpc.RetryInfo among the details.
std::optional<milliseconds> read_retry_info(std::string_view details) {
  std::optional<milliseconds> found;
  read_hostile([&] {
    protozero::pbf_message<proto::RpcStatus> status(details.data(), details.size());
    while (status.next(proto::RpcStatus::details, protozero::pbf_wire_type::length_delimited)) {
      protozero::pbf_message<proto::Any> any(status.get_message());
      std::string_view type;
      std::string_view value;
      while (any.next()) {
        std::string_view& target = any.tag() == proto::Any::type_url ? type : value;
        if (any.wire_type() != protozero::pbf_wire_type::length_delimited)
          any.skip();
        else
          target = text_of(any.get_view());
      }
      if (!type.ends_with("/google.rpc.RetryInfo")) continue;
      found = milliseconds{0};
      protozero::pbf_message<proto::RetryInfo> info(value.data(), value.size());
      while (info.next(proto::RetryInfo::retry_delay, protozero::pbf_wire_type::length_delimited))
        found = read_duration(protozero::pbf_message<proto::Duration>(info.get_message()));
    }
  });
  return found;
}

// The message of a google.rpc.Status, which is the body of an HTTP error.
std::string read_status_message(std::string_view body) {
  std::string message;
  read_hostile([&] {
    protozero::pbf_message<proto::RpcStatus> status(body.data(), body.size());
    while (status.next(proto::RpcStatus::message, protozero::pbf_wire_type::length_delimited))
      message = one_line(text_of(status.get_view()));
  });
  return message;
}

// A proxy that wants somebody to sign in answers 200, too. No message of OTLP begins so, in protobuf or JSON.
bool is_web_page(std::string_view body) {
  body.remove_prefix(std::min(body.find_first_not_of(" \t\r\n"), body.size()));
  std::string begin(body.substr(0, std::string_view("<!doctype").size()));
  for (char& c : begin)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return begin == "<!doctype" || begin.starts_with("<html");
}

}  // namespace

ExportReply reply_of_http(long status, std::string_view body, std::optional<milliseconds> retry_after) {
  ExportReply reply;
  if (status / 100 == 2) {
    if (is_web_page(body))
      return reply_of_silence("what answers is no receiver of OTLP: HTTP " + std::to_string(status) +
                              " and a page of HTML");
    read_partial_success(body, reply);
    return reply;
  }
  const bool again = status == 429 || status == 502 || status == 503 || status == 504;
  reply.outcome = again ? ExportOutcome::later : ExportOutcome::refused;
  reply.message = "HTTP " + std::to_string(status);
  if (const std::string said = read_status_message(body); !said.empty()) reply.message += ": " + said;
  if (again && retry_after) reply.retry_after = std::clamp(*retry_after, milliseconds{0}, kRetryAfterLongest);
  return reply;
}

ExportReply reply_of_grpc(int code, std::string_view message, std::string_view details,
                          std::string_view body) {
  ExportReply reply;
  if (code == 0) {
    read_partial_success(body, reply);
    return reply;
  }
  reply.retry_after = read_retry_info(details);
  reply.message = "gRPC status " + std::to_string(code) + ": " + one_line(message);
  switch (code) {
    case 1:   // CANCELLED
    case 4:   // DEADLINE_EXCEEDED
    case 10:  // ABORTED
    case 11:  // OUT_OF_RANGE
    case 14:  // UNAVAILABLE
    case 15:  // DATA_LOSS
      reply.outcome = ExportOutcome::later;
      break;
    case 8:  // RESOURCE_EXHAUSTED: only where the receiver says that it will recover
      reply.outcome = reply.retry_after ? ExportOutcome::later : ExportOutcome::refused;
      break;
    default:
      reply.outcome = ExportOutcome::refused;
  }
  return reply;
}

ExportReply reply_of_silence(std::string_view reason) {
  return {.outcome = ExportOutcome::later, .message = one_line(reason)};
}

}  // namespace sipsonde
