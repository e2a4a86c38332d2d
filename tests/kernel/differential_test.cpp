// SPDX-License-Identifier: Apache-2.0
// The parsing headers as the kernel runs them against the same headers compiled for the host: thousands of
// generated and mutated frames, and every judgement equal.
#include <random>

#include "kernel_fixture.h"
#include "support/frame_builder.h"
#include "support/host_judge.h"

namespace sipsonde::testing {
namespace {

constexpr int kFrames = 8000;

class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  std::string frame() {
    FrameBuilder frame;
    for (int tags = number(8) == 0 ? number(4) : 0; tags > 0; --tags)
      frame.vlan(static_cast<std::uint16_t>(number(4096)), pick<std::uint16_t>({0x8100, 0x88a8, 0x9100}));
    if (number(3) == 0) {
      frame.ipv6("2001:db8::1", "2001:db8::2");
      for (int extensions = number(3) == 0 ? number(8) : 0; extensions > 0; --extensions)
        frame.extension(pick<std::uint8_t>({0, 43, 60, 135}), std::string(7, '\0'));
    } else {
      frame.ipv4("192.0.2.1", "192.0.2.2");
      if (number(6) == 0) frame.options(std::string(4 * static_cast<std::size_t>(number(11)), '\1'));
    }
    std::string bytes = frame.udp(5060, 5060).payload(mutated(text())).bytes();
    if (number(10) == 0) bytes[static_cast<std::size_t>(number(40))] = static_cast<char>(number(256));
    if (number(10) == 0) bytes.resize(static_cast<std::size_t>(number(static_cast<int>(bytes.size()))));
    return bytes;
  }

 private:
  int number(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }
  template <typename T>
  T pick(std::initializer_list<T> choices) {
    return *(choices.begin() + number(static_cast<int>(choices.size())));
  }

  std::string start_line() {
    if (number(2)) {
      return pick<std::string>(
                 {"INVITE", "ACK", "BYE", "REGISTER", "SUBSCRIBE", "PRACK", "FOO", "invite", "OPTIONS"}) +
             pick<std::string>({" ", " ", " ", "  "}) +
             pick<std::string>(
                 {"sip:bob@example.com", "tel:+15551230001", "*", "", "sips:[2001:db8::1]:5061", "a b"}) +
             pick<std::string>({" SIP/2.0", " SIP/2.0", " SIP/2.0", " SIP/3.0", " sip/2.0", " HTTP/1.1", ""});
    }
    return pick<std::string>({"SIP/2.0 ", "SIP/2.0 ", "sip/2.0 ", "SIP/2.1 ", "SIP/2.0"}) +
           std::to_string(number(800)) + pick<std::string>({" OK", "", " ", "x"});
  }

  std::string blank() { return pick<std::string>({"", " ", " ", "\t", "  ", "\r\n ", " \n\t"}); }
  std::string line_end() { return pick<std::string>({"\r\n", "\r\n", "\r\n", "\n"}); }

  std::string header() {
    const std::string colon = pick<std::string>({":", ":", ":", " :", "\t :", ""});
    switch (number(10)) {
      case 0:
        return pick<std::string>({"Via", "v", "VIA", "via"}) + colon + blank() +
               pick<std::string>({"SIP/2.0/UDP", "SIP / 2.0 / UDP", "SIP/2.0/", "X"}) +
               pick<std::string>({" ", "\t", ""}) +
               pick<std::string>({"192.0.2.1:5060", "[2001:db8::1]", "host : 5060", ""}) +
               pick<std::string>({";rport", ";x=\"a;branch=z\"", "", ";branch", ";ttl=1 "}) +
               pick<std::string>({";branch=z9hG4bK776", ";Branch = abc", "", ";branch=\"q\"",
                                  ";branch=z9hG4bKx,SIP/2.0/UDP b"});
      case 1:
        return pick<std::string>({"Call-ID", "i", "CALL-ID", "Call-I", "Call\rID"}) + colon + blank() +
               pick<std::string>({"a84b4c76e66710@pc33", "", "x", std::string(300, 'c'), "a b"});
      case 2:
        return pick<std::string>({"CSeq", "cseq", "CSEQ"}) + colon + blank() +
               pick<std::string>({"1", "314159", "4294967296", "", "x", "2147483648"}) +
               pick<std::string>({" ", "\t", ""}) +
               pick<std::string>({"INVITE", "ACK", "BYE", "FOO", "", "REGISTER"});
      case 3:
        return pick<std::string>({"To", "t", "TO"}) + colon + blank() +
               pick<std::string>(
                   {"<sip:b@c>", "\"B;tag=q\" <sip:b@c;tag=u>", "sip:b@c", "\"\\\"\" <sip:x>", "\"open"}) +
               pick<std::string>({";tag=314", " ; TAG = 9", "", ";tagx=1;tag=2", ";tag="});
      case 4:
        return pick<std::string>({"RSeq", "rseq"}) + colon + blank() + std::to_string(number(1000));
      case 5:
        return "X-Long: " + std::string(static_cast<std::size_t>(number(3000)), 'l');
      default:
        return pick<std::string>(
                   {"Contact", "Content-Type", "Record-Route", "Identity", "Timestamp", "c", "r", "V"}) +
               colon + blank() + "value" + std::to_string(number(100));
    }
  }

