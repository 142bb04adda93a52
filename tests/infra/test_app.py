from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tests.infra.templates import finish, synth

if TYPE_CHECKING:
    from tests.infra.templates import Template

IGNORED_CHECKS = [
    "W3005",  # the CDK adds dependencies of functions on their roles, though references imply them
]


def test_an_invalid_option_fails_the_synth_with_one_line(tmp_path: Path) -> None:
    code, output = finish(synth(tmp_path, max_concurrency="1"))
    assert code == 2
    assert output.strip() == "max_concurrency must be a whole number from 2 to 1,000, not '1'."
    assert not (tmp_path / "out" / "Gifmill.template.json").exists()


def suppressed(template: Template) -> dict[str, str]:
    """Return the suppressed findings of cdk-nag with their reasons."""
    metadata = json.loads(template.path.with_name("Gifmill.metadata.json").read_text())
    entries = [entry for entries in metadata.values() for entry in entries]
    found = [entry["data"] for entry in entries if entry["type"] == "aws:cdk:acknowledged-rules"]
    return {name.rpartition("::AwsSolutions-")[2]: reason for data in found for name, reason in data.items()}


def test_a_finding_without_suppression_fails_the_synth(tmp_path: Path, template: Template) -> None:
    suppress_nothing = "from infra import nag_suppressions; nag_suppressions.suppress = lambda *_: None"
    script = f"import sys; import aws_cdk; {suppress_nothing}; from infra.app import main; sys.exit(main())"
    code, output = finish(synth(tmp_path, script=script))
    assert code != 0
    found = re.findall(r"Acknowledge with 'AwsSolutions::AwsSolutions-(.+)'", output)
    assert set(found) == suppressed(template).keys(), "a suppression has no finding"


def test_every_suppressed_finding_has_a_reason(either: Template) -> None:
    assert all(len(reason.split()) > 4 for reason in suppressed(either).values())


def test_the_cdk_reports_no_warning(either: Template) -> None:
    metadata = json.loads(either.path.with_name("Gifmill.metadata.json").read_text())
    entries = [entry for entries in metadata.values() for entry in entries]
    assert not [entry["data"] for entry in entries if entry["type"] in {"aws:cdk:warning", "aws:cdk:error"}]


def test_cloudformations_linter_finds_nothing(either: Template) -> None:
    lint = str(Path(sys.executable).parent / "cfn-lint")
    command = [lint, "--template", str(either.path), "--ignore-checks", *IGNORED_CHECKS]
    done = subprocess.run(command, capture_output=True, text=True, timeout=110, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_stack_has_no_custom_resource(either: Template) -> None:
    kinds = {resource["Type"] for resource in either.document["Resources"].values()}
    assert not [kind for kind in kinds if kind.startswith(("Custom::", "AWS::CloudFormation::"))]


def test_every_output_that_the_commands_need_is_there(either: Template) -> None:
    needed = {"Address", "ApiAddress", "SocketsAddress", "SiteBucket", "PhotoBucket", "GifBucket"}
    needed |= {"DistributionId", "ProgramKeyId", "Connections", "Alarms"}
    assert set(either.document["Outputs"]) - {"Report"} == needed  # only with the option for it
