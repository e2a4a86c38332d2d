// SPDX-License-Identifier: Apache-2.0
#include "registrations/register_request.h"

#include <array>
#include <memory>

namespace sipsonde {
namespace {

constexpr std::size_t kContactsPerRequest = 8;

}  // namespace

RegisterRequest keep_register_request(const SipMessage& request, Arena& room) {
  std::array<ContactValue, kContactsPerRequest> found;
  std::size_t count = 0;
  ContactWalk walk(request);
  for (ContactValue value; count < found.size() && walk.take(value);) {
    // What is too long leaves an empty place: it was named, so that the request is no query.
    if (value.uri.size() > kBindingTextLimit) value.uri = {};
    found[count++] = value;
  }

  const std::span<ContactValue> contacts = room.keep_array<ContactValue>(count);
  for (std::size_t i = 0; i < count; ++i)
    std::construct_at(&contacts[i], ContactValue{room.keep(found[i].uri), found[i].expires});
  return {.contacts = contacts,
          .all = request.contact_star,
          .expires = request.expires,
          .user_agent = room.keep(request.user_agent.substr(0, kBindingTextLimit))};
}

}  // namespace sipsonde
