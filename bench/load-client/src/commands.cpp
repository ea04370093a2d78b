#include "commands.h"

#include <sys/resource.h>

#include <cstdarg>
#include <cstdio>
#include <sstream>
#include <stdexcept>

namespace {

using Arguments = std::map<std::string, std::string>;

std::string text(const Arguments& arguments, const char* key, const char* fallback = "") {
  const auto found = arguments.find(key);
  return found == arguments.end() ? fallback : found->second;
}

long long number(const Arguments& arguments, const char* key, long long fallback = 0) {
  const auto found = arguments.find(key);
  if (found == arguments.end()) return fallback;
  char* end = nullptr;
  const long long value = strtoll(found->second.c_str(), &end, 10);
  if (!*found->second.c_str() || *end) throw std::invalid_argument(std::string("not a number: ") + key);
  return value;
}

__attribute__((format(printf, 1, 2))) std::string format(const char* pattern, ...) {
  char buffer[1024];
  va_list list;
  va_start(list, pattern);
  vsnprintf(buffer, sizeof buffer, pattern, list);
  va_end(list);
  return buffer;
}

// Inputs are tokens without spaces; only quotes and backslashes could break the JSON.
std::string quoted(const std::string& value) {
  std::string out = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') out += '\\';
    if (uint8_t(c) >= 0x20) out += c;
  }
  return out + "\"";
}

std::vector<uint8_t> numberList(const std::string& value) {
  std::vector<uint8_t> list;
  std::stringstream stream(value);
  for (std::string item; std::getline(stream, item, ',');)
    if (!item.empty()) list.push_back(uint8_t(std::stoi(item)));
  return list;
}

SendOptions sendOptions(const Arguments& a) {
  SendOptions o;
  o.name = text(a, "name");
  o.mid = text(a, "mid");
  o.rid = text(a, "rid");
  o.video = text(a, "kind") == "video";
  o.payloadType = uint8_t(number(a, "pt"));
  o.rtxPayloadType = uint8_t(number(a, "rtxPt"));
  o.ssrc = uint32_t(number(a, "ssrc"));
  o.rtxSsrc = uint32_t(number(a, "rtxSsrc"));
  o.midExtension = uint8_t(number(a, "midExt"));
  o.ridExtension = uint8_t(number(a, "ridExt"));
  o.repairedRidExtension = uint8_t(number(a, "repairedRidExt"));
  o.twccExtension = uint8_t(number(a, "twccExt"));
  o.audioLevelExtension = uint8_t(number(a, "levelExt"));
  o.framesPerSecond = int(number(a, "fps", o.video ? 25 : 50));
  o.packetsPerFrame = int(number(a, "packets", o.video ? 6 : 1));
  o.payloadMin = int(number(a, "min", o.video ? 1100 : 80));
  o.payloadMax = int(number(a, "max", o.video ? 1160 : 80));
  o.width = int(number(a, "width", 1280));
  o.height = int(number(a, "height", 720));
  o.temporalLayers = int(number(a, "temporal", 1));
  o.audioLevel = uint8_t(number(a, "level", 30));
  o.tag = uint32_t(number(a, "tag"));
  if (o.framesPerSecond < 1 || o.packetsPerFrame < 1 || o.payloadMax < o.payloadMin || o.payloadMin < 40 || o.payloadMax > 1300)
    throw std::invalid_argument("stream out of bounds");
  return o;
}

std::string receivedJson(const ReceiveStream& s, int64_t nowNs) {
  return format("{\"ssrc\":%u,\"payloadType\":%u,\"isRepair\":%s,\"mid\":%s,\"packets\":%llu,\"bytes\":%llu,\"lost\":%lld,"
                "\"frames\":%llu,\"keyFrames\":%llu,\"unreadable\":%llu,\"tag\":%u,\"width\":%d,\"idleMs\":%lld}",
                s.ssrc, s.payloadType, s.isRepair ? "true" : "false", quoted(s.mid).c_str(), (unsigned long long)s.packets,
                (unsigned long long)s.bytes, (long long)s.lost(), (unsigned long long)s.frames, (unsigned long long)s.keyFrames,
                (unsigned long long)s.unreadable, s.tag, s.width, (long long)((nowNs - s.lastPacketNs) / kMs));
}

