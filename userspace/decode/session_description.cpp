// SPDX-License-Identifier: Apache-2.0
#include "decode/session_description.h"

#include <algorithm>

#include "decode/characters.h"
#include "decode/find_byte.h"
#include "decode/session_attributes.h"

namespace sipsonde {
namespace {

// White space at the end of a line is an accident.
std::string_view take_line(std::string_view& rest) {
  const char* const end = rest.data() + rest.size();
  const char* const feed = find_byte(rest.data(), end, '\n');
  const std::string_view line = take(rest, static_cast<std::size_t>(feed - rest.data()));
  if (!rest.empty()) rest.remove_prefix(1);
  return trim_back(line);
}

class Walk {
 public:
  explicit Walk(SessionDescription& description)
      : description_(description), section_(&description.session) {}

  void take(std::string_view line) {
    if (line.size() < 2 || line[1] != '=') return;
    const std::string_view value = line.substr(2);
    switch (line[0]) {
      case 'm':
        return begin_media(value);
      case 'c':
        if (section_) section_->connection = decode_connection(value);
        return;
      case 'a':
        if (section_) take_attribute(value);
        return;
      default:
        return;
    }
  }

 private:
  // Without room for it, what belongs to the medium is passed over.
  void begin_media(std::string_view value) {
    media_ = description_.media.add();
    section_ = media_;
    if (!media_) {
      description_.cut = true;
      return;
    }
    *section_ = description_.session;
    inherited_ = true;
    if (!decode_media_line(value, *media_)) description_.cut = true;
  }

  void take_attribute(std::string_view attribute) {
    const char* const end = attribute.data() + attribute.size();
    const auto colon = static_cast<std::size_t>(find_byte(attribute.data(), end, ':') - attribute.data());
    const std::string_view name = attribute.substr(0, colon);
    const std::string_view value = attribute.substr(std::min(colon + 1, attribute.size()));
    switch (take_section_attribute(name, value, *section_, inherited_)) {
      case SectionAttribute::taken:
        return;
      case SectionAttribute::beyond_bounds:
        description_.cut = true;
        return;
      case SectionAttribute::unknown:
        break;
    }
    const bool fits = media_ ? decode_media_attribute(name, value, *media_) : take_group(name, value);
    if (!fits) description_.cut = true;
  }

  bool take_group(std::string_view name, std::string_view value) {
    if (name != "group" || take_word(value) != "BUNDLE") return true;
    return description_.bundles.add(value);
  }

  SessionDescription& description_;
  SectionDescription* section_;  // nullptr: of a medium that there is no room for
  MediaDescription* media_ = nullptr;
  bool inherited_ = false;  // the fingerprints of section_ are the session's
};

std::uint8_t index_of_mid(const SessionDescription& description, std::string_view mid) {
  for (std::size_t i = 0; i < description.media.size(); ++i) {
    if (description.media[i].mid == mid) return static_cast<std::uint8_t>(i);
  }
  return kNoMedia;
}

// The group's address is that of the first mid in it whose medium has a port (RFC 9143 section 7.2). A medium
// is in one group only (section 7.1): the first.
void resolve_bundle(std::string_view mids, SessionDescription& description) {
  std::uint8_t members[kMediaMax];
  std::size_t member_count = 0;
  std::uint8_t tagged = kNoMedia;
  for (std::string_view mid = take_word(mids); !mid.empty(); mid = take_word(mids)) {
    const std::uint8_t index = index_of_mid(description, mid);
    const bool is_member = std::find(members, members + member_count, index) != members + member_count;
    if (index == kNoMedia || is_member || description.media[index].bundled_in != kNoMedia) continue;
    if (tagged == kNoMedia && description.media[index].port != 0) tagged = index;
    members[member_count++] = index;
  }
  for (std::size_t i = 0; i < member_count; ++i) description.media[members[i]].bundled_in = tagged;
}

}  // namespace

bool decode_session_description(std::string_view body, SessionDescription& description) {
  description.session = SectionDescription{};
  description.media.clear();
  description.bundles.clear();
  description.cut = false;
  if (!body.starts_with("v=0")) return false;
  Walk walk(description);
  while (!body.empty()) walk.take(take_line(body));
  for (const std::string_view mids : description.bundles) resolve_bundle(mids, description);
  return true;
}

}  // namespace sipsonde
