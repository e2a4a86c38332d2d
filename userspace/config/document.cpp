// SPDX-License-Identifier: Apache-2.0
#include "config/document.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <optional>
#include <sstream>
#include <utility>

#include "base/log.h"
#include "base/utf8.h"
#include "config/values.h"

namespace sipsonde {
namespace {

// Leaves the parser from inside a callback; never leaves this file.
struct Refusal {
  unsigned line;
  std::string message;
};

unsigned line_of(const YAML::Mark& mark) {
  return mark.line < 0 ? 1 : static_cast<unsigned>(mark.line) + 1;
}

// Builds the tree from the parser's events. Containers are kept by value until they are complete.
class TreeBuilder final : public YAML::EventHandler {
 public:
  YamlNode take_root() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override {
    add_leaf({.kind = YamlNode::Kind::null, .line = line_of(mark)});
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    throw Refusal{line_of(mark), "aliases (*name) are not taken; write the value out"};
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                const std::string& value) override {
    refuse_tag(mark, tag);
    add_leaf({.kind = YamlNode::Kind::scalar, .line = line_of(mark), .scalar = value});
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {
    open(mark, tag, YamlNode::Kind::list);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {
    open(mark, tag, YamlNode::Kind::map);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Container {
    YamlNode node;
    std::optional<YamlNode> key;  // read, its value not yet
  };

  static void refuse_tag(const YAML::Mark& mark, const std::string& tag) {
    // "?" is a plain value, "!" a quoted one.
    if (!tag.empty() && tag != "?" && tag != "!")
      throw Refusal{line_of(mark), "tags (" + in_quotes(tag) + ") are not taken; write the value alone"};
  }

  void count(unsigned line) {
    if (++values_ > kDocumentValuesMax)
      throw Refusal{line, "more than " + std::to_string(kDocumentValuesMax) + " values; shorten the file"};
  }

  void open(const YAML::Mark& mark, const std::string& tag, YamlNode::Kind kind) {
    const unsigned line = line_of(mark);
    refuse_tag(mark, tag);
    count(line);
    if (open_.size() >= kDocumentDepthMax)
      throw Refusal{line, "nested deeper than " + std::to_string(kDocumentDepthMax) + " levels; flatten it"};
    if (expects_key())
      throw Refusal{line,
                    "a list or block stands where a key belongs; close its bracket or use a plain word"};
    open_.push_back({.node = {.kind = kind, .line = line}, .key = {}});
  }

  void close() {
    YamlNode node = std::move(open_.back().node);
    open_.pop_back();
    add(std::move(node));
  }

  void add_leaf(YamlNode node) {
    count(node.line);
    if (expects_key()) {
      if (node.kind != YamlNode::Kind::scalar) throw Refusal{node.line, "a key is missing; name the setting"};
      open_.back().key = std::move(node);
    } else {
      add(std::move(node));
    }
  }

  void add(YamlNode node) {
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    Container& parent = open_.back();
    if (parent.key) {
      node.key = std::move(parent.key->scalar);
      node.key_line = parent.key->line;
      // The parser places a missing value at whatever follows.
      if (node.kind == YamlNode::Kind::null) node.line = node.key_line;
      parent.key.reset();
    }
    parent.node.children.push_back(std::move(node));
  }

  bool expects_key() const {
    return !open_.empty() && open_.back().node.kind == YamlNode::Kind::map && !open_.back().key;
  }

  YamlNode root_;
  std::vector<Container> open_;
  std::size_t values_ = 0;
};

// The first byte that cannot be in a configuration, with its line.
std::optional<Refusal> find_bad_byte(std::string_view text) {
  unsigned line = 1;
  while (!text.empty()) {
    const auto byte = static_cast<unsigned char>(text.front());
    if ((byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') || byte == 0x7f)
      return Refusal{line, "control character " + in_quotes(text.substr(0, 1)) + "; remove it"};
    const std::size_t length = utf8_length(text);
    if (length == 0)
      return Refusal{line, "byte " + in_quotes(text.substr(0, 1)) + " is not UTF-8; save the file as UTF-8"};
    if (byte == '\n') ++line;
    text.remove_prefix(length);
  }
  return std::nullopt;
}

YamlNode parse(std::string_view text) {
  std::istringstream stream{std::string(text)};
  YAML::Parser parser(stream);
  TreeBuilder builder;
  if (!parser.HandleNextDocument(builder)) return {};
  TreeBuilder second;
  if (parser.HandleNextDocument(second))
    throw Refusal{second.take_root().line, "a second document begins here; keep one document in the file"};
  return builder.take_root();
}

}  // namespace

std::string TextSource::at(unsigned line) const {
  return has_lines && line != 0 ? name + ":" + std::to_string(line) : name;
}

Error TextSource::error(unsigned line, const std::string& message) const {
  return Error{at(line) + ": " + message, 2};
}

Result<Done> check_text(const TextSource& source, std::string_view text) {
  if (text.size() > kDocumentBytesMax)
    return source.error(0, "larger than " + size_to_text(kDocumentBytesMax) + "; shorten it");
  if (const auto bad = find_bad_byte(text)) return source.error(bad->line, bad->message);
  return Done{};
}

Result<YamlNode> parse_document(const TextSource& source, std::string_view text) {
  if (auto usable = check_text(source, text); !usable) return usable.error();
  try {
    return parse(text);
  } catch (const Refusal& refusal) {
    return source.error(refusal.line, refusal.message);
  } catch (const YAML::Exception& problem) {
    return source.error(line_of(problem.mark), "bad YAML: " + printable(problem.msg) +
                                                   "; check indentation, quotes and brackets here");
  }
}

}  // namespace sipsonde
