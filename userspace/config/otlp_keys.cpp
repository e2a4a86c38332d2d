// SPDX-License-Identifier: Apache-2.0
#include "config/otlp_keys.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "config/key_row.h"
#include "config/named_texts.h"
#include "config/values.h"
#include "config/yaml_text.h"

namespace sipsonde {
namespace {

// Indices are the values of the enumerations.
constexpr std::array<std::string_view, 2> kFlags = {"false", "true"};
constexpr std::array<std::string_view, 2> kProtocols = {"http/protobuf", "grpc"};
constexpr std::array<std::string_view, 2> kCompressions = {"none", "gzip"};
constexpr std::array<std::string_view, 6> kSamplers = {"always_on",
                                                       "always_off",
                                                       "traceidratio",
                                                       "parentbased_always_on",
                                                       "parentbased_always_off",
                                                       "parentbased_traceidratio"};

constexpr std::size_t kUrlLongest = 2048;
constexpr std::size_t kStatusesMost = 64;

using Milliseconds = std::chrono::milliseconds;

template <typename T>
Result<Done> read_one_of(const Given& given, std::span<const std::string_view> words, T& target) {
  const auto index = read_choice(given, words);
  if (!index) return index.error();
  target = static_cast<T>(*index);
  return Done{};
}

std::string flag_text(bool flag) {
  return std::string(kFlags[flag]);
}

// http://HOST[:PORT][/PATH], or HOST:PORT of gRPC. Whether it can be reached shows when it is used.
Result<Done> read_url(const Given& given, bool may_be_off, std::string& target) {
  const auto text = read_text(given);
  if (!text) return text.error();
  const std::size_t scheme = text->find("://");
  const std::string_view rest = scheme == text->npos ? *text : std::string_view(*text).substr(scheme + 3);
  const bool known = scheme == text->npos || text->starts_with("http://") || text->starts_with("https://");
  if (may_be_off && (text->empty() || *text == "off")) {
    target.clear();
    return Done{};
  }
  if (!known || rest.empty() || rest.front() == '/' || text->size() > kUrlLongest ||
      text->find_first_of(" \t\"<>") != text->npos)
    return given.error(in_quotes(*text) + " is no endpoint; write http://HOST:PORT or https://HOST:PORT");
  target = *text;
  return Done{};
}

Result<Done> read_ratio(const Given& given, double& target) {
  const auto parse = [](std::string_view text) -> Result<double> {
    double ratio = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), ratio);
    if (failed != std::errc{} || end != text.data() + text.size() || !(ratio >= 0 && ratio <= 1))
      return Error{in_quotes(text) + " is no part of a whole; use a number from 0 to 1 such as 0.25", 2};
    return ratio;
  };
  return read_parsed(given, parse, target);
}

std::string ratio_text(double ratio) {
  char digits[32];
  return {digits, std::to_chars(digits, digits + sizeof digits, ratio).ptr};
}

Result<Done> read_statuses(const Given& given, std::vector<std::uint16_t>& statuses) {
  statuses.clear();
  return read_each(given, kStatusesMost, [&statuses](const Given& item) {
    statuses.emplace_back();
    return read_parsed(
        item, [](std::string_view text) { return parse_count(text, 400, 699); }, statuses.back());
  });
}

std::string statuses_text(const std::vector<std::uint16_t>& statuses) {
  std::vector<std::string> items;
  for (const std::uint16_t status : statuses) items.push_back(std::to_string(status));
  return yaml_list(items);
}

std::string file_text(const std::string& path) {
  return path.empty() ? "off" : yaml_text(path);
}

using namespace std::chrono_literals;

using namespace key_row;

