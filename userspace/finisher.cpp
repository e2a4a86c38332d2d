// SPDX-License-Identifier: Apache-2.0
#include "finisher.h"

#include <utility>

#include "kubernetes/pod_names.h"
#include "privacy/key_file.h"
#include "rating/rate_file.h"
#include "rating/rating.h"

namespace sipsonde {

Result<FinishingTables> FinishingTables::read(const Settings& settings) {
  FinishingTables tables;
  if (!settings.rates.empty()) {
    auto rates = read_rates(settings.rates);
    if (!rates) return rates.error();
    tables.rates = std::move(*rates);
  }
  tables.numbers = settings.privacy.numbers;
  if (tables.numbers == NumberForm::hmac) {
    auto key = read_privacy_key(settings.privacy.key_file);
    if (!key) return key.error();
    tables.key = std::move(*key);
  }
  if (settings.kubernetes.pods) tables.pods = std::make_unique<PodDirectory>();
  return tables;
}

Result<Finisher> Finisher::with(const FinishingTables& tables) {
  auto numbers = NumberPrivacy::with(tables.numbers, tables.key);
  if (!numbers) return numbers.error();
  return Finisher(tables, FactPrivacy(std::move(*numbers)));
}

Finisher::Finisher(const FinishingTables& tables, FactPrivacy privacy)
    : tables_(&tables), privacy_(std::move(privacy)) {
  if (tables.pods) pods_.emplace(*tables.pods);
}

void Finisher::finish(FactList& list) {
  const PodTable* const pods = pods_ ? &pods_->table() : nullptr;
  for (Fact& fact : list.facts) {
    if (auto* const record = std::get_if<CallRecord>(&fact)) {
      if (tables_->rates) rate(*record, *tables_->rates, list.texts);
      if (pods) name_pod(*record, *pods, list.texts);
      privacy_.apply(*record, list.texts);
    } else if (auto* const event = std::get_if<CallEvent>(&fact)) {
      if (pods) name_pod(*event, *pods, list.texts);
      privacy_.apply(*event, list.texts);
    }  // the others are whole messages: with numbers hidden nobody asks for them
  }
}

}  // namespace sipsonde