std::string sentJson(SendStream& s) {
  const auto& o = s.options();
  return format("{\"name\":%s,\"mid\":%s,\"rid\":%s,\"ssrc\":%u,\"packets\":%llu,\"frames\":%llu,\"keyFrames\":%llu,"
                "\"keyFrameRequests\":%llu,\"nacked\":%llu,\"retransmitted\":%llu,\"paused\":%s}",
                quoted(o.name).c_str(), quoted(o.mid).c_str(), quoted(o.rid).c_str(), o.ssrc, (unsigned long long)s.packets,
                (unsigned long long)s.frames, (unsigned long long)s.keyFrames, (unsigned long long)s.pliCount,
                (unsigned long long)s.nackCount, (unsigned long long)s.retransmitted, s.paused ? "true" : "false");
}

}  // namespace

Commands::Commands() = default;

void Commands::run(const std::string& line) {
  std::stringstream words(line);
  std::string id, verb, word;
  Arguments arguments;
  if (!(words >> id >> verb)) return;
  while (words >> word)
    if (const size_t at = word.find('='); at != std::string::npos) arguments[word.substr(0, at)] = word.substr(at + 1);
  try {
    const std::string members = dispatch(verb, arguments);
    printf("{\"re\":%d%s%s}\n", atoi(id.c_str()), members.empty() ? "" : ",", members.c_str());
  } catch (const std::exception& error) {
    printf("{\"re\":%d,\"error\":%s}\n", atoi(id.c_str()), quoted(error.what()).c_str());
  }
}

std::string Commands::dispatch(const std::string& verb, const Arguments& a) {
  if (verb == "create") return create(a);
  if (verb == "restart") return restart(a);
  if (verb == "connect") return connect(a);
  if (verb == "receive") return receive(a);
  if (verb == "send") return send(a);
  if (verb == "change") return change(a);
  if (verb == "stats") return stats();
  if (verb == "detail") return detail(a);
  if (verb == "unsend") peerOf(a).removeSender(text(a, "name"));
  else if (verb == "keyframe") peerOf(a).requestKeyFrame(uint32_t(number(a, "ssrc")));
  else if (verb == "close") peers_.erase(peerOf(a).id());
  else if (verb == "tick") tickNs_ = std::max(1LL, number(a, "ms", 2)) * kMs;
  else if (verb == "reset") delays_.reset();
  else if (verb == "quit") quitting_ = true;
  else throw std::invalid_argument("unknown verb " + verb);
  return {};
}

Peer& Commands::peerOf(const Arguments& arguments) {
  const auto found = peers_.find(int(number(arguments, "peer")));
  if (found == peers_.end()) throw std::out_of_range("no such peer");
  return *found->second;
}

SendStream& Commands::streamOf(const Arguments& arguments) {
  SendStream* stream = peerOf(arguments).sender(text(arguments, "name"));
  if (!stream) throw std::out_of_range("no such stream");
  return *stream;
}

std::string Commands::create(const Arguments& a) {
  const int id = int(number(a, "peer"));
  auto peer = std::make_unique<Peer>(id, identity_, delays_);
  if (const auto error = peer->bind(text(a, "address", "127.0.0.1")); !error.empty()) throw std::runtime_error(error);
  const auto reply = format("\"ufrag\":%s,\"password\":%s,\"port\":%u", quoted(peer->ufrag()).c_str(),
                            quoted(peer->password()).c_str(), peer->localPort());
  peers_[id] = std::move(peer);
  return reply;
}

std::string Commands::restart(const Arguments& a) {
  Peer& peer = peerOf(a);
  peer.renewCredentials();
  return format("\"ufrag\":%s,\"password\":%s,\"port\":%u", quoted(peer.ufrag()).c_str(), quoted(peer.password()).c_str(),
                peer.localPort());
}

std::string Commands::connect(const Arguments& a) {
  ConnectOptions options;
  options.address = text(a, "address");
  options.port = uint16_t(number(a, "port"));
  options.ufrag = text(a, "ufrag");
  options.password = text(a, "password");
  options.fingerprint = text(a, "fingerprint");
  options.hashName = text(a, "hash", "SHA256");
  options.controlling = number(a, "controlling", 1) != 0;
  options.dtlsClient = text(a, "dtls", "client") == "client";
  if (const auto error = peerOf(a).connect(options); !error.empty()) throw std::runtime_error(error);
  return {};
}

