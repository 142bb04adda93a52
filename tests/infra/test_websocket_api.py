from __future__ import annotations

from typing import TYPE_CHECKING

from tests.infra.templates import text

if TYPE_CHECKING:
    from tests.infra.templates import Template


def test_the_table_has_a_ttl_and_on_demand_billing(either: Template) -> None:
    table = either.only("DynamoDB::Table")
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires", "Enabled": True}
    assert table["BillingMode"] == "PAY_PER_REQUEST"


def test_the_table_has_keys_for_photo_and_connection(either: Template) -> None:
    table = either.only("DynamoDB::Table")
    keys = [(key["AttributeName"], key["KeyType"]) for key in table["KeySchema"]]
    assert keys == [("photo", "HASH"), ("connection", "RANGE")]
    (index,) = table["GlobalSecondaryIndexes"]
    assert (index["IndexName"], index["Projection"]) == ("by-connection", {"ProjectionType": "KEYS_ONLY"})
    assert [key["AttributeName"] for key in index["KeySchema"]] == ["connection"]


def test_sockets_may_edit_connections_and_invoke_live(template: Template) -> None:
    functions = template.functions()
    (table,) = template.resources("DynamoDB::Table")
    allowed = {
        action: one["Resource"]
        for one in template.granted(functions["sockets"])
        for action in one["Action"]
        if action.startswith(("dynamodb:", "lambda:"))
    }
    assert allowed == {
        "dynamodb:PutItem": [f"<{table}.Arn>"],
        "dynamodb:DeleteItem": [f"<{table}.Arn>"],
        "dynamodb:Query": [f"<{table}.Arn>", f"<{table}.Arn>/index/by-connection"],
        "lambda:InvokeFunction": [f"<{functions['live']['Id']}.Arn>"],
    }


def test_live_may_query_and_delete_connections_and_send_to_them(template: Template) -> None:
    (table,) = template.resources("DynamoDB::Table")
    (api,) = template.resources("ApiGatewayV2::Api")
    stage = f"arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:<{api}>/live"
    allowed = {
        action: one["Resource"]
        for one in template.granted(template.functions()["live"])
        for action in one["Action"]
        if action.startswith(("dynamodb:", "execute-api:"))
    }
    assert allowed == {
        "dynamodb:Query": [f"<{table}.Arn>"],
        "dynamodb:DeleteItem": [f"<{table}.Arn>"],
        "execute-api:ManageConnections": [f"{stage}/DELETE/@connections/*", f"{stage}/POST/@connections/*"],
    }


def test_live_subscribes_to_orders_and_changes(either: Template) -> None:
    live = either.functions()["live"]["Id"]
    subscriptions = either.resources("SNS::Subscription").values()
    heard = [one for one in subscriptions if one["Protocol"] == "lambda"]
    assert {text(one["Endpoint"]) for one in heard} == {f"<{live}.Arn>"}
    assert {text(one["TopicArn"]).rstrip("0123456789ABCDEF>") for one in heard} == {
        "<FanoutOrdered",
        "<LiveChanged",
    }


def test_failed_notifications_of_live_go_to_a_queue(either: Template) -> None:
    (undelivered,) = (name for name in either.resources("SQS::Queue") if name.startswith("LiveUndelivered"))
    function = either.functions()["live"]
    assert text(function["DeadLetterConfig"]["TargetArn"]) == f"<{undelivered}.Arn>"
    for one in either.resources("SNS::Subscription").values():
        if one["Protocol"] == "lambda":
            assert text(one["RedrivePolicy"]["deadLetterTargetArn"]) == f"<{undelivered}.Arn>"


def test_one_function_handles_both_routes_and_there_is_no_default_route(either: Template) -> None:
    routes = either.resources("ApiGatewayV2::Route").values()
    assert {route["RouteKey"] for route in routes} == {"$connect", "$disconnect"}
    sockets = either.functions()["sockets"]["Id"]
    for integration in either.resources("ApiGatewayV2::Integration").values():
        assert f"<{sockets}.Arn>/invocations" in text(integration["IntegrationUri"])


def test_the_stage_is_throttled_and_logs_without_ids(either: Template) -> None:
    stage = either.only("ApiGatewayV2::Stage")
    assert (stage["StageName"], stage["AutoDeploy"]) == ("live", True)
    assert stage["DefaultRouteSettings"] == {"ThrottlingRateLimit": 50, "ThrottlingBurstLimit": 100}
    assert "$context.path" not in stage["AccessLogSettings"]["Format"]
    (name,) = either.resources("ApiGatewayV2::Stage")
    (account,) = either.resources("ApiGateway::Account")
    assert account in either.depends(name), "a stage that logs needs the account's role"


def test_sockets_and_live_have_each_others_addresses(template: Template, all_options: Template) -> None:
    (api,) = template.resources("ApiGatewayV2::Api")
    host = f"<{api}>.execute-api.<AWS::Region>.<AWS::URLSuffix>"
    functions = template.functions()
    live = functions["live"]["Environment"]["Variables"]
    assert text(live["SOCKETS_URL"]) == f"https://{host}/live"
    assert text(template.document["Outputs"]["SocketsAddress"]["Value"]) == f"wss://{host}/live"
    sockets = functions["sockets"]["Environment"]["Variables"]
    assert text(sockets["LIVE_FUNCTION"]) == f"<{functions['live']['Id']}.Arn>"
    assert text(sockets["SITE_ORIGIN"]) == text(template.document["Outputs"]["Address"]["Value"])
    named = all_options.functions()["sockets"]["Environment"]["Variables"]["SITE_ORIGIN"]
    assert named == "https://gif.example.com"
