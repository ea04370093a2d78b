// The text protocol: one line in, one JSON line out.
#pragma once
#include <map>
#include <memory>
#include <string>

#include "peer.h"

class Commands {
 public:
  Commands();
  void run(const std::string& line);
  void tick(int64_t nowNs);
  int64_t tickNs() const { return tickNs_; }
  bool quitting() const { return quitting_; }
  const std::string& fingerprint() const { return identity_.fingerprint(); }

 private:
  using Arguments = std::map<std::string, std::string>;
  // Result: the members of the reply, or an error by exception.
  std::string dispatch(const std::string& verb, const Arguments& arguments);
  Peer& peerOf(const Arguments& arguments);
  SendStream& streamOf(const Arguments& arguments);
  std::string create(const Arguments& arguments);
  std::string restart(const Arguments& arguments);
  std::string connect(const Arguments& arguments);
  std::string receive(const Arguments& arguments);
  std::string send(const Arguments& arguments);
  std::string change(const Arguments& arguments);
  std::string stats();
  std::string detail(const Arguments& arguments);

  DtlsIdentity identity_;
  DelayHistogram delays_;
  std::map<int, std::unique_ptr<Peer>> peers_;
  int64_t tickNs_ = 2 * kMs;
  bool quitting_ = false;
};
