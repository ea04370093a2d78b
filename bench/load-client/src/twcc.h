// Receiver side of transport-wide congestion control (draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1).
#pragma once
#include <vector>

#include "bytes.h"

class TwccRecorder {
 public:
  void record(uint16_t sequence, int64_t arrivalNs);
  bool hasNews() const { return !arrivals_.empty(); }
  // Writes one feedback packet for everything since the last; returns its size, or 0.
  size_t writeFeedback(uint8_t* out, size_t capacity, uint32_t senderSsrc, uint32_t mediaSsrc);

 private:
  struct Arrival {
    uint64_t sequence;
    int64_t ns;
  };
  std::vector<Arrival> arrivals_;
  uint64_t highest_ = 0, reportedUpTo_ = 0;
  uint8_t feedbackCount_ = 0;
};
