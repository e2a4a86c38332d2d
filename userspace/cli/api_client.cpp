// SPDX-License-Identifier: Apache-2.0
#include "cli/api_client.h"

#include <curl/curl.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <fstream>

#include "base/json_members.h"
#include "base/visible_text.h"
#include "config/settings.h"
#include "config/values.h"
#include "version.h"

namespace sipsonde {
namespace {

constexpr long kConnectLimit_ms = 3'000;
constexpr long kAnswerLimit_ms = 30'000;
constexpr std::size_t kBodyLongest = 64 << 20;
constexpr std::size_t kErrorLongest = 300;
constexpr std::size_t kTokenLongest = 4'096;

struct FreeCurl {
  void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
};
struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

std::string default_url() {
  return "http://" + to_text(*Settings{}.api_listen);
}

// Blanks around it are the editor's; within it they would be another header.
Result<std::string> parse_token(std::string_view text, const std::string& whence) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  const auto is_graphic = [](char c) { return c > ' ' && c < '\x7f'; };
  if (text.size() > kTokenLongest || !std::all_of(text.begin(), text.end(), is_graphic))
    return Error{whence + " holds no token: one word of at most 4096 characters", 2};
  return std::string(text);
}

Result<std::string> token_of(const AgentAddress& access, std::string_view environment) {
  if (!access.token_file) return parse_token(environment, "SIPSONDE_API_TOKEN");
  std::ifstream file(*access.token_file);
  std::string text(kTokenLongest + 2, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad() || (!file.is_open()))
    return Error{"read token file " + one_line(*access.token_file) + ": it cannot be opened", 2};
  text.resize(static_cast<std::size_t>(file.gcount()));
  auto token = parse_token(text, one_line(*access.token_file));
  if (token && token->empty()) return Error{one_line(*access.token_file) + " holds no token: it is empty", 2};
  return token;
}

// What is asked of this host goes by no proxy, whatever the environment says of one.
std::string hosts_without_proxy() {
  std::string hosts = "localhost,127.0.0.1,::1";
  for (const char* name : {"no_proxy", "NO_PROXY"})
    if (const char* more = std::getenv(name)) return hosts + "," + more;
  return hosts;
}

}  // namespace

struct ApiClient::State {
  std::string url;
  bool has_token = false;
  std::unique_ptr<CURL, FreeCurl> curl{curl_easy_init()};
  std::unique_ptr<curl_slist, FreeList> headers;
  std::string body;
  bool too_long = false;

  template <typename T>
  void set(CURLoption option, T value) {
    curl_easy_setopt(curl.get(), option, value);
  }

  void add_header(const std::string& line) {
    if (curl_slist* const longer = curl_slist_append(headers.get(), line.c_str())) {
      static_cast<void>(headers.release());
      headers.reset(longer);
    }
  }

  static std::size_t take(const char* bytes, std::size_t one, std::size_t count, void* self) {
    auto* const state = static_cast<State*>(self);
    state->too_long = state->body.size() + count > kBodyLongest;
    if (state->too_long) return 0;
    state->body.append(bytes, count);
    return one * count;
  }

  Error silence(CURLcode problem) const {
    switch (problem) {
      case CURLE_COULDNT_CONNECT:
        return {"no agent answers at " + url + ": start one with `sipsonde run`, or give --api URL"};
      case CURLE_COULDNT_RESOLVE_HOST:
        return {"no host of that name is known: " + url + "; give another --api URL"};
      case CURLE_OPERATION_TIMEDOUT:
        return {"the agent at " + url + " does not answer in time; see whether its host is up, or try again"};
      default:
        break;
    }
    if (too_long) return {"the answer of " + url + " is longer than 64 MiB; ask for less"};
    return {"ask " + url + ": " + one_line(curl_easy_strerror(problem)) +
            "; see whether an agent listens there"};
  }
};

ApiClient::ApiClient(std::unique_ptr<State> state) : state_(std::move(state)) {}
ApiClient::ApiClient(ApiClient&&) noexcept = default;
ApiClient::~ApiClient() = default;

