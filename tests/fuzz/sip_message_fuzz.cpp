// SPDX-License-Identifier: Apache-2.0
// Any bytes as a SIP message: every view lies inside them, what is well-formed has what a call needs, and a
// message that was cut is never taken for another one. The first byte says whether the capture cut the rest.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "decode/sip_message.h"

namespace sipsonde {
namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void require_inside(std::string_view view, std::string_view bytes) {
  if (view.empty()) return;
  const auto begin = reinterpret_cast<std::uintptr_t>(bytes.data());
  const auto at = reinterpret_cast<std::uintptr_t>(view.data());
  require(at >= begin && at + view.size() <= begin + bytes.size());
}

void require_inside(const NameAddress& address, std::string_view bytes) {
  require_inside(address.uri, bytes);
  require_inside(address.user, address.uri);
  require_inside(address.host, address.uri);
  require_inside(address.tag, bytes);
}

void require_views_inside(const SipMessage& message, std::string_view bytes) {
  for (const NameAddress* address : {&message.request_uri, &message.from, &message.to, &message.contact,
                                     &message.refer_to, &message.asserted_identity}) {
    require_inside(*address, bytes);
  }
  for (const std::string_view view :
       {message.method_text, message.reason_phrase, message.via.transport, message.via.sent_by,
        message.via.branch, message.call_id, message.user_agent, message.server, message.refresher,
        message.event, message.subscription_state, message.replaces, message.session_id, message.identity,
        message.content_type, message.body, message.headers}) {
    require_inside(view, bytes);
  }
  require(message.reason_count <= message.reasons.size());
  for (unsigned i = 0; i < message.reason_count; ++i) {
    require(!message.reasons[i].protocol.empty());
    require_inside(message.reasons[i].protocol, message.headers);
    require_inside(message.reasons[i].text, message.headers);
  }
}

void require_complete(const SipMessage& message) {
  require(!message.call_id.empty());
  require(!message.from.uri.empty() && !message.to.uri.empty());
  require(message.via_count > 0 && !message.via.sent_by.empty() && !message.via.transport.empty());
  require(message.cseq <= 0x7fffffff && !message.method_text.empty());
  require(message.is_request ? !message.request_uri.uri.empty() : message.code >= 100 && message.code <= 699);
  require(message.header("call-id", 'I') == message.call_id);
}

// Without its last byte a message may lose something, but what is still read is the same.
void require_same_identity(const SipMessage& whole, std::string_view cut_bytes) {
  SipMessage cut;
  if (decode_sip(cut_bytes, true, cut) != SIPSONDE_MALFORMED_none) return;
  require(cut.call_id == whole.call_id && cut.cseq == whole.cseq);
  require(cut.from.uri == whole.from.uri && cut.to.tag == whole.to.tag);
}

void check(std::string_view bytes, bool truncated) {
  SipMessage message;
  const sipsonde_malformed fault = decode_sip(bytes, truncated, message);
  require(fault >= SIPSONDE_MALFORMED_none && fault < SIPSONDE_MALFORMED_COUNT);
  require(truncated || fault != SIPSONDE_MALFORMED_truncated);
  require_views_inside(message, bytes);
  require_inside(message.header("X-Any", 'x'), message.headers);
  if (fault != SIPSONDE_MALFORMED_none) return;
  require_complete(message);
  if (!truncated) require_same_identity(message, bytes.substr(0, bytes.size() - 1));
}

}  // namespace
}  // namespace sipsonde

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  sipsonde::check({reinterpret_cast<const char*>(data) + 1, size - 1}, (data[0] & 1) != 0);
  return 0;
}
