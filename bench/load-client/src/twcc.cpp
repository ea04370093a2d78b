#include "twcc.h"

#include <algorithm>

namespace {

constexpr int64_t kDeltaNs = 250'000, kReferenceNs = 64 * kMs;
// Longer gaps than this in one feedback are given up: a real receiver would have reported long before.
constexpr size_t kMaxStatuses = 600;

enum Symbol : uint8_t { missing = 0, smallDelta = 1, largeDelta = 2 };

// Run-length chunks where they pay, two-bit vectors of seven otherwise (§3.1.3, §3.1.4).
std::vector<uint16_t> packChunks(const std::vector<uint8_t>& symbols) {
  std::vector<uint16_t> chunks;
  for (size_t i = 0; i < symbols.size();) {
    size_t run = 1;
    while (i + run < symbols.size() && symbols[i + run] == symbols[i] && run < 8191) run++;
    if (run >= 7 || i + run == symbols.size()) {
      chunks.push_back(uint16_t(symbols[i] << 13 | run));
      i += run;
      continue;
    }
    uint16_t chunk = 0xC000;
    for (size_t k = 0; k < 7 && i + k < symbols.size(); k++) chunk |= uint16_t(symbols[i + k] << (12 - 2 * k));
    chunks.push_back(chunk);
    i += 7;
  }
  return chunks;
}

}  // namespace

void TwccRecorder::record(uint16_t sequence, int64_t arrivalNs) {
  if (highest_ == 0) {
    highest_ = 65536u + sequence;
    reportedUpTo_ = highest_ - 1;
  }
  const auto step = int16_t(uint16_t(sequence - uint16_t(highest_)));
  const uint64_t extended = highest_ + uint64_t(int64_t(step));
  if (step > 0) highest_ = extended;
  if (extended > reportedUpTo_) arrivals_.push_back({extended, arrivalNs});
}

size_t TwccRecorder::writeFeedback(uint8_t* out, size_t capacity, uint32_t senderSsrc, uint32_t mediaSsrc) {
  if (arrivals_.empty()) return 0;
  std::sort(arrivals_.begin(), arrivals_.end(), [](const Arrival& a, const Arrival& b) { return a.sequence < b.sequence; });
  uint64_t first = reportedUpTo_ + 1;
  const uint64_t last = arrivals_.back().sequence;
  if (last - first + 1 > kMaxStatuses) first = last - kMaxStatuses + 1;
  const int64_t reference = arrivals_.front().ns / kReferenceNs;
  std::vector<uint8_t> symbols(size_t(last - first + 1), missing), deltas;
  int64_t previous = reference * kReferenceNs;
  for (const auto& arrival : arrivals_) {
    if (arrival.sequence < first || symbols[size_t(arrival.sequence - first)] != missing) continue;
    const int64_t delta = std::clamp<int64_t>((arrival.ns - previous) / kDeltaNs, -32768, 32767);
    previous += delta * kDeltaNs;
    const bool small = delta >= 0 && delta <= 255;
    symbols[size_t(arrival.sequence - first)] = small ? smallDelta : largeDelta;
    if (!small) deltas.push_back(uint8_t(delta >> 8));
    deltas.push_back(uint8_t(delta));
  }
  arrivals_.clear();
  reportedUpTo_ = last;
  const auto chunks = packChunks(symbols);
  const size_t bare = 20 + chunks.size() * 2 + deltas.size(), size = (bare + 3) / 4 * 4;
  if (size > capacity) return 0;
  memset(out, 0, size);
  out[0] = uint8_t(0x80 | (size > bare ? 0x20 : 0) | 15);
  out[1] = 205;
  put16(out + 2, uint16_t(size / 4 - 1));
  put32(out + 4, senderSsrc);
  put32(out + 8, mediaSsrc);
  put16(out + 12, uint16_t(first));
  put16(out + 14, uint16_t(symbols.size()));
  put24(out + 16, uint32_t(reference) & 0xFFFFFF);
  out[19] = feedbackCount_++;
  uint8_t* p = out + 20;
  for (const uint16_t chunk : chunks) { put16(p, chunk); p += 2; }
  if (!deltas.empty()) memcpy(p, deltas.data(), deltas.size());
  // The last padding byte says how many there are (RFC 3550 §6.4.1).
  if (size > bare) out[size - 1] = uint8_t(size - bare);
  return size;
}
