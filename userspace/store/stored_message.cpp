// SPDX-License-Identifier: Apache-2.0
#include "store/stored_message.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/labels.h"
#include "store/json_object.h"

namespace sipsonde {
namespace {

void append_number(std::string& text, std::uint64_t number) {
  char digits[24];
  const auto [end, problem] = std::to_chars(digits, digits + sizeof digits, number);
  text.append(digits, end);
}

std::string_view take_word(std::string_view& line) {
  const std::size_t end = std::min(line.find(' '), line.size());
  const std::string_view word = line.substr(0, end);
  line.remove_prefix(std::min(end + 1, line.size()));
  return word;
}

template <typename Number>
std::optional<Number> number_of(std::string_view word) {
  Number number{};
  const auto [end, problem] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (problem != std::errc{} || end != word.data() + word.size()) return std::nullopt;
  return number;
}

}  // namespace

void append_stored(std::string& document, const Message& message) {
  append_number(document, message.time_ns);
  document.append(" ").append(label(message.transport)).append(" ");
  append_text(document, message.source);
  document.push_back(' ');
  append_text(document, message.destination);
  document.push_back(' ');
  append_number(document, message.vlan_id);
  document.push_back(' ');
  append_number(document, message.bytes.size());
  document.append("\n").append(message.bytes).append("\n");
}

Result<Done> take_messages(std::string_view document, std::vector<StoredMessage>& messages) {
  while (!document.empty()) {
    const std::size_t end = std::min(document.find('\n'), document.size());
    std::string_view line = document.substr(0, end);
    document.remove_prefix(std::min(end + 1, document.size()));
    const auto time_ns = number_of<std::uint64_t>(take_word(line));
    const sipsonde_transport transport = transport_named(take_word(line));
    const Endpoint source = endpoint_of(take_word(line)), destination = endpoint_of(take_word(line));
    const auto vlan_id = number_of<std::uint16_t>(take_word(line));
    const auto length = number_of<std::size_t>(line);
    if (!time_ns || !vlan_id || !length || *length >= document.size() || document[*length] != '\n')
      return Error{"read stored messages: they do not keep the form of docs/store.md"};
    messages.push_back(
        {*time_ns, source, destination, transport, *vlan_id, std::string(document.substr(0, *length))});
    document.remove_prefix(*length + 1);
  }
  return Done{};
}

}  // namespace sipsonde
