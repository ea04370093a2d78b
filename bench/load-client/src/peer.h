// One WebRTC peer: a UDP socket, ICE with a single candidate pair, DTLS, SRTP, streams in both directions.
#pragma once
#include <netinet/in.h>
#include <srtp2/srtp.h>

#include <memory>
#include <string>
#include <vector>

#include "delay.h"
#include "dtls.h"
#include "receive_stream.h"
#include "send_stream.h"
#include "stun.h"
#include "twcc.h"

struct ConnectOptions {
  std::string address, ufrag, password, fingerprint, hashName = "SHA256";
  uint16_t port = 0;
  bool controlling = true, dtlsClient = true;
};

struct ReceiveOptions {
  uint8_t midExtension = 0, twccExtension = 0;
  // Repair payload types: counted apart from media.
  std::vector<uint8_t> repairPayloadTypes;
  bool twccFeedback = false, decrypt = false, kernelTimestamps = false;
};

class Peer {
 public:
  enum class State { fresh, checking, securing, connected, failed, closed };
  struct Totals {
    uint64_t packets = 0, bytes = 0, repairPackets = 0, probePackets = 0, unreadable = 0, feedbackSent = 0;
    int64_t lost = 0;
  };

  Peer(int id, const DtlsIdentity& identity, DelayHistogram& delays);
  ~Peer();
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  // Empty on success, else what went wrong.
  std::string bind(const std::string& address);
  std::string connect(const ConnectOptions& options);
  // New credentials for an ICE restart; the DTLS association stays (RFC 8445 §9).
  void renewCredentials();
  void setReceiving(ReceiveOptions options);
  void addSender(SendOptions options);
  SendStream* sender(const std::string& name);
  void removeSender(const std::string& name);
  void requestKeyFrame(uint32_t ssrc);

  void readSocket(int64_t nowNs);
  void tick(int64_t nowNs);
  void close();

  int id() const { return id_; }
  State state() const { return state_; }
  const char* stateName() const;
  bool takeStateChange() { const bool changed = stateChanged_; stateChanged_ = false; return changed; }
  const std::string& error() const { return error_; }
  const std::string& profile() const { return profile_; }
  const std::string& ufrag() const { return ufrag_; }
  const std::string& password() const { return password_; }
  uint16_t localPort() const;
  Totals totals() const;
  const std::vector<ReceiveStream>& receiving() const { return receiving_; }
  const std::vector<std::unique_ptr<SendStream>>& sending() const { return sending_; }
  uint64_t feedbackReceived = 0, nacksReceived = 0;
  uint64_t rembBps = 0;
  int64_t consentNs = 0;

 private:
  void setState(State state, std::string error = {});
  void send(const uint8_t* data, size_t size);
  void sendCheck();
  void handleStun(const uint8_t* data, size_t size, int64_t nowNs);
  void answerCheck(const stun::Message& request);
  void pairWorks(int64_t nowNs);
  void startDtls();
  void handleDtls(const uint8_t* data, size_t size);
  void startSrtp();
  void handlePacket(uint8_t* data, size_t size, int64_t arrivalNs, int64_t nowNs);
  void handleRtp(uint8_t* data, size_t size, int64_t arrivalNs, int64_t nowNs);
  void inspectPayload(ReceiveStream& stream, const uint8_t* data, size_t size, int64_t arrivalNs);
  void handleRtcp(uint8_t* data, size_t size, int64_t nowNs);
  void handleOneRtcp(const uint8_t* data, size_t size, int64_t nowNs);
  void handleNack(const uint8_t* data, size_t size);
  void protectAndSendRtp(uint8_t* packet, size_t size, size_t twccAt);
  void protectAndSendRtcp(uint8_t* packet, size_t size);
  void sendReports(int64_t nowNs);
  void sendFeedback();
  ReceiveStream& streamOf(uint32_t ssrc);

  const int id_;
  const DtlsIdentity& identity_;
  DelayHistogram& delays_;
  int socket_ = -1;
  State state_ = State::fresh;
  bool stateChanged_ = false, pairSelected_ = false;
  std::string error_, profile_, ufrag_, password_;
  ConnectOptions remote_;
  ReceiveOptions receiveOptions_;
  sockaddr_storage remoteAddress_{};
  uint64_t tieBreaker_;
  uint8_t transaction_[12] = {};
  std::unique_ptr<DtlsSession> dtls_;
  srtp_t outbound_ = nullptr, inbound_ = nullptr;
  std::vector<std::unique_ptr<SendStream>> sending_;
  std::vector<ReceiveStream> receiving_;
  size_t lastStream_ = 0;
  TwccRecorder twcc_;
  uint16_t twccSequence_ = 0;
  uint32_t reporterSsrc_;
  uint64_t probePackets_ = 0, feedbackSent_ = 0;
  int64_t nextCheckNs_ = 0, nextReportNs_ = 0, nextFeedbackNs_ = 0, nextDtlsTimerNs_ = 0;
};
