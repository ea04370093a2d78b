// The part of STUN that ICE connectivity and consent checks need (RFC 8489, RFC 8445 §7, RFC 7675).
#pragma once
#include <netinet/in.h>

#include <string>
#include <vector>

#include "bytes.h"

namespace stun {

constexpr uint16_t kBindingRequest = 0x0001;
constexpr uint16_t kBindingSuccess = 0x0101;
constexpr uint16_t kBindingError = 0x0111;

struct Message {
  uint16_t type = 0;
  uint8_t transaction[12] = {};
  bool useCandidate = false;
  int errorCode = 0;
  // Offset of MESSAGE-INTEGRITY, 0 when absent.
  size_t integrityAt = 0;
};

struct RequestOptions {
  std::string username;
  std::string password;
  bool controlling = true;
  uint64_t tieBreaker = 0;
};

bool parse(const uint8_t* data, size_t size, Message& out);
bool hasValidIntegrity(const uint8_t* data, const Message& message, const std::string& password);
// A controlling agent nominates with every check: there is one candidate pair only.
std::vector<uint8_t> bindingRequest(const RequestOptions& options, const uint8_t transaction[12]);
std::vector<uint8_t> bindingSuccess(const Message& request, const sockaddr_storage& from, const std::string& password);

}  // namespace stun
