// SPDX-License-Identifier: Apache-2.0
#include "config/kubernetes_keys.h"

#include <algorithm>
#include <array>

#include "config/http_texts.h"
#include "config/key_row.h"
#include "config/values.h"
#include "config/yaml_text.h"

namespace sipsonde {
namespace {

using namespace std::chrono_literals;

constexpr std::array<std::string_view, 2> kFlags = {"false", "true"};
constexpr std::size_t kSelectorsMax = 32;  // each pod is held against each
constexpr std::size_t kLabelsMax = 16;
constexpr std::size_t kNamespaceLongest = 63;  // RFC 1123 section 2.1, a label
constexpr std::size_t kLabelLongest = 63;      // of a name behind its prefix, and of a value
constexpr std::size_t kPrefixLongest = 253;

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_namespace(std::string_view text) {
  return !text.empty() && text.size() <= kNamespaceLongest && !text.starts_with('-') &&
         !text.ends_with('-') && std::ranges::all_of(text, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
         });
}

// What Kubernetes takes for the name of a label, without its prefix, and for a value that is not empty.
bool is_label_text(std::string_view text) {
  return !text.empty() && text.size() <= kLabelLongest && is_alphanumeric(text.front()) &&
         is_alphanumeric(text.back()) && std::ranges::all_of(text, [](char c) {
           return is_alphanumeric(c) || c == '-' || c == '_' || c == '.';
         });
}

bool is_label_name(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == text.npos) return is_label_text(text);
  const std::string_view prefix = text.substr(0, slash);
  return !prefix.empty() && prefix.size() <= kPrefixLongest &&
         std::ranges::all_of(prefix, [](char c) { return is_alphanumeric(c) || c == '-' || c == '.'; }) &&
         is_label_text(text.substr(slash + 1));
}

Result<Done> read_selectors(const Given& given, std::vector<PodSelector>& selectors) {
  selectors.clear();
  return read_each(given, kSelectorsMax, [&selectors](const Given& item) {
    selectors.emplace_back();
    return read_parsed(item, parse_pod_selector, selectors.back());
  });
}

std::string show_selectors(const Settings& settings) {
  std::vector<std::string> shown;
  for (const PodSelector& selector : settings.kubernetes.interfaces_of)
    shown.push_back(yaml_text(to_text(selector)));
  return yaml_list(shown);
}

Result<Done> read_refresh(const Given& given, std::chrono::seconds& target) {
  std::chrono::milliseconds length{};
  if (auto read = read_length(given, 1s, 1h, length); !read) return read;
  if (length % 1s != 0ms) return given.error("takes whole seconds; write 15s");
  target = std::chrono::duration_cast<std::chrono::seconds>(length);
  return Done{};
}

using namespace key_row;

const Key kKeys[] = {
    {"kubernetes.pods", Shape::value, "true: facts name the pods of this node whose addresses they have",
     [](G g, S s) -> Result<Done> {
       const auto index = read_choice(g, kFlags);
       if (!index) return index.error();
       s.kubernetes.pods = *index == 1;
       return Done{};
     },
     [](View s) { return std::string(kFlags[s.kubernetes.pods]); }},
    {"kubernetes.api", Shape::value, "URL of the API server; off: the one that a pod is told of",
     [](G g, S s) { return read_http_url(g, s.kubernetes.api); },
     [](View s) { return text_or_off(s.kubernetes.api); }},
    {"kubernetes.token_file", Shape::value, "file of the service account's token, read for each request",
     [](G g, S s) { return read_path(g, s.kubernetes.token_file); },
     [](View s) { return text_or_off(s.kubernetes.token_file); }},
    {"kubernetes.ca_file", Shape::value,
     "file of the authorities that may have signed the API server's certificate; off: the system's",
     [](G g, S s) { return read_path(g, s.kubernetes.ca_file); },
     [](View s) { return text_or_off(s.kubernetes.ca_file); }},
    {"kubernetes.refresh", Shape::value, "how often the pods of this node are listed",
     [](G g, S s) { return read_refresh(g, s.kubernetes.refresh); },
     [](View s) { return duration_to_text(s.kubernetes.refresh); }},
    {"kubernetes.interfaces_of", Shape::structure,
     "pods whose interfaces are watched too: [NAMESPACE/label=value,…]",
     [](G g, S s) { return read_selectors(g, s.kubernetes.interfaces_of); }, show_selectors},
};

}  // namespace

std::span<const Key> kubernetes_keys() {
  return kKeys;
}

Result<PodSelector> parse_pod_selector(std::string_view text) {
  const auto wrong = [text] {
    return Error{in_quotes(text) + " selects no pods; write NAMESPACE or NAMESPACE/label=value,label2=value2",
                 2};
  };
  const std::size_t slash = text.find('/');
  PodSelector selector{std::string(text.substr(0, slash)), {}};
  if (!is_namespace(selector.namespace_name)) return wrong();
  if (slash == text.npos) return selector;
  for (std::string_view rest = text.substr(slash + 1);;) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    const std::string_view label = rest.substr(0, comma);
    const std::size_t equals = label.find('=');
    if (equals == label.npos || selector.labels.size() == kLabelsMax) return wrong();
    const std::string_view name = label.substr(0, equals), value = label.substr(equals + 1);
    if (!is_label_name(name) || !(value.empty() || is_label_text(value))) return wrong();
    selector.labels.emplace_back(name, value);
    if (comma == rest.size()) return selector;
    rest.remove_prefix(comma + 1);
  }
}

std::string to_text(const PodSelector& selector) {
  std::string text = selector.namespace_name;
  char before = '/';
  for (const auto& [name, value] : selector.labels) {
    text.append(1, before).append(name).append("=").append(value);
    before = ',';
  }
  return text;
}

std::string api_server_of(const std::vector<std::string>& environment) {
  const auto value_of = [&environment](std::string_view name) {
    for (const std::string& entry : environment)
      if (entry.starts_with(name)) return std::string_view(entry).substr(name.size());
    return std::string_view{};
  };
  const std::string_view host = value_of("KUBERNETES_SERVICE_HOST=");
  const std::string_view port = value_of("KUBERNETES_SERVICE_PORT=");
  if (host.empty()) return {};
  const bool is_ipv6 = host.find(':') != host.npos;
  std::string url = "https://";
  url.append(is_ipv6 ? "[" : "").append(host).append(is_ipv6 ? "]" : "");
  return url.append(":").append(port.empty() ? "443" : port);
}

std::optional<KubernetesComplaint> complaint_about(const KubernetesSettings& kubernetes) {
  if (!kubernetes.pods && !kubernetes.interfaces_of.empty())
    return KubernetesComplaint{"kubernetes.interfaces_of",
                               "needs the list of pods; set kubernetes.pods to true"};
  if (!kubernetes.pods) return std::nullopt;
  if (kubernetes.api.empty())
    return KubernetesComplaint{
        "kubernetes.pods",
        "this is no pod (KUBERNETES_SERVICE_HOST is not set); name the API server with "
        "kubernetes.api"};
  if (kubernetes.api.starts_with("https://") && kubernetes.token_file.empty())
    return KubernetesComplaint{"kubernetes.token_file",
                               "the API server asks who we are; name the token's file"};
  return std::nullopt;
}

}  // namespace sipsonde
