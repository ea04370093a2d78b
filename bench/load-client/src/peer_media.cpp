// Peer: SRTP, RTP and RTCP.
#include <cstdio>

#include "peer.h"

namespace {

// mediasoup probes for bandwidth with packets of its own on these; they are not forwarded media.
constexpr uint32_t kProbeSsrc = 1234;
constexpr uint8_t kProbePayloadType = 127;
// The counter is five bits wide (RFC 3550 §6.4.1).
constexpr size_t kMaxReportBlocks = 31;
constexpr char kCname[] = "load-client";

srtp_profile_t profileOf(const std::string& name) {
  if (name == "SRTP_AEAD_AES_256_GCM") return srtp_profile_aead_aes_256_gcm;
  if (name == "SRTP_AEAD_AES_128_GCM") return srtp_profile_aead_aes_128_gcm;
  return srtp_profile_aes128_cm_sha1_80;
}

srtp_t createSrtp(const std::string& profile, const std::string& key, srtp_ssrc_type_t direction) {
  srtp_policy_t policy{};
  srtp_crypto_policy_set_from_profile_for_rtp(&policy.rtp, profileOf(profile));
  srtp_crypto_policy_set_from_profile_for_rtcp(&policy.rtcp, profileOf(profile));
  policy.ssrc.type = direction;
  policy.key = reinterpret_cast<uint8_t*>(const_cast<char*>(key.data()));
  policy.window_size = 1024;
  policy.allow_repeat_tx = 1;
  srtp_t session = nullptr;
  if (srtp_create(&session, &policy) != srtp_err_status_ok) fprintf(stderr, "srtp_create failed for %s\n", profile.c_str());
  return session;
}

// One chunk with a CNAME, padded to a word (RFC 3550 §6.5).
size_t writeSdes(uint8_t* out, uint32_t ssrc) {
  const size_t name = sizeof kCname - 1, size = (8 + 2 + name + 1 + 3) / 4 * 4;
  memset(out, 0, size);
  out[0] = 0x81;
  out[1] = 202;
  put16(out + 2, uint16_t(size / 4 - 1));
  put32(out + 4, ssrc);
  out[8] = 1;
  out[9] = uint8_t(name);
  memcpy(out + 10, kCname, name);
  return size;
}

}  // namespace

void Peer::startSrtp() {
  const SrtpKeys keys = dtls_->keys();
  if (outbound_) srtp_dealloc(outbound_);
  if (inbound_) srtp_dealloc(inbound_);
  outbound_ = createSrtp(keys.profile, keys.local, ssrc_any_outbound);
  inbound_ = createSrtp(keys.profile, keys.remote, ssrc_any_inbound);
  profile_ = keys.profile;
  if (outbound_ && inbound_) setState(State::connected);
  else setState(State::failed, "SRTP could not be set up");
}

