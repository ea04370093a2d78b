// Big-endian access, clocks and randomness shared by all parts of the load client.
#pragma once
#include <cstdint>
#include <cstring>
#include <ctime>
#include <random>
#include <string>

inline uint16_t get16(const uint8_t* p) { return uint16_t(p[0] << 8 | p[1]); }
inline uint32_t get24(const uint8_t* p) { return uint32_t(p[0]) << 16 | uint32_t(p[1]) << 8 | p[2]; }
inline uint32_t get32(const uint8_t* p) { return uint32_t(p[0]) << 24 | get24(p + 1); }
inline uint64_t get64(const uint8_t* p) { return uint64_t(get32(p)) << 32 | get32(p + 4); }
inline void put16(uint8_t* p, uint16_t v) { p[0] = uint8_t(v >> 8); p[1] = uint8_t(v); }
inline void put24(uint8_t* p, uint32_t v) { p[0] = uint8_t(v >> 16); put16(p + 1, uint16_t(v)); }
inline void put32(uint8_t* p, uint32_t v) { put16(p, uint16_t(v >> 16)); put16(p + 2, uint16_t(v)); }
inline void put64(uint8_t* p, uint64_t v) { put32(p, uint32_t(v >> 32)); put32(p + 4, uint32_t(v)); }

inline int64_t clockNs(clockid_t id) {
  timespec t;
  clock_gettime(id, &t);
  return int64_t(t.tv_sec) * 1'000'000'000 + t.tv_nsec;
}
// Scheduling uses the monotonic clock; wall time is for NTP fields and for comparison with kernel receive timestamps.
inline int64_t monotonicNs() { return clockNs(CLOCK_MONOTONIC); }
inline int64_t wallNs() { return clockNs(CLOCK_REALTIME); }
constexpr int64_t kMs = 1'000'000;

inline std::mt19937_64& rng() {
  static std::mt19937_64 engine{std::random_device{}()};
  return engine;
}
inline std::string randomText(size_t length) {
  static const char alphabet[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  std::string text;
  for (size_t i = 0; i < length; i++) text += alphabet[rng()() % (sizeof(alphabet) - 1)];
  return text;
}
