// DTLS 1.2 for SRTP keying (RFC 5764): one certificate per process, one session per peer.
#pragma once
#include <openssl/ssl.h>

#include <functional>
#include <string>

#include "bytes.h"

struct SrtpKeys {
  std::string profile;
  // Master key followed by master salt, as libsrtp wants them.
  std::string local, remote;
};

class DtlsIdentity {
 public:
  DtlsIdentity();
  SSL_CTX* context() const { return context_; }
  // SHA-256, upper-case hexadecimal with colons.
  const std::string& fingerprint() const { return fingerprint_; }

 private:
  SSL_CTX* context_;
  std::string fingerprint_;
};

class DtlsSession {
 public:
  enum class State { handshaking, connected, failed, closed };
  struct Options {
    bool client = true;
    // What the peer announced; the handshake fails when its certificate differs.
    std::string remoteFingerprint;
    std::string hashName = "SHA256";
  };
  using Output = std::function<void(const uint8_t*, size_t)>;

  DtlsSession(const DtlsIdentity& identity, Options options, Output output);
  ~DtlsSession();
  DtlsSession(const DtlsSession&) = delete;
  DtlsSession& operator=(const DtlsSession&) = delete;

  void start() { advance(); }
  void receive(const uint8_t* data, size_t size);
  void checkTimeout();
  void close();
  State state() const { return state_; }
  const std::string& error() const { return error_; }
  SrtpKeys keys() const;

  // Used by the BIO callbacks.
  int pull(char* out, int size);
  void push(const char* data, int size) { output_(reinterpret_cast<const uint8_t*>(data), size_t(size)); }

 private:
  void advance();
  void drain();
  bool remoteCertificateMatches() const;
  void fail(std::string reason);

  Options options_;
  Output output_;
  SSL* ssl_;
  State state_ = State::handshaking;
  std::string error_;
  const uint8_t* incoming_ = nullptr;
  size_t incomingSize_ = 0;
};
