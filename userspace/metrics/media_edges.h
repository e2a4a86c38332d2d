// SPDX-License-Identifier: Apache-2.0
// The edges of what is measured of media, in the whole units that histograms add up. Rows are written to the
// same units, so that a row and the histogram it is counted in never disagree about an edge.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>

#include "metrics/atomic_histogram.h"

namespace sipsonde {

// Milliseconds, in microseconds.
inline constexpr std::array<std::uint64_t, 15> kMediaTimeEdges = {
    1'000,   2'000,   5'000,   10'000,  20'000,  30'000,    50'000,   75'000,
    100'000, 150'000, 200'000, 300'000, 500'000, 1'000'000, 2'000'000};

// Fractions, in millionths.
inline constexpr std::array<std::uint64_t, 10> kLossEdges = {1'000,  2'000,  5'000,   10'000,  20'000,
                                                             30'000, 50'000, 100'000, 200'000, 500'000};

// MOS, in ten thousandths.
inline constexpr std::array<std::uint64_t, 12> kMosEdges = {15'000, 20'000, 25'000, 30'000, 33'000, 36'000,
                                                            38'000, 40'000, 41'000, 42'000, 43'000, 44'000};

// A histogram of measured values. Takes no lock and allocates nothing.
template <const auto& kEdges, std::uint64_t kPerBase>
class MeasuredHistogram {
 public:
  // What is no number, or below zero, was not measured.
  void observe(double value) {
    constexpr double kLargest = 1e6;  // beyond any that is real; the sum of very many still fits
    if (!(value >= 0)) return;
    histogram_.observe(
        static_cast<std::uint64_t>(std::llround(std::fmin(value, kLargest) * static_cast<double>(kPerBase))));
  }
  HistogramReading reading() const { return histogram_.reading(); }

 private:
  AtomicHistogram<kEdges, kPerBase> histogram_;
};

using MediaTimeHistogram = MeasuredHistogram<kMediaTimeEdges, 1'000>;
using LossHistogram = MeasuredHistogram<kLossEdges, 1'000'000>;
using MosHistogram = MeasuredHistogram<kMosEdges, 10'000>;

}  // namespace sipsonde