void Peer::setReceiving(ReceiveOptions options) {
  const int on = 1;
  if (options.kernelTimestamps && !receiveOptions_.kernelTimestamps)
    setsockopt(socket_, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
  receiveOptions_ = std::move(options);
}

void Peer::addSender(SendOptions options) {
  removeSender(options.name);
  sending_.push_back(std::make_unique<SendStream>(std::move(options), monotonicNs(),
      [this](uint8_t* packet, size_t size, size_t twccAt) { protectAndSendRtp(packet, size, twccAt); }));
}

SendStream* Peer::sender(const std::string& name) {
  for (auto& stream : sending_)
    if (stream->options().name == name) return stream.get();
  return nullptr;
}

void Peer::removeSender(const std::string& name) {
  std::erase_if(sending_, [&](const auto& stream) { return stream->options().name == name; });
}

ReceiveStream& Peer::streamOf(uint32_t ssrc) {
  if (lastStream_ < receiving_.size() && receiving_[lastStream_].ssrc == ssrc) return receiving_[lastStream_];
  for (lastStream_ = 0; lastStream_ < receiving_.size(); lastStream_++)
    if (receiving_[lastStream_].ssrc == ssrc) return receiving_[lastStream_];
  receiving_.emplace_back().ssrc = ssrc;
  return receiving_.back();
}

void Peer::handleRtp(uint8_t* data, size_t size, int64_t arrivalNs, int64_t nowNs) {
  rtp::View view;
  if (!inbound_ || !rtp::parse(data, size, view)) return;
  size_t length;
  if (receiveOptions_.twccFeedback)
    if (const uint8_t* twcc = rtp::extension(data, view, receiveOptions_.twccExtension, length); twcc && length == 2)
      twcc_.record(get16(twcc), arrivalNs);
  if (view.ssrc == kProbeSsrc && view.payloadType == kProbePayloadType) {
    probePackets_++;
    return;
  }
  ReceiveStream& stream = streamOf(view.ssrc);
  if (stream.packets == 0)
    for (const uint8_t type : receiveOptions_.repairPayloadTypes) stream.isRepair |= type == view.payloadType;
  stream.count(view, size, nowNs);
  if (const uint8_t* mid = rtp::extension(data, view, receiveOptions_.midExtension, length))
    if (stream.mid.compare(0, std::string::npos, reinterpret_cast<const char*>(mid), length) != 0)
      stream.mid.assign(reinterpret_cast<const char*>(mid), length);
  if (!receiveOptions_.decrypt) return;
  int plain = int(size);
  if (srtp_unprotect(inbound_, data, &plain) != srtp_err_status_ok) stream.unreadable++;
  else if (!stream.isRepair && size_t(plain) > view.payloadAt)
    inspectPayload(stream, data + view.payloadAt, size_t(plain) - view.payloadAt, arrivalNs);
}

// Video and audio are told apart by where the mark sits.
void Peer::inspectPayload(ReceiveStream& stream, const uint8_t* data, size_t size, int64_t arrivalNs) {
  PayloadMark mark;
  if (PayloadMark::read(data + 1, size - 1, mark)) {
    stream.frames++;
    stream.tag = mark.tag;
    return;
  }
  Vp8Start vp8;
  if (!parseVp8(data, size, vp8)) return;
  stream.frames += vp8.isFrameStart;
  stream.keyFrames += vp8.isKeyFrame;
  if (vp8.isKeyFrame) stream.width = vp8.width;
  if (vp8.markAt >= size || !PayloadMark::read(data + vp8.markAt, size - vp8.markAt, mark)) return;
  stream.tag = mark.tag;
  if (receiveOptions_.kernelTimestamps) delays_.record(arrivalNs - mark.sentNs);
}

void Peer::handleRtcp(uint8_t* data, size_t size, int64_t nowNs) {
  int plain = int(size);
  if (!inbound_ || srtp_unprotect_rtcp(inbound_, data, &plain) != srtp_err_status_ok) return;
  for (size_t at = 0; at + 8 <= size_t(plain);) {
    const size_t length = (get16(data + at + 2) + 1u) * 4;
    if (at + length > size_t(plain)) return;
    handleOneRtcp(data + at, length, nowNs);
    at += length;
  }
}

void Peer::handleOneRtcp(const uint8_t* data, size_t size, int64_t nowNs) {
  const uint8_t type = data[1], format = data[0] & 31;
  if (type == 200 && size >= 28) {
    for (auto& stream : receiving_)
      if (stream.ssrc == get32(data + 4)) stream.handleSenderReport(get32(data + 10), nowNs);
  } else if (type == 205 && format == 1) {
    handleNack(data, size);
  } else if (type == 205 && format == 15) {
    feedbackReceived++;
  } else if (type == 206 && format == 15 && size >= 20) {
    rembBps = uint64_t(get24(data + 17) & 0x3FFFF) << (data[17] >> 2);
  } else if (type == 206 && (format == 1 || format == 4) && size >= 12) {
    const uint32_t ssrc = format == 4 && size >= 16 ? get32(data + 12) : get32(data + 8);
    for (auto& stream : sending_)
      if (stream->hasSsrc(ssrc)) stream->requestKeyFrame();
  }
}

void Peer::handleNack(const uint8_t* data, size_t size) {
  nacksReceived++;
  for (auto& stream : sending_) {
    if (!stream->hasSsrc(get32(data + 8))) continue;
    for (size_t at = 12; at + 4 <= size; at += 4) {
      const uint16_t first = get16(data + at), mask = get16(data + at + 2);
      stream->retransmit(first);
      for (int bit = 0; bit < 16; bit++)
        if (mask >> bit & 1) stream->retransmit(uint16_t(first + bit + 1));
    }
  }
}

void Peer::requestKeyFrame(uint32_t ssrc) {
  uint8_t packet[64] = {0x81, 206, 0, 2};
  put32(packet + 4, reporterSsrc_);
  put32(packet + 8, ssrc);
  protectAndSendRtcp(packet, 12);
}

void Peer::protectAndSendRtp(uint8_t* packet, size_t size, size_t twccAt) {
  if (!outbound_) return;
  if (twccAt) put16(packet + twccAt, twccSequence_++);
  int length = int(size);
  if (srtp_protect(outbound_, packet, &length) == srtp_err_status_ok) send(packet, size_t(length));
}

void Peer::protectAndSendRtcp(uint8_t* packet, size_t size) {
  int length = int(size);
  if (outbound_ && srtp_protect_rtcp(outbound_, packet, &length) == srtp_err_status_ok) send(packet, size_t(length));
}

void Peer::sendReports(int64_t nowNs) {
  uint8_t packet[1500];
  for (const auto& stream : sending_) {
    if (stream->packets == 0) continue;
    const size_t size = stream->writeSenderReport(packet);
    protectAndSendRtcp(packet, size + writeSdes(packet + size, stream->options().ssrc));
  }
  size_t blocks = 0;
  for (auto& stream : receiving_) {
    if (blocks == kMaxReportBlocks || !stream.hasNews()) continue;
    stream.writeReportBlock(packet + 8 + blocks++ * ReceiveStream::kReportBlock, nowNs);
  }
  if (blocks == 0) return;
  const size_t size = 8 + blocks * ReceiveStream::kReportBlock;
  packet[0] = uint8_t(0x80 | blocks);
  packet[1] = 201;
  put16(packet + 2, uint16_t(size / 4 - 1));
  put32(packet + 4, reporterSsrc_);
  protectAndSendRtcp(packet, size + writeSdes(packet + size, reporterSsrc_));
}

void Peer::sendFeedback() {
  if (!twcc_.hasNews() || receiving_.empty()) return;
  uint8_t packet[1500];
  const size_t size = twcc_.writeFeedback(packet, 1300, reporterSsrc_, receiving_.front().ssrc);
  if (size == 0) return;
  feedbackSent_++;
  protectAndSendRtcp(packet, size);
}

Peer::Totals Peer::totals() const {
  Totals totals;
  for (const auto& stream : receiving_) {
    totals.unreadable += stream.unreadable;
    if (stream.isRepair) {
      totals.repairPackets += stream.packets;
      continue;
    }
    totals.packets += stream.packets;
    totals.bytes += stream.bytes;
    totals.lost += stream.lost();
  }
  totals.probePackets = probePackets_;
  totals.feedbackSent = feedbackSent_;
  return totals;
}
