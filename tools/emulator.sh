#!/bin/sh
# Installs the emulator of AWS into its own environment, .venv-emulator/, for two reasons: it pins botocore, and
# functions run with its Python, so it must not contain packages that are missing in their layer.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
venv=$root/.venv-emulator
wanted=$root/tests/emulator/requirements.txt

if [ -x "$venv/bin/ministack" ] && cmp -s "$wanted" "$venv/.installed"; then
    exit
fi
uv=$(sh "$root/tools/uv.sh")
python=3.13  # as on Lambda
if [ -x "$root/.venv/bin/python" ] && "$root/.venv/bin/python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 13))'; then
    python=$root/.venv/bin/python
fi
echo "Installing the emulator of AWS into .venv-emulator/" >&2
rm -rf "$venv"
"$uv" venv --quiet --python "$python" "$venv"
"$uv" pip install --quiet --compile-bytecode --python "$venv/bin/python" --no-deps --requirement "$wanted"
cp "$wanted" "$venv/.installed"
