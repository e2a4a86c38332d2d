// SPDX-License-Identifier: Apache-2.0
#include "metrics/metrics_page.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>

namespace sipsonde {

void MetricsPage::add(const prometheus::Collectable& source, Dependence dependence) {
  if (replay_ && dependence == Dependence::machine) return;
  sources_.push_back(&source);
}

std::string MetricsPage::render(Format format) const {
  return sipsonde::render(collect(), format);
}

std::vector<prometheus::MetricFamily> MetricsPage::collect() const {
  const std::lock_guard lock(one_at_a_time_);
  std::vector<prometheus::MetricFamily> families;
  for (const prometheus::Collectable* source : sources_) {
    auto collected = source->Collect();
    families.insert(families.end(), std::make_move_iterator(collected.begin()),
                    std::make_move_iterator(collected.end()));
  }
  return merge(std::move(families));
}

Result<Done> MetricsPage::write_file(const std::string& path) const {
  const std::string unfinished = path + ".new";
  std::ofstream file(unfinished, std::ios::binary | std::ios::trunc);
  file << render(Format::text);
  file.close();
  if (!file || std::rename(unfinished.c_str(), path.c_str()) != 0) {
    const Error error{"write " + path + ": " + std::strerror(errno) +
                      "; give a directory that can be written with -o"};
    std::remove(unfinished.c_str());
    return error;
  }
  return Done{};
}

}  // namespace sipsonde
