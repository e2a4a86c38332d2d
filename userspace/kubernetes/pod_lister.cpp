// SPDX-License-Identifier: Apache-2.0
#include "kubernetes/pod_lister.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/input_file.h"
#include "kubernetes/pod_list.h"

namespace sipsonde {
namespace {

constexpr std::size_t kTokenLongest = 64 << 10;

// RFC 3986 section 2.1: all but the unreserved.
std::string percent_encoded(std::string_view text) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '.' || c == '_' || c == '~';
    if (plain)
      encoded += c;
    else
      encoded.append({'%', kDigits[byte >> 4], kDigits[byte & 15]});
  }
  return encoded;
}

std::string url_of(const KubernetesSettings& settings) {
  std::string url = settings.api;
  while (url.ends_with('/')) url.pop_back();
  return url + "/api/v1/pods?fieldSelector=spec.nodeName%3D" + percent_encoded(settings.node) + "&limit=500";
}

// The file's content, as it may stand in a header (RFC 6750 section 2.1). Kubernetes renews it about hourly.
Result<std::string> read_token(const std::string& path) {
  auto file = read_input_file(path, kTokenLongest);
  if (!file) return Error{"read the token \"" + path + "\": " + file.error().message, 2};
  std::string& token = file->bytes;
  while (!token.empty() && (token.back() == '\n' || token.back() == '\r' || token.back() == ' '))
    token.pop_back();
  if (token.empty() || !std::ranges::all_of(token, [](char c) { return c > ' ' && c <= '~'; }))
    return Error{"read the token \"" + path + "\": it holds no token", 2};
  return std::move(token);
}

// Only the beginning of what may be long: who answers may be a proxy in between.
std::string reason_of(HttpReply reply) {
  constexpr std::size_t kStatusLongest = 64 << 10;
  if (reply.body.size() <= kStatusLongest)
    if (std::string message = status_message(reply.body); !message.empty()) reply.body = std::move(message);
  const bool is_denied = reply.status == 401 || reply.status == 403;
  return reply.text() + (is_denied ? "; let the service account list pods" : "");
}

}  // namespace

Result<PodLister> PodLister::open(const KubernetesSettings& settings) {
  auto http = HttpClient::open({.what = "kubernetes",
                                .url = settings.api,
                                .headers = {"Accept: application/json"},
                                .ca_file = settings.ca_file,
                                .answer_longest = kAnswerLongest});
  if (!http) return http.error();
  PodLister lister(settings, std::move(*http));
  if (auto token = lister.authorization(); !token)
    return Error{"kubernetes.token_file: " + token.error().message +
                     "; mount the service account's token, or set kubernetes.pods to false",
                 2};
  return lister;
}

// resourceVersion=0 lets the API server answer from its cache, where pods are indexed by node; without it an
// older one reads all pods of the cluster for each node that asks. It may not stand beside `continue`.
PodLister::PodLister(const KubernetesSettings& settings, std::unique_ptr<HttpClient> http)
    : first_page_(url_of(settings) + "&resourceVersion=0"),
      next_page_(url_of(settings) + "&continue="),
      token_file_(settings.api.starts_with("https://") ? settings.token_file : std::string()),
      http_(std::move(http)) {}

Result<std::string> PodLister::authorization() const {
  if (token_file_.empty()) return std::string();
  const auto token = read_token(token_file_);
  if (!token) return token.error();
  return "Authorization: Bearer " + *token;
}

Result<std::vector<Pod>> PodLister::list() {
  const auto header = authorization();
  if (!header) return header.error();
  std::vector<Pod> pods;
  std::string url = first_page_;
  for (unsigned page = 0; page < kPagesMax; ++page) {
    HttpReply reply = http_->get(url, *header);
    if (!reply.is_taken()) {
      http_->reopen();
      return Error{reason_of(std::move(reply))};
    }
    if (reply.is_cut)
      return Error{"the answer is longer than " + std::to_string(kAnswerLongest >> 20) + " MiB"};
    auto part = parse_pod_list(reply.body);
    if (!part) return part.error();
    if (pods.size() + part->pods.size() > kPodsMax)
      return Error{"the list has more than " + std::to_string(kPodsMax) + " pods of this node"};
    std::ranges::move(part->pods, std::back_inserter(pods));
    if (part->continue_token.empty()) return pods;
    url = next_page_ + percent_encoded(part->continue_token);
  }
  return Error{"the list has more than " + std::to_string(kPagesMax) + " pages"};
}

}  // namespace sipsonde
