"""The REST API: one function for all calls, and GIFs straight from their bucket."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aws_cdk as cdk
from aws_cdk import aws_apigateway as rest
from constructs import Construct

from infra.api_gateway import add_gateway_responses, log_format
from infra.functions import Size, log_group
from infra.nag_suppressions import accept
from infra.s3_integration import add_downloads
from infra.storage import GIFS, PHOTOS, UPLOADS, allow

if TYPE_CHECKING:
    from aws_cdk import aws_lambda as lambda_

    from gifmill.settings import Settings
    from infra.api_gateway import GatewayLogs
    from infra.functions import Functions
    from infra.storage import Storage

API = Size(memory_mb=2048, timeout_s=29)  # as intake: it decodes photos; the gateway waits no longer

STAGE = "prod"
_ANYONE = rest.MethodDeploymentOptions(throttling_rate_limit=20, throttling_burst_limit=40)
_PROGRAMS = rest.MethodDeploymentOptions(throttling_rate_limit=50, throttling_burst_limit=100)
_VERBS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")  # a throttle knows no ANY
_PROGRAM = rest.ThrottleSettings(rate_limit=25, burst_limit=50)
_PROGRAM_QUOTA = rest.QuotaSettings(limit=10_000, period=rest.Period.DAY)

_OBJECT = rest.JsonSchema(type=rest.JsonSchemaType.OBJECT)
_UPLOAD = rest.JsonSchema(
    type=rest.JsonSchemaType.OBJECT,
    required=["size", "type"],
    properties={
        "size": rest.JsonSchema(type=rest.JsonSchemaType.INTEGER, minimum=1),
        "type": rest.JsonSchema(type=rest.JsonSchemaType.STRING),
    },
)


class Api(Construct):
    """The gateway with its one stage.

    Attributes:
        rest: the gateway.
        function: what answers all calls but those for GIFs.
        program_key: the key that programs send.
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
        self._add_calls(v1)
        add_downloads(self, v1, storage.gifs, self._validator, settings)
        self.program_key = self._add_programs()
        add_gateway_responses(self.rest)
        accept(self.rest, "APIG3", "The web ACL, where it is switched on, stands before the distribution.")
        accept(
            self.rest, "APIG4", "Nobody signs in: a photo's id is the capability, and programs send a key."
        )
        accept(self.rest, "COG4", "Nobody signs in, so there is no user pool.")

    @property
    def host(self) -> str:
        """The gateway's own name."""
        stack = cdk.Stack.of(self)
        return f"{self.rest.rest_api_id}.execute-api.{stack.region}.{stack.url_suffix}"

    def _function(self, functions: Functions, storage: Storage, settings: Settings) -> lambda_.Function:
        stack = cdk.Stack.of(self)
        photos = f"https://{storage.photos.bucket_name}.s3.{stack.region}.{stack.url_suffix}/"
        environment = {
            **functions.stores,
            "PHOTO_BUCKET_URL": photos,
            "GIFMILL_MAX_DIRECT_BYTES": str(settings.max_direct_bytes),
        }
        made = functions.make(Construct(self, "Calls"), "api", "api", API, environment, snapshot=True)
        own = [PHOTOS, UPLOADS]
        # Put: a signed form may do what its signer may.
        allow(made.role, storage.photos, listing=True, get=own, put=own, delete=own)
        allow(made.role, storage.gifs, listing=True, get=[GIFS], delete=[GIFS])
        return made

    def _gateway(self, gateway_logs: GatewayLogs) -> rest.RestApi:
        access_log = log_group(self, "AccessLog")
        api = rest.RestApi(
            self,
            "Rest",
            rest_api_name="gifmill",
            description="gifmill: photos in, GIFs out",
            endpoint_types=[rest.EndpointType.REGIONAL],  # the distribution is the edge
            binary_media_types=["*/*"],  # an <img> does not ask for image/gif alone, and would get base64
            cloud_watch_role=False,
            deploy_options=rest.StageOptions(
                stage_name=STAGE,
                tracing_enabled=False,  # a trace of the gateway has the whole path, and the client's address
                logging_level=rest.MethodLoggingLevel.ERROR,
                data_trace_enabled=False,
                access_log_destination=rest.LogGroupLogDestination(access_log),
                access_log_format=rest.AccessLogFormat.custom(
                    log_format("httpMethod", "resourcePath", "responseLatency", "identity.apiKeyId")
                ),
                throttling_rate_limit=_ANYONE.throttling_rate_limit,
                throttling_burst_limit=_ANYONE.throttling_burst_limit,
                method_options={f"/programs/v1/{{proxy+}}/{verb}": _PROGRAMS for verb in _VERBS},
            ),
        )
        api.node.try_remove_child("Endpoint")  # an output; ours are in one place
        gateway_logs.after(api)
        gateway_logs.before(api.deployment_stage)
        # The gateway would make this one itself, and keep it for ever.
        errors = log_group(self, "ErrorLog", f"API-Gateway-Execution-Logs_{api.rest_api_id}/{STAGE}")
        api.deployment_stage.node.add_dependency(errors)
        return api

    def _add_calls(self, v1: rest.Resource) -> None:
        """Each resource that stands beside the proxy takes every method: the proxy does not answer for it."""
        photos = v1.add_resource("photos")
        photo = photos.add_resource("{id}")
        gifs = photo.add_resource("gifs")
        uploads = v1.add_resource("uploads")
        for resource in (v1.add_resource("{proxy+}"), photos, photo, gifs, uploads):
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
        key = self.rest.add_api_key("ProgramKey", description="For programs, under /programs")
        plan = self.rest.add_usage_plan("Programs", throttle=_PROGRAM, quota=_PROGRAM_QUOTA)
        plan.add_api_key(key)
        plan.add_api_stage(stage=self.rest.deployment_stage)
        return key
