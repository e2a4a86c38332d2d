// SPDX-License-Identifier: Apache-2.0
// OTLP/HTTP with binary protobuf: one connection, kept open between requests.
#include <curl/curl.h>

#include <atomic>
#include <string>

#include "base/gzip.h"
#include "otlp/export_reply.h"
#include "otlp/exporter.h"
#include "version.h"

namespace sipsonde {
namespace {

using Clock = std::chrono::steady_clock;

// The specification lets receivers answer up to 4 MiB; nothing that is read here is that long.
constexpr std::size_t kAnswerLongest = 64 << 10;

struct FreeCurl {
  void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
};
struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

constexpr std::string_view kPaths[] = {"v1/traces", "v1/logs", "v1/metrics"};  // by OtlpSignal

std::string url_of(const OtlpSettings& settings, OtlpSignal signal) {
  if (const std::string& given = endpoint_of(settings, signal); !given.empty()) return given;
  std::string url = settings.endpoint;
  if (!url.ends_with('/')) url += '/';
  return url.append(kPaths[static_cast<std::size_t>(signal)]);
}

class HttpExporter : public Exporter {
 public:
  HttpExporter(const OtlpSettings& settings, OtlpSignal signal)
      : settings_(settings), url_(url_of(settings, signal)), timeout_(request_timeout_of(settings)) {}

  bool open() {
    curl_.reset(curl_easy_init());
    if (!curl_ || !make_headers()) return false;
    set(CURLOPT_URL, url_.c_str());
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_HTTPHEADER, headers_.get());
    set(CURLOPT_POST, 1L);
    set(CURLOPT_ERRORBUFFER, error_);
    set(CURLOPT_WRITEFUNCTION, &HttpExporter::take_answer);
    set(CURLOPT_WRITEDATA, this);
    set(CURLOPT_XFERINFOFUNCTION, &HttpExporter::look_at_clock);
    set(CURLOPT_XFERINFODATA, this);
    set(CURLOPT_NOPROGRESS, 0L);
    if (!settings_.certificate.empty()) set(CURLOPT_CAINFO, settings_.certificate.c_str());
    if (!settings_.client_certificate.empty()) {
      set(CURLOPT_SSLCERT, settings_.client_certificate.c_str());
      set(CURLOPT_SSLKEY, settings_.client_key.c_str());
    }
    return true;
  }

  ExportReply send(std::string_view request) override {
    std::string_view body = request;
    if (settings_.compression == OtlpCompression::gzip) {
      if (!gzip_.compress(request, compressed_)) return reply_of_silence("no memory to compress a request");
      body = compressed_;
    }
    deadline_ = std::min(Clock::now() + timeout_, stop_at_.load());
    answer_.clear();
    error_[0] = 0;
    set(CURLOPT_POSTFIELDS, body.data());
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(timeout_.count()));
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(timeout_.count()));
    const CURLcode done = curl_easy_perform(curl_.get());
    if (done != CURLE_OK && !answer_cut_)
      return reply_of_silence(error_[0] ? error_ : curl_easy_strerror(done));
    answer_cut_ = false;
    long status = 0;
    curl_off_t wait_seconds = 0;
    curl_easy_getinfo(curl_.get(), CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(curl_.get(), CURLINFO_RETRY_AFTER, &wait_seconds);
    std::optional<std::chrono::milliseconds> retry_after;
    if (wait_seconds > 0) retry_after = std::chrono::seconds(std::min<curl_off_t>(wait_seconds, 1 << 20));
    return reply_of_http(status, answer_, retry_after);
  }

  void reopen() override { open(); }
  void stop_by(Clock::time_point deadline) override { stop_at_.store(deadline); }

 private:
  template <typename T>
  void set(CURLoption option, T value) {
    curl_easy_setopt(curl_.get(), option, value);
  }

  bool make_headers() {
    headers_.reset();
    add_header("Content-Type: application/x-protobuf");
    add_header("User-Agent: OTel-OTLP-Exporter-sipsonde/" + std::string(kVersion));
    add_header("Expect:");  // a receiver that does not know 100-continue would be waited for
    if (settings_.compression == OtlpCompression::gzip) add_header("Content-Encoding: gzip");
    for (const auto& [name, value] : settings_.headers)
      add_header(name + (value.empty() ? ";" : ": " + value));
    return headers_ != nullptr;
  }
  void add_header(const std::string& line) {
    if (curl_slist* const longer = curl_slist_append(headers_.get(), line.c_str())) {
      static_cast<void>(headers_.release());
      headers_.reset(longer);
    }
  }

  static std::size_t take_answer(const char* bytes, std::size_t one, std::size_t count, void* self) {
    auto* const exporter = static_cast<HttpExporter*>(self);
    exporter->answer_.append(bytes, count);
    exporter->answer_cut_ = exporter->answer_.size() > kAnswerLongest;
    return exporter->answer_cut_ ? 0 : one * count;  // 0 ends it: what counts was in front
  }

  // The deadline of a shutdown may come while a receiver is waited for.
  static int look_at_clock(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    const auto* const exporter = static_cast<const HttpExporter*>(self);
    return Clock::now() > std::min(exporter->deadline_, exporter->stop_at_.load()) ? 1 : 0;
  }

  const OtlpSettings settings_;
  const std::string url_;
  const std::chrono::milliseconds timeout_;
  std::atomic<Clock::time_point> stop_at_{Clock::time_point::max()};
  Clock::time_point deadline_;
  std::unique_ptr<curl_slist, FreeList> headers_;
  Gzip gzip_;
  std::string compressed_;
  std::string answer_;
  bool answer_cut_ = false;
  char error_[CURL_ERROR_SIZE] = {};
  std::unique_ptr<CURL, FreeCurl> curl_;  // last: it uses the others
};

}  // namespace

Result<std::unique_ptr<Exporter>> make_http_exporter(const OtlpSettings& settings, OtlpSignal signal) {
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  auto exporter = std::make_unique<HttpExporter>(settings, signal);
  if (ready != CURLE_OK || !exporter->open()) return Error{"prepare OTLP over HTTP: libcurl has no memory"};
  return std::unique_ptr<Exporter>(std::move(exporter));
}

}  // namespace sipsonde
