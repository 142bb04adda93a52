#!/bin/sh
# Installs Chromium for the browser tests: Debian's package when root, Playwright's otherwise.
set -eu

if command -v chromium >/dev/null 2>&1; then
    exit
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing Debian's Chromium for the browser tests" >&2
    apt-get update -qq >&2
    if DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core \
        >/dev/null 2>&1 && chromium --version >/dev/null 2>&1; then
        exit
    fi
    # Ubuntu's package only points to a snap, so use Playwright's build there.
    exec .venv/bin/playwright install --with-deps chromium-headless-shell
fi
exec .venv/bin/playwright install chromium-headless-shell
