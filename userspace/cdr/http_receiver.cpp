// SPDX-License-Identifier: Apache-2.0
#include "cdr/http_receiver.h"

namespace sipsonde {

Result<std::unique_ptr<HttpReceiver>> HttpReceiver::open(const CdrHttpSettings& settings) {
  HttpClientSettings how{.what = "cdr.http",
                       .url = settings.url,
                       .headers = {"Content-Type: application/json"},
                       .ca_file = settings.ca_file,
                       .timeout = settings.timeout};
  if (!settings.auth_header.empty()) how.headers.push_back("Authorization: " + settings.auth_header);
  auto post = HttpClient::open(std::move(how));
  if (!post) return post.error();
  return std::unique_ptr<HttpReceiver>(new HttpReceiver(*std::move(post), settings));
}

Result<std::size_t> HttpReceiver::deliver(std::span<const StoredRow> rows) {
  body_.assign("[");
  for (const StoredRow& row : rows) body_.append(body_.size() > 1 ? ",\n" : "").append(row.document);
  body_.append("]\n");
  const HttpReply reply = post_->post(body_);
  pause_ = reply.retry_after;
  if (reply.is_taken()) return rows.size();
  if (!reply.is_refused()) return Error{"post to " + url_ + ": " + reply.text()};
  refusal_ = reply.text();
  return std::size_t{0};
}

}  // namespace sipsonde
