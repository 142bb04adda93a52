from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tests.infra.templates import ended, synth

if TYPE_CHECKING:
    from tests.infra.templates import Template

LEFT = [
    "W3005",  # the CDK writes down dependencies that a reference implies, of each function on its role
]


def test_a_wrong_switch_ends_the_synth_with_one_line(tmp_path: Path) -> None:
    code, said = ended(synth(tmp_path, max_concurrency="1"))
    assert code == 2
    assert said.strip() == "max_concurrency must be a whole number from 2 to 1,000, not '1'."
    assert not (tmp_path / "out" / "Gifmill.template.json").exists()


def accepted(template: Template) -> dict[str, str]:
    """The findings of cdk-nag that are left as they are, with their reasons."""
    metadata = json.loads(template.path.with_name("Gifmill.metadata.json").read_text())
    entries = [entry for entries in metadata.values() for entry in entries]
    found = [entry["data"] for entry in entries if entry["type"] == "aws:cdk:acknowledged-rules"]
    return {name.rpartition("::AwsSolutions-")[2]: reason for data in found for name, reason in data.items()}


def test_a_finding_that_is_not_accepted_ends_the_synth(tmp_path: Path, template: Template) -> None:
    forget = "from infra import nag_suppressions; nag_suppressions.accept = lambda *_: None"
    script = f"import sys; import aws_cdk; {forget}; from infra.app import main; sys.exit(main())"
    code, said = ended(synth(tmp_path, script=script))
    assert code != 0
    found = re.findall(r"Acknowledge with 'AwsSolutions::AwsSolutions-(.+)'", said)
    assert set(found) == accepted(template).keys(), "and nothing is accepted that is not found"


def test_every_accepted_finding_has_a_reason(either: Template) -> None:
    assert all(len(reason.split()) > 4 for reason in accepted(either).values())


def test_the_cdk_warns_of_nothing(either: Template) -> None:
    metadata = json.loads(either.path.with_name("Gifmill.metadata.json").read_text())
    entries = [entry for entries in metadata.values() for entry in entries]
    assert not [entry["data"] for entry in entries if entry["type"] in {"aws:cdk:warning", "aws:cdk:error"}]


def test_cloudformations_linter_finds_nothing(either: Template) -> None:
    lint = str(Path(sys.executable).parent / "cfn-lint")
    command = [lint, "--template", str(either.path), "--ignore-checks", *LEFT]
    done = subprocess.run(command, capture_output=True, text=True, timeout=110, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_nothing_runs_at_the_deploy_but_what_the_stack_says(either: Template) -> None:
    kinds = {resource["Type"] for resource in either.document["Resources"].values()}
    assert not [kind for kind in kinds if kind.startswith(("Custom::", "AWS::CloudFormation::"))]


def test_every_output_that_the_commands_need_is_there(either: Template) -> None:
    needed = {"Address", "ApiAddress", "SocketsAddress", "SiteBucket", "PhotoBucket", "GifBucket"}
    needed |= {"DistributionId", "ProgramKeyId", "Connections", "Alarms"}
    assert set(either.document["Outputs"]) - {"Report"} == needed  # which is there if anybody wants to hear
