// SPDX-License-Identifier: Apache-2.0
// The last step between the call model and whoever is told: prices first, since they are found with numbers
// in the clear, then the names of pods, then privacy.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "config/settings.h"
#include "facts/fact.h"
#include "kubernetes/pod_directory.h"
#include "privacy/fact_privacy.h"
#include "rating/rate_deck.h"

namespace sipsonde {

// What all workers share: what the settings' files hold, read once, and the pods of this node as they come
// and go.
struct FinishingTables {
  // Exit code 2 when a file is missing or wrong.
  static Result<FinishingTables> read(const Settings& settings);

  std::optional<RateDeck> rates;
  NumberForm numbers = NumberForm::clear;
  std::string key;                     // of NumberForm::hmac
  std::unique_ptr<PodDirectory> pods;  // nullptr: facts name no pods
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
  std::optional<PodView> pods_;
};

}  // namespace sipsonde
