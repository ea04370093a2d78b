#include "receive_stream.h"

void ReceiveStream::count(const rtp::View& view, size_t size, int64_t nowNs) {
  if (packets == 0) {
    base_ = highest_ = 65536u + view.sequence;
  } else {
    const auto step = int16_t(uint16_t(view.sequence - uint16_t(highest_)));
    if (step > 0) highest_ += uint64_t(step);
    else if (highest_ + uint64_t(int64_t(step)) < base_) base_ = highest_ + uint64_t(int64_t(step));
  }
  packets++;
  bytes += size;
  payloadType = view.payloadType;
  lastPacketNs = nowNs;
}

void ReceiveStream::writeReportBlock(uint8_t* out, int64_t nowNs) {
  const uint64_t expectedNow = expected() - reportedExpected_, receivedNow = packets - reportedReceived_;
  reportedExpected_ = expected();
  reportedReceived_ = packets;
  const uint64_t missing = expectedNow > receivedNow ? expectedNow - receivedNow : 0;
  put32(out, ssrc);
  out[4] = expectedNow ? uint8_t(missing * 255 / expectedNow) : 0;
  put24(out + 5, uint32_t(lost() > 0 ? lost() : 0) & 0x7FFFFF);
  put32(out + 8, uint32_t(highest_ - 65536u));
  // Interarrival jitter is not measured: sockets are read in ticks, which would only report the tick.
  put32(out + 12, 0);
  put32(out + 16, lastReport_);
  put32(out + 20, lastReport_ ? uint32_t((nowNs - lastReportNs_) * 65536 / 1'000'000'000) : 0);
}
