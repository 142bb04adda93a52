"""Write the stack as a CloudFormation template: `python -m infra.app`, alone or as the CDK's `--app`."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from infra.limits import SETTINGS, STACK
from infra.node import use_node
from infra.switches import InvalidSwitch, Switches

_OUT = Path(__file__).parents[1] / "cdk.out"


def main(arguments: list[str] | None = None) -> int:
    """Build everything; the CDK's checks and cdk-nag's must find nothing.

    Returns:
        2 for a wrong switch, with one line on stderr.
    """
    options = _parser().parse_args(arguments)
    use_node()
    # Not before: the import starts the node that has just been chosen.
    import aws_cdk as cdk
    import cdk_nag

    from infra.stack import GifmillStack

    out = options.out or os.environ.get("CDK_OUTDIR") or str(_OUT)
    app = cdk.App(outdir=out, analytics_reporting=False, context=_FLAGS)
    try:
        switches = Switches.read(app.node.get_all_context(), os.environ.get("CDK_DEFAULT_REGION") or None)
    except InvalidSwitch as error:
        print(error, file=sys.stderr)
        return 2
    layer, code = options.layer, options.code
    if layer is None or code is None:
        from infra.package import build_code, build_layer  # only where they are to be built

        layer, code = layer or build_layer(switches.arch), code or build_code()
    cdk.Validations.of(app).add_plugins(cdk_nag.AwsSolutionsChecks(app))
    GifmillStack(app, STACK, switches=switches, settings=SETTINGS, layer=layer, code=code)
    app.synth()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.app", description=__doc__)
    parser.add_argument("--out", help="where to write (otherwise CDK_OUTDIR, otherwise cdk.out)")
    parser.add_argument("--layer", type=Path, help="a layer that is built already")
    parser.add_argument("--code", type=Path, help="the functions' code, gathered already")
    return parser


_FLAGS = {
    "@aws-cdk/aws-iam:minimizePolicies": True,
    "@aws-cdk/aws-lambda:recognizeLayerVersion": True,
    "@aws-cdk/core:checkSecretUsage": True,
}
"""What the CDK would not do by itself, for the sake of stacks older than the flag."""


if __name__ == "__main__":
    sys.exit(main())
