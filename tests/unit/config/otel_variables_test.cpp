// SPDX-License-Identifier: Apache-2.0
// What the environment of OpenTelemetry says, as load_settings() takes it: over the file, below SIPSONDE_*.
#include "config/otel_variables.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "config/load.h"
#include "config/schema.h"

namespace sipsonde {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;
using Environment = std::vector<std::string>;

class File {
 public:
  explicit File(const std::string& text) {
    char name[] = "/tmp/sipsonde-otel-XXXXXX";
    const int fd = mkstemp(name);
    EXPECT_GE(fd, 0);
    if (fd >= 0) close(fd);
    path = name;
    std::ofstream(path) << text;
  }
  ~File() { std::remove(path.c_str()); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  std::string path;
};

Result<LoadedSettings> load(const Environment& environment, const std::string& file = {}) {
  const File text(file);
  return load_settings({.file = text.path, .environment = environment, .interfaces = {}, .output_dir = {}});
}

std::string shown(const Result<LoadedSettings>& loaded, std::string_view path) {
  return loaded ? find_key(path)->show(loaded->settings) : loaded.error().message;
}

struct OneVariable {
  const char* variable;  // NAME=value
  const char* path;
  const char* shown;
};

class Variables : public testing::TestWithParam<OneVariable> {};

TEST_P(Variables, AreAnotherWayToGiveAKey) {
  const auto loaded = load({GetParam().variable});
  EXPECT_EQ(shown(loaded, GetParam().path), GetParam().shown);
  const std::string name =
      std::string(GetParam().variable).substr(0, std::string(GetParam().variable).find('='));
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->origins.at(GetParam().path), "environment " + name);
}

INSTANTIATE_TEST_SUITE_P(
    Otel, Variables,
    testing::Values(OneVariable{"OTEL_EXPORTER_OTLP_ENDPOINT=http://c:1", "otlp.endpoint", "\"http://c:1\""},
                    OneVariable{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=https://c/x", "otlp.traces_endpoint",
                                "\"https://c/x\""},
                    OneVariable{"OTEL_EXPORTER_OTLP_PROTOCOL=grpc", "otlp.protocol", "grpc"},
                    OneVariable{"OTEL_EXPORTER_OTLP_TRACES_PROTOCOL=grpc", "otlp.protocol", "grpc"},
                    OneVariable{"OTEL_EXPORTER_OTLP_HEADERS=a=1", "otlp.headers", "{a: \"***\"}"},
                    OneVariable{"OTEL_EXPORTER_OTLP_TIMEOUT=2500", "otlp.timeout", "2500ms"},
                    OneVariable{"OTEL_EXPORTER_OTLP_TRACES_TIMEOUT=1000", "otlp.timeout", "1s"},
                    OneVariable{"OTEL_EXPORTER_OTLP_COMPRESSION=gzip", "otlp.compression", "gzip"},
                    OneVariable{"OTEL_EXPORTER_OTLP_INSECURE=TRUE", "otlp.insecure", "true"},
                    OneVariable{"OTEL_EXPORTER_OTLP_INSECURE=yes", "otlp.insecure", "false"},
                    OneVariable{"OTEL_EXPORTER_OTLP_CERTIFICATE=/ca.pem", "otlp.certificate", "/ca.pem"},
                    OneVariable{"OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE=/c.pem", "otlp.client_certificate",
                                "/c.pem"},
                    OneVariable{"OTEL_EXPORTER_OTLP_CLIENT_KEY=/k.pem", "otlp.client_key", "/k.pem"},
                    OneVariable{"OTEL_SERVICE_NAME=sbc", "otlp.service_name", "sbc"},
                    OneVariable{"OTEL_RESOURCE_ATTRIBUTES=a=x%2Cy", "otlp.resource", "{a: \"x,y\"}"},
                    OneVariable{"OTEL_RESOURCE_ATTRIBUTES=service.name=sbc", "otlp.service_name", "sbc"},
                    OneVariable{"OTEL_TRACES_SAMPLER=traceidratio", "otlp.sampler", "traceidratio"},
                    OneVariable{"OTEL_TRACES_SAMPLER_ARG=0.25", "otlp.sampler_arg", "0.25"},
                    OneVariable{"OTEL_BSP_SCHEDULE_DELAY=200", "otlp.batch.delay", "200ms"},
                    OneVariable{"OTEL_BSP_EXPORT_TIMEOUT=3000", "otlp.batch.timeout", "3s"},
                    OneVariable{"OTEL_BSP_MAX_QUEUE_SIZE=4096", "otlp.batch.queue", "4096"},
                    OneVariable{"OTEL_BSP_MAX_EXPORT_BATCH_SIZE=64", "otlp.batch.size", "64"},
                    OneVariable{"OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT=10", "otlp.span_limits.attributes", "10"},
                    OneVariable{"OTEL_SPAN_EVENT_COUNT_LIMIT=11", "otlp.span_limits.events", "11"},
                    OneVariable{"OTEL_SPAN_LINK_COUNT_LIMIT=12", "otlp.span_limits.links", "12"},
                    OneVariable{"OTEL_EXPORTER_OTLP_LOGS_ENDPOINT=http://l/x", "otlp.logs_endpoint",
                                "\"http://l/x\""},
                    OneVariable{"OTEL_EXPORTER_OTLP_METRICS_ENDPOINT=http://m/x", "otlp.metrics_endpoint",
                                "\"http://m/x\""},
                    OneVariable{"OTEL_METRIC_EXPORT_INTERVAL=5000", "otlp.metrics_interval", "5s"},
                    OneVariable{"OTEL_LOGS_EXPORTER=otlp", "otlp.logs", "true"},
                    OneVariable{"OTEL_METRICS_EXPORTER=prometheus,otlp", "otlp.metrics", "true"},
                    OneVariable{"OTEL_TRACES_EXPORTER=console,otlp", "otlp.enabled", "true"}));

struct Precedence {
  const char* name;
  Environment environment;
  const char* file;
  const char* path;
  const char* shown;
};

class Precedences : public testing::TestWithParam<Precedence> {};

TEST_P(Precedences, LaterWins) {
  EXPECT_EQ(shown(load(GetParam().environment, GetParam().file), GetParam().path), GetParam().shown);
}

INSTANTIATE_TEST_SUITE_P(
    Otel, Precedences,
    testing::Values(Precedence{"OverTheFile",
                               {"OTEL_SERVICE_NAME=env"},
                               "otlp: {service_name: file}",
                               "otlp.service_name",
                               "env"},
                    Precedence{"EmptyIsNotSet",
                               {"OTEL_SERVICE_NAME="},
                               "otlp: {service_name: file}",
                               "otlp.service_name",
                               "file"},
                    Precedence{"BelowOurOwn",
                               {"SIPSONDE_OTLP_SERVICE_NAME=own", "OTEL_SERVICE_NAME=env"},
                               "",
                               "otlp.service_name",
                               "own"},
                    Precedence{"NameOverAttribute",
                               {"OTEL_RESOURCE_ATTRIBUTES=service.name=attribute", "OTEL_SERVICE_NAME=name"},
                               "",
                               "otlp.service_name",
                               "name"},
                    Precedence{"AttributeOverTheFile",
                               {"OTEL_RESOURCE_ATTRIBUTES=service.name=attribute"},
                               "otlp: {service_name: file}",
                               "otlp.service_name",
                               "attribute"},
                    Precedence{"TracesOverAll",
                               {"OTEL_EXPORTER_OTLP_TRACES_TIMEOUT=1000", "OTEL_EXPORTER_OTLP_TIMEOUT=2000"},
                               "",
                               "otlp.timeout",
                               "1s"},
                    Precedence{"EndpointOfAllOverTheFilesTraces",
                               {"OTEL_EXPORTER_OTLP_ENDPOINT=http://env:1"},
                               "otlp: {traces_endpoint: \"http://file/x\"}",
                               "otlp.traces_endpoint",
                               "off"},
                    Precedence{"TracesEndpointStaysBesideTheGeneral",
                               {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://t/",
                                "OTEL_EXPORTER_OTLP_ENDPOINT=http://env:1"},
                               "",
                               "otlp.traces_endpoint",
                               "\"http://t/\""},
                    Precedence{"EndpointOfAllOverTheFilesLogs",
                               {"OTEL_EXPORTER_OTLP_ENDPOINT=http://env:1"},
                               "otlp: {logs_endpoint: \"http://file/x\"}",
                               "otlp.logs_endpoint",
                               "off"},
                    Precedence{"MetricsEndpointStaysBesideTheGeneral",
                               {"OTEL_EXPORTER_OTLP_METRICS_ENDPOINT=http://m/",
                                "OTEL_EXPORTER_OTLP_ENDPOINT=http://env:1"},
                               "otlp: {metrics_endpoint: \"http://file/x\"}",
                               "otlp.metrics_endpoint",
                               "\"http://m/\""},
                    Precedence{"IntervalOverTheFile",
                               {"OTEL_METRIC_EXPORT_INTERVAL=2000"},
                               "otlp: {metrics_interval: 10s}",
                               "otlp.metrics_interval",
                               "2s"},
                    Precedence{"IntervalBelowOurOwn",
                               {"OTEL_METRIC_EXPORT_INTERVAL=2000", "SIPSONDE_OTLP_METRICS_INTERVAL=3s"},
                               "",
                               "otlp.metrics_interval",
                               "3s"},
                    Precedence{"NoLogsOfTheVariableOverTheFile",
                               {"OTEL_LOGS_EXPORTER=none"},
                               "otlp: {logs: true}",
                               "otlp.logs",
                               "false"},
                    Precedence{"NoneOfTracesLeavesMetrics",
                               {"OTEL_TRACES_EXPORTER=none"},
                               "otlp: {metrics: true}",
                               "otlp.metrics",
                               "true"},
                    Precedence{"DisabledSwitchesLogsOff",
                               {"OTEL_SDK_DISABLED=true", "OTEL_LOGS_EXPORTER=otlp"},
                               "",
                               "otlp.logs",
                               "false"},
                    Precedence{"DisabledSwitchesMetricsOff",
                               {"OTEL_SDK_DISABLED=true"},
                               "otlp: {metrics: true}",
                               "otlp.metrics",
                               "false"},
                    Precedence{"NoneSwitchesOff",
                               {"OTEL_TRACES_EXPORTER=none"},
                               "otlp: {enabled: true}",
                               "otlp.enabled",
                               "false"},
                    Precedence{"DisabledSwitchesOff",
                               {"OTEL_SDK_DISABLED=true", "OTEL_TRACES_EXPORTER=otlp"},
                               "otlp: {enabled: true}",
                               "otlp.enabled",
                               "false"},
                    Precedence{"OurOwnSwitchWins",
                               {"OTEL_SDK_DISABLED=true", "SIPSONDE_OTLP_ENABLED=true"},
                               "",
                               "otlp.enabled",
                               "true"},
                    Precedence{"AnotherExporterSaysNothing",
                               {"OTEL_TRACES_EXPORTER=console"},
                               "otlp: {enabled: true}",
                               "otlp.enabled",
                               "true"},
                    Precedence{"AnEndpointAloneSwitchesNothingOn",
                               {"OTEL_EXPORTER_OTLP_ENDPOINT=http://c:1"},
                               "",
                               "otlp.enabled",
                               "false"},
                    Precedence{"PortOfGrpc",
                               {"OTEL_EXPORTER_OTLP_PROTOCOL=grpc"},
                               "",
                               "otlp.endpoint",
                               "\"http://localhost:4317\""},
                    Precedence{"GivenEndpointKeepsItsPort",
                               {"OTEL_EXPORTER_OTLP_PROTOCOL=grpc"},
                               "otlp: {endpoint: \"http://localhost:4318\"}",
                               "otlp.endpoint",
                               "\"http://localhost:4318\""}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(Otel, WhatIsWrongMattersOnlyWhenSomethingIsSent) {
  const char* const kWrong = "OTEL_EXPORTER_OTLP_PROTOCOL=http/json";
  EXPECT_TRUE(load({kWrong}));
  EXPECT_FALSE(load({kWrong}, "otlp: {logs: true}"));
  EXPECT_FALSE(load({kWrong}, "otlp: {metrics: true}"));
  const auto refused = load({kWrong}, "otlp: {enabled: true}");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().exit_code, 2);
  EXPECT_EQ(
      refused.error().message,
      "environment OTEL_EXPORTER_OTLP_PROTOCOL: otlp.protocol: \"http/json\" is not taken; use http/protobuf "
      "or grpc");
}

TEST(Otel, ThePodIsNamedByTheDownwardApi) {
  EXPECT_THAT(
      kubernetes_attributes({"POD_NAME=other", "K8S_POD_NAME=pod", "NODE_NAME=node", "POD_UID=", "HOME=/"}),
      ElementsAre(Pair("k8s.node.name", "node"), Pair("k8s.pod.name", "pod")));
}

struct BadBlock {
  const char* file;
  const char* message;  // a part of it
};

class BadBlocks : public testing::TestWithParam<BadBlock> {};

TEST_P(BadBlocks, AreRefused) {
  const auto loaded = load({}, GetParam().file);
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().exit_code, 2);
  EXPECT_THAT(loaded.error().message, HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(Otlp, BadBlocks,
                         testing::Values(BadBlock{"otlp: {endpoint: ftp://x}", "is no endpoint"},
                                         BadBlock{"otlp: {endpoint: \"\"}", "is no endpoint"},
                                         BadBlock{"otlp: {enabled: true, endpoint: \"collector:4318\"}",
                                                  "has no scheme"},
                                         BadBlock{"otlp: {logs: true, logs_endpoint: \"collector:4318\"}",
                                                  "otlp.logs_endpoint"},
                                         BadBlock{"otlp: {metrics: true, endpoint: \"collector:4318\"}",
                                                  "has no scheme"},
                                         BadBlock{"otlp: {metrics_interval: 1ms}", "100ms to"},
                                         BadBlock{"otlp: {protocol: http/json}", "use http/protobuf or grpc"},
                                         BadBlock{"otlp: {sampler_arg: 1.5}", "0 to 1"},
                                         BadBlock{"otlp: {sampler_arg: nan}", "0 to 1"},
                                         BadBlock{"otlp: {error_status_except: [200]}", "400 to 699"},
                                         BadBlock{"otlp: {enabled: true, client_key: /k}", "needs its key"},
                                         BadBlock{"otlp: {headers: {a: \"x\\ny\"}}", "control character"},
                                         BadBlock{"otlp: {batch: {size: 0}}", "1 to 65536"},
                                         BadBlock{"otlp: {endpont: x}", "did you mean \"endpoint\"?"}));

}  // namespace
}  // namespace sipsonde
