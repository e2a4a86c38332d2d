// SPDX-License-Identifier: Apache-2.0
#include "otlp/exporter.h"

#include <gtest/gtest.h>

namespace sipsonde {
namespace {

TEST(Exporter, EachSignalHasAnEndpointOfItsOwnWhereTheSettingsGiveOne) {
  OtlpSettings settings;
  settings.traces_endpoint = "http://t/";
  settings.logs_endpoint = "http://l/";
  EXPECT_EQ(endpoint_of(settings, OtlpSignal::traces), "http://t/");
  EXPECT_EQ(endpoint_of(settings, OtlpSignal::logs), "http://l/");
  EXPECT_EQ(endpoint_of(settings, OtlpSignal::metrics), "");
}

TEST(Exporter, FilesThatAreNotThereAreSaidAtTheStart) {
  OtlpSettings settings;
  settings.certificate = "/nowhere/ca.pem";
  for (const OtlpSignal signal : {OtlpSignal::traces, OtlpSignal::logs, OtlpSignal::metrics}) {
    const auto made = make_exporter(settings, signal);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().exit_code, 2);
  }
}

}  // namespace
}  // namespace sipsonde
