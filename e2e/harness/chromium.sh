#!/bin/sh
# Chromium's sound and network threads put themselves before everything else where they may, as root. With more pages
# than the cores can carry they then take all of them, and no page gets to draw or to join.
# BROWSER_LAUNCHER is what else to put before the command.
set -- /usr/bin/chromium "$@"
[ "$(id -u)" = 0 ] && set -- setpriv --bounding-set=-sys_nice "$@"
# shellcheck disable=SC2086 # A list of words.
exec $BROWSER_LAUNCHER "$@"
