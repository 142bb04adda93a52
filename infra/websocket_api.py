"""The WebSocket API that pushes status changes of photos to pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aws_cdk as cdk
from aws_cdk import aws_apigatewayv2 as sockets
from aws_cdk import aws_apigatewayv2_integrations as integrations
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from infra.api_gateway import log_format
from infra.functions import FunctionSize, log_group
from infra.messaging import queue, topic
from infra.nag_suppressions import suppress
from infra.storage import GIFS, PHOTOS, UPLOADS, grant

if TYPE_CHECKING:
    from aws_cdk import aws_lambda as lambda_
    from aws_cdk import aws_sns as sns

    from infra.api_gateway import GatewayLogs
    from infra.functions import Functions
    from infra.storage import Storage

CONNECTION = FunctionSize(memory_mb=256, timeout_s=10)
PUSH = FunctionSize(memory_mb=512, timeout_s=10)
CONNECTS_PER_S = 50
CONNECTS_BURST = 100
_STAGE = "live"
_BY_CONNECTION = "by-connection"


class WebSocketApi(Construct):
    """The WebSocket API, its table of connections, and the functions that accept them and push to them.

    Attributes:
        changed: the topic of created and deleted GIFs and photos.
        undelivered: queue of notifications that could not be pushed. They are not sent again: a page that
            reconnects requests the status.
        connections: table of the connections by photo.
        connection_function: the function behind the routes; its environment needs SITE_ORIGIN.
        stage: the API's stage.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        functions: Functions,
        storage: Storage,
        ordered: sns.Topic,
        gateway_logs: GatewayLogs,
    ) -> None:
        super().__init__(scope, construct_id)
        self.changed = topic(self, "Changed")
        self.undelivered = queue(self, "Undelivered", retention=cdk.Duration.days(14))
        self.connections = self._connection_table()
        self._api = sockets.WebSocketApi(self, "Api", description="gifmill: status changes of photos")
        self.stage = self._stage(gateway_logs)
        live = self._push_function(functions, storage)
        for source in (ordered, self.changed):
            source.add_subscription(
                subscriptions.LambdaSubscription(live, dead_letter_queue=self.undelivered)
            )
        self.connection_function = self._connection_function(functions, live)
        # No $default route: pages send no messages, and each message would invoke a function.
        for route in ("$connect", "$disconnect"):
            added = self._api.add_route(
                route,
                integration=integrations.WebSocketLambdaIntegration(
                    route.strip("$"), self.connection_function
                ),
            )
            suppress(added, "APIG4", "Anyone with a photo's id or view may watch it: each is a capability.")

    @property
    def url(self) -> str:
        """The URL that pages connect to."""
        return str(self.stage.url)

    @property
    def origin(self) -> str:
        """The URL's origin, for a Content-Security-Policy."""
        stack = cdk.Stack.of(self)
        return f"wss://{self._api.api_id}.execute-api.{stack.region}.{stack.url_suffix}"

    def _connection_table(self) -> dynamodb.Table:
        text = dynamodb.AttributeType.STRING
        table = dynamodb.Table(
            self,
            "Connections",
            partition_key=dynamodb.Attribute(name="photo", type=text),
            sort_key=dynamodb.Attribute(name="connection", type=text),
            time_to_live_attribute="expires",
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )
        # A disconnect event contains only the connection's id.
        table.add_global_secondary_index(
            index_name=_BY_CONNECTION,
            partition_key=dynamodb.Attribute(name="connection", type=text),
            projection_type=dynamodb.ProjectionType.KEYS_ONLY,
        )
        suppress(table, "DDB3", "Connections last at most two hours: there is nothing to recover.")
        return table

    def _stage(self, gateway_logs: GatewayLogs) -> sockets.WebSocketStage:
        log = log_group(self, "AccessLog")
        stage = sockets.WebSocketStage(
            self,
            "Stage",
            web_socket_api=self._api,
            stage_name=_STAGE,
            auto_deploy=True,
            throttle=sockets.ThrottleSettings(rate_limit=CONNECTS_PER_S, burst_limit=CONNECTS_BURST),
        )
        # The construct's own property for it cannot be set from Python.
        stage.node.default_child.access_log_settings = sockets.CfnStage.AccessLogSettingsProperty(
            destination_arn=log.log_group_arn, format=log_format("routeKey")
        )
        gateway_logs.required_by(stage)
        return stage

    def _push_function(self, functions: Functions, storage: Storage) -> lambda_.Function:
        environment = {
            **functions.stores,
            "CONNECTIONS": self.connections.table_name,
            "SOCKETS_URL": self.stage.callback_url,
        }
        scope = Construct(self, "Live")
        live = functions.create(
            scope, "live", "websocket_push", PUSH, environment, dead_letters=self.undelivered
        )
        grant(live.role, storage.photos, listing=True, get=[PHOTOS, UPLOADS])
        grant(live.role, storage.gifs, listing=True, get=[GIFS])
        self._grant_table(live, ["dynamodb:Query", "dynamodb:DeleteItem"])
        self._grant_connections(live)
        return live

    def _connection_function(self, functions: Functions, live: lambda_.Function) -> lambda_.Function:
        environment = {"CONNECTIONS": self.connections.table_name, "LIVE_FUNCTION": live.function_arn}
        function = functions.create(
            Construct(self, "Sockets"), "sockets", "websocket_handler", CONNECTION, environment
        )
        self._grant_table(function, ["dynamodb:PutItem", "dynamodb:DeleteItem"])
        index = f"{self.connections.table_arn}/index/{_BY_CONNECTION}"
        function.add_to_role_policy(
            iam.PolicyStatement(actions=["dynamodb:Query"], resources=[self.connections.table_arn, index])
        )
        function.add_to_role_policy(
            iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=[live.function_arn])
        )
        return function

    def _grant_connections(self, live: lambda_.Function) -> None:
        """Let the function send to connections, and close those without pending GIFs."""
        stack = cdk.Stack.of(self)
        logical_id = stack.resolve(self._api.api_id)["Ref"]
        for method in ("POST", "DELETE"):
            names = f"{_STAGE}/{method}/@connections/*"
            arn = stack.format_arn(service="execute-api", resource=self._api.api_id, resource_name=names)
            live.add_to_role_policy(
                iam.PolicyStatement(actions=["execute-api:ManageConnections"], resources=[arn])
            )
            suppress(
                live.role,
                "IAM5[Resource::arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:"
                f"<{logical_id}>/{names}]",
                "API Gateway assigns the ids of connections when they open.",
            )

    def _grant_table(self, function: lambda_.Function, actions: list[str]) -> None:
        function.add_to_role_policy(
            iam.PolicyStatement(actions=actions, resources=[self.connections.table_arn])
        )
