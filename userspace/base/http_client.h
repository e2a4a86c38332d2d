// SPDX-License-Identifier: Apache-2.0
// One server over HTTP (RFC 9110), asked again and again: a connection that is kept open, TLS that is
// verified, and what came of each request.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sipsonde {

struct HttpClientSettings {
  std::string what;  // the block in the configuration, for errors: "cdr.http"
  std::string url;
  std::vector<std::string> headers;           // whole lines: "Content-Type: application/json"
  std::string ca_file;                        // PEM of the authorities; empty: the system's
  std::chrono::milliseconds timeout{10'000};  // of one request, connecting included
  std::string answer_header = {};             // a header of the answer that is asked for; empty: none
  std::size_t answer_longest = 64 << 10;      // of an answer's body no more is kept
};

struct HttpReply {
  long status = 0;                                       // 0: there was no answer, and `body` says why
  std::string body;                                      // at most answer_longest bytes of it
  std::optional<std::chrono::milliseconds> retry_after;  // at most five minutes
  std::string header = {};                               // the value of answer_header; empty: it is not there
  bool is_cut = false;                                   // the body was longer

  bool is_taken() const { return status / 100 == 2; }
  // The request itself is what is wrong: the same again would be refused again. Others (401, 404, 429, 5xx …)
  // are of the server or of the settings, and what is sent waits until somebody has seen to it.
  bool is_refused() const;
  // "HTTP 503: try later" or why there was no answer; one line of printable characters.
  std::string text() const;
};

// One thread, but for stop_by().
class HttpClient {
 public:
  // Fails only for want of memory, and for a file that cannot be read (exit code 2).
  static Result<std::unique_ptr<HttpClient>> open(HttpClientSettings settings);
  ~HttpClient();

  HttpReply post(std::string_view body);
  // As post(), to another path or query of the same host.
  HttpReply post_to(const std::string& url, std::string_view body);

  // With `header`, a whole line, beside those of the settings; empty: none. Not mixed with post().
  HttpReply get(const std::string& url, const std::string& header);

  void reopen();  // the next request makes a new connection and reads the authorities anew
  void stop_by(std::chrono::steady_clock::time_point deadline);

 private:
  struct Transfer;
  explicit HttpClient(std::unique_ptr<Transfer> transfer);
  std::unique_ptr<Transfer> transfer_;
};

}  // namespace sipsonde
