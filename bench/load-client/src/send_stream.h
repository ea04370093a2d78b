// A made-up media stream: VP8-looking video in bursts, or Opus-like audio, with the packets a real SFU needs to see.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "rtp.h"

struct SendOptions {
  std::string name, mid, rid;
  bool video = false;
  uint8_t payloadType = 0, rtxPayloadType = 0;
  uint32_t ssrc = 0, rtxSsrc = 0;
  uint8_t midExtension = 0, ridExtension = 0, repairedRidExtension = 0, twccExtension = 0, audioLevelExtension = 0;
  int framesPerSecond = 0, packetsPerFrame = 1, payloadMin = 80, payloadMax = 80;
  int width = 1280, height = 720, temporalLayers = 1;
  // -dBov, 127 is silence.
  uint8_t audioLevel = 30;
  // Carried in every payload, so that a decrypting receiver can tell whose packet it got.
  uint32_t tag = 0;
};

// What sits in front of the filler of every payload, after the codec's own header.
struct PayloadMark {
  static constexpr size_t kSize = 16;
  uint32_t tag;
  int64_t sentNs;
  void write(uint8_t* out) const;
  static bool read(const uint8_t* data, size_t size, PayloadMark& out);
};

struct Vp8Start {
  bool isFrameStart = false, isKeyFrame = false;
  int width = 0, temporalLayer = 0;
  size_t markAt = 0;
};
// Reads back what SendStream wrote (also after an SFU renumbered the picture ids).
bool parseVp8(const uint8_t* payload, size_t size, Vp8Start& out);

class SendStream {
 public:
  // Packet with room behind it for the SRTP trailer, its size, offset of the transport-wide sequence number (0: none).
  using Output = std::function<void(uint8_t*, size_t, size_t)>;

  SendStream(SendOptions options, int64_t nowNs, Output output);

  void tick(int64_t nowNs);
  void requestKeyFrame() { keyFrameDue_ = true; pliCount++; }
  void retransmit(uint16_t sequence);
  size_t writeSenderReport(uint8_t* out) const;
  SendOptions& options() { return options_; }
  bool hasSsrc(uint32_t ssrc) const { return ssrc == options_.ssrc || (ssrc && ssrc == options_.rtxSsrc); }

  bool paused = false;
  uint64_t packets = 0, bytes = 0, frames = 0, keyFrames = 0, pliCount = 0, nackCount = 0, retransmitted = 0;

 private:
  // Enough to build the packet again: the filler is the same for all.
  struct Sent {
    uint16_t sequence = 0, size = 0, pictureId = 0;
    uint8_t tl0 = 0, temporalLayer = 0;
    bool used = false, first = false, last = false, key = false;
    uint32_t timestamp = 0;
    int64_t sentNs = 0;
  };

  void sendFrame();
  void emit(const Sent& sent, bool viaRtx);
  size_t writePayload(const Sent& sent, uint8_t* out) const;
  uint32_t timestampAt(int64_t nowNs) const;

  SendOptions options_;
  Output output_;
  int64_t startNs_, nextFrameNs_;
  uint64_t frameIndex_ = 0;
  uint32_t timestampOffset_;
  uint16_t sequence_, rtxSequence_, pictureId_;
  uint8_t tl0_ = 0;
  bool keyFrameDue_ = true;
  std::vector<Sent> ring_;
};
