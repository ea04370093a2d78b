// Publisher-to-receiver delay of marked packets, in bins of 0.1 ms.
#pragma once
#include <array>

#include "bytes.h"

class DelayHistogram {
 public:
  void record(int64_t ns) {
    const int64_t bin = ns / 100'000;
    bins_[size_t(bin < 0 ? 0 : bin < int64_t(kBins) ? bin : kBins - 1)]++;
    count_++;
    sumNs_ += ns;
  }
  uint64_t count() const { return count_; }
  double meanMs() const { return count_ ? double(sumNs_) / double(count_) / 1e6 : 0; }
  double percentileMs(double share) const {
    uint64_t left = uint64_t(double(count_) * share);
    for (size_t i = 0; i < kBins; i++) {
      if (bins_[i] > left) return double(i + 1) / 10;
      left -= bins_[i];
    }
    return 0;
  }
  void reset() { *this = {}; }

 private:
  static constexpr size_t kBins = 10'000;
  std::array<uint32_t, kBins> bins_{};
  uint64_t count_ = 0;
  int64_t sumNs_ = 0;
};
