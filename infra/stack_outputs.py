"""What is deployed: the addresses and names that the stack gives out."""

from __future__ import annotations

import boto3
from botocore.exceptions import ClientError

from infra.settings import STACK


class NotEmptied(Exception):
    """Objects are left that could not be deleted."""


class NotDeployed(Exception):
    """There is no such stack in this account and region."""


def outputs() -> dict[str, str]:
    """The stack's outputs by name.

    Raises:
        NotDeployed: there is none.
    """
    try:
        stacks = boto3.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ValidationError":
            raise
        raise NotDeployed(f"There is no stack {STACK} in this account and region.") from error
    return {output["OutputKey"]: output["OutputValue"] for output in stacks[0].get("Outputs", [])}


def empty(bucket: str, keep: frozenset[str] = frozenset()) -> int:
    """Delete objects of a bucket.

    Args:
        bucket: its name.
        keep: names of those that stay.

    Returns:
        How many went.

    Raises:
        NotEmptied: some did not.
    """
    s3 = boto3.client("s3")
    gone = 0
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        doomed = [item["Key"] for item in page.get("Contents", []) if item["Key"] not in keep]
        if doomed:
            answer = s3.delete_objects(
                Bucket=bucket, Delete={"Objects": [{"Key": name} for name in doomed], "Quiet": True}
            )
            if errors := answer.get("Errors"):
                first = errors[0].get("Code")
                raise NotEmptied(f"{len(errors)} objects of {bucket} could not be deleted: {first}.")
        gone += len(doomed)
    return gone