const Key kKeys[] = {
    {"otlp.enabled", Shape::value, "whether spans of calls are sent to an OpenTelemetry receiver",
     [](G g, S s) { return read_one_of(g, kFlags, s.otlp.enabled); },
     [](View s) { return flag_text(s.otlp.enabled); }},
    {"otlp.logs", Shape::value, "true: events of calls are sent as log records",
     [](G g, S s) { return read_one_of(g, kFlags, s.otlp.logs); },
     [](View s) { return flag_text(s.otlp.logs); }},
    {"otlp.metrics", Shape::value, "true: a few metrics are sent on an interval",
     [](G g, S s) { return read_one_of(g, kFlags, s.otlp.metrics); },
     [](View s) { return flag_text(s.otlp.metrics); }},
    {"otlp.metrics_interval", Shape::value, "from one export of metrics to the next",
     [](G g, S s) { return read_length(g, 100ms, 24h, s.otlp.metrics_interval); },
     [](View s) { return duration_to_text(s.otlp.metrics_interval); }},
    {"otlp.endpoint", Shape::value,
     "URL of the receiver; /v1/traces, /v1/logs, /v1/metrics are added for HTTP",
     [](G g, S s) { return read_url(g, false, s.otlp.endpoint); },
     [](View s) { return yaml_text(s.otlp.endpoint); }},
    {"otlp.traces_endpoint", Shape::value, "URL for traces, taken as it is, or off",
     [](G g, S s) { return read_url(g, true, s.otlp.traces_endpoint); },
     [](View s) { return file_text(s.otlp.traces_endpoint); }},
    {"otlp.logs_endpoint", Shape::value, "URL for log records, taken as it is, or off",
     [](G g, S s) { return read_url(g, true, s.otlp.logs_endpoint); },
     [](View s) { return file_text(s.otlp.logs_endpoint); }},
    {"otlp.metrics_endpoint", Shape::value, "URL for metrics, taken as it is, or off",
     [](G g, S s) { return read_url(g, true, s.otlp.metrics_endpoint); },
     [](View s) { return file_text(s.otlp.metrics_endpoint); }},
    {"otlp.protocol", Shape::value, "http/protobuf or grpc",
     [](G g, S s) { return read_one_of(g, kProtocols, s.otlp.protocol); },
     [](View s) { return std::string(kProtocols[static_cast<std::size_t>(s.otlp.protocol)]); }},
    {"otlp.headers", Shape::structure, "headers of each request: {authorization: Bearer …}",
     [](G g, S s) { return read_named_texts(g, s.otlp.headers); },
     [](View s) { return names_to_text(s.otlp.headers); }},
    {"otlp.timeout", Shape::value, "the longest that one request may take",
     [](G g, S s) { return read_length(g, 1ms, 5min, s.otlp.timeout); },
     [](View s) { return duration_to_text(s.otlp.timeout); }},
    {"otlp.compression", Shape::value, "of requests: none or gzip",
     [](G g, S s) { return read_one_of(g, kCompressions, s.otlp.compression); },
     [](View s) { return std::string(kCompressions[static_cast<std::size_t>(s.otlp.compression)]); }},
    {"otlp.insecure", Shape::value, "true: gRPC without TLS when the endpoint has no scheme",
     [](G g, S s) { return read_one_of(g, kFlags, s.otlp.insecure); },
     [](View s) { return flag_text(s.otlp.insecure); }},
    {"otlp.certificate", Shape::value, "file of the authority that signed the receiver's certificate, or off",
     [](G g, S s) { return read_path(g, s.otlp.certificate); },
     [](View s) { return file_text(s.otlp.certificate); }},
    {"otlp.client_certificate", Shape::value, "file of our own certificate, or off",
     [](G g, S s) { return read_path(g, s.otlp.client_certificate); },
     [](View s) { return file_text(s.otlp.client_certificate); }},
    {"otlp.client_key", Shape::value, "file of the key of client_certificate, or off",
     [](G g, S s) { return read_path(g, s.otlp.client_key); },
     [](View s) { return file_text(s.otlp.client_key); }},
    {"otlp.service_name", Shape::value, "service.name of the resource",
     [](G g, S s) -> Result<Done> {
       const auto text = read_text(g);
       if (!text) return text.error();
       s.otlp.service_name = *text;
       return Done{};
     },
     [](View s) { return yaml_text(s.otlp.service_name.empty() ? "sipsonde" : s.otlp.service_name); }},
    {"otlp.resource", Shape::structure, "more attributes of the resource: {deployment.environment: prod}",
     [](G g, S s) { return read_named_texts(g, s.otlp.resource); },
     [](View s) { return named_texts_to_text(s.otlp.resource); }},
    {"otlp.sampler", Shape::value, "which calls are sent: a sampler of the OpenTelemetry specification",
     [](G g, S s) { return read_one_of(g, kSamplers, s.otlp.sampler); },
     [](View s) { return std::string(kSamplers[static_cast<std::size_t>(s.otlp.sampler)]); }},
    {"otlp.sampler_arg", Shape::value, "part of all calls that a traceidratio sampler takes, 0 to 1",
     [](G g, S s) { return read_ratio(g, s.otlp.sampler_ratio); },
     [](View s) { return ratio_text(s.otlp.sampler_ratio); }},
    {"otlp.keep_failed", Shape::value, "true: calls that failed are sent whatever the sampler says",
     [](G g, S s) { return read_one_of(g, kFlags, s.otlp.keep_failed); },
     [](View s) { return flag_text(s.otlp.keep_failed); }},
    {"otlp.keep_slow", Shape::value, "calls that were set up slower than that are sent, too; 0s: no matter",
     [](G g, S s) { return read_length(g, 0ms, 1h, s.otlp.keep_slow); },
     [](View s) { return duration_to_text(s.otlp.keep_slow); }},
    {"otlp.error_status_except", Shape::list, "status codes from 400 on that are no errors",
     [](G g, S s) { return read_statuses(g, s.otlp.error_status_except); },
     [](View s) { return statuses_text(s.otlp.error_status_except); }},
    {"otlp.register_spans", Shape::value, "true: a span for each REGISTER",
     [](G g, S s) { return read_one_of(g, kFlags, s.otlp.register_spans); },
     [](View s) { return flag_text(s.otlp.register_spans); }},
    {"otlp.options_spans", Shape::value, "true: a span for each OPTIONS",
     [](G g, S s) { return read_one_of(g, kFlags, s.otlp.options_spans); },
     [](View s) { return flag_text(s.otlp.options_spans); }},
    {"otlp.replay", Shape::value, "true: a replay sends spans and log records, too",
     [](G g, S s) { return read_one_of(g, kFlags, s.otlp.replay); },
     [](View s) { return flag_text(s.otlp.replay); }},
    {"otlp.batch.delay", Shape::value, "the longest that a span or log record waits for others",
     [](G g, S s) { return read_length(g, 0ms, 5min, s.otlp.batch.delay); },
     [](View s) { return duration_to_text(s.otlp.batch.delay); }},
    {"otlp.batch.timeout", Shape::value,
     "another bound of one request; the lower of it and otlp.timeout holds",
     [](G g, S s) { return read_length(g, 1ms, 5min, s.otlp.batch.timeout); },
     [](View s) { return duration_to_text(s.otlp.batch.timeout); }},
    {"otlp.batch.queue", Shape::value, "facts that wait for this sink, 0: limits.queue",
     [](G g, S s) { return read_count(g, 0, 16'777'216, s.otlp.batch.queue); },
     [](View s) { return std::to_string(s.otlp.batch.queue); }},
    {"otlp.batch.size", Shape::value, "spans or log records of one request at most",
     [](G g, S s) { return read_count(g, 1, 65'536, s.otlp.batch.size); },
     [](View s) { return std::to_string(s.otlp.batch.size); }},
    {"otlp.span_limits.attributes", Shape::value, "attributes of one span",
     [](G g, S s) { return read_count(g, 0, 1024, s.otlp.limits.attributes); },
     [](View s) { return std::to_string(s.otlp.limits.attributes); }},
    {"otlp.span_limits.events", Shape::value, "events of one span",
     [](G g, S s) { return read_count(g, 0, 1024, s.otlp.limits.events); },
     [](View s) { return std::to_string(s.otlp.limits.events); }},
    {"otlp.span_limits.links", Shape::value, "links of one span",
     [](G g, S s) { return read_count(g, 0, 1024, s.otlp.limits.links); },
     [](View s) { return std::to_string(s.otlp.limits.links); }},
};

}  // namespace

std::span<const Key> otlp_keys() {
  return kKeys;
}

std::optional<OtlpComplaint> complaint_about(const OtlpSettings& otlp) {
  if (!otlp.sends_anything()) return std::nullopt;
  if (otlp.client_certificate.empty() != otlp.client_key.empty())
    return OtlpComplaint{otlp.client_key.empty() ? "otlp.client_certificate" : "otlp.client_key",
                         "a certificate of ours needs its key and a key its certificate; name both files"};
  if (otlp.protocol != OtlpProtocol::http_protobuf) return std::nullopt;
  const struct {
    bool wanted;
    const char* key;
    const std::string& endpoint;
  } signals[] = {{otlp.enabled, "otlp.traces_endpoint", otlp.traces_endpoint},
                 {otlp.logs, "otlp.logs_endpoint", otlp.logs_endpoint},
                 {otlp.metrics, "otlp.metrics_endpoint", otlp.metrics_endpoint}};
  for (const auto& [wanted, key, given] : signals) {
    const std::string& endpoint = given.empty() ? otlp.endpoint : given;
    if (wanted && endpoint.find("://") == endpoint.npos)
      return OtlpComplaint{
          given.empty() ? "otlp.endpoint" : key,
          in_quotes(endpoint) + " has no scheme; write http://HOST:PORT or https://HOST:PORT"};
  }
  return std::nullopt;
}

}  // namespace sipsonde
