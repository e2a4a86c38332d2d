// SPDX-License-Identifier: Apache-2.0
#include "hep/hep_stream.h"

#include <algorithm>
#include <cstring>

#include "decode/network_order.h"
#include "hep/hep_packet.h"

namespace sipsonde {
namespace {

constexpr std::string_view kMagic = "HEP3";

bool may_begin_packet(std::string_view bytes) {
  return kMagic.starts_with(bytes.substr(0, std::min(bytes.size(), kMagic.size())));
}

}  // namespace

HepStream::HepStream() : buffer_(new char[kBytes]) {}

bool HepStream::take(std::size_t bytes, const std::function<void(std::string_view packet)>& on_packet) {
  filled_ += bytes;
  std::string_view rest(buffer_.get(), filled_);
  while (!rest.empty()) {
    if (!may_begin_packet(rest)) return false;
    if (rest.size() < kHepHeaderBytes) break;
    const std::size_t length = u16_at(rest, 4);
    if (length < kHepHeaderBytes) return false;
    if (rest.size() < length) break;
    on_packet(rest.substr(0, length));
    rest.remove_prefix(length);
  }
  std::memmove(buffer_.get(), rest.data(), rest.size());
  filled_ = rest.size();
  return true;
}

}  // namespace sipsonde
