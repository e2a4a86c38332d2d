// SPDX-License-Identifier: Apache-2.0
#include "flows/connections.h"

#include <iterator>
#include <random>

namespace sipsonde {
namespace {

std::uint64_t random_seed() {
  std::random_device random;
  return static_cast<std::uint64_t>(random()) << 32 | random();
}

}  // namespace

Connections::Connections() : index_(0, Hash{random_seed()}) {}

Connection* Connections::find(const ConnectionKey& key) {
  const auto known = index_.find(key);
  return known == index_.end() ? nullptr : known->second;
}

Connection& Connections::open(const ConnectionKey& key, std::uint64_t now_ns) {
  List& unproven = list(Standing::unproven);
  Connection& connection = unproven.emplace_back(key);
  connection.place = std::prev(unproven.end());
  connection.since_ns = now_ns;
  index_.emplace(key, &connection);
  count_.store(index_.size(), std::memory_order_relaxed);
  add_bytes(kConnectionBytes, 0);
  return connection;
}

void Connections::erase(Connection& connection) {
  for (auto& sights : connection.streams)
    for (auto& stream : sights)
      if (stream) discharge(*stream);
  index_.erase(connection.key);
  list(connection.standing).erase(connection.place);
  count_.store(index_.size(), std::memory_order_relaxed);
  add_bytes(0, kConnectionBytes);
}

void Connections::touch(Connection& connection, std::uint64_t now_ns) {
  if (connection.standing != Standing::closing) move(connection, connection.standing, now_ns);
}

void Connections::move(Connection& connection, Standing standing, std::uint64_t now_ns) {
  List& to = list(standing);
  to.splice(to.end(), list(connection.standing), connection.place);
  connection.standing = standing;
  connection.since_ns = now_ns;
}

Connection* Connections::oldest(Standing standing) {
  List& connections = list(standing);
  return connections.empty() ? nullptr : &connections.front();
}

Connection* Connections::least() {
  for (const Standing standing : {Standing::closing, Standing::unproven, Standing::proven})
    if (Connection* connection = oldest(standing)) return connection;
  return nullptr;
}

void Connections::charge(Stream& stream) {
  const std::size_t before = stream.charged_bytes;
  stream.charged_bytes = stream.memory_bytes();
  add_bytes(stream.charged_bytes, before);
}

void Connections::discharge(Stream& stream) {
  add_bytes(0, stream.charged_bytes);
  stream.charged_bytes = 0;
}

// One writer: no locked addition.
void Connections::add_bytes(std::uint64_t more, std::uint64_t less) {
  used_bytes_.store(used_bytes() + more - less, std::memory_order_relaxed);
}

}  // namespace sipsonde
