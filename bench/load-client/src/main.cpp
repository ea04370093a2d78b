// Load client: many WebRTC peers in one process, driven by lines on stdin, answering in JSON lines on stdout.
// Line: <request id> <verb> <key=value>...   Reply: {"re":<request id>, ...}   Event: {"event":"state", ...}
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <map>

#include "commands.h"

namespace {

// False once the controlling process has gone.
bool readCommands(Commands& commands, std::string& pending) {
  char chunk[65536];
  for (;;) {
    const ssize_t got = read(STDIN_FILENO, chunk, sizeof chunk);
    if (got == 0) return false;
    if (got < 0) break;
    pending.append(chunk, size_t(got));
  }
  size_t from = 0;
  for (size_t end; (end = pending.find('\n', from)) != std::string::npos; from = end + 1)
    commands.run(pending.substr(from, end - from));
  pending.erase(0, from);
  return !commands.quitting();
}

void sleepUntil(int64_t ns) {
  const timespec until{ns / 1'000'000'000, ns % 1'000'000'000};
  clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr);
}

}  // namespace

int main() {
  // Ends with its parent even if that was killed while stdin is still held open elsewhere.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  signal(SIGPIPE, SIG_IGN);
  fcntl(STDIN_FILENO, F_SETFL, fcntl(STDIN_FILENO, F_GETFL) | O_NONBLOCK);
  if (srtp_init() != srtp_err_status_ok) return 1;
  Commands commands;
  std::string pending;
  printf("{\"event\":\"ready\",\"fingerprint\":\"%s\"}\n", commands.fingerprint().c_str());
  fflush(stdout);
  // Sockets are read in ticks, so that the server under measurement pays for no wake-ups of ours.
  for (int64_t next = monotonicNs(); readCommands(commands, pending);) {
    commands.tick(monotonicNs());
    fflush(stdout);
    next += commands.tickNs();
    if (const int64_t now = monotonicNs(); next > now) sleepUntil(next);
    else next = now;
  }
  return 0;
}
