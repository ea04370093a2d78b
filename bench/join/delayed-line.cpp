// Two network namespaces joined by a line that takes its time: each packet arrives so many microseconds after it was
// sent, in order, none lost. The namespaces have no names, so they and all in them end with this process and those it
// was lent to. It ends with its standard input.
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <vector>

using Clock = std::chrono::steady_clock;

namespace {

// A second of 60 Mbps. What comes on top is dropped, as a real line's buffer would.
constexpr size_t max_waiting = 6'000;
constexpr size_t max_packet = 65'536;

struct Packet {
  Clock::time_point due;
  std::vector<char> bytes;
};

struct End {
  int device = -1;
  int space = -1;
  std::deque<Packet> arriving;
};

[[noreturn]] void fail(const char* what) {
  std::perror(what);
  std::exit(1);
}

End open_end() {
  End end;
  if (unshare(CLONE_NEWNET) != 0) fail("no network namespace");
  end.space = open("/proc/self/ns/net", O_RDONLY);
  if (end.space < 0) fail("no handle of the network namespace");
  end.device = open("/dev/net/tun", O_RDWR | O_NONBLOCK);
  ifreq request{};
  request.ifr_flags = IFF_TUN | IFF_NO_PI;
  std::strcpy(request.ifr_name, "line");
  if (end.device < 0 || ioctl(end.device, TUNSETIFF, &request) != 0) fail("no TUN device");
  return end;
}

void take(const End& from, End& to, Clock::duration delay) {
  static char buffer[max_packet];
  while (true) {
    const ssize_t length = read(from.device, buffer, sizeof buffer);
    if (length <= 0) return;
    if (to.arriving.size() < max_waiting)
      to.arriving.push_back({Clock::now() + delay, std::vector<char>(buffer, buffer + length)});
  }
}

void deliver(End& end) {
  while (!end.arriving.empty() && end.arriving.front().due <= Clock::now()) {
    const auto& bytes = end.arriving.front().bytes;
    // A device that is down or full loses the packet, as a network does.
    [[maybe_unused]] const ssize_t written = write(end.device, bytes.data(), bytes.size());
    end.arriving.pop_front();
  }
}

timespec wait_for(const End& near, const End& far) {
  auto due = Clock::now() + std::chrono::seconds(1);
  for (const End* end : {&near, &far})
    if (!end->arriving.empty() && end->arriving.front().due < due) due = end->arriving.front().due;
  const auto left = std::chrono::duration_cast<std::chrono::nanoseconds>(due - Clock::now()).count();
  return {0, left < 0 ? 0 : left >= 1'000'000'000 ? 999'999'999 : left};
}

}  // namespace

int main(int argc, char** argv) {
  const std::chrono::microseconds delay(argc > 1 ? std::atol(argv[1]) : 0);
  // Timers of ordinary processes may be 50 us late.
  prctl(PR_SET_TIMERSLACK, 1);
  End near = open_end();
  End far = open_end();
  std::printf("/proc/%d/fd/%d /proc/%d/fd/%d\n", getpid(), near.space, getpid(), far.space);
  std::fflush(stdout);
  pollfd ready[] = {{near.device, POLLIN, 0}, {far.device, POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}};
  while ((ready[2].revents & (POLLIN | POLLHUP | POLLERR)) == 0) {
    const timespec timeout = wait_for(near, far);
    ppoll(ready, 3, &timeout, nullptr);
    take(near, far, delay);
    take(far, near, delay);
    deliver(near);
    deliver(far);
  }
}
