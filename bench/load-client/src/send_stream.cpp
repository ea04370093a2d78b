#include "send_stream.h"

namespace {

constexpr uint32_t kMarkMagic = 0x504C4E4D;
constexpr size_t kRing = 1024;
constexpr int64_t kNtpEpochOffset = 2'208'988'800;
// Longer silences (a paused process) are skipped, not made up for in one burst.
constexpr int64_t kMaxLagNs = 200 * kMs;
constexpr size_t kVp8Descriptor = 6, kVp8KeyHeader = 10, kVp8DeltaHeader = 3;

int temporalLayerOf(uint64_t frameIndex, int layers) {
  static constexpr int three[] = {0, 2, 1, 2};
  if (layers >= 3) return three[frameIndex % 4];
  return layers == 2 ? int(frameIndex % 2) : 0;
}

// RFC 7741 §4.2 with 15-bit picture id, TL0PICIDX and TID.
void writeVp8Descriptor(uint8_t* out, bool first, uint16_t pictureId, uint8_t tl0, uint8_t temporalLayer) {
  out[0] = uint8_t(0x80 | (first ? 0x10 : 0));
  out[1] = 0xE0;
  put16(out + 2, uint16_t(0x8000 | pictureId));
  out[4] = tl0;
  out[5] = uint8_t(temporalLayer << 6 | (temporalLayer ? 0x20 : 0));
}

// RFC 6386 §9.1: frame tag, and for a key frame start code and size.
size_t writeVp8FrameHeader(uint8_t* out, bool key, int width, int height) {
  out[0] = key ? 0x10 : 0x11;
  out[1] = out[2] = 0x20;
  if (!key) return kVp8DeltaHeader;
  out[3] = 0x9D; out[4] = 0x01; out[5] = 0x2A;
  out[6] = uint8_t(width); out[7] = uint8_t(width >> 8);
  out[8] = uint8_t(height); out[9] = uint8_t(height >> 8);
  return kVp8KeyHeader;
}

}  // namespace

void PayloadMark::write(uint8_t* out) const {
  put32(out, kMarkMagic);
  put32(out + 4, tag);
  put64(out + 8, uint64_t(sentNs));
}

bool PayloadMark::read(const uint8_t* data, size_t size, PayloadMark& out) {
  if (size < kSize || get32(data) != kMarkMagic) return false;
  out = {get32(data + 4), int64_t(get64(data + 8))};
  return true;
}

bool parseVp8(const uint8_t* payload, size_t size, Vp8Start& out) {
  if (size < 2) return false;
  size_t at = 1;
  if (payload[0] & 0x80) {
    const uint8_t flags = payload[at++];
    if (flags & 0x80) at += payload[at] & 0x80 ? 2 : 1;
    if (flags & 0x40) at++;
    if (flags & 0x30) out.temporalLayer = payload[at++] >> 6;
  }
  out.isFrameStart = (payload[0] & 0x10) && (payload[0] & 0x07) == 0;
  if (at + kVp8KeyHeader > size) return false;
  out.isKeyFrame = out.isFrameStart && !(payload[at] & 1);
  if (out.isKeyFrame) out.width = payload[at + 6] | (payload[at + 7] & 0x3F) << 8;
  if (out.isFrameStart) at += out.isKeyFrame ? kVp8KeyHeader : kVp8DeltaHeader;
  out.markAt = at;
  return true;
}

SendStream::SendStream(SendOptions options, int64_t nowNs, Output output)
    : options_(std::move(options)), output_(std::move(output)), startNs_(nowNs), nextFrameNs_(nowNs),
      timestampOffset_(uint32_t(rng()())), sequence_(uint16_t(rng()() & 0x7FFF)), rtxSequence_(uint16_t(rng()() & 0x7FFF)),
      pictureId_(uint16_t(rng()() & 0x3FFF)), ring_(options_.video ? kRing : 0) {}

uint32_t SendStream::timestampAt(int64_t nowNs) const {
  const int64_t clockHz = options_.video ? 90'000 : 48'000;
  return timestampOffset_ + uint32_t((nowNs - startNs_) / 1000 * clockHz / 1'000'000);
}

void SendStream::tick(int64_t nowNs) {
  const int64_t interval = 1'000'000'000 / options_.framesPerSecond;
  while (nextFrameNs_ <= nowNs) {
    if (nowNs - nextFrameNs_ > kMaxLagNs) nextFrameNs_ = nowNs;
    if (!paused) sendFrame();
    nextFrameNs_ += interval;
  }
}

