// A line between two network namespaces, with the faults of real ones: each direction has a rate with a queue before it,
// loses packets, and takes its time. Packets arrive in the order in which they were sent. Called with, for each end, its
// namespace (a path) and the name of the device that appears there. Each line on the standard input
//   <end> <bits per second> <queue us> <loss ppm> <delay us> <jitter us>
// says how packets reach that end (0 or 1) from now on, and is answered by one; no rate is 0. Ends with its input.
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <optional>
#include <random>
#include <string>
#include <vector>

using Clock = std::chrono::steady_clock;
using Time = Clock::time_point;
using std::chrono::microseconds;

namespace {

// A second of 60 Mbps. What comes on top is dropped, as a real line's buffer would.
constexpr size_t max_under_way = 6'000;
constexpr size_t max_packet = 65'536;
// Read at one go before others get their turn.
constexpr int max_burst = 64;

struct Conditions {
  double bits_per_second = 0;
  microseconds queue{0};
  double loss = 0;
  microseconds delay{0};
  microseconds jitter{0};
};

struct Packet {
  Time due;
  std::vector<char> bytes;
};

struct Direction {
  int from = -1;
  int to = -1;
  Conditions conditions;
  /** When the sender has put everything onto the line that it took so far. */
  Time free_at;
  std::deque<Packet> under_way;
  /** The same seed each time: what one run of a test has seen, the next one sees. */
  std::mt19937 luck;
};

[[noreturn]] void fail(const char* what) {
  std::perror(what);
  std::exit(1);
}

int open_device(const char* space, const char* name) {
  const int handle = open(space, O_RDONLY);
  if (handle < 0 || setns(handle, CLONE_NEWNET) != 0) fail("no network namespace");
  close(handle);
  const int device = open("/dev/net/tun", O_RDWR | O_NONBLOCK);
  ifreq request{};
  request.ifr_flags = IFF_TUN | IFF_NO_PI;
  std::strncpy(request.ifr_name, name, IFNAMSIZ - 1);
  if (device < 0 || ioctl(device, TUNSETIFF, &request) != 0) fail("no TUN device");
  return device;
}

double chance(Direction& direction) {
  return std::uniform_real_distribution<double>()(direction.luck);
}

/** When a packet of this size, taken now, has left the sender; never if the queue has no place for it. */
std::optional<Time> departure(const Direction& direction, size_t size, Time now) {
  const auto& [rate, queue, loss, delay, jitter] = direction.conditions;
  if (rate == 0) return now;
  const Time begin = std::max(now, direction.free_at);
  if (begin - now > queue) return std::nullopt;
  return begin + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(size * 8 / rate));
}

void send(Direction& direction, const char* bytes, size_t size) {
  const auto& [rate, queue, loss, delay, jitter] = direction.conditions;
  if (loss > 0 && chance(direction) < loss) return;
  const auto departs = departure(direction, size, Clock::now());
  auto& under_way = direction.under_way;
  if (!departs || under_way.size() >= max_under_way) return;
  direction.free_at = *departs;
  Time due = *departs + delay;
  if (jitter.count() > 0) due += std::chrono::duration_cast<microseconds>(jitter * chance(direction));
  // Nobody overtakes.
  if (!under_way.empty()) due = std::max(due, under_way.back().due);
  under_way.push_back({due, std::vector<char>(bytes, bytes + size)});
}

void take(Direction& direction) {
  static char buffer[max_packet];
  for (int count = 0; count < max_burst; ++count) {
    const ssize_t size = read(direction.from, buffer, sizeof buffer);
    if (size <= 0) return;
    send(direction, buffer, size);
  }
}

void deliver(Direction& direction) {
  auto& under_way = direction.under_way;
  while (!under_way.empty() && under_way.front().due <= Clock::now()) {
    const auto& bytes = under_way.front().bytes;
    // A device that is down or full loses the packet, as a network does.
    [[maybe_unused]] const ssize_t written = write(direction.to, bytes.data(), bytes.size());
    under_way.pop_front();
  }
}

void obey(const std::string& command, Direction (&directions)[2]) {
  int end = 0;
  long rate = 0, queue = 0, loss = 0, delay = 0, jitter = 0;
  const int found =
      std::sscanf(command.c_str(), "%d %ld %ld %ld %ld %ld", &end, &rate, &queue, &loss, &delay, &jitter);
  if (found != 6 || end < 0 || end > 1) {
    std::puts("not understood");
  } else {
    directions[end].conditions = {static_cast<double>(rate), microseconds(queue), loss / 1e6,
                                  microseconds(delay), microseconds(jitter)};
    std::puts("done");
  }
  std::fflush(stdout);
}

/** False when there will be no more. */
bool read_commands(Direction (&directions)[2]) {
  static std::string heard;
  char buffer[4096];
  const ssize_t size = read(STDIN_FILENO, buffer, sizeof buffer);
  if (size <= 0) return false;
  heard.append(buffer, size);
  for (size_t end = heard.find('\n'); end != std::string::npos; end = heard.find('\n')) {
    obey(heard.substr(0, end), directions);
    heard.erase(0, end + 1);
  }
  return true;
}

timespec wait_for(const Direction (&directions)[2]) {
  Time due = Clock::now() + std::chrono::seconds(1);
  for (const auto& direction : directions)
    if (!direction.under_way.empty()) due = std::min(due, direction.under_way.front().due);
  const auto left = std::chrono::duration_cast<std::chrono::nanoseconds>(due - Clock::now()).count();
  return {0, std::clamp(left, 0L, 999'999'999L)};
}

/** A line that waits for a core is a longer line. Where that is not permitted, it is. */
void hurry() {
  const sched_param lowest{.sched_priority = 1};
  sched_setscheduler(0, SCHED_RR, &lowest);
  // Timers of ordinary processes may be 50 us late.
  prctl(PR_SET_TIMERSLACK, 1);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) return 2;
  const int first = open_device(argv[1], argv[2]);
  const int second = open_device(argv[3], argv[4]);
  Direction directions[2];
  directions[0].from = directions[1].to = second;
  directions[1].from = directions[0].to = first;
  hurry();
  pollfd ready[] = {{first, POLLIN, 0}, {second, POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}};
  while (true) {
    const timespec timeout = wait_for(directions);
    ppoll(ready, 3, &timeout, nullptr);
    if ((ready[2].revents & (POLLIN | POLLHUP | POLLERR)) != 0 && !read_commands(directions)) return 0;
    for (auto& direction : directions) take(direction);
    for (auto& direction : directions) deliver(direction);
  }
}
