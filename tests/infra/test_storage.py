from __future__ import annotations

from typing import TYPE_CHECKING

from tests.infra.templates import statements, text

from infra.settings import SETTINGS

if TYPE_CHECKING:
    from tests.infra.templates import Json, Template

DAY_S = 86_400


def bucket(template: Template, output: str) -> tuple[str, Json]:
    name = text(template.document["Outputs"][output]["Value"]).strip("<>")
    return name, template.resources("S3::Bucket")[name]


def test_no_bucket_is_public(either: Template) -> None:
    buckets = either.resources("S3::Bucket").values()
    assert len(buckets) == 3
    for one in buckets:
        block = one["PublicAccessBlockConfiguration"]
        assert block == dict.fromkeys(
            ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"), True
        )
        assert one["OwnershipControls"]["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]


def test_every_bucket_is_encrypted(either: Template) -> None:
    for one in either.resources("S3::Bucket").values():
        (rule,) = one["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        assert rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"


def test_every_bucket_requires_tls(either: Template) -> None:
    policies = {text(one["Bucket"]): one for one in either.resources("S3::BucketPolicy").values()}
    assert set(policies) == {f"<{name}>" for name in either.resources("S3::Bucket")}
    for name, policy in policies.items():
        denied = {
            "Action": ["s3:*"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            "Effect": "Deny",
            "Principal": {"AWS": "*"},
            "Resource": [f"{name[:-1]}.Arn>", f"{name[:-1]}.Arn>/*"],
        }
        assert denied in statements(policy)


def test_objects_expire_after_the_settings_lifetimes_in_whole_days(template: Template) -> None:
    lifetimes_s = {
        "PhotoBucket": {"uploads/": SETTINGS.upload_lifetime_s, "photos/": SETTINGS.photo_lifetime_s},
        "GifBucket": {"gifs/": SETTINGS.photo_lifetime_s},
        "SiteBucket": {},
    }
    for output, expected_s in lifetimes_s.items():
        rules = bucket(template, output)[1]["LifecycleConfiguration"]["Rules"]
        days = {rule["Prefix"]: rule["ExpirationInDays"] for rule in rules if "ExpirationInDays" in rule}
        assert days.keys() == expected_s.keys()
        for prefix, lifetime_s in expected_s.items():
            assert 0 <= days[prefix] * DAY_S - lifetime_s < DAY_S
        assert {"AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1}, "Status": "Enabled"} in rules


def test_only_the_photo_bucket_accepts_forms_of_any_origin(template: Template) -> None:
    name, photos = bucket(template, "PhotoBucket")
    (rule,) = photos["CorsConfiguration"]["CorsRules"]
    assert (rule["AllowedMethods"], rule["AllowedOrigins"]) == (["POST"], ["*"])
    others = [one for key, one in template.resources("S3::Bucket").items() if key != name]
    assert not any("CorsConfiguration" in one for one in others)


def test_only_the_gateway_log_setting_is_retained_after_the_stack(either: Template) -> None:
    retained = {
        name
        for name, resource in either.document["Resources"].items()
        if resource.get("DeletionPolicy", "Delete") != "Delete"
        and resource["Type"] != "AWS::ApiGateway::Deployment"
    }
    assert {name.removesuffix(name[-8:]) for name in retained} == {"GatewayLogsAccount", "GatewayLogsRole"}