void SendStream::sendFrame() {
  const bool key = options_.video && keyFrameDue_;
  if (key) { keyFrameDue_ = false; keyFrames++; frameIndex_ = 0; }
  const int temporalLayer = temporalLayerOf(frameIndex_++, options_.temporalLayers);
  if (temporalLayer == 0) tl0_++;
  pictureId_ = (pictureId_ + 1) & 0x7FFF;
  frames++;
  // One frame is split evenly, so its packets differ by a byte at most, as libwebrtc does it.
  const int span = options_.payloadMax - options_.payloadMin + 1, count = options_.packetsPerFrame;
  const int total = (options_.payloadMin + int(rng()() % unsigned(span))) * count - int(rng()() % unsigned(count));
  for (int i = 0; i < count; i++) {
    Sent sent;
    sent.sequence = sequence_++;
    sent.size = uint16_t(total / count + (i < total % count ? 1 : 0));
    sent.pictureId = pictureId_;
    sent.tl0 = tl0_;
    sent.temporalLayer = uint8_t(temporalLayer);
    sent.used = true;
    sent.first = i == 0;
    sent.last = i == count - 1;
    sent.key = key;
    sent.timestamp = timestampAt(nextFrameNs_);
    sent.sentNs = wallNs();
    if (!ring_.empty()) ring_[sent.sequence % kRing] = sent;
    packets++;
    emit(sent, false);
  }
}

void SendStream::retransmit(uint16_t sequence) {
  nackCount++;
  if (ring_.empty()) return;
  const Sent& sent = ring_[sequence % kRing];
  if (!sent.used || sent.sequence != sequence) return;
  retransmitted++;
  emit(sent, options_.rtxPayloadType != 0 && options_.rtxSsrc != 0);
}

void SendStream::emit(const Sent& sent, bool viaRtx) {
  uint8_t packet[rtp::kMaxPacket + 256];
  packet[0] = 0x80;
  const bool marker = options_.video ? sent.last : false;
  packet[1] = uint8_t((viaRtx ? options_.rtxPayloadType : options_.payloadType) | (marker ? 0x80 : 0));
  put16(packet + 2, viaRtx ? rtxSequence_++ : sent.sequence);
  put32(packet + 4, sent.timestamp);
  put32(packet + 8, viaRtx ? options_.rtxSsrc : options_.ssrc);
  rtp::ExtensionWriter extensions(packet);
  const uint8_t zero[2] = {}, level = uint8_t(options_.audioLevel | (options_.audioLevel < 127 ? 0x80 : 0));
  const uint8_t* twcc = extensions.add(options_.twccExtension, zero, 2);
  extensions.add(options_.midExtension, options_.mid.data(), options_.mid.size());
  extensions.add(viaRtx ? options_.repairedRidExtension : options_.ridExtension, options_.rid.data(), options_.rid.size());
  if (!options_.video) extensions.add(options_.audioLevelExtension, &level, 1);
  size_t at = extensions.finish();
  if (viaRtx) { put16(packet + at, sent.sequence); at += 2; }
  at += writePayload(sent, packet + at);
  bytes += at;
  output_(packet, at, twcc ? size_t(twcc - packet) : 0);
}

size_t SendStream::writePayload(const Sent& sent, uint8_t* out) const {
  size_t at = 0;
  if (options_.video) {
    writeVp8Descriptor(out, sent.first, sent.pictureId, sent.tl0, sent.temporalLayer);
    at = kVp8Descriptor;
    if (sent.first) at += writeVp8FrameHeader(out + at, sent.key, options_.width, options_.height);
  } else {
    out[at++] = 0xF8;  // Opus TOC: CELT full band, one 20 ms frame.
  }
  PayloadMark{options_.tag, sent.sentNs}.write(out + at);
  at += PayloadMark::kSize;
  if (at < sent.size) memset(out + at, 0x5A, sent.size - at);
  return at < sent.size ? sent.size : at;
}

size_t SendStream::writeSenderReport(uint8_t* out) const {
  const int64_t wall = wallNs();
  out[0] = 0x80;
  out[1] = 200;
  put16(out + 2, 6);
  put32(out + 4, options_.ssrc);
  put32(out + 8, uint32_t(wall / 1'000'000'000 + kNtpEpochOffset));
  put32(out + 12, uint32_t((uint64_t(wall % 1'000'000'000) << 32) / 1'000'000'000));
  put32(out + 16, timestampAt(monotonicNs()));
  put32(out + 20, uint32_t(packets));
  put32(out + 24, uint32_t(bytes));
  return 28;
}
