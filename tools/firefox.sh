#!/bin/sh
# Installs Firefox for its test: Debian's package when root. Without Firefox the test is skipped with a message.
set -eu

if command -v firefox-esr >/dev/null 2>&1 || command -v firefox >/dev/null 2>&1; then
    exit
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing Debian's Firefox for its test" >&2
    apt-get update -qq >&2
    # Ubuntu has no such package: its Firefox is a snap, which does not run in a container.
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends firefox-esr >/dev/null 2>&1 ||
        echo "No Firefox: apt-get cannot install it." >&2
else
    echo "No Firefox: install it (apt install firefox-esr) to test the page with it." >&2
fi
