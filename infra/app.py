"""The CDK app that cdk.json names: `npx cdk synth`, `npx cdk diff`, `npx cdk deploy`."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from infra.deploy_options import DeployOptions, InvalidDeployOption
from infra.settings import SETTINGS, STACK


def main(arguments: list[str] | None = None) -> int:
    """Write the stack as a CloudFormation template into the CDK's output folder.

    A finding of cdk-nag makes the synth fail.

    Returns:
        0, or 2 for an invalid deploy option, with one line on stderr.
    """
    parsed = _parser().parse_args(arguments)
    # The import starts the CDK, a node program. The node of the virtual environment has the locked version.
    os.environ["PATH"] = os.pathsep.join(
        (str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath))
    )
    import aws_cdk as cdk
    import cdk_nag

    from infra.stack import GifmillStack

    app = cdk.App(analytics_reporting=False)
    try:
        options = DeployOptions.read(app.node.get_all_context(), os.environ.get("CDK_DEFAULT_REGION") or None)
    except InvalidDeployOption as error:
        print(error, file=sys.stderr)
        return 2
    layer, code = parsed.layer, parsed.code
    if layer is None or code is None:
        from infra.lambda_package import build_code, build_layer  # imported only when something is built

        layer, code = layer or build_layer(options.arch), code or build_code(options.arch)
    cdk.Validations.of(app).add_plugins(cdk_nag.AwsSolutionsChecks(app))
    GifmillStack(app, STACK, options=options, settings=SETTINGS, layer=layer, code=code)
    app.synth()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.app", description=__doc__)
    parser.add_argument("--layer", type=Path, help="use this layer instead of building one")
    parser.add_argument("--code", type=Path, help="use this code for the functions instead of packaging it")
    return parser


if __name__ == "__main__":
    sys.exit(main())
