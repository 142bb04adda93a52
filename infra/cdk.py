"""The CDK's own command for our stack, at the version that fits: `python -m infra.cdk deploy -c waf=true`."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys

from infra.node import find_npx

CLI = "aws-cdk@2.1148.1"
"""Later major versions refuse what aws-cdk-lib 2 writes."""


def main(arguments: list[str]) -> int:
    """Run the command, which npm fetches once and keeps."""
    npx = find_npx()
    # What npx starts looks for node in the path.
    path = os.pathsep.join([str(npx[0].parent), os.environ.get("PATH", os.defpath)])
    app = shlex.join([sys.executable, "-m", "infra.app"])
    command = [*map(str, npx), "--yes", CLI, "--app", app, *arguments]
    return subprocess.run(command, check=False, env={**os.environ, "PATH": path}).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
