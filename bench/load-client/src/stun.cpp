#include "stun.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

namespace stun {
namespace {

constexpr uint32_t kCookie = 0x2112A442;
constexpr size_t kHeader = 20;
constexpr uint16_t kUsername = 0x0006, kMessageIntegrity = 0x0008, kErrorCode = 0x0009, kXorMappedAddress = 0x0020;
constexpr uint16_t kPriority = 0x0024, kUseCandidate = 0x0025, kFingerprint = 0x8028;
constexpr uint16_t kIceControlled = 0x8029, kIceControlling = 0x802A;
// Host candidate of type preference 110 (RFC 8445 §5.1.2.1), as a peer-reflexive one would be reported.
constexpr uint32_t kPeerReflexivePriority = (110u << 24) | (65535u << 8) | 255u;

std::array<uint32_t, 256> crcTable() {
  std::array<uint32_t, 256> table{};
  for (uint32_t i = 0; i < 256; i++) {
    uint32_t c = i;
    for (int k = 0; k < 8; k++) c = c & 1 ? 0xEDB88320u ^ (c >> 1) : c >> 1;
    table[i] = c;
  }
  return table;
}

uint32_t crc32(const uint8_t* data, size_t size) {
  static const auto table = crcTable();
  uint32_t c = 0xFFFFFFFFu;
  for (size_t i = 0; i < size; i++) c = table[(c ^ data[i]) & 0xFF] ^ (c >> 8);
  return c ^ 0xFFFFFFFFu;
}

void sha1Hmac(const std::string& key, const uint8_t* data, size_t size, uint8_t out[20]) {
  unsigned length = 20;
  HMAC(EVP_sha1(), key.data(), int(key.size()), data, size, out, &length);
}

class Writer {
 public:
  Writer(uint16_t type, const uint8_t transaction[12]) : bytes_(kHeader) {
    put16(bytes_.data(), type);
    put32(bytes_.data() + 4, kCookie);
    memcpy(bytes_.data() + 8, transaction, 12);
  }

  void attribute(uint16_t type, const void* value, size_t size) {
    const size_t at = bytes_.size();
    bytes_.resize(at + 4 + (size + 3) / 4 * 4);
    put16(&bytes_[at], type);
    put16(&bytes_[at + 2], uint16_t(size));
    if (size) memcpy(&bytes_[at + 4], value, size);
  }

  std::vector<uint8_t> finish(const std::string& password) {
    uint8_t mac[20];
    // The length field covers the attribute itself while it is computed (RFC 8489 §14.5, §14.7).
    setLength(24);
    sha1Hmac(password, bytes_.data(), bytes_.size(), mac);
    attribute(kMessageIntegrity, mac, 20);
    setLength(8);
    uint8_t crc[4];
    put32(crc, crc32(bytes_.data(), bytes_.size()) ^ 0x5354554Eu);
    attribute(kFingerprint, crc, 4);
    return std::move(bytes_);
  }

 private:
  void setLength(size_t toCome) { put16(&bytes_[2], uint16_t(bytes_.size() - kHeader + toCome)); }
  std::vector<uint8_t> bytes_;
};

void xorAddress(Writer& writer, const sockaddr_storage& from, const uint8_t transaction[12]) {
  uint8_t value[20] = {};
  uint8_t mask[16];
  put32(mask, kCookie);
  memcpy(mask + 4, transaction, 12);
  const bool v6 = from.ss_family == AF_INET6;
  const auto& in4 = reinterpret_cast<const sockaddr_in&>(from);
  const auto& in6 = reinterpret_cast<const sockaddr_in6&>(from);
  value[1] = v6 ? 2 : 1;
  put16(value + 2, uint16_t(ntohs(v6 ? in6.sin6_port : in4.sin_port) ^ (kCookie >> 16)));
  const auto* ip = v6 ? reinterpret_cast<const uint8_t*>(&in6.sin6_addr) : reinterpret_cast<const uint8_t*>(&in4.sin_addr);
  const size_t size = v6 ? 16 : 4;
  for (size_t i = 0; i < size; i++) value[4 + i] = ip[i] ^ mask[i];
  writer.attribute(kXorMappedAddress, value, 4 + size);
}

}  // namespace

bool parse(const uint8_t* data, size_t size, Message& out) {
  if (size < kHeader || get32(data + 4) != kCookie || kHeader + get16(data + 2) != size) return false;
  out.type = get16(data);
  memcpy(out.transaction, data + 8, 12);
  for (size_t at = kHeader; at + 4 <= size;) {
    const uint16_t type = get16(data + at), length = get16(data + at + 2);
    if (at + 4 + length > size) return false;
    if (type == kUseCandidate) out.useCandidate = true;
    if (type == kErrorCode && length >= 4) out.errorCode = (data[at + 6] & 7) * 100 + data[at + 7];
    if (type == kMessageIntegrity && length == 20 && !out.integrityAt) out.integrityAt = at;
    at += 4 + (length + 3u) / 4 * 4;
  }
  return true;
}

bool hasValidIntegrity(const uint8_t* data, const Message& message, const std::string& password) {
  if (!message.integrityAt) return false;
  std::vector<uint8_t> covered(data, data + message.integrityAt);
  put16(&covered[2], uint16_t(message.integrityAt + 24 - kHeader));
  uint8_t mac[20];
  sha1Hmac(password, covered.data(), covered.size(), mac);
  return memcmp(mac, data + message.integrityAt + 4, 20) == 0;
}

std::vector<uint8_t> bindingRequest(const RequestOptions& options, const uint8_t transaction[12]) {
  Writer writer(kBindingRequest, transaction);
  uint8_t priority[4], tie[8];
  put32(priority, kPeerReflexivePriority);
  put64(tie, options.tieBreaker);
  writer.attribute(kUsername, options.username.data(), options.username.size());
  writer.attribute(kPriority, priority, 4);
  writer.attribute(options.controlling ? kIceControlling : kIceControlled, tie, 8);
  if (options.controlling) writer.attribute(kUseCandidate, nullptr, 0);
  return writer.finish(options.password);
}

std::vector<uint8_t> bindingSuccess(const Message& request, const sockaddr_storage& from, const std::string& password) {
  Writer writer(kBindingSuccess, request.transaction);
  xorAddress(writer, from, request.transaction);
  return writer.finish(password);
}

}  // namespace stun
