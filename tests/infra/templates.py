"""The stack's template, synthesised in its own process, with accessors by resource type and name."""

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
    folder: Path, *, script: str | None = None, region: str = "", **options: str
) -> subprocess.Popen[str]:
    """Start to synthesise the template into a folder, with empty packages: no test here reads those.

    Args:
        folder: an empty folder.
        script: a Python script to run instead of the app.
        region: region of the deploy, empty if it is unknown.
        options: deploy options, as for `-c`.
    """
    for part in ("layer/python", "code/gifmill"):
        (folder / part).mkdir(parents=True)
        (folder / part / "empty.py").touch()
    run = ["-c", script] if script else ["-m", "infra.app"]
    packages = ["--layer", str(folder / "layer"), "--code", str(folder / "code")]
    context = json.loads((ROOT / "cdk.json").read_text())["context"] | options
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


def finish(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Wait for a process, and return its exit code and output."""
    output, _ = process.communicate(timeout=_SYNTH_S)
    return process.returncode, output


@dataclass(frozen=True, slots=True)
class Template:
    """A template.

    Attributes:
        path: its file.
        document: its content.
    """

    path: Path
    document: Json

    @classmethod
    def of(cls, process: subprocess.Popen[str], folder: Path) -> Template:
        code, output = finish(process)
        assert code == 0, output
        path = folder / "out" / "Gifmill.template.json"
        return cls(path, json.loads(path.read_text()))

    def resources(self, kind: str) -> dict[str, Json]:
        """Return the properties of all resources of a type, such as SQS::Queue, by logical id."""
        found = {
            name: resource.get("Properties", {})
            for name, resource in self.document["Resources"].items()
            if resource["Type"] == f"AWS::{kind}"
        }
        assert found or kind in OPTIONAL, f"no resource of type {kind}: is the name right?"
        return found

    def only(self, kind: str) -> Json:
        """Return the properties of the only resource of a type."""
        (found,) = self.resources(kind).values()
        return found

    def functions(self) -> dict[str, Json]:
        """Return the functions by service name, each with its logical id as `Id`."""
        return {
            function["Description"].removeprefix("gifmill: "): {"Id": name, **function}
            for name, function in self.resources("Lambda::Function").items()
        }

    def granted(self, function: Json) -> list[Json]:
        """Return a function's permissions: its role has only inline policies."""
        role = role_of(function)
        assert self.resources("IAM::Role")[role].keys() == {"AssumeRolePolicyDocument"}
        policies = self.resources("IAM::Policy").values()
        own = [policy for policy in policies if {"Ref": role} in policy["Roles"]]
        return [one for policy in own for one in statements(policy)]

    def depends(self, name: str) -> list[str]:
        """Return the dependencies of a resource."""
        return list(self.document["Resources"][name].get("DependsOn", []))


OPTIONAL = {
    "WAFv2::WebACL",
    "Budgets::Budget",
    "CertificateManager::Certificate",
    "Route53::RecordSet",
    "Route53::HostedZone",
}


def text(value: Any) -> str:
    """Return a value as text, with references in the form `<Bucket.Arn>/photos/*`."""
    match value:
        case {"Ref": name}:
            return f"<{name}>"
        case {"Fn::GetAtt": [name, attribute]}:
            return f"<{name}.{attribute}>"
        case {"Fn::Join": [separator, parts]}:
            return str(separator).join(text(part) for part in parts)
        case str():
            return value
    raise TypeError(f"neither text nor a reference: {value}")


def role_of(function: Json) -> str:
    """Return the logical id of a function's role."""
    return text(function["Role"]).removeprefix("<").removesuffix(".Arn>")


def texts(value: Any) -> list[str]:
    """Return a value or a list of values as a list of texts."""
    return [text(one) for one in (value if isinstance(value, list) else [value])]


def statements(policy: Json) -> list[Json]:
    """Return a policy's statements, with actions and resources as lists of texts."""
    return [
        {**one, "Action": texts(one["Action"]), "Resource": texts(one["Resource"])}
        for one in policy["PolicyDocument"]["Statement"]
    ]
