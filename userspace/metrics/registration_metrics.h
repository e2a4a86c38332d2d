// SPDX-License-Identifier: Apache-2.0
// Registrations and peers as they are at this moment, and how long registrars took.
#pragma once

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <vector>

#include "config/settings.h"
#include "registrations/registration_watch.h"

namespace sipsonde {

class RegistrationMetrics : public prometheus::Collectable {
 public:
  // Both outlive this.
  RegistrationMetrics(const TrunkTable& trunks, const RegistrationWatch& watch)
      : trunks_(trunks), watch_(watch) {}

  // sip_registrations, sip_registration_delay_seconds, sip_peer_up and the part table="registrations" of
  // sipsonde_evictions_total.
  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  prometheus::MetricFamily delay() const;
  prometheus::MetricFamily peers() const;

  const TrunkTable& trunks_;
  const RegistrationWatch& watch_;
};

}  // namespace sipsonde
