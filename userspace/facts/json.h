// SPDX-License-Identifier: Apache-2.0
// A fact as one line of JSON, without the line feed (docs/events.md, docs/cdr.md). Whatever bytes a header
// held, the line is valid UTF-8 and has no raw control character: a byte that is not UTF-8 becomes U+FFFD.
#pragma once

#include <string>

#include "config/settings.h"
#include "facts/fact.h"

namespace sipsonde {

// What a rendered fact needs besides itself.
struct FactContext {
  const TrunkTable* trunks;  // names of tenants and trunks
  std::string node;
};

// The rule that a fact belongs to.
const TrunkRule& trunk_of(TrunkIndex index, const FactContext& context);
// As it stands in the line: the record's own, else the rule's.
std::string_view tenant_of(const CallRecord& record, const FactContext& context);

void append_json(std::string& out, const CallEvent& event, const FactContext& context);
void append_json(std::string& out, const CallRecord& record, const FactContext& context);

}  // namespace sipsonde
