// SPDX-License-Identifier: Apache-2.0
// Records to a receiver over HTTP: each request is a JSON array of rows, each 2xx confirms one.
#pragma once

#include <memory>
#include <string>

#include "base/http_client.h"
#include "cdr/receiver.h"
#include "config/cdr_settings.h"

namespace sipsonde {

class HttpReceiver : public CdrReceiver {
 public:
  static Result<std::unique_ptr<HttpReceiver>> open(const CdrHttpSettings& settings);

  std::string_view name() const override { return "cdr-http"; }
  std::size_t batch_limit() const override { return batch_; }
  Result<std::size_t> deliver(std::span<const StoredRow> rows) override;
  std::string_view refusal() const override { return refusal_; }
  std::optional<std::chrono::milliseconds> pause_asked() const override { return pause_; }
  void reopen() override { post_->reopen(); }
  void stop_by(std::chrono::steady_clock::time_point deadline) override { post_->stop_by(deadline); }

 private:
  HttpReceiver(std::unique_ptr<HttpClient> post, const CdrHttpSettings& settings)
      : post_(std::move(post)), url_(settings.url), batch_(settings.batch) {}

  std::unique_ptr<HttpClient> post_;
  const std::string url_;
  const std::size_t batch_;
  std::string body_;
  std::string refusal_;
  std::optional<std::chrono::milliseconds> pause_;
};

}  // namespace sipsonde
