// SPDX-License-Identifier: Apache-2.0
// What is logged while it exists, as lines of "level text".
#pragma once

#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <sstream>
#include <string>
#include <vector>

namespace sipsonde {

class SaidLines {
 public:
  SaidLines() : before_(spdlog::default_logger()) {
    auto logger =
        std::make_shared<spdlog::logger>("test", std::make_shared<spdlog::sinks::ostream_sink_mt>(said_));
    logger->set_pattern("%l %v");
    spdlog::set_default_logger(std::move(logger));
  }
  ~SaidLines() { spdlog::set_default_logger(before_); }
  SaidLines(const SaidLines&) = delete;
  SaidLines& operator=(const SaidLines&) = delete;

  std::vector<std::string> lines() const {
    std::vector<std::string> all;
    std::istringstream text(said_.str());
    for (std::string line; std::getline(text, line);) all.push_back(line);
    return all;
  }

 private:
  std::ostringstream said_;
  std::shared_ptr<spdlog::logger> before_;
};

}  // namespace sipsonde
