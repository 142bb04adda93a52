"""Outputs of the deployed stack, and the deletion of objects in its buckets."""

from __future__ import annotations

import boto3
from botocore.exceptions import ClientError

from infra.settings import STACK


class BucketNotEmptied(Exception):
    """Some objects could not be deleted."""


class NotDeployed(Exception):
    """The stack does not exist in this account and region."""


def read_outputs() -> dict[str, str]:
    """Return the stack's outputs by name.

    Raises:
        NotDeployed: the stack does not exist.
    """
    try:
        stacks = boto3.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ValidationError":
            raise
        raise NotDeployed(
            f"The stack {STACK} does not exist in this account and region. Run make deploy first."
        ) from error
    return {output["OutputKey"]: output["OutputValue"] for output in stacks[0].get("Outputs", [])}


def empty_bucket(bucket: str, keep: frozenset[str] = frozenset()) -> int:
    """Delete the objects of a bucket.

    Args:
        bucket: its name.
        keep: names of objects that stay.

    Returns:
        The number of deleted objects.

    Raises:
        BucketNotEmptied: some objects could not be deleted.
    """
    s3 = boto3.client("s3")
    deleted = 0
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        names = [item["Key"] for item in page.get("Contents", []) if item["Key"] not in keep]
        if names:
            answer = s3.delete_objects(
                Bucket=bucket, Delete={"Objects": [{"Key": name} for name in names], "Quiet": True}
            )
            if errors := answer.get("Errors"):
                first = errors[0].get("Code")
                raise BucketNotEmptied(
                    f"{len(errors)} objects of {bucket} could not be deleted: {first}. Try again."
                )
        deleted += len(names)
    return deleted