const std::string& ApiClient::url() const {
  return state_->url;
}

Result<ApiClient> ApiClient::open(const AgentAddress& access, std::string_view token) {
  auto url = access.url ? parse_api_url(*access.url) : Result<std::string>(default_url());
  if (!url) return url.error();
  const auto word = token_of(access, token);
  if (!word) return word.error();
  auto state = std::make_unique<State>();
  if (!state->curl) return Error{"prepare for HTTP: libcurl has no memory"};
  state->url = *url;
  state->has_token = !word->empty();
  state->add_header("Accept: application/json");
  if (state->has_token) state->add_header("Authorization: Bearer " + *word);
  state->set(CURLOPT_PROTOCOLS_STR, "http,https");
  state->set(CURLOPT_NOSIGNAL, 1L);
  state->set(CURLOPT_USERAGENT, (std::string("sipsonde/") + kVersion).c_str());
  state->set(CURLOPT_HTTPHEADER, state->headers.get());
  state->set(CURLOPT_CONNECTTIMEOUT_MS, kConnectLimit_ms);
  state->set(CURLOPT_TIMEOUT_MS, kAnswerLimit_ms);
  state->set(CURLOPT_NOPROXY, hosts_without_proxy().c_str());
  state->set(CURLOPT_ACCEPT_ENCODING, "");
  state->set(CURLOPT_WRITEFUNCTION, &State::take);
  state->set(CURLOPT_WRITEDATA, state.get());
  return ApiClient(std::move(state));
}

Result<ApiReply> ApiClient::get(const std::string& target) {
  state_->body.clear();
  state_->too_long = false;
  state_->set(CURLOPT_URL, (state_->url + target).c_str());
  const CURLcode done = curl_easy_perform(state_->curl.get());
  if (done != CURLE_OK) return state_->silence(done);
  long status = 0;
  curl_easy_getinfo(state_->curl.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status == 401 || status == 403)
    return Error{"the agent at " + state_->url +
                 (state_->has_token ? " does not take this token; look at SIPSONDE_API_TOKEN or --token-file"
                                    : " wants a token; set SIPSONDE_API_TOKEN or give --token-file FILE")};
  return ApiReply{static_cast<unsigned>(status), std::move(state_->body)};
}

Result<std::string> parse_api_url(std::string_view text) {
  const auto wrong = [text] {
    return Error{"--api: " + in_quotes(text) + " is no URL of an agent; write http://192.0.2.1:9092", 2};
  };
  std::string url(text);
  if (url.find("://") == url.npos) url.insert(0, "http://");
  while (url.ends_with('/')) url.pop_back();
  const bool known = url.starts_with("http://") || url.starts_with("https://");
  const std::size_t host = url.find("://") + 3;
  if (!known || url.size() <= host) return wrong();
  const auto is_graphic = [](char c) { return c > ' ' && c < '\x7f' && c != '?' && c != '#' && c != '@'; };
  if (!std::all_of(url.begin(), url.end(), is_graphic)) return wrong();
  return url;
}

std::string percent_encoded(std::string_view text) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const char character : text) {
    const auto byte = static_cast<unsigned char>(character);
    if (byte < 0x80 &&
        (std::isalnum(byte) || std::string_view("-._~").find(character) != std::string_view::npos)) {
      out += character;
    } else {
      out += '%';
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    }
  }
  return out;
}

std::string error_text_of(const ApiReply& reply) {
  rapidjson::Document document;
  if (!json::parse(document, reply.body)) return {};
  return visible_text(json::text(document, "error"), kErrorLongest);
}

Result<std::string> body_of(const Result<ApiReply>& reply) {
  if (!reply) return reply.error();
  if (reply->status == 200) return reply->body;
  const std::string text = error_text_of(*reply);
  const std::string status = std::to_string(reply->status);
  if (text.empty())
    return Error{"HTTP status " + status + ": no agent of sipsonde answers so; give another --api URL"};
  return Error{"the agent answers " + status + ": " + text};
}

}  // namespace sipsonde
