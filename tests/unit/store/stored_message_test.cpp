// SPDX-License-Identifier: Apache-2.0
#include "store/stored_message.h"

#include "store_stage.h"

namespace sipsonde {
namespace {

Message message_of(std::string_view call_id, std::string_view bytes, std::uint64_t time_ns) {
  return {.time_ns = time_ns,
          .bytes = bytes,
          .call_id = call_id,
          .source = endpoint_at(1),
          .destination = endpoint_at(2, 5070),
          .transport = SIPSONDE_TRANSPORT_tcp,
          .vlan_id = 7};
}

TEST(StoredMessage, ComesBackByteForByteWithWhereItPassed) {
  Endpoint v6;
  v6.address = *address_of("2001:db8::1");
  v6.port = 5061;
  for (const std::string_view bytes : {std::string_view("INVITE sip:a@b SIP/2.0\r\n\r\n"),
                                       std::string_view("\n\n1 udp \0\xff\n", 10), std::string_view()}) {
    Message message = message_of("a", bytes, 1'772'366'400'000'000'001);
    message.destination = v6;
    std::string document;
    append_stored(document, message);
    append_stored(document, message);
    std::vector<StoredMessage> taken;
    ASSERT_TRUE(succeeds(take_messages(document, taken)));
    ASSERT_EQ(taken.size(), 2u);
    for (const StoredMessage& one : taken) {
      EXPECT_EQ(one.bytes, bytes);
      EXPECT_EQ(one.time_ns, message.time_ns);
      EXPECT_EQ(one.source, message.source);
      EXPECT_EQ(one.destination, v6);
      EXPECT_EQ(one.transport, SIPSONDE_TRANSPORT_tcp);
      EXPECT_EQ(one.vlan_id, 7);
    }
  }
}

TEST(StoredMessage, ADocumentThatIsNoneIsAnError) {
  for (const std::string_view document :
       {"x", "\n", "1 udp 192.0.2.1:1 192.0.2.2:2 0 5\nabc\n", "1 udp 192.0.2.1:1 192.0.2.2:2 0 3\nabcd",
        "1 udp 192.0.2.1:1 192.0.2.2:2 0 -1\nabc\n",
        "1 udp 192.0.2.1:1 192.0.2.2:2 0 18446744073709551615\na\n",
        "one udp 192.0.2.1:1 192.0.2.2:2 0 1\na\n"}) {
    std::vector<StoredMessage> taken;
    EXPECT_FALSE(take_messages(document, taken)) << document;
  }
}

TEST(StoredMessages, AreHeldUntilALegTurnsAndComeInTheOrderOfTime) {
  StoreStage stage;
  const auto writer = stage.open();
  writer->add(message_of("a", "INVITE", kNoon_ns));
  writer->add(message_of("b", "OPTIONS", kNoon_ns));
  writer->add(message_of("", "no Call-ID", kNoon_ns));
  ASSERT_TRUE(succeeds(writer->commit()));
  EXPECT_EQ(stage.ask("SELECT count(*) FROM messages"), 0);
  add_answer(*writer, "a", 0, kNoon_ns);
  writer->add(message_of("a", "200", kNoon_ns + 2));  // stated behind what it brought about
  ASSERT_TRUE(succeeds(writer->commit()));
  EXPECT_EQ(stage.ask("SELECT count(*) FROM messages"), 1);
  writer->add(message_of("a", "ACK", kNoon_ns + 4));
  writer->add(message_of("a", "180", kNoon_ns + 1));
  writer->add(answered_record("a", 0, kNoon_ns, kNoon_ns));
  ASSERT_TRUE(succeeds(writer->commit()));
  EXPECT_EQ(stage.ask("SELECT count(*) FROM messages WHERE call_id = 'a'"), 2);

  StoreReader reader(stage.path());
  const auto messages = reader.messages_of("a");
  ASSERT_TRUE(succeeds(messages));
  std::string all;
  for (const StoredMessage& message : *messages) all.append(message.bytes).append(" ");
  EXPECT_EQ(all, "INVITE 180 200 ACK ");
  EXPECT_EQ(reader.messages_of("a", 1)->size(), 1u);
  EXPECT_TRUE(reader.messages_of("b")->empty());
  stage.now_ns += MessageHold::kLongest_ns;
  ASSERT_TRUE(succeeds(writer->commit()));
  EXPECT_EQ(reader.messages_of("b")->size(), 1u);
}

TEST(StoredMessages, ACallHoldsSoManyBytesAndAllTogetherAreWrittenBeforeTheyAreTooMany) {
  StoreStage stage;
  const auto writer = stage.open();
  const std::string large(60'000, 'x');
  for (int i = 0; i < 10; ++i) writer->add(message_of("a", large, kNoon_ns));
  EXPECT_EQ(writer->messages_left_out(), 6u);
  for (int i = 0; !writer->is_full(); ++i) {
    ASSERT_LT(i, 1000);
    writer->add(message_of(std::to_string(i), large, kNoon_ns));
  }
  ASSERT_TRUE(succeeds(writer->commit()));
  EXPECT_FALSE(writer->is_full());
  StoreReader reader(stage.path());
  EXPECT_EQ(reader.messages_of("a")->size(), 4u);
  EXPECT_EQ(reader.messages_of("17")->front().bytes, large);
}

TEST(StoredMessages, ADamagedRowIsAnErrorAndNothingElse) {
  StoreStage stage;
  const auto writer = stage.open();
  writer->add(message_of("a", "INVITE", kNoon_ns));
  stage.now_ns += MessageHold::kLongest_ns;
  ASSERT_TRUE(succeeds(writer->commit()));
  for (const char* change : {"document = x'789c'", "document = x''", "bytes = bytes + 1", "bytes = -1"}) {
    Database database = *Database::open(stage.file(), Access::write);
    ASSERT_TRUE(succeeds(database.run(std::string("UPDATE messages SET ").append(change).c_str())));
    StoreReader reader(stage.path());
    EXPECT_FALSE(reader.messages_of("a")) << change;
  }
}

}  // namespace
}  // namespace sipsonde
