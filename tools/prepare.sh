# Prepares a checkout for ./start and ./test: system packages, npm packages, media worker, web app.
# Sourced, not run. Every step is skipped when its result is there already, and shows how far it is otherwise.

if [[ -t 1 ]]; then live=1; else live=; fi
columns=$(tput cols 2>/dev/null || echo 80)
step_pid=
step_log=

# Where this project keeps what is made once for a machine; native/media-worker uses the same place.
cache=${PLENUM_CACHE:-${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/plenum}

say() { printf '%s\n' "$*"; }

# One line that says what is missing or went wrong, then the end.
die() {
  say "plenum: $*" >&2
  exit 1
}

# Ends the running step with everything it started: each step is a process group of its own.
stop_step() {
  [[ -n $step_pid ]] && kill -TERM -- "-$step_pid" 2>/dev/null && rm -f "$step_log"
  step_pid=
}
trap 'stop_step; [[ -n $live ]] && say; exit 130' INT
trap 'stop_step; exit 143' TERM HUP

# step LABEL LIMIT_SECONDS PROGRESS COMMAND...: runs a command into a log; PROGRESS is a function that reads how far
# it is from that log. Returns the command's exit code, and leaves the log behind if it failed.
step() {
  local label=$1 limit=$2 progress=$3 begun=$SECONDS code=0 far='' told=0 too_long=
  shift 3
  step_log=$(mktemp "${TMPDIR:-/tmp}/plenum-${label// /-}.XXXXXX.log")
  [[ -n $live ]] || say "- $label ..."
  set -m
  "$@" >"$step_log" 2>&1 </dev/null &
  step_pid=$!
  set +m
  while kill -0 "$step_pid" 2>/dev/null; do
    show_progress
    if ((SECONDS - begun >= limit)); then too_long=1 && kill -TERM -- "-$step_pid" 2>/dev/null; fi
    sleep 0.2
  done
  wait "$step_pid" || code=$?
  step_pid=
  finish_step
}

show_progress() {
  local elapsed=$((SECONDS - begun)) line
  far=$("$progress" "$step_log")
  if [[ -n $live ]]; then
    line="- $label  ${elapsed} s  $far"
    printf '\r\033[K%s' "${line:0:columns-1}"
  elif ((elapsed >= told + 10)); then
    told=$elapsed
    say "  ${elapsed} s  $far"
  fi
}

finish_step() {
  local elapsed=$((SECONDS - begun))
  [[ -n $live ]] && printf '\r\033[K'
  if ((code == 0)); then
    rm -f "$step_log"
    say "- $label: done in ${elapsed} s"
    return 0
  fi
  [[ -n $too_long ]] && say "- $label: stopped, it took longer than $limit s" || say "- $label: failed after ${elapsed} s"
  # The cause is often named first, and the usage text printed last.
  { grep -aiE 'error|failed|not found' "$step_log" | head -n 5; echo ...; tail -n 8 "$step_log"; } | cut -c -200 | sed 's/^/    /'
  say "  The whole log: $step_log"
  return "$code"
}

progress_lines() { tail -n 1 "$1" | tr -d '\r' | cut -c -100; }
progress_counted() { grep -o '\[[0-9]*/[0-9]*\].*' "$1" | tail -n 1 | tr -d '\r' | cut -c -100; }
progress_apt() {
  local line
  line=$(grep -aE '^(dl|pm)status:' "$1" | tail -n 1)
  [[ $line =~ ^(dl|pm)status:([^:]*):([0-9]+)[^:]*:(.*)$ ]] && printf '%s %%  %s' "${BASH_REMATCH[3]}" "${BASH_REMATCH[4]}"
}
progress_npm() {
  local fetched
  fetched=$(grep -cE '^npm http (fetch|cache) .*\.tgz' "$1")
  ((fetched > 0)) && printf '%s packages fetched' "$fetched"
}

# Lets Node keep what it compiled: saves a third of the time to start.
keep_compiled() { export NODE_COMPILE_CACHE=${NODE_COMPILE_CACHE:-$cache/compiled}; }

# The Node that serves: the pinned one where npm could install it, otherwise the machine's own.
pinned_node() {
  if [[ -x node_modules/.bin/node ]]; then echo "$PWD/node_modules/.bin/node"; else command -v node; fi
}

node_major() { "$1" -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0; }

require_node() {
  command -v node >/dev/null || die 'Node is missing: install Node 20 or newer with npm, then run this again.'
  command -v npm >/dev/null || die 'npm is missing: install it beside Node, then run this again.'
  # The pinned Node was started by the step that installed it: the machine's own needs no look on later runs.
  [[ -x node_modules/.bin/node ]] && return 0
  local major
  major=$(node_major node)
  ((major >= 20)) || die "Node 20 or newer is needed; this is $(node --version)."
}

# The packages of a list file: one name per line, comments after #.
read_package_list() { sed -e 's/#.*//' -e 's/[[:space:]]//g' -e '/^$/d' "$1"; }

missing_packages() {
  local installed package
  installed=" $(dpkg-query -W -f '${db:Status-Status}:${Package} ' "$@" 2>/dev/null) "
  for package in "$@"; do
    [[ $installed == *" installed:$package "* ]] || printf '%s ' "$package"
  done
}

install_packages() {
  local apt=(apt-get -o DPkg::Lock::Timeout=300 -o APT::Status-Fd=1 -o Acquire::Retries=3)
  export DEBIAN_FRONTEND=noninteractive
  "${apt[@]}" install -y --no-install-recommends "$@" && return 0
  # The package lists are absent or old: fetch them, once, and only now.
  "${apt[@]}" update && "${apt[@]}" install -y --no-install-recommends "$@"
}

# The commands that the packages bring, where packages cannot be asked for.
missing_commands() {
  local command
  for command in "$@"; do
    command -v "$command" >/dev/null || printf '%s ' "$command"
  done
}

# prepare_system PURPOSE PACKAGES COMMANDS: both are lists with spaces between.
prepare_system() {
  local purpose=$1 missing
  local -a packages commands
  read -r -a packages <<<"$2"
  read -r -a commands <<<"$3"
  if ! command -v dpkg-query >/dev/null; then
    missing=$(missing_commands "${commands[@]}")
    [[ -z $missing ]] || die "this is not Debian, so please install the commands that are missing for $purpose: $missing"
    return 0
  fi
  missing=$(missing_packages "${packages[@]}")
  [[ -n $missing ]] || return 0
  ((EUID == 0)) || die "Debian packages are missing; as root: apt-get install --no-install-recommends $missing"
  # shellcheck disable=SC2086 # A list of names.
  step 'system packages' 600 progress_apt install_packages $missing ||
    die "the Debian packages for $purpose could not be installed: $missing"
}

# coturn relays media for people behind strict firewalls. The server starts one of its own, so the package's service is
# kept from starting; `systemctl unmask coturn` is for whoever wants that too.
install_relay() {
  local unit=/etc/systemd/system/coturn.service
  mkdir -p "${unit%/*}"
  [[ -e $unit || -L $unit ]] || ln -s /dev/null "$unit"
  install_packages coturn
}

# Calls do without it for most people, so that nobody is turned away where it cannot be had: the server says so.
prepare_relay() {
  command -v turnserver >/dev/null && return 0
  command -v dpkg-query >/dev/null && ((EUID == 0)) || return 0
  step 'relay' 300 progress_apt install_relay || say '  Going on without a relay.'
}

# Other implementations that some tests are held against, which are skipped where they cannot be had.
prepare_gstreamer() { prepare_others GStreamer tools/gstreamer-packages.txt 180; }
prepare_swift() { prepare_others Swift tools/swift-packages.txt 120; }

# prepare_others LABEL LIST LIMIT_SECONDS
prepare_others() {
  command -v dpkg-query >/dev/null && ((EUID == 0)) || return 0
  local missing
  # shellcheck disable=SC2046 # A list of names.
  missing=$(missing_packages $(read_package_list "$2"))
  [[ -n $missing ]] || return 0
  # shellcheck disable=SC2086 # A list of names.
  step "$1" "$3" progress_apt install_packages $missing || say "  Going on without the tests with $1."
}

hash_of() { sha256sum "$@" | sha256sum | cut -d ' ' -f 1; }

# Not `npm ci`: it refuses the lock where the registry lacks a package that is optional and for another platform.
# This installs the same locked versions, checks the same integrity, and leaves the lock alone. No package needs its
# install script, and mediasoup's would try to download what is built here.
install_npm_packages() { CI=true npm install --no-save --ignore-scripts --no-audit --no-fund --loglevel=http; }

prepare_npm() {
  local stamp=node_modules/.plenum-installed hash
  hash=$(hash_of package-lock.json)
  [[ -f $stamp && $(<"$stamp") == "$hash" ]] && return 0
  # Whoever installed by hand need not wait for it again.
  if [[ -x node_modules/.bin/node ]] && node_modules/.bin/node tools/installed-packages.ts; then
    echo "$hash" >"$stamp"
    return 0
  fi
  step 'npm packages' 420 progress_npm install_npm_packages || die 'the npm packages could not be installed.'
  local node major
  node=$(pinned_node)
  major=$(node_major "$node")
  ((major >= 24)) || die "Node 24 is needed, and npm has none for this machine; this is $("$node" --version)."
  echo "$hash" >"$stamp"
}

prepare_worker() {
  local node
  node=$(pinned_node)
  "$node" tools/media-worker.ts >/dev/null && return 0
  step 'media worker' 480 progress_counted "$node" native/media-worker/build.ts && return 0
  "$node" tools/media-worker.ts --any >/dev/null ||
    step 'ready-made media worker' 180 progress_lines download_worker "$node" ||
    die 'there is no media worker: it could be neither built nor downloaded.'
  say "  Instead: $("$node" tools/media-worker.ts --any)"
}

# The one that mediasoup's authors built; what its install script would do, which npm is told not to run.
download_worker() {
  cd node_modules/mediasoup && MEDIASOUP_FORCE_WORKER_PREBUILT_DOWNLOAD=true "$1" npm-scripts.mjs postinstall
}

# Everything the bundle is made of.
hash_of_app() {
  find apps/meet packages/client packages/hyperty packages/protocol \
    \( -name node_modules -o -name dist \) -prune -o -type f ! -name '*.test.ts*' -print0 |
    sort -z | xargs -0 sha256sum package-lock.json | sha256sum | cut -d ' ' -f 1
}

build_app() { PATH="$PWD/node_modules/.bin:$PATH" npm run build -w apps/meet; }

prepare_app() {
  # Beside what it tells of: a build empties its folder.
  local stamp=node_modules/.cache/plenum-app hash
  hash=$(hash_of_app)
  [[ -f apps/meet/dist/index.html && -f $stamp && $(<"$stamp") == "$hash" ]] && return 0
  step 'web app' 120 progress_lines build_app || die 'the web app could not be built.'
  mkdir -p "${stamp%/*}"
  echo "$hash" >"$stamp"
}