std::string Commands::receive(const Arguments& a) {
  ReceiveOptions options;
  options.midExtension = uint8_t(number(a, "midExt"));
  options.twccExtension = uint8_t(number(a, "twccExt"));
  options.twccFeedback = number(a, "feedback") != 0;
  options.decrypt = number(a, "decrypt") != 0;
  options.kernelTimestamps = number(a, "timestamps") != 0;
  options.repairPayloadTypes = numberList(text(a, "repair"));
  peerOf(a).setReceiving(std::move(options));
  return {};
}

std::string Commands::send(const Arguments& a) {
  peerOf(a).addSender(sendOptions(a));
  return {};
}

std::string Commands::change(const Arguments& a) {
  SendStream& stream = streamOf(a);
  stream.paused = number(a, "paused", stream.paused) != 0;
  stream.options().audioLevel = uint8_t(number(a, "level", stream.options().audioLevel));
  return {};
}

std::string Commands::stats() {
  Peer::Totals sum;
  uint64_t sent = 0, connected = 0, feedbackReceived = 0;
  for (const auto& [id, peer] : peers_) {
    const auto totals = peer->totals();
    sum.packets += totals.packets;
    sum.bytes += totals.bytes;
    sum.lost += totals.lost;
    sum.repairPackets += totals.repairPackets;
    sum.probePackets += totals.probePackets;
    sum.unreadable += totals.unreadable;
    sum.feedbackSent += totals.feedbackSent;
    feedbackReceived += peer->feedbackReceived;
    connected += peer->state() == Peer::State::connected;
    for (const auto& stream : peer->sending()) sent += stream->packets;
  }
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  const double cpuMs = double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e3 + double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e3;
  return format("\"timeMs\":%.3f,\"cpuMs\":%.1f,\"peers\":%zu,\"connected\":%llu,\"sent\":%llu,\"packets\":%llu,\"bytes\":%llu,\"lost\":%lld,"
                "\"repairPackets\":%llu,\"probePackets\":%llu,\"unreadable\":%llu,\"feedbackSent\":%llu,\"feedbackReceived\":%llu,"
                "\"delay\":{\"count\":%llu,\"meanMs\":%.2f,\"p50Ms\":%.1f,\"p95Ms\":%.1f,\"p99Ms\":%.1f}",
                double(monotonicNs()) / 1e6, cpuMs, peers_.size(), (unsigned long long)connected, (unsigned long long)sent,
                (unsigned long long)sum.packets, (unsigned long long)sum.bytes, (long long)sum.lost,
                (unsigned long long)sum.repairPackets, (unsigned long long)sum.probePackets, (unsigned long long)sum.unreadable,
                (unsigned long long)sum.feedbackSent, (unsigned long long)feedbackReceived, (unsigned long long)delays_.count(),
                delays_.meanMs(), delays_.percentileMs(0.5), delays_.percentileMs(0.95), delays_.percentileMs(0.99));
}

std::string Commands::detail(const Arguments& a) {
  Peer& peer = peerOf(a);
  const int64_t now = monotonicNs();
  std::string received, sent;
  for (const auto& stream : peer.receiving()) received += (received.empty() ? "" : ",") + receivedJson(stream, now);
  for (const auto& stream : peer.sending()) sent += (sent.empty() ? "" : ",") + sentJson(*stream);
  const auto totals = peer.totals();
  return format("\"state\":\"%s\",\"profile\":%s,\"consentAgeMs\":%lld,\"feedbackSent\":%llu,\"feedbackReceived\":%llu,"
                "\"nacksReceived\":%llu,\"rembBps\":%llu,\"probePackets\":%llu,\"received\":[",
                peer.stateName(), quoted(peer.profile()).c_str(),
                peer.consentNs ? (long long)((now - peer.consentNs) / kMs) : -1LL, (unsigned long long)totals.feedbackSent,
                (unsigned long long)peer.feedbackReceived, (unsigned long long)peer.nacksReceived,
                (unsigned long long)peer.rembBps, (unsigned long long)totals.probePackets) +
         received + "],\"sent\":[" + sent + "]";
}

void Commands::tick(int64_t nowNs) {
  for (const auto& [id, peer] : peers_) {
    peer->readSocket(nowNs);
    peer->tick(nowNs);
    if (peer->takeStateChange())
      printf("{\"event\":\"state\",\"peer\":%d,\"state\":\"%s\",\"profile\":%s,\"reason\":%s}\n", id, peer->stateName(),
             quoted(peer->profile()).c_str(), quoted(peer->error()).c_str());
  }
}
