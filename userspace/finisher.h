// SPDX-License-Identifier: Apache-2.0
// The last step between the call model and whoever is told: prices first, since they are found with numbers
// in the clear, then privacy.
#pragma once

#include <optional>
#include <string>

#include "config/settings.h"
#include "facts/fact.h"
#include "privacy/fact_privacy.h"
#include "rating/rate_deck.h"

namespace sipsonde {

// What the settings' files hold, read once and shared by all workers.
struct FinishingTables {
  // Exit code 2 when a file is missing or wrong.
  static Result<FinishingTables> read(const Settings& settings);

  std::optional<RateDeck> rates;
  NumberForm numbers = NumberForm::clear;
  std::string key;  // of NumberForm::hmac
};

// One for each worker.
class Finisher {
 public:
  // `tables` outlive the finisher.
  static Result<Finisher> with(const FinishingTables& tables);

  // Changes facts in place, before they are shared.
  void finish(FactList& list);

 private:
  Finisher(const FinishingTables& tables, FactPrivacy privacy);

  const FinishingTables* tables_;
  FactPrivacy privacy_;
};

}  // namespace sipsonde
