#!/bin/sh
# Prints the path of a working uv. Installs uv into .tools/ if it is missing.
#
# A fresh Debian or Ubuntu has python3 but may lack venv and pip. Then pip comes from Debian's python3-pip-whl,
# which is unpacked and not installed, because installation needs root.
set -eu

version=0.13.9
root=$(cd "$(dirname "$0")/.." && pwd)
tools=$root/.tools

if uv --version >/dev/null 2>&1; then  # not `command -v`: the path may have a shim that does not work
    command -v uv
    exit
fi
if "$tools/bin/uv" --version >/dev/null 2>&1; then
    echo "$tools/bin/uv"
    exit
fi

echo "Installing uv $version into .tools/" >&2
rm -rf "$tools"
if python3 -m venv "$tools" >/dev/null 2>&1; then
    "$tools/bin/python" -m pip install --quiet "uv==$version" >&2
else
    rm -rf "$tools"
    mkdir -p "$tools/wheel"
    if [ "$(id -u)" = 0 ] && [ -z "$(ls /var/lib/apt/lists/*Packages* 2>/dev/null)" ]; then
        apt-get update -qq >&2
    fi
    (cd "$tools/wheel" && apt-get -o APT::Sandbox::User=root download -qq python3-pip-whl >&2 && dpkg-deb -x ./*.deb .) || {
        echo "gifmill needs uv. Install python3-venv (apt install python3-venv) or uv itself, then try again." >&2
        exit 1
    }
    PIP_ROOT_USER_ACTION=ignore PYTHONPATH=$(ls "$tools"/wheel/usr/share/python-wheels/pip-*.whl) \
        python3 -m pip install --quiet --target "$tools" "uv==$version" >&2
    rm -rf "$tools/wheel"
fi
echo "$tools/bin/uv"
