"""The REST API: one function for all calls, and GIFs served directly from their bucket."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aws_cdk as cdk
from aws_cdk import aws_apigateway as rest
from constructs import Construct

from infra.api_gateway import add_gateway_responses, log_format
from infra.functions import FunctionSize, log_group
from infra.nag_suppressions import suppress
from infra.s3_integration import add_downloads
from infra.storage import GIFS, PHOTOS, UPLOADS, grant

if TYPE_CHECKING:
    from aws_cdk import aws_lambda as lambda_

    from gifmill.settings import Settings
    from infra.api_gateway import GatewayLogs
    from infra.functions import Functions
    from infra.storage import Storage

API = FunctionSize(
    memory_mb=2048, timeout_s=29
)  # memory as intake: it decodes photos; 29 s is the gateway's limit

STAGE = "prod"
_PUBLIC_THROTTLE = rest.MethodDeploymentOptions(throttling_rate_limit=20, throttling_burst_limit=40)
_ORDERS_THROTTLE = rest.MethodDeploymentOptions(throttling_rate_limit=60, throttling_burst_limit=120)
"""Of single GIFs: the page orders one for each card that is scrolled to."""
_PROGRAMS_THROTTLE = rest.MethodDeploymentOptions(throttling_rate_limit=50, throttling_burst_limit=100)
_VERBS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")  # throttles do not support ANY
_KEY_THROTTLE = rest.ThrottleSettings(rate_limit=25, burst_limit=50)
_KEY_QUOTA = rest.QuotaSettings(limit=10_000, period=rest.Period.DAY)

_OBJECT = rest.JsonSchema(type=rest.JsonSchemaType.OBJECT)
_UPLOAD = rest.JsonSchema(
    type=rest.JsonSchemaType.OBJECT,
    required=["size", "type"],
    properties={
        # In draft 4, which the gateway's validator follows, 1797.0 is no integer; in OpenAPI 3.1 it is one.
        "size": rest.JsonSchema(type=rest.JsonSchemaType.NUMBER, minimum=1, multiple_of=1),
        "type": rest.JsonSchema(type=rest.JsonSchemaType.STRING),
    },
)


class RestApi(Construct):
    """The REST gateway with its one stage.

    Attributes:
        rest: the gateway.
        function: the function behind all calls except those for GIFs.
        program_key: the API key of programs.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        functions: Functions,
        storage: Storage,
        settings: Settings,
        gateway_logs: GatewayLogs,
    ) -> None:
        super().__init__(scope, construct_id)
        self.function = self._function(functions, storage, settings)
        self.rest = self._gateway(gateway_logs)
        self._validator = rest.RequestValidator(
            self,
            "Validator",
            rest_api=self.rest,
            validate_request_body=True,
            validate_request_parameters=True,
        )
        self._lambda = rest.LambdaIntegration(
            functions.alias(self.function), scope_permission_to_method=False
        )
        v1 = self.rest.root.add_resource("v1")
        gifs = v1.add_resource("gifs")
        self._add_calls(v1, gifs)
        add_downloads(self, gifs, storage.gifs, self._validator, settings).add_method("ANY", self._lambda)
        self.program_key = self._add_programs()
        add_gateway_responses(self.rest)
        suppress(
            self.rest, "APIG3", "The web ACL, if the deploy option waf adds it, protects the distribution."
        )
        suppress(
            self.rest,
            "APIG4",
            "There are no accounts: a photo's id is the capability, and programs send a key.",
        )
        suppress(self.rest, "COG4", "There are no accounts, so there is no user pool.")

    @property
    def host(self) -> str:
        """The gateway's host name."""
        stack = cdk.Stack.of(self)
        return f"{self.rest.rest_api_id}.execute-api.{stack.region}.{stack.url_suffix}"

    def _function(self, functions: Functions, storage: Storage, settings: Settings) -> lambda_.Function:
        stack = cdk.Stack.of(self)
        photos = f"https://{storage.photos.bucket_name}.s3.{stack.region}.{stack.url_suffix}/"
        environment = {
            **functions.stores,
            "PHOTO_BUCKET_URL": photos,
            "GIFMILL_MAX_DIRECT_BYTES": str(settings.max_direct_bytes),
            "GIFMILL_GIF_WAIT_S": str(settings.gif_wait_s),
            "GIFMILL_CORS_ORIGINS": settings.cors_origins,
        }
        function = functions.create(Construct(self, "Calls"), "api", "api", API, environment, snapshot=True)
        own = [PHOTOS, UPLOADS]
        # put: a signed form has the permissions of its signer.
        grant(function.role, storage.photos, listing=True, get=own, put=own, delete=own)
        grant(function.role, storage.gifs, listing=True, get=[GIFS], delete=[GIFS])
        return function

    def _gateway(self, gateway_logs: GatewayLogs) -> rest.RestApi:
        access_log = log_group(self, "AccessLog")
        api = rest.RestApi(
            self,
            "Rest",
            rest_api_name="gifmill",
            description="gifmill: photos in, GIFs out",
            endpoint_types=[rest.EndpointType.REGIONAL],  # the distribution serves the edge locations
            binary_media_types=["*/*"],  # an <img> accepts more types than image/gif, and would get base64
            cloud_watch_role=False,
            deploy_options=rest.StageOptions(
                stage_name=STAGE,
                tracing_enabled=False,  # the gateway's traces contain the whole path and the client's address
                logging_level=rest.MethodLoggingLevel.ERROR,
                data_trace_enabled=False,
                access_log_destination=rest.LogGroupLogDestination(access_log),
                access_log_format=rest.AccessLogFormat.custom(
                    log_format("httpMethod", "resourcePath", "responseLatency", "identity.apiKeyId")
                ),
                throttling_rate_limit=_PUBLIC_THROTTLE.throttling_rate_limit,
                throttling_burst_limit=_PUBLIC_THROTTLE.throttling_burst_limit,
                method_options={
                    "/v1/photos/{id}/gifs/POST": _ORDERS_THROTTLE,
                    **{f"/programs/v1/{{proxy+}}/{verb}": _PROGRAMS_THROTTLE for verb in _VERBS},
                },
            ),
        )
        api.node.try_remove_child("Endpoint")  # an output; stack.py defines all outputs
        gateway_logs.wait_for(api)
        gateway_logs.required_by(api.deployment_stage)
        # Otherwise the gateway would create this log group, without a retention.
        errors = log_group(self, "ErrorLog", f"API-Gateway-Execution-Logs_{api.rest_api_id}/{STAGE}")
        api.deployment_stage.node.add_dependency(errors)
        return api

    def _add_calls(self, v1: rest.Resource, single_gifs: rest.Resource) -> None:
        """Add all calls.

        A sibling of the proxy resource needs every method, because the proxy does not handle its path.
        """
        photos = v1.add_resource("photos")
        photo = photos.add_resource("{id}")
        gifs = photo.add_resource("gifs")
        uploads = v1.add_resource("uploads")
        for resource in (v1.add_resource("{proxy+}"), photos, photo, gifs, single_gifs, uploads):
            resource.add_method("ANY", self._lambda)
        for name, resource, schema in (("Upload", uploads, _UPLOAD), ("Gif", gifs, _OBJECT)):
            model = self.rest.add_model(name, schema=schema, content_type="application/json")
            resource.add_method(
                "POST",
                self._lambda,
                request_models={"application/json": model},
                request_validator=self._validator,
            )

    def _add_programs(self) -> rest.IApiKey:
        programs = self.rest.root.add_resource("programs").add_resource("v1").add_resource("{proxy+}")
        programs.add_method("ANY", self._lambda, api_key_required=True)
        key = self.rest.add_api_key(
            "ProgramKey", description="API key of programs, for paths under /programs"
        )
        plan = self.rest.add_usage_plan("Programs", throttle=_KEY_THROTTLE, quota=_KEY_QUOTA)
        plan.add_api_key(key)
        plan.add_api_stage(stage=self.rest.deployment_stage)
        return key
