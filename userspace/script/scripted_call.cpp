// SPDX-License-Identifier: Apache-2.0
#include "script/scripted_call.h"

#include <algorithm>
#include <cstring>

#include "script/compact_form.h"

namespace sipsonde {

std::string_view ScriptedCall::Slot::assign(std::string_view text) {
  const std::size_t size = std::min(text.size(), kScriptTextBytes);
  if (size > 0) std::memcpy(bytes, text.data(), size);
  return {bytes, size};
}

void ScriptedCall::begin(Moment moment, const ScriptedLeg& leg) {
  moment_ = moment;
  leg_ = &leg;
  text_set_.fill(false);
  custom_set_.fill(false);
  custom_count_ = std::min(leg.record.custom.size(), kCustomFields);
  std::copy_n(leg.record.custom.begin(), custom_count_, custom_.begin());
}

void ScriptedCall::commit() {
  for (std::size_t i = 0; i < kTextFields; ++i) {
    std::string_view& text = text_of(static_cast<TextField>(i));
    if (text_set_[i]) text = leg_->texts.keep(text);
  }
  if (std::ranges::find(custom_set_, true) != custom_set_.end()) {
    for (std::size_t i = 0; i < custom_count_; ++i)
      if (custom_set_[i]) custom_[i].value = leg_->texts.keep(custom_[i].value);
    const auto kept = leg_->texts.keep_array<Attribute>(custom_count_);
    std::copy_n(custom_.begin(), custom_count_, kept.begin());
    leg_->record.custom = kept;
  }
  leg_ = nullptr;
}

std::string_view ScriptedCall::tenant() const {
  return leg_->record.tenant.empty() ? std::string_view(trunk().tenant) : leg_->record.tenant;
}

bool ScriptedCall::header(std::string_view name, std::string_view& value) {
  if (!leg_->message || name.empty()) return false;
  value = leg_->message->header(name, compact_form_of(name));
  if (value.data() == nullptr) return false;
  if (value.find('\n') == std::string_view::npos) return true;
  // RFC 3261 section 7.3.1: the line end and the white space around it are one space.
  unfolded_.clear();
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value[i] != '\n') {
      unfolded_.push_back(value[i]);
      continue;
    }
    while (!unfolded_.empty() && std::string_view(" \t\r").find(unfolded_.back()) != std::string_view::npos)
      unfolded_.pop_back();
    while (i + 1 < value.size() && (value[i + 1] == ' ' || value[i + 1] == '\t')) ++i;
    unfolded_.push_back(' ');
  }
  value = unfolded_;
  return true;
}

std::string_view& ScriptedCall::text_of(TextField field) {
  CallRecord& record = leg_->record;
  switch (field) {
    case TextField::tenant:
      return record.tenant;
    case TextField::currency:
      return record.currency;
    case TextField::recording_url:
      return record.recording_url;
    case TextField::agent_id:
      return record.agent_id;
    case TextField::route:
      break;
  }
  return record.route;
}

void ScriptedCall::set(TextField field, std::string_view text) {
  const auto index = static_cast<std::size_t>(field);
  text_set_[index] = true;
  text_of(field) = text.empty() ? std::string_view() : texts_[index].assign(text);
}

bool ScriptedCall::set_custom(std::string_view name, std::string_view text) {
  std::size_t index = 0;
  while (index < custom_count_ && custom_[index].name != name) ++index;
  if (index == kCustomFields) return false;
  custom_count_ = std::max(custom_count_, index + 1);
  custom_set_[index] = true;
  custom_[index] = {name, custom_texts_[index].assign(text)};
  leg_->record.custom = {custom_.data(), custom_count_};
  return true;
}

}  // namespace sipsonde