  std::string text() {
    if (number(3) == 0)
      return message({.branch = "z9hG4bK" + std::to_string(number(1000)), .to_tag = number(2) ? "t" : ""});
    std::string out = start_line() + line_end();
    for (int headers = number(14); headers > 0; --headers) out += header() + line_end();
    return out + pick<std::string>({"\r\n", "\n", "", "\r\nv=0\r\n"});
  }

  std::string mutated(std::string bytes) {
    for (int changes = number(3) == 0 ? number(6) : 0; changes > 0 && !bytes.empty(); --changes) {
      const auto at = static_cast<std::size_t>(number(static_cast<int>(bytes.size())));
      switch (number(3)) {
        case 0:
          bytes[at] = static_cast<char>(number(256));
          break;
        case 1:
          bytes.erase(at, 1);
          break;
        default:
          bytes.insert(at, 1, pick<char>({' ', '\r', '\n', ':', ';', '"', '\0', ','}));
      }
    }
    return bytes;
  }

  std::mt19937 random_;
};

class Differential : public KernelFixture, public ::testing::WithParamInterface<Program> {};

TEST_P(Differential, KernelAndHostJudgeAlike) {
  Generator generator(20261121);
  HostJudge host(probe_->hash_seed());
  int sip = 0;
  for (int i = 0; i < kFrames; ++i) {
    const std::string frame = generator.frame();
    if (frame.size() < 14 || frame.size() > 3400) continue;
    const HostJudgement expected = host.judge(frame);
    const auto samples = send(frame, GetParam());
    if (expected.where.fragment) continue;  // handed over by the history of its datagram
    ASSERT_EQ(samples.size(), expected.is_sip ? 1u : 0u)
        << "frame " << i << ": " << ::testing::PrintToString(frame);
    if (!expected.is_sip) continue;
    ++sip;
    const sipsonde_event& head = samples[0].head;
    SCOPED_TRACE("frame " + std::to_string(i) + ": " + ::testing::PrintToString(samples[0].payload));
    ASSERT_EQ(head.judgement == SIPSONDE_JUDGED_malformed ? head.reason : 0, expected.scan.malformed);
    ASSERT_EQ(head.flags & SIPSONDE_EVENT_DEFERRED ? head.reason : 0,
              expected.scan.malformed ? 0 : expected.scan.deferred);
    ASSERT_EQ(head.method, expected.scan.method);
    ASSERT_EQ(head.code, expected.scan.code);
    ASSERT_EQ(head.call_hash, static_cast<__u32>(expected.scan.call_id_hash >> 32));
    ASSERT_EQ(head.vlan_id, expected.where.vlan_id);
  }
  std::printf("%d frames, %d of them SIP\n", kFrames, sip);
  EXPECT_GT(sip, kFrames / 3);
}

INSTANTIATE_TEST_SUITE_P(Hooks, Differential, ::testing::Values(Program::xdp, Program::tc_ingress),
                         [](const auto& hook) {
                           return std::string(hook.param == Program::xdp ? "Xdp" : "Tc");
                         });

}  // namespace
}  // namespace sipsonde::testing
