// Peer: socket, ICE and DTLS. Media is in peer_media.cpp.
#include "peer.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

// First check at once, then often until it is answered; then as consent checks (RFC 7675 asks for 4-6 s at most 30 s).
constexpr int64_t kCheckIntervalNs = 50 * kMs, kConsentIntervalNs = 2'500 * kMs, kConsentTimeoutNs = 30'000 * kMs;
constexpr int64_t kReportIntervalNs = 1'000 * kMs, kFeedbackIntervalNs = 100 * kMs, kDtlsTimerNs = 20 * kMs;
// A tick of 6 ms with a burst in it must fit.
constexpr int kReceiveBuffer = 1 << 20;
constexpr size_t kBatch = 32;

bool parseAddress(const std::string& text, uint16_t port, sockaddr_storage& out, socklen_t& size) {
  out = {};
  auto& in4 = reinterpret_cast<sockaddr_in&>(out);
  auto& in6 = reinterpret_cast<sockaddr_in6&>(out);
  if (inet_pton(AF_INET, text.c_str(), &in4.sin_addr) == 1) {
    in4.sin_family = AF_INET;
    in4.sin_port = htons(port);
    size = sizeof in4;
    return true;
  }
  if (inet_pton(AF_INET6, text.c_str(), &in6.sin6_addr) != 1) return false;
  in6.sin6_family = AF_INET6;
  in6.sin6_port = htons(port);
  size = sizeof in6;
  return true;
}

int64_t arrivalOf(const msghdr& message, int64_t fallbackNs) {
  for (cmsghdr* c = CMSG_FIRSTHDR(&message); c; c = CMSG_NXTHDR(const_cast<msghdr*>(&message), c)) {
    if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_TIMESTAMPNS) continue;
    timespec t;
    memcpy(&t, CMSG_DATA(c), sizeof t);
    return int64_t(t.tv_sec) * 1'000'000'000 + t.tv_nsec;
  }
  return fallbackNs;
}

}  // namespace

Peer::Peer(int id, const DtlsIdentity& identity, DelayHistogram& delays)
    : id_(id), identity_(identity), delays_(delays), tieBreaker_(rng()()), reporterSsrc_(uint32_t(rng()()) | 1) {
  renewCredentials();
}

Peer::~Peer() {
  close();
  if (outbound_) srtp_dealloc(outbound_);
  if (inbound_) srtp_dealloc(inbound_);
}

void Peer::renewCredentials() {
  ufrag_ = randomText(8);
  password_ = randomText(24);
}

std::string Peer::bind(const std::string& address) {
  sockaddr_storage local;
  socklen_t size;
  if (!parseAddress(address, 0, local, size)) return "not an address: " + address;
  socket_ = socket(local.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (socket_ < 0 || ::bind(socket_, reinterpret_cast<sockaddr*>(&local), size) != 0) return strerror(errno);
  if (setsockopt(socket_, SOL_SOCKET, SO_RCVBUFFORCE, &kReceiveBuffer, sizeof kReceiveBuffer) != 0)
    setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &kReceiveBuffer, sizeof kReceiveBuffer);
  return {};
}

uint16_t Peer::localPort() const {
  sockaddr_storage local;
  socklen_t size = sizeof local;
  getsockname(socket_, reinterpret_cast<sockaddr*>(&local), &size);
  return ntohs(local.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6&>(local).sin6_port
                                           : reinterpret_cast<sockaddr_in&>(local).sin_port);
}

std::string Peer::connect(const ConnectOptions& options) {
  socklen_t size;
  if (!parseAddress(options.address, options.port, remoteAddress_, size)) return "not an address: " + options.address;
  if (::connect(socket_, reinterpret_cast<sockaddr*>(&remoteAddress_), size) != 0) return strerror(errno);
  const bool newAssociation = dtls_ && options.fingerprint != remote_.fingerprint;
  remote_ = options;
  pairSelected_ = false;
  nextCheckNs_ = 0;
  if (newAssociation) dtls_.reset();
  if (!dtls_) setState(State::checking);
  return {};
}

void Peer::setState(State state, std::string error) {
  if (state_ == state) return;
  state_ = state;
  error_ = std::move(error);
  stateChanged_ = true;
}

const char* Peer::stateName() const {
  static constexpr const char* names[] = {"new", "checking", "securing", "connected", "failed", "closed"};
  return names[size_t(state_)];
}

void Peer::send(const uint8_t* data, size_t size) {
  // A full or refused socket is loss, as on a network; ICE and DTLS repeat what matters.
  if (socket_ >= 0 && ::send(socket_, data, size, 0) < 0) errno = 0;
}

void Peer::readSocket(int64_t nowNs) {
  static uint8_t buffers[kBatch][2048];
  static uint8_t controls[kBatch][64];
  static mmsghdr messages[kBatch];
  static iovec vectors[kBatch];
  if (socket_ < 0) return;
  for (;;) {
    for (size_t i = 0; i < kBatch; i++) {
      vectors[i] = {buffers[i], sizeof buffers[i]};
      messages[i] = {};
      messages[i].msg_hdr.msg_iov = &vectors[i];
      messages[i].msg_hdr.msg_iovlen = 1;
      if (!receiveOptions_.kernelTimestamps) continue;
      messages[i].msg_hdr.msg_control = controls[i];
      messages[i].msg_hdr.msg_controllen = sizeof controls[i];
    }
    const int got = recvmmsg(socket_, messages, kBatch, 0, nullptr);
    if (got <= 0) return;
    const int64_t readAt = receiveOptions_.kernelTimestamps ? wallNs() : nowNs;
    for (int i = 0; i < got; i++) {
      const int64_t arrival = receiveOptions_.kernelTimestamps ? arrivalOf(messages[i].msg_hdr, readAt) : nowNs;
      handlePacket(buffers[i], messages[i].msg_len, arrival, nowNs);
    }
    if (got < int(kBatch)) return;
  }
}

