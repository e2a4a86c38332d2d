// SPDX-License-Identifier: Apache-2.0
#include "cdr/kafka.h"

#include <algorithm>

namespace sipsonde {
namespace {

using namespace std::chrono_literals;

constexpr auto kLongest = 10s;          // of one deliver()
constexpr auto kLongestInTrouble = 1s;  // brokers that come back are heard of at the next one
constexpr std::chrono::milliseconds kLook = 100ms;

}  // namespace

Result<std::unique_ptr<KafkaReceiver>> KafkaReceiver::open(OpenProducer open_producer) {
  std::unique_ptr<KafkaReceiver> receiver(new KafkaReceiver(std::move(open_producer)));
  if (auto done = receiver->renew_producer(); !done) return done.error();
  return receiver;
}

Result<std::size_t> KafkaReceiver::deliver(std::span<const StoredRow> rows) {
  if (producer_->is_dead() || reopen_)
    if (auto done = renew_producer(); !done) return done.error();
  start_at(rows.front().at);
  produce(rows);
  wait_for(rows.size());
  return outcome_of(rows.size());
}

// What the old one held is sent anew: what of it was stored without our hearing of it comes twice.
Result<Done> KafkaReceiver::renew_producer() {
  auto producer = open_producer_();
  if (!producer) return producer.error();
  producer_ = *std::move(producer);
  reopen_ = false;
  first_id_ += sent_.size();
  sent_.clear();
  return Done{};
}

// Those before are confirmed or put aside.
void KafkaReceiver::start_at(const StoreCursor& front) {
  while (!sent_.empty() && sent_.front().at < front) {
    sent_.pop_front();
    ++first_id_;
  }
}

void KafkaReceiver::produce(std::span<const StoredRow> rows) {
  for (std::size_t i = sent_.size(); i < rows.size(); ++i) sent_.push_back({.at = rows[i].at});
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (sent_[i].state != State::to_send) continue;
    if (!producer_->produce({.id = first_id_ + i, .key = rows[i].call_id, .value = rows[i].document})) return;
    sent_[i].state = State::on_its_way;
  }
}

void KafkaReceiver::wait_for(std::size_t rows) {
  const auto begun = Clock::now();
  while (!are_settled(rows) && !producer_->is_dead()) {
    const auto longest = producer_->trouble() ? begun + kLongestInTrouble : begun + kLongest;
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(std::min(longest, stop_at_.load()) - Clock::now());
    if (left <= 0ms) break;
    take_reports(std::min(left, kLook));
  }
  take_reports(0ms);
}

void KafkaReceiver::take_reports(std::chrono::milliseconds longest) {
  for (KafkaReport& report : producer_->wait_for_reports(longest)) {
    const std::uint64_t i = report.id - first_id_;
    if (i >= sent_.size()) continue;  // passed by meanwhile
    switch (report.fate) {
      case KafkaFate::stored:
        sent_[i].state = State::stored;
        continue;
      case KafkaFate::refused:
        sent_[i].state = State::refused;
        break;
      case KafkaFate::later:
        sent_[i].state = State::to_send;
        break;
    }
    reason_ = std::move(report.reason);
  }
}

bool KafkaReceiver::are_settled(std::size_t rows) const {
  return std::ranges::none_of(sent_.begin(), sent_.begin() + static_cast<std::ptrdiff_t>(rows),
                              [](const Sent& row) { return row.state == State::on_its_way; });
}

Result<std::size_t> KafkaReceiver::outcome_of(std::size_t rows) {
  const auto end = sent_.begin() + static_cast<std::ptrdiff_t>(rows);
  const auto first_left =
      std::find_if(sent_.begin(), end, [](const Sent& row) { return row.state != State::stored; });
  if (first_left != sent_.begin()) return static_cast<std::size_t>(first_left - sent_.begin());
  if (first_left->state != State::refused)
    return Error{producer_->trouble().value_or(reason_.empty() ? "no broker has confirmed anything in time"
                                                               : reason_)};
  // Brokers refuse what comes together: each may be taken in less company.
  for (Sent& row : sent_)
    if (row.state == State::refused) row.state = State::to_send;
  return std::size_t{0};
}

}  // namespace sipsonde
