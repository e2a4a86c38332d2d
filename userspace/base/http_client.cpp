// SPDX-License-Identifier: Apache-2.0
#include "base/http_client.h"

#include <curl/curl.h>

#include <algorithm>
#include <atomic>

#include "base/input_file.h"
#include "base/log.h"
#include "version.h"

namespace sipsonde {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::size_t kCertificatesLongest = 4 << 20;  // as large as a system's bundle may become
constexpr curl_off_t kRetryAfterLongest_s = 300;

struct FreeCurl {
  void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
};
struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

}  // namespace

bool HttpReply::is_refused() const {
  return status == 400 || status == 413 || status == 422;
}

std::string HttpReply::text() const {
  if (status == 0) return printable(body);
  return "HTTP " + std::to_string(status) + (body.empty() ? "" : ": " + printable(body));
}

struct HttpClient::Transfer {
  explicit Transfer(HttpClientSettings given) : settings(std::move(given)) {}

  template <typename T>
  void set(CURLoption option, T value) {
    curl_easy_setopt(curl.get(), option, value);
  }

  // False when there is no memory.
  bool open() {
    curl.reset(curl_easy_init());
    if (!curl || !make_headers()) return false;
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_HTTPHEADER, headers.get());
    set(CURLOPT_ERRORBUFFER, error);
    set(CURLOPT_WRITEFUNCTION, &Transfer::take_body);
    set(CURLOPT_WRITEDATA, this);
    set(CURLOPT_XFERINFOFUNCTION, &Transfer::look_at_clock);
    set(CURLOPT_XFERINFODATA, this);
    set(CURLOPT_NOPROGRESS, 0L);
    if (!settings.ca_file.empty()) set(CURLOPT_CAINFO, settings.ca_file.c_str());
    return true;
  }

  bool make_headers() {
    headers.reset();
    bool added = add_header("User-Agent: sipsonde/" + std::string(kVersion));
    added = added && add_header("Expect:");  // a receiver that does not know 100-continue would be waited for
    for (const std::string& line : settings.headers) added = added && add_header(line);
    return added;
  }
  bool add_header(const std::string& line) {
    curl_slist* const longer = curl_slist_append(headers.get(), line.c_str());
    if (!longer) return false;
    static_cast<void>(headers.release());
    headers.reset(longer);
    return true;
  }

  // What is beyond the bound is not waited for: the status was in front of it.
  static std::size_t take_body(const char* bytes, std::size_t one, std::size_t count, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    const std::size_t longest = transfer.settings.answer_longest;
    transfer.body.append(bytes, std::min(count, longest - transfer.body.size()));
    transfer.body_cut = transfer.body.size() == longest;
    return transfer.body_cut ? 0 : one * count;
  }

  // The end of a shutdown may come nearer while a receiver is waited for.
  static int look_at_clock(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    return Clock::now() > static_cast<const Transfer*>(self)->stop_at.load() ? 1 : 0;
  }

  HttpReply post(const std::string& url, std::string_view bytes) {
    set(CURLOPT_POST, 1L);
    set(CURLOPT_POSTFIELDS, bytes.data());
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(bytes.size()));
    return perform(url);
  }

  HttpReply get(const std::string& url, const std::string& header) {
    HttpReply no_memory;
    no_memory.body = "no memory";
    if (!make_headers() || (!header.empty() && !add_header(header))) return no_memory;
    set(CURLOPT_HTTPHEADER, headers.get());
    set(CURLOPT_HTTPGET, 1L);
    return perform(url);
  }

  HttpReply perform(const std::string& url) {
    body.clear();
    body_cut = false;
    error[0] = 0;
    set(CURLOPT_URL, url.c_str());
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(settings.timeout.count()));
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(settings.timeout.count()));
    const CURLcode done = curl_easy_perform(curl.get());
    HttpReply reply;
    if (done != CURLE_OK && !body_cut) {
      reply.body = error[0] ? error : curl_easy_strerror(done);
      return reply;
    }
    curl_off_t wait_seconds = 0;
    curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &reply.status);
    curl_easy_getinfo(curl.get(), CURLINFO_RETRY_AFTER, &wait_seconds);
    if (wait_seconds > 0)
      reply.retry_after = std::chrono::seconds(std::min(wait_seconds, kRetryAfterLongest_s));
    reply.body = std::move(body);
    reply.is_cut = body_cut;
    curl_header* header = nullptr;
    if (!settings.answer_header.empty() && curl_easy_header(curl.get(), settings.answer_header.c_str(), 0,
                                                            CURLH_HEADER, -1, &header) == CURLHE_OK)
      reply.header = header->value;
    return reply;
  }

  const HttpClientSettings settings;
  std::atomic<Clock::time_point> stop_at{Clock::time_point::max()};
  std::unique_ptr<curl_slist, FreeList> headers;
  std::string body;
  bool body_cut = false;
  char error[CURL_ERROR_SIZE] = {};
  std::unique_ptr<CURL, FreeCurl> curl;  // last: it uses the others
};

Result<std::unique_ptr<HttpClient>> HttpClient::open(HttpClientSettings settings) {
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  const std::string what = settings.what;
  if (!settings.ca_file.empty())
    if (auto file = read_input_file(settings.ca_file, kCertificatesLongest); !file)
      return Error{what + ".ca_file: read \"" + settings.ca_file + "\": " + file.error().message +
                       "; name a readable file in PEM",
                   2};
  auto transfer = std::make_unique<Transfer>(std::move(settings));
  if (ready != CURLE_OK || !transfer->open()) return Error{"prepare " + what + ": libcurl has no memory"};
  return std::unique_ptr<HttpClient>(new HttpClient(std::move(transfer)));
}

HttpClient::HttpClient(std::unique_ptr<Transfer> transfer) : transfer_(std::move(transfer)) {}
HttpClient::~HttpClient() = default;

HttpReply HttpClient::post(std::string_view body) {
  return transfer_->post(transfer_->settings.url, body);
}

HttpReply HttpClient::post_to(const std::string& url, std::string_view body) {
  return transfer_->post(url, body);
}

HttpReply HttpClient::get(const std::string& url, const std::string& header) {
  return transfer_->get(url, header);
}

void HttpClient::reopen() {
  transfer_->open();
}

void HttpClient::stop_by(Clock::time_point deadline) {
  transfer_->stop_at.store(deadline);
}

}  // namespace sipsonde
