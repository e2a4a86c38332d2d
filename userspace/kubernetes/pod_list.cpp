// SPDX-License-Identifier: Apache-2.0
#include "kubernetes/pod_list.h"

#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <algorithm>
#include <array>

#include "base/json_members.h"
#include "facts/timestamp.h"

namespace sipsonde {
namespace {

constexpr std::size_t kNameLongest = 253;      // RFC 1123, a subdomain
constexpr std::size_t kNamespaceLongest = 63;  // a label of it
constexpr std::size_t kLabelNameLongest = 317;
constexpr std::size_t kLabelValueLongest = 63;

// "2026-03-01T12:00:00Z", as Kubernetes writes all of its times.
std::uint64_t parse_start(std::string_view text) {
  if (text.size() != 20 || !text.ends_with('Z')) return 0;
  return parse_timestamp(std::string(text.substr(0, 19)) + ".000000000Z").value_or(0);
}

bool is_dns_name(std::string_view text, std::size_t longest) {
  return !text.empty() && text.size() <= longest && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
  });
}

// Takes what is wanted out of the stream of values, by where it stands: keys_[n] is the key in the n-th
// enclosing object, empty for an array.
class PodListReader : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, PodListReader> {
 public:
  bool StartObject() {
    enter();
    if (depth_ == kItem && keys_[1] == "items") {
      pod_ = {};
      pod_ip_.clear();
      phase_.clear();
      is_on_host_network_ = false;
    }
    return true;
  }
  bool EndObject(rapidjson::SizeType) {
    const bool more_may_come = depth_ != kItem || keys_[1] != "items" || take_pod();
    leave();
    return more_may_come;
  }
  bool StartArray() {
    enter();
    return true;
  }
  bool EndArray(rapidjson::SizeType) {
    leave();
    return true;
  }
  bool Key(const char* text, rapidjson::SizeType length, bool) {
    if (depth_ < keys_.size()) keys_[depth_].assign(text, length);
    return true;
  }
  bool Bool(bool value) {
    if (depth_ == kItem + 1 && is_in("spec") && keys_[4] == "hostNetwork") is_on_host_network_ = value;
    return true;
  }
  bool String(const char* text, rapidjson::SizeType length, bool) {
    take_text({text, length});
    return true;
  }

  bool is_pod_list() const { return is_pod_list_; }
  bool is_too_long() const { return page_.pods.size() >= kPodsMax; }
  PodPage& page() { return page_; }

 private:
  static constexpr std::size_t kItem = 3;  // the depth of a pod: {items: [{

  void enter() {
    if (++depth_ < keys_.size()) keys_[depth_].clear();
  }
  void leave() { --depth_; }
  bool is_in(std::string_view part) const { return keys_[1] == "items" && keys_[kItem] == part; }

  void take_text(std::string_view text) {
    if (depth_ == 1 && keys_[1] == "kind") is_pod_list_ = text == "PodList";
    if (depth_ == 2 && keys_[1] == "metadata" && keys_[2] == "continue") page_.continue_token = text;
    if (depth_ == kItem + 1 && is_in("metadata")) {
      if (keys_[4] == "name") pod_.name = text;
      if (keys_[4] == "namespace") pod_.namespace_name = text;
    }
    if (depth_ == kItem + 2 && is_in("metadata") && keys_[4] == "labels") take_label(text);
    if (depth_ == kItem + 1 && is_in("status")) {
      if (keys_[4] == "phase") phase_ = text;
      if (keys_[4] == "podIP") pod_ip_ = text;
      if (keys_[4] == "startTime") pod_.started_ns = parse_start(text);
    }
    if (depth_ == kItem + 3 && is_in("status") && keys_[4] == "podIPs" && keys_[6] == "ip")
      take_address(text);
  }

  void take_label(std::string_view value) {
    if (pod_.labels.size() < kPodLabelsMax && keys_[5].size() <= kLabelNameLongest &&
        value.size() <= kLabelValueLongest)
      pod_.labels.emplace_back(keys_[5], value);
  }

  void take_address(std::string_view text) {
    const auto address = address_of(text);
    if (!address || is_unspecified(*address) || is_multicast(*address)) return;
    if (pod_.addresses.size() < kPodAddressesMax &&
        std::ranges::find(pod_.addresses, *address) == pod_.addresses.end())
      pod_.addresses.push_back(*address);
  }

  bool take_pod() {
    if (pod_.addresses.empty()) take_address(pod_ip_);
    const bool has_ended = phase_ == "Succeeded" || phase_ == "Failed";
    if (is_on_host_network_ || has_ended || pod_.addresses.empty() || !is_dns_name(pod_.name, kNameLongest) ||
        !is_dns_name(pod_.namespace_name, kNamespaceLongest))
      return true;
    if (is_too_long()) return false;
    page_.pods.push_back(std::move(pod_));
    return true;
  }

  PodPage page_;
  bool is_pod_list_ = false;
  std::size_t depth_ = 0;
  std::array<std::string, 7> keys_;  // [0] is not used

  // The pod that is read
  Pod pod_;
  std::string pod_ip_;
  std::string phase_;
  bool is_on_host_network_ = false;
};

}  // namespace

std::string status_message(std::string_view json) {
  rapidjson::Document document;
  return json::parse(document, json) ? json::text(document, "message") : std::string();
}

Result<PodPage> parse_pod_list(std::string_view json) {
  PodListReader pods;
  rapidjson::MemoryStream stream(json.data(), json.size());
  rapidjson::Reader reader;
  // Not by recursion: it may nest however deep.
  const auto read = reader.Parse<rapidjson::kParseIterativeFlag>(stream, pods);
  if (read.IsError() && pods.is_too_long())
    return Error{"the list has more than " + std::to_string(kPodsMax) + " pods of this node"};
  if (read.IsError()) return Error{"the answer is no JSON at byte " + std::to_string(read.Offset())};
  if (!pods.is_pod_list()) return Error{"the answer is no list of pods"};
  if (pods.page().continue_token.size() > kContinueLongest)
    return Error{"the token for the next page is too long"};
  return std::move(pods.page());
}

}  // namespace sipsonde
