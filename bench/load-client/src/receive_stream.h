// What one received SSRC looked like, and its RTCP report block (RFC 3550 §6.4.1, A.3).
#pragma once
#include <string>

#include "rtp.h"

struct ReceiveStream {
  static constexpr size_t kReportBlock = 24;

  uint32_t ssrc = 0;
  uint8_t payloadType = 0;
  bool isRepair = false;
  std::string mid;
  uint64_t packets = 0, bytes = 0;
  // Only known to peers that decrypt.
  uint64_t frames = 0, keyFrames = 0, unreadable = 0;
  uint32_t tag = 0;
  int width = 0;
  int64_t lastPacketNs = 0;

  void count(const rtp::View& view, size_t size, int64_t nowNs);
  uint64_t expected() const { return packets ? uint64_t(highest_ - base_ + 1) : 0; }
  // Gaps that never closed; a late packet closes its gap, a duplicate can hide one.
  int64_t lost() const { return int64_t(expected()) - int64_t(packets); }
  void handleSenderReport(uint32_t middleNtp, int64_t nowNs) { lastReport_ = middleNtp; lastReportNs_ = nowNs; }
  void writeReportBlock(uint8_t* out, int64_t nowNs);
  bool hasNews() const { return packets != reportedReceived_; }

 private:
  uint64_t base_ = 0, highest_ = 0, reportedExpected_ = 0, reportedReceived_ = 0;
  uint32_t lastReport_ = 0;
  int64_t lastReportNs_ = 0;
};
