// SPDX-License-Identifier: Apache-2.0
#include "privacy/fact_privacy.h"

#include <algorithm>

#include "privacy/attribute_privacy.h"

namespace sipsonde {

bool FactPrivacy::touches(const CallEvent& event) const {
  return !numbers_.shows_numbers() || event.caller_withheld;
}

void FactPrivacy::apply(CallEvent& event, Arena& texts) {
  if (!touches(event)) return;
  replace(event.reason, &NumberPrivacy::append_prose, texts);
  if (event.attributes.empty()) return;
  const auto attributes = texts.keep_array<Attribute>(event.attributes.size());
  std::ranges::copy(event.attributes, attributes.begin());
  for (Attribute& attribute : attributes) replace_attribute(attribute, event.caller_withheld, texts);
  event.attributes = attributes;
}

void FactPrivacy::replace_attribute(Attribute& attribute, bool sender_withheld, Arena& texts) {
  const AttributePrivacy privacy = privacy_of(attribute.name);
  if (sender_withheld && privacy.of_sender && !attribute.value.empty()) {
    attribute.value = privacy.holds == AttributeContent::number ? kAnonymousUser : kAnonymousUri;
    return;
  }
  switch (privacy.holds) {
    case AttributeContent::nothing:
      return;
    case AttributeContent::number:
      return replace(attribute.value, &NumberPrivacy::append_user, texts);
    case AttributeContent::prose:
      return replace(attribute.value, &NumberPrivacy::append_prose, texts);
    case AttributeContent::uri:
    case AttributeContent::anything:
      return replace(attribute.value, &NumberPrivacy::append_uri, texts);
  }
}

void FactPrivacy::apply(CallRecord& record, Arena& texts) {
  if (record.caller_withheld) {
    if (!record.from_number.empty()) record.from_number = kAnonymousUser;
    if (!record.from_uri.empty()) record.from_uri = kAnonymousUri;
  }
  if (numbers_.shows_numbers()) return;
  replace(record.from_number, &NumberPrivacy::append_user, texts);
  replace(record.to_number, &NumberPrivacy::append_user, texts);
  replace(record.from_uri, &NumberPrivacy::append_uri, texts);
  replace(record.to_uri, &NumberPrivacy::append_uri, texts);
  replace(record.user_agent, &NumberPrivacy::append_prose, texts);
}

// What stays as it is stays where it is.
void FactPrivacy::replace(std::string_view& text, Append append, Arena& texts) {
  scratch_.clear();
  (numbers_.*append)(scratch_, text);
  if (scratch_ != text) text = texts.keep(scratch_);
}

}  // namespace sipsonde