// RFC 7983 demultiplexing.
void Peer::handlePacket(uint8_t* data, size_t size, int64_t arrivalNs, int64_t nowNs) {
  if (size == 0) return;
  if (data[0] <= 3) handleStun(data, size, nowNs);
  else if (data[0] >= 20 && data[0] <= 63) handleDtls(data, size);
  else if (data[0] < 128 || data[0] > 191) return;
  else if (rtp::isRtcp(data, size)) handleRtcp(data, size, nowNs);
  else handleRtp(data, size, arrivalNs, nowNs);
}

void Peer::sendCheck() {
  if (remote_.ufrag.empty()) return;
  for (auto& byte : transaction_) byte = uint8_t(rng()());
  const auto request = stun::bindingRequest(
      {remote_.ufrag + ":" + ufrag_, remote_.password, remote_.controlling, tieBreaker_}, transaction_);
  send(request.data(), request.size());
}

void Peer::handleStun(const uint8_t* data, size_t size, int64_t nowNs) {
  stun::Message message;
  if (!stun::parse(data, size, message)) return;
  if (message.type == stun::kBindingRequest) {
    if (!stun::hasValidIntegrity(data, message, password_)) return;
    answerCheck(message);
    if (!remote_.controlling && message.useCandidate) pairWorks(nowNs);
  } else if (message.type == stun::kBindingSuccess && memcmp(message.transaction, transaction_, 12) == 0) {
    if (stun::hasValidIntegrity(data, message, remote_.password)) pairWorks(nowNs);
  } else if (message.type == stun::kBindingError && message.errorCode == 487) {
    // Role conflict: the side that is told switches (RFC 8445 §7.2.5.1).
    remote_.controlling = !remote_.controlling;
    nextCheckNs_ = 0;
  }
}

void Peer::answerCheck(const stun::Message& request) {
  const auto response = stun::bindingSuccess(request, remoteAddress_, password_);
  send(response.data(), response.size());
}

void Peer::pairWorks(int64_t nowNs) {
  consentNs = nowNs;
  if (pairSelected_) return;
  pairSelected_ = true;
  nextCheckNs_ = nowNs + kConsentIntervalNs;
  if (!dtls_) startDtls();
}

void Peer::startDtls() {
  setState(State::securing);
  dtls_ = std::make_unique<DtlsSession>(
      identity_, DtlsSession::Options{remote_.dtlsClient, remote_.fingerprint, remote_.hashName},
      [this](const uint8_t* data, size_t size) { send(data, size); });
  if (remote_.dtlsClient) dtls_->start();
}

void Peer::handleDtls(const uint8_t* data, size_t size) {
  // The other side may be ahead of us by one lost STUN response.
  if (!dtls_ && state_ == State::checking) startDtls();
  if (!dtls_) return;
  dtls_->receive(data, size);
  if (dtls_->state() == DtlsSession::State::connected && state_ == State::securing) startSrtp();
  if (dtls_->state() == DtlsSession::State::failed) setState(State::failed, dtls_->error());
  if (dtls_->state() == DtlsSession::State::closed) setState(State::closed, "closed by the remote side");
}

void Peer::tick(int64_t nowNs) {
  if (state_ == State::fresh || state_ == State::failed || state_ == State::closed) return;
  if (nowNs >= nextCheckNs_) {
    nextCheckNs_ = nowNs + (pairSelected_ ? kConsentIntervalNs : kCheckIntervalNs);
    sendCheck();
    if (consentNs && nowNs - consentNs > kConsentTimeoutNs) return setState(State::failed, "consent expired");
  }
  if (state_ == State::securing && nowNs >= nextDtlsTimerNs_) {
    nextDtlsTimerNs_ = nowNs + kDtlsTimerNs;
    dtls_->checkTimeout();
    if (dtls_->state() == DtlsSession::State::failed) setState(State::failed, dtls_->error());
  }
  if (state_ != State::connected) return;
  for (auto& stream : sending_) stream->tick(nowNs);
  if (nowNs >= nextReportNs_) {
    // The first report is early, because an SFU aligns simulcast layers by sender reports.
    nextReportNs_ = nextReportNs_ ? nextReportNs_ + kReportIntervalNs : nowNs + kFeedbackIntervalNs;
    sendReports(nowNs);
  }
  if (receiveOptions_.twccFeedback && nowNs >= nextFeedbackNs_) {
    nextFeedbackNs_ = (nextFeedbackNs_ ? nextFeedbackNs_ : nowNs + int64_t(rng()() % uint64_t(kFeedbackIntervalNs))) + kFeedbackIntervalNs;
    sendFeedback();
  }
}

void Peer::close() {
  if (socket_ < 0) return;
  if (dtls_) dtls_->close();
  ::close(socket_);
  socket_ = -1;
  setState(State::closed);
}
