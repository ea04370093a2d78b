#!/bin/sh
# Chromium's sound and network threads put themselves before everything else where they may, as root. With more pages
# than the cores can carry they then take all of them, and no page gets to draw or to join.
# NETWORK_NAMESPACE names the network to be on, where it is not ours.
set -- /usr/bin/chromium "$@"
[ "$(id -u)" = 0 ] && set -- setpriv --bounding-set=-sys_nice "$@"
[ -n "$NETWORK_NAMESPACE" ] && set -- ip netns exec "$NETWORK_NAMESPACE" "$@"
exec "$@"
