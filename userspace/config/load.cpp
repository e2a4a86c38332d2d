// SPDX-License-Identifier: Apache-2.0
#include "config/load.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstring>

#include "base/file_descriptor.h"
#include "config/cdr_keys.h"
#include "config/document.h"
#include "config/given.h"
#include "config/keys.h"
#include "config/kubernetes_keys.h"
#include "config/nearest.h"
#include "config/network.h"
#include "config/otel_variables.h"
#include "config/otlp_keys.h"
#include "config/schema.h"
#include "config/values.h"

extern char** environ;

namespace sipsonde {
namespace {

constexpr std::string_view kLogDirectory = "/var/log/sipsonde/";
constexpr std::string_view kEventsName = "events.jsonl";
constexpr std::string_view kRecordsName = "cdr.jsonl";
constexpr std::string_view kRecordsNameCsv = "cdr.csv";
constexpr std::string_view kStoreName = "store";
constexpr std::string_view kStoreBlock = "store";

std::string name_of_this_host() {
  char name[HOST_NAME_MAX + 1] = {};
  return gethostname(name, sizeof name - 1) == 0 && name[0] != 0 ? name : "localhost";
}

Result<std::string> read_whole_file(const std::string& path) {
  const auto failed = [&path] {
    return Error{"read configuration " + in_quotes(path) + ": " + std::strerror(errno) +
                     "; give a readable file with -c",
                 2};
  };
  const FileDescriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return failed();
  std::string text;
  std::array<char, 16384> buffer;
  // One byte more than is allowed: the parser then refuses the size.
  while (text.size() <= kDocumentBytesMax) {
    const ssize_t got = read(file.get(), buffer.data(), buffer.size());
    if (got == 0) break;
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed();
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return text;
}

// Names that may stand in the block `prefix` ("" for the top).
std::vector<std::string_view> names_in_block(std::string_view prefix) {
  std::vector<std::string_view> names;
  for (const Key& key : schema()) {
    std::string_view rest = key.path;
    if (!prefix.empty()) {
      if (!rest.starts_with(prefix) || rest.size() <= prefix.size() || rest[prefix.size()] != '.') continue;
      rest.remove_prefix(prefix.size() + 1);
    }
    rest = rest.substr(0, rest.find('.'));
    if (names.empty() || names.back() != rest) names.push_back(rest);
  }
  return names;
}

// The closest name in the block; but one that is far off may be right in another block.
std::string_view suggestion_for(std::string_view name, std::string_view prefix) {
  const std::string_view sibling = nearest(name, names_in_block(prefix));
  if (edit_distance(name, sibling) <= kTypingMistakes) return sibling;
  for (const Key& key : schema())
    if (edit_distance(name, key.path.substr(key.path.rfind('.') + 1)) <= kTypingMistakes) return key.path;
  return sibling;
}

YamlNode scalar_node(std::string_view text) {
  return {.kind = YamlNode::Kind::scalar, .scalar = std::string(text)};
}

YamlNode list_node(const std::vector<std::string>& items) {
  YamlNode list{.kind = YamlNode::Kind::list};
  for (const std::string& item : items) list.children.push_back(scalar_node(item));
  return list;
}

// "a, b" → [a, b]; an empty text is an empty list.
std::vector<std::string> split_at_commas(std::string_view text) {
  constexpr std::string_view kBlanks = " \t";
  std::vector<std::string> items;
  while (text.find_first_not_of(kBlanks) != text.npos) {
    const std::size_t comma = text.find(',');
    std::string_view item = text.substr(0, comma);
    item.remove_prefix(std::min(item.find_first_not_of(kBlanks), item.size()));
    items.emplace_back(item.substr(0, item.find_last_not_of(kBlanks) + 1));
    if (comma == text.npos) break;
    text.remove_prefix(comma + 1);
  }
  return items;
}

// Collects what was said, in the order of precedence: what is taken later wins.
class Loader {
 public:
  explicit Loader(bool replay) {
    Settings& settings = loaded_.settings;
    const auto in_log_directory = [replay](std::string_view name) {
      return replay ? std::string{} : std::string(kLogDirectory).append(name);
    };
    settings.events_file = FileSink{.path = in_log_directory(kEventsName)};
    settings.cdr_file = FileSink{.path = in_log_directory(kRecordsName)};
    settings.store.emplace();
    replay_ = replay;
    settings.node = replay ? "replay" : name_of_this_host();
    for (const Key& key : schema()) loaded_.origins.emplace(key.path, "default");
  }

  Result<Done> take_file(const std::string& path) {
    const auto text = read_whole_file(path);
    if (!text) return text.error();
    const TextSource source{one_line(path), true};
    const auto root = parse_document(source, *text);
    if (!root) return root.error();
    if (root->kind == YamlNode::Kind::null) return Done{};
    if (root->kind != YamlNode::Kind::map)
      return source.error(root->line, "not a block of keys; write settings such as interfaces: [eth0]");
    return take_block(source, *root, "");
  }

  Result<Done> take_environment(const std::vector<std::string>& environment) {
    take_otel_variables(environment);
    api_server_ = api_server_of(environment);
    for (const std::string& entry : environment) {
      const std::string_view name = std::string_view(entry).substr(0, entry.find('='));
      if (!name.starts_with("SIPSONDE_") || name.size() == entry.size()) continue;
      if (auto done = take_variable(name, std::string_view(entry).substr(name.size() + 1)); !done)
        return done;
    }
    return Done{};
  }

  // They are often meant for others that share the environment: what is wrong in them matters to us only when
  // something is sent.
  void take_otel_variables(const std::vector<std::string>& environment) {
    loaded_.settings.otlp.detected = kubernetes_attributes(environment);
    const auto values = otel_values(environment);
    Result<Done> taken = values ? Result<Done>(Done{}) : values.error();
    if (values)
      for (const OtelValue& value : *values)
        if (auto done = take(*find_key(value.path), {"environment " + value.variable}, value.node);
            !done && taken)
          taken = done;
    if (!taken) otel_error_ = taken.error();
  }

  Result<Done> take_interfaces_flag(const std::vector<std::string>& interfaces) {
    return take(*find_key("interfaces"), {"flag --interface"}, list_node(interfaces));
  }

  Result<Done> take_output_flag(const std::string& directory) {
    const TextSource source{"flag --output"};
    if (directory.empty()) return source.error(0, "the directory is empty; name one");
    loaded_.settings.output_dir = directory;
    const std::string prefix = directory.ends_with('/') ? directory : directory + "/";
    store_in_output_ = prefix + std::string(kStoreName);
    if (auto done =
            take(*find_key("events.file.path"), source, scalar_node(prefix + std::string(kEventsName)));
        !done)
      return done;
    return take(*find_key("cdr.file.path"), source, scalar_node(prefix + std::string(kRecordsName)));
  }

  // What only holds for the whole.
  Result<LoadedSettings> finish() {
    Settings& settings = loaded_.settings;
    if (settings.events_file->path.empty()) settings.events_file.reset();
    if (settings.cdr_file->path.empty()) settings.cdr_file.reset();
    use_name_of_format();
    if (auto settled = settle_store(); !settled) return settled.error();
    if (const auto complaint = complaint_about_cdr(loaded_.origins))
      return complain(complaint->path, complaint->message);
    if (settings.events_file && settings.cdr_file && settings.events_file->path == settings.cdr_file->path)
      return complain("cdr.file.path",
                      in_quotes(settings.cdr_file->path) + " is the file of events too; give each its own");
    const bool has_token = !settings.api.token.empty() || !settings.api.token_file.empty();
    if (settings.api_listen && !has_token) {
      const auto address = parse_address(settings.api_listen->host);
      if (!address || !is_loopback(*address))
        return complain("api.listen", in_quotes(to_text(*settings.api_listen)) +
                                          " is no loopback address and the API has no token; use 127.0.0.1:" +
                                          std::to_string(settings.api_listen->port) + " or set api.token");
    }
    if (!settings.api.token.empty() && !settings.api.token_file.empty())
      return complain("api.token_file", "api.token is set too; keep one of them");
    if (settings.privacy.numbers == NumberForm::hmac && settings.privacy.key_file.empty())
      return complain("privacy.numbers",
                      "hmac needs a secret; name a file of 32 random bytes with privacy.key_file");
    use_port_of_protocol();
    if (settings.otlp.sends_anything() && otel_error_) return *otel_error_;
    if (const auto complaint = complaint_about(settings.otlp))
      return complain(complaint->path, complaint->message);
    settle_kubernetes();
    if (const auto complaint = complaint_about(settings.kubernetes); complaint && !replay_)
      return complain(complaint->path, complaint->message);
    // Mask and hmac hide numbers in facts. What hands on whole messages would show them all the same, so its
    // settings are refused here when one of the two is set.
    if (settings.privacy.numbers != NumberForm::clear && settings.hep.enabled)
      return complain(
          "hep.enabled",
          "hands on whole messages with the numbers that privacy.numbers hides; set one of them to its "
          "default");
    if (settings.privacy.numbers != NumberForm::clear && settings.store && settings.store->messages)
      return complain(
          "store.messages",
          "keeps whole messages with the numbers that privacy.numbers hides; set one of them to its "
          "default");
    return std::move(loaded_);
  }

 private:
  Result<Done> take_block(const TextSource& source, const YamlNode& block, const std::string& prefix) {
    if (auto unique = check_keys_are_unique(source, block); !unique) return unique;
    for (const YamlNode& child : block.children)
      if (auto done = take_child(source, child, prefix); !done) return done;
    return Done{};
  }

  Result<Done> take_child(const TextSource& source, const YamlNode& child, const std::string& prefix) {
    const std::string path = prefix.empty() ? child.key : prefix + "." + child.key;
    if (const Key* key = child.key.find('.') == child.key.npos ? find_key(path) : nullptr)
      return take(*key, source, child);
    if (child.key.find('.') != child.key.npos || !is_block(path))
      return unknown_key(source, child, suggestion_for(child.key, prefix));
    if (path == kStoreBlock) {
      store_said_ = true;
      // The one block that can be refused as a whole.
      if (child.kind == YamlNode::Kind::scalar && child.scalar == "off")
        return take(*find_key("store.path"), source, child);
    }
    if (child.kind == YamlNode::Kind::null) return Done{};  // a block whose keys are all commented out
    if (child.kind != YamlNode::Kind::map)
      return source.error(child.line, path + ": takes a block of keys; write " + example_of(path));
    return take_block(source, child, path);
  }

  // Each protocol of OTLP has a port of its own.
  void use_port_of_protocol() {
    OtlpSettings& otlp = loaded_.settings.otlp;
    if (otlp.protocol == OtlpProtocol::grpc && loaded_.origins.find("otlp.endpoint")->second == "default")
      otlp.endpoint = "http://localhost:4317";
  }

  static std::string example_of(const std::string& path) {
    std::string example = path.substr(path.rfind('.') + 1) + ": {";
    for (const std::string_view name : names_in_block(path)) {
      if (!example.ends_with('{')) example += ", ";
      example.append(name).append(": …");
    }
    return example + "}";
  }

  Result<Done> take(const Key& key, const TextSource& source, const YamlNode& node) {
    if (auto done = key.read({source, node, key.path}, loaded_.settings); !done) return done;
    loaded_.origins[std::string(key.path)] = source.at(node.line);
    return Done{};
  }

  Result<Done> take_variable(std::string_view name, std::string_view value) {
    const TextSource source{"environment " + one_line(name)};
    for (const Key& key : schema()) {
      if (variable_name(key.path) != name) continue;
      const auto node = node_of_variable(key, source, value);
      return node ? take(key, source, *node) : Result<Done>(node.error());
    }
    return refuse_misspelt(source, name);
  }

  static Result<YamlNode> node_of_variable(const Key& key, const TextSource& source, std::string_view value) {
    // The bounds and the character set are the file's.
    if (key.shape == Shape::structure) return parse_document(source, value);
    if (auto usable = check_text(source, value); !usable) return usable.error();
    return key.shape == Shape::list ? list_node(split_at_commas(value)) : scalar_node(value);
  }

  // An orchestrator sets variables named after its services (SIPSONDE_PORT_9091_TCP): only what is close to
  // a setting is taken for a misspelt one.
  static Result<Done> refuse_misspelt(const TextSource& source, std::string_view name) {
    for (const Key& key : schema()) {
      const std::string right = variable_name(key.path);
      if (edit_distance(name, right) <= kTypingMistakes)
        return source.error(0, "unknown setting; did you mean " + right + "?");
    }
    return Done{};
  }

  Error complain(std::string_view path, const std::string& message) const {
    const std::string& origin = loaded_.origins.find(path)->second;
    return Error{origin + ": " + std::string(path) + ": " + message, 2};
  }

  // The store is off until its block, or one of its variables, says a word, and stays off when that is `off`.
  // With -o nothing is written elsewhere, and a replay has none. Backends that read it switch it on.
  Result<Done> settle_store() {
    const bool said = store_said_ || std::ranges::any_of(loaded_.origins, [](const auto& origin) {
                        return origin.first.starts_with("store.") && origin.second != "default";
                      });
    std::optional<StoreSettings>& store = loaded_.settings.store;
    const DurableBackend* const reader = replay_ ? nullptr : first_durable_backend(loaded_.settings);
    if (store->path.empty() && reader)
      return complain(reader->key, "reads the store, which is off (" + loaded_.origins["store.path"] +
                                       "); remove `store: off` or set " + std::string(reader->key) +
                                       " to off");
    if (replay_ || store->path.empty() || !(said || reader)) {
      store.reset();
      return Done{};
    }
    if (!store_in_output_.empty()) {
      store->path = store_in_output_;
      loaded_.origins["store.path"] = "flag --output";
    }
    return Done{};
  }

  // A pod is told by its environment where the API server is, and on which node it runs.
  void settle_kubernetes() {
    Settings& settings = loaded_.settings;
    if (settings.kubernetes.api.empty()) settings.kubernetes.api = api_server_;
    settings.kubernetes.node = settings.node;
    for (const auto& [name, value] : settings.otlp.detected)
      if (name == "k8s.node.name") settings.kubernetes.node = value;
  }

  // The name of the file says what is in it, unless somebody gave another.
  void use_name_of_format() {
    Settings& settings = loaded_.settings;
    const std::string& origin = loaded_.origins["cdr.file.path"];
    const bool given = origin != "default" && origin != "flag --output";
    if (given || settings.cdr_format != RowFormat::csv || !settings.cdr_file) return;
    std::string& path = settings.cdr_file->path;
    path.replace(path.size() - kRecordsName.size(), kRecordsName.size(), kRecordsNameCsv);
  }

  LoadedSettings loaded_;
  bool replay_ = false;
  bool store_said_ = false;
  std::string store_in_output_;  // empty: there is no -o
  std::string api_server_;       // of Kubernetes, as the environment says; empty: it says none
  std::optional<Error> otel_error_;
};

}  // namespace

Result<LoadedSettings> load_settings(const SettingsSources& sources) {
  Loader loader(sources.replay);
  if (sources.file)
    if (auto done = loader.take_file(*sources.file); !done) return done.error();
  if (auto done = loader.take_environment(sources.environment); !done) return done.error();
  if (!sources.interfaces.empty())
    if (auto done = loader.take_interfaces_flag(sources.interfaces); !done) return done.error();
  if (sources.output_dir)
    if (auto done = loader.take_output_flag(*sources.output_dir); !done) return done.error();
  return loader.finish();
}

std::vector<std::string> environment_of_this_process() {
  std::vector<std::string> entries;
  for (char** entry = environ; *entry != nullptr; ++entry) entries.emplace_back(*entry);
  return entries;
}

}  // namespace sipsonde
