"""The buckets of photos, GIFs and the site, and permissions on their objects."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.nag_suppressions import suppress

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gifmill.settings import Settings

PHOTOS = "photos/*"
UPLOADS = "uploads/*"
GIFS = "gifs/*"
FINISHED = ("gifs/*.gif", "gifs/*.webp")
FAILURES = "gifs/*.failed.json"

_DAY_S = 86_400
_PREFLIGHT_S = 3_600


class Storage(Construct):
    """Three private buckets. Their objects are temporary, so deleting the stack deletes the buckets too."""

    def __init__(self, scope: Construct, construct_id: str, settings: Settings) -> None:
        super().__init__(scope, construct_id)
        lifetimes_s = {UPLOADS: settings.upload_lifetime_s, PHOTOS: settings.photo_lifetime_s}
        self.photos = self._bucket("Photos", lifetimes_s)
        self.gifs = self._bucket("Gifs", {GIFS: settings.photo_lifetime_s})
        self.site = self._bucket("Site", {})
        # Any origin may post a signed form: the signature is the permission. Naming the site's origin here
        # would be a dependency cycle, since the site's headers name this bucket.
        self.photos.add_cors_rule(
            allowed_methods=[s3.HttpMethods.POST], allowed_origins=["*"], max_age=_PREFLIGHT_S
        )

    def _bucket(self, name: str, lifetimes_s: dict[str, int]) -> s3.Bucket:
        bucket = s3.Bucket(
            self,
            name,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            removal_policy=cdk.RemovalPolicy.DESTROY,
            lifecycle_rules=[
                s3.LifecycleRule(abort_incomplete_multipart_upload_after=cdk.Duration.days(1)),
                *(
                    # S3 counts whole days, from midnight; the service itself enforces the exact lifetimes.
                    s3.LifecycleRule(
                        prefix=names.removesuffix("*"), expiration=cdk.Duration.days(-(-lifetime_s // _DAY_S))
                    )
                    for names, lifetime_s in lifetimes_s.items()
                ),
            ],
        )
        suppress(
            bucket,
            "S1",
            "An access log would keep the photos' ids, which grant access, for longer than they exist.",
        )
        return bucket


def grant(
    role: iam.IRole,
    bucket: s3.Bucket,
    *,
    listing: bool = False,
    get: Sequence[str] = (),
    put: Sequence[str] = (),
    delete: Sequence[str] = (),
) -> None:
    """Grant a role permissions on a bucket.

    Args:
        role: the role.
        bucket: the bucket.
        listing: whether the role may list the whole bucket. Not by prefix: S3 also needs this permission to
            answer 404 instead of 403 for a missing object, and then it evaluates no prefix.
        get: name patterns of objects to read.
        put: name patterns of objects to write.
        delete: name patterns of objects to delete.
    """
    for action, names in (("GetObject", get), ("PutObject", put), ("DeleteObject", delete)):
        if not names:
            continue
        role.add_to_principal_policy(
            iam.PolicyStatement(
                actions=[f"s3:{action}"], resources=[bucket.arn_for_objects(name) for name in names]
            )
        )
    if listing:
        role.add_to_principal_policy(
            iam.PolicyStatement(actions=["s3:ListBucket"], resources=[bucket.bucket_arn])
        )
    stack = cdk.Stack.of(bucket)
    logical_id = stack.get_logical_id(bucket.node.default_child)
    for name in dict.fromkeys((*get, *put, *delete)):
        suppress(
            role,
            f"IAM5[Resource::<{logical_id}.Arn>/{name}]",
            "Object names contain photo ids, unknown at the deploy; the prefix is the narrowest bound.",
        )
