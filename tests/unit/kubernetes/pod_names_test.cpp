// SPDX-License-Identifier: Apache-2.0
#include "kubernetes/pod_names.h"

#include <gtest/gtest.h>

namespace sipsonde {
namespace {

Endpoint at(std::string_view address) {
  return {*address_of(address), 5060};
}

// proxy and media are pods of this node; 192.0.2.9 is somebody else.
std::shared_ptr<const PodTable> pods() {
  return PodTable::after({},
                         {{"edge", "proxy", {}, {*address_of("10.0.0.1")}, 10},
                          {"voip", "media", {}, {*address_of("10.0.0.2")}, 10}},
                         100);
}

std::string value_of(Attributes attributes, std::string_view name) {
  for (const Attribute& attribute : attributes)
    if (attribute.name == name) return std::string(attribute.value);
  return "";
}

struct EventCase {
  const char* source;
  const char* destination;
  const char* pod;
  const char* namespace_name;
};

TEST(NamePod, AnEventIsOfThePodThatSentOrElseOfTheOneThatGot) {
  for (const EventCase& one :
       {EventCase{"10.0.0.1", "192.0.2.9", "proxy", "edge"},
        EventCase{"192.0.2.9", "10.0.0.1", "proxy", "edge"},
        EventCase{"10.0.0.1", "10.0.0.2", "proxy", "edge"},
        EventCase{"10.0.0.2", "10.0.0.1", "media", "voip"}, EventCase{"192.0.2.9", "192.0.2.8", "", ""}}) {
    Arena texts;
    CallEvent event;
    event.time_ns = 50;
    event.source = at(one.source);
    event.destination = at(one.destination);
    name_pod(event, *pods(), texts);
    EXPECT_EQ(value_of(event.attributes, "k8s.pod.name"), one.pod) << one.source << one.destination;
    EXPECT_EQ(value_of(event.attributes, "k8s.namespace.name"), one.namespace_name);
  }
}

struct RecordCase {
  const char* source;
  const char* destination;
  sipsonde_direction direction;
  const char* pod;
};

TEST(NamePod, ARowBetweenTwoPodsIsOfTheOneAtWhoseSideItWasSeen) {
  for (const RecordCase& one : {RecordCase{"10.0.0.1", "10.0.0.2", SIPSONDE_DIRECTION_inbound, "proxy"},
                                RecordCase{"10.0.0.1", "10.0.0.2", SIPSONDE_DIRECTION_outbound, "media"},
                                RecordCase{"192.0.2.9", "10.0.0.2", SIPSONDE_DIRECTION_inbound, "media"},
                                RecordCase{"10.0.0.2", "192.0.2.9", SIPSONDE_DIRECTION_outbound, "media"},
                                RecordCase{"192.0.2.9", "192.0.2.8", SIPSONDE_DIRECTION_outbound, ""}}) {
    Arena texts;
    CallRecord record;
    record.start_ns = 50;
    record.source = at(one.source);
    record.destination = at(one.destination);
    record.direction = one.direction;
    name_pod(record, *pods(), texts);
    EXPECT_EQ(value_of(record.custom, "k8s.pod.name"), one.pod) << one.source << one.destination;
  }
}

TEST(NamePod, ALegThatBeganBeforeThePodIsAnothersAndOneWithoutABeginningGoesByItsEnd) {
  Arena texts;
  CallRecord record;
  record.source = at("10.0.0.1");
  record.start_ns = 5;
  record.end_ns = 50;
  name_pod(record, *pods(), texts);
  EXPECT_TRUE(record.custom.empty());
  record.start_ns.reset();
  name_pod(record, *pods(), texts);
  EXPECT_EQ(value_of(record.custom, "k8s.pod.name"), "proxy");
}

TEST(NamePod, WhatAFactSaysAlreadyStays) {
  Arena texts;
  const Attribute said[] = {{"queue", "sales"}, {"k8s.pod.name", "mine"}};
  CallEvent event;
  event.time_ns = 50;
  event.source = at("10.0.0.1");
  event.attributes = said;
  name_pod(event, *pods(), texts);
  EXPECT_EQ(value_of(event.attributes, "k8s.pod.name"), "mine");
  event.attributes = Attributes(said).first(1);
  name_pod(event, *pods(), texts);
  EXPECT_EQ(value_of(event.attributes, "queue"), "sales");
  EXPECT_EQ(value_of(event.attributes, "k8s.pod.name"), "proxy");
  EXPECT_EQ(event.attributes.size(), 3u);
}

TEST(NamePod, NamesOutliveTheTable) {
  Arena texts;
  CallEvent event;
  event.time_ns = 50;
  event.source = at("10.0.0.1");
  auto table = pods();
  name_pod(event, *table, texts);
  table.reset();
  EXPECT_EQ(value_of(event.attributes, "k8s.pod.name"), "proxy");
}

}  // namespace
}  // namespace sipsonde
