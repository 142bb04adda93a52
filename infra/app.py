"""The CDK app, which cdk.json names: `npx cdk synth`, `npx cdk diff`, `npx cdk deploy`."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from infra.deploy_options import InvalidSwitch, Switches
from infra.settings import SETTINGS, STACK


def main(arguments: list[str] | None = None) -> int:
    """Write the stack as a CloudFormation template, where the CDK asks for it.

    Returns:
        2 for an invalid switch, with one line on stderr. The synth fails on any finding of cdk-nag's.
    """
    options = _parser().parse_args(arguments)
    # The CDK is a node program, started by the import: the virtual environment's node is the locked version.
    os.environ["PATH"] = os.pathsep.join(
        (str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath))
    )
    import aws_cdk as cdk
    import cdk_nag

    from infra.stack import GifmillStack

    app = cdk.App(analytics_reporting=False)
    try:
        switches = Switches.read(app.node.get_all_context(), os.environ.get("CDK_DEFAULT_REGION") or None)
    except InvalidSwitch as error:
        print(error, file=sys.stderr)
        return 2
    layer, code = options.layer, options.code
    if layer is None or code is None:
        from infra.lambda_package import build_code, build_layer  # only where they are to be built

        layer, code = layer or build_layer(switches.arch), code or build_code()
    cdk.Validations.of(app).add_plugins(cdk_nag.AwsSolutionsChecks(app))
    GifmillStack(app, STACK, switches=switches, settings=SETTINGS, layer=layer, code=code)
    app.synth()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.app", description=__doc__)
    parser.add_argument("--layer", type=Path, help="use this layer and build none")
    parser.add_argument("--code", type=Path, help="use this code for the functions and gather none")
    return parser


if __name__ == "__main__":
    sys.exit(main())
