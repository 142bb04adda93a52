"""Changes of a photo's GIFs, told to the pages that wait for them."""

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
from infra.functions import Size, log_group
from infra.messaging import queue, topic
from infra.nag_suppressions import accept
from infra.storage import GIFS, PHOTOS, UPLOADS, allow

if TYPE_CHECKING:
    from aws_cdk import aws_lambda as lambda_
    from aws_cdk import aws_sns as sns

    from infra.api_gateway import GatewayLogs
    from infra.functions import Functions
    from infra.storage import Storage

SOCKETS = Size(memory_mb=256, timeout_s=10)
LIVE = Size(memory_mb=512, timeout_s=10)
CONNECTS_PER_S = 50
CONNECTS_BURST = 100
_STAGE = "live"
_BY_CONNECTION = "by-connection"


class Live(Construct):
    """A WebSocket API, who is connected, and the function that tells them.

    Attributes:
        changed: the topic that hears of GIFs and photos that came or went.
        untold: news that could not be passed on; pages that come back ask for the status anyway.
        table: who waits for which photo.
        sockets: the function behind the routes; it needs to be told SITE_ORIGIN.
        stage: of the API.
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
        self.untold = queue(self, "Untold", retention=cdk.Duration.days(14))
        self.table = self._connections()
        self._api = sockets.WebSocketApi(self, "Api", description="gifmill: what becomes of a photo")
        self.stage = self._stage(gateway_logs)
        live = self._teller(functions, storage)
        for heard in (ordered, self.changed):
            heard.add_subscription(subscriptions.LambdaSubscription(live, dead_letter_queue=self.untold))
        self.sockets = self._receiver(functions, live)
        # No $default: a page has nothing to say, and whoever does would have a function called each time.
        for route in ("$connect", "$disconnect"):
            added = self._api.add_route(
                route, integration=integrations.WebSocketLambdaIntegration(route.strip("$"), self.sockets)
            )
            accept(added, "APIG4", "Whoever knows a photo's id may watch it: the id is the capability.")

    @property
    def address(self) -> str:
        """Where pages connect to."""
        return str(self.stage.url)

    @property
    def origin(self) -> str:
        """The same as a Content-Security-Policy names it."""
        stack = cdk.Stack.of(self)
        return f"wss://{self._api.api_id}.execute-api.{stack.region}.{stack.url_suffix}"

    def _connections(self) -> dynamodb.Table:
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
        # Who disconnects says only who it is.
        table.add_global_secondary_index(
            index_name=_BY_CONNECTION,
            partition_key=dynamodb.Attribute(name="connection", type=text),
            projection_type=dynamodb.ProjectionType.KEYS_ONLY,
        )
        accept(table, "DDB3", "Connections last two hours at most: there is nothing to recover.")
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
        # The construct's own property for this cannot be given from Python.
        stage.node.default_child.access_log_settings = sockets.CfnStage.AccessLogSettingsProperty(
            destination_arn=log.log_group_arn, format=log_format("routeKey")
        )
        gateway_logs.before(stage)
        return stage

    def _teller(self, functions: Functions, storage: Storage) -> lambda_.Function:
        environment = {
            **functions.stores,
            "CONNECTIONS": self.table.table_name,
            "SOCKETS_URL": self.stage.callback_url,
        }
        scope = Construct(self, "Live")
        live = functions.make(scope, "live", "push", LIVE, environment, dead_letters=self.untold)
        allow(live.role, storage.photos, listing=True, get=[PHOTOS, UPLOADS])
        allow(live.role, storage.gifs, listing=True, get=[GIFS])
        self._allow_table(live, ["dynamodb:Query", "dynamodb:DeleteItem"])
        self._allow_connections(live)
        return live

    def _receiver(self, functions: Functions, live: lambda_.Function) -> lambda_.Function:
        environment = {"CONNECTIONS": self.table.table_name, "LIVE_FUNCTION": live.function_arn}
        made = functions.make(
            Construct(self, "Sockets"), "sockets", "websocket_handler", SOCKETS, environment
        )
        self._allow_table(made, ["dynamodb:PutItem", "dynamodb:DeleteItem"])
        index = f"{self.table.table_arn}/index/{_BY_CONNECTION}"
        made.add_to_role_policy(
            iam.PolicyStatement(actions=["dynamodb:Query"], resources=[self.table.table_arn, index])
        )
        made.add_to_role_policy(
            iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=[live.function_arn])
        )
        return made

    def _allow_connections(self, live: lambda_.Function) -> None:
        """Let it send to whoever is connected, and close what has nothing to wait for any more."""
        stack = cdk.Stack.of(self)
        logical_id = stack.resolve(self._api.api_id)["Ref"]
        for method in ("POST", "DELETE"):
            names = f"{_STAGE}/{method}/@connections/*"
            arn = stack.format_arn(service="execute-api", resource=self._api.api_id, resource_name=names)
            live.add_to_role_policy(
                iam.PolicyStatement(actions=["execute-api:ManageConnections"], resources=[arn])
            )
            accept(
                live.role,
                "IAM5[Resource::arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:"
                f"<{logical_id}>/{names}]",
                "Connections get their names when they are made.",
            )

    def _allow_table(self, function: lambda_.Function, actions: list[str]) -> None:
        function.add_to_role_policy(iam.PolicyStatement(actions=actions, resources=[self.table.table_arn]))
