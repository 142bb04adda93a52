"""The stack as a template, synthesised in a process of its own, and read as people write of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

type Json = dict[str, Any]

ROOT = Path(__file__).parents[2]
_SYNTH_S = 110


def synth(
    folder: Path, *, script: str | None = None, region: str = "", **switches: str
) -> subprocess.Popen[str]:
    """Start to write the template into a folder, with empty packages: no test here looks into those.

    Args:
        script: what to run in place of the app itself.
        switches: as `-c` gives them.
    """
    for part in ("layer/python", "code/gifmill"):
        (folder / part).mkdir(parents=True)
        (folder / part / "empty.py").touch()
    run = ["-c", script] if script else ["-m", "infra.app"]
    packages = ["--layer", str(folder / "layer"), "--code", str(folder / "code")]
    context = json.loads((ROOT / "cdk.json").read_text())["context"] | switches
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("CDK_", "GIFMILL_"))}
    return subprocess.Popen(
        [sys.executable, *run, *packages],
        cwd=ROOT,
        env={
            **environ,
            "CDK_CONTEXT_JSON": json.dumps(context),
            "CDK_DEFAULT_REGION": region,
            "CDK_OUTDIR": str(folder / "out"),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    """How a process ended, and all that it said."""
    said, _ = process.communicate(timeout=_SYNTH_S)
    return process.returncode, said


@dataclass(frozen=True, slots=True)
class Template:
    """A template.

    Attributes:
        path: where it lies.
    """

    path: Path
    document: Json

    @classmethod
    def of(cls, process: subprocess.Popen[str], folder: Path) -> Template:
        code, said = ended(process)
        assert code == 0, said
        path = folder / "out" / "Gifmill.template.json"
        return cls(path, json.loads(path.read_text()))

    def resources(self, kind: str) -> dict[str, Json]:
        """The properties of all resources of a kind, such as SQS::Queue, by logical id."""
        found = {
            name: resource.get("Properties", {})
            for name, resource in self.document["Resources"].items()
            if resource["Type"] == f"AWS::{kind}"
        }
        assert found or kind in OPTIONAL, f"no {kind} at all: is that its name?"
        return found

    def only(self, kind: str) -> Json:
        """The properties of the one resource of a kind."""
        (found,) = self.resources(kind).values()
        return found

    def functions(self) -> dict[str, Json]:
        """The functions by the names they have in logs, each with its logical id as `Id`."""
        return {
            function["Description"].removeprefix("gifmill: "): {"Id": name, **function}
            for name, function in self.resources("Lambda::Function").items()
        }

    def granted(self, function: Json) -> list[Json]:
        """What a function may do: its role has policies of its own and no others."""
        role = role_of(function)
        assert self.resources("IAM::Role")[role].keys() == {"AssumeRolePolicyDocument"}
        policies = self.resources("IAM::Policy").values()
        own = [policy for policy in policies if {"Ref": role} in policy["Roles"]]
        return [one for policy in own for one in statements(policy)]

    def depends(self, name: str) -> list[str]:
        """What a resource waits for."""
        return list(self.document["Resources"][name].get("DependsOn", []))


OPTIONAL = {
    "WAFv2::WebACL",
    "Budgets::Budget",
    "CertificateManager::Certificate",
    "Route53::RecordSet",
    "Route53::HostedZone",
}


def text(value: Any) -> str:
    """A value with its references written out: `<Bucket.Arn>/photos/*`."""
    match value:
        case {"Ref": name}:
            return f"<{name}>"
        case {"Fn::GetAtt": [name, attribute]}:
            return f"<{name}.{attribute}>"
        case {"Fn::Join": [separator, parts]}:
            return str(separator).join(text(part) for part in parts)
        case str():
            return value
    raise TypeError(f"neither a text nor a reference: {value}")


def role_of(function: Json) -> str:
    """The logical id of a function's role."""
    return text(function["Role"]).removeprefix("<").removesuffix(".Arn>")


def texts(value: Any) -> list[str]:
    """One or several of them."""
    return [text(one) for one in (value if isinstance(value, list) else [value])]


def statements(policy: Json) -> list[Json]:
    """What a policy says, with actions and resources as lists of texts."""
    return [
        {**one, "Action": texts(one["Action"]), "Resource": texts(one["Resource"])}
        for one in policy["PolicyDocument"]["Statement"]
    ]
