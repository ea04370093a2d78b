// RTP headers and one-byte header extensions (RFC 3550 §5.1, RFC 8285 §4.2).
#pragma once
#include <string>

#include "bytes.h"

namespace rtp {

constexpr size_t kMaxPacket = 1500;

struct View {
  uint8_t payloadType = 0;
  uint16_t sequence = 0;
  uint32_t timestamp = 0, ssrc = 0;
  size_t extensionAt = 0, extensionSize = 0, payloadAt = 0;
};

inline bool isRtcp(const uint8_t* data, size_t size) { return size >= 8 && data[1] >= 192 && data[1] <= 223; }

inline bool parse(const uint8_t* data, size_t size, View& out) {
  if (size < 12 || data[0] >> 6 != 2) return false;
  out.payloadType = data[1] & 0x7F;
  out.sequence = get16(data + 2);
  out.timestamp = get32(data + 4);
  out.ssrc = get32(data + 8);
  out.payloadAt = 12 + (data[0] & 15) * 4u;
  out.extensionSize = 0;
  if (data[0] & 0x10) {
    if (size < out.payloadAt + 4) return false;
    out.extensionAt = out.payloadAt + 4;
    if (get16(data + out.payloadAt) == 0xBEDE) out.extensionSize = get16(data + out.payloadAt + 2) * 4u;
    out.payloadAt += 4 + get16(data + out.payloadAt + 2) * 4u;
  }
  return out.payloadAt <= size;
}

// Finds extension `id`; null when the packet has none.
inline const uint8_t* extension(const uint8_t* data, const View& view, uint8_t id, size_t& size) {
  const uint8_t* p = data + view.extensionAt;
  const uint8_t* end = p + view.extensionSize;
  while (id && p < end) {
    if (*p == 0) { p++; continue; }
    size = (*p & 15) + 1u;
    if (p + 1 + size > end) return nullptr;
    if (*p >> 4 == id) return p + 1;
    p += 1 + size;
  }
  return nullptr;
}

// Appends extensions behind a 12-byte header and closes the block with its length.
class ExtensionWriter {
 public:
  explicit ExtensionWriter(uint8_t* packet) : packet_(packet) {}
  uint8_t* add(uint8_t id, const void* value, size_t size) {
    if (id == 0 || size == 0) return nullptr;
    uint8_t* p = packet_ + 16 + used_;
    *p = uint8_t(id << 4 | (size - 1));
    memcpy(p + 1, value, size);
    used_ += 1 + size;
    return p + 1;
  }
  // Returns the offset of the payload.
  size_t finish() {
    if (used_ == 0) return 12;
    while (used_ % 4) packet_[16 + used_++] = 0;
    packet_[0] |= 0x10;
    put16(packet_ + 12, 0xBEDE);
    put16(packet_ + 14, uint16_t(used_ / 4));
    return 16 + used_;
  }

 private:
  uint8_t* packet_;
  size_t used_ = 0;
};

}  // namespace rtp
