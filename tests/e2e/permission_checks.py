"""One quick check for each permission of a role: whether the operation that needs it works.

Functions are invoked directly with their events, so that no check waits for a queue.
"""

from __future__ import annotations

import io
import json
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from tests.e2e.deployed_stack import FunctionFailed
from tests.e2e.stack_operations import object_created_event, object_names
from tests.http_contract.api_client import post_form, receive_message, request_form
from websockets.exceptions import InvalidStatus

from gifmill import open_photo
from gifmill.errors import RenderFailed
from gifmill.orders.capabilities import derive_view, new_photo_id

if TYPE_CHECKING:
    from tests.e2e.deployed_stack import DeployedStack

_NOT_A_PHOTO = b"%PDF-1.7 is not a photo"
_OPTIONS = {"gif": "default", "webp": "format=webp"}
_LONG_S = 600
_SOON_S = 1.5
"""A function makes a failed message visible again after a second. Without the grant it stays hidden."""

_PROBLEM = json.dumps(RenderFailed("The effect failed.").problem()).encode()


class PermissionChecks(ExitStack):
    """Checks of one stack with one photo. It keeps a WebSocket open until the end of its block."""

    def __init__(self, stack: DeployedStack, photo: bytes) -> None:
        super().__init__()
        self._stack = stack
        self._photo = photo
        self._png = open_photo(photo).png()
        self._watched = self._add_order()
        self.enter_context(stack.live(self._watched))
        [self._connection] = self._connections(self._watched)

    # Preparations, with the permissions of the account's root.

    def _add_order(self, *, gif: bytes | None = None, ending: str = "gif") -> str:
        photo_id, options = new_photo_id(), _OPTIONS[ending]
        s3 = self._stack.aws.s3
        s3.put_object(
            Bucket=self._stack.photos,
            Key=f"photos/{derive_view(photo_id)}/{options}/blur.png",
            Body=self._png,
        )
        if gif is not None:
            s3.put_object(
                Bucket=self._stack.gifs, Key=f"gifs/{derive_view(photo_id)}/{options}/blur.{ending}", Body=gif
            )
        return photo_id

    def _add_failure(self) -> str:
        photo_id = self._add_order()
        name = f"gifs/{derive_view(photo_id)}/default/blur.failed.json"
        self._stack.aws.s3.put_object(Bucket=self._stack.gifs, Key=name, Body=_PROBLEM)
        return photo_id

    def _add_upload(self, file: bytes) -> str:
        photo_id = new_photo_id()
        self._stack.aws.s3.put_object(
            Bucket=self._stack.photos,
            Key=f"uploads/{derive_view(photo_id)}",
            Body=io.BytesIO(file),
            Metadata={"orders": "default/blur"},
        )
        return photo_id

    def _add_connection(self, photo_id: str, connection: str) -> None:
        item = {
            "photo": {"S": derive_view(photo_id)},
            "connection": {"S": connection},
            "expires": {"N": "9999999999"},
        }
        self._stack.aws.dynamodb.put_item(TableName=self._stack.outputs["Connections"], Item=item)

    def _connections(self, photo_id: str) -> list[str]:
        found = self._stack.aws.dynamodb.query(
            TableName=self._stack.outputs["Connections"],
            KeyConditionExpression="photo = :photo",
            ExpressionAttributeValues={":photo": {"S": derive_view(photo_id)}},
        )
        return [item["connection"]["S"] for item in found["Items"]]

    # The gateway and the API, over HTTP.

    def gateway_serves_gif(self, ending: str = "gif") -> bool:
        """Return whether the gateway serves a GIF."""
        photo_id = self._add_order(gif=b"GIF89a", ending=ending)
        answer = self._stack.get_from_gateway(
            f"/v1/gifs/{derive_view(photo_id)}/{_OPTIONS[ending]}/blur.{ending}"
        )
        return (answer.status_code, answer.content) == (200, b"GIF89a")

    def gateway_serves_webp(self) -> bool:
        """Return whether the gateway serves a WebP."""
        return self.gateway_serves_gif("webp")

    def api_accepts_photo(self) -> bool:
        """Return whether the API accepts a photo."""
        return self._stack.client.post("/v1/photos", content=self._photo).status_code == 202

    def _api_has_status(self, photo_id: str) -> bool:
        return self._stack.client.get(f"/v1/photos/{photo_id}").status_code == 200

    def api_has_photo_status(self) -> bool:
        """Return whether the API has the status of a photo with a GIF."""
        return self._api_has_status(self._add_order(gif=b"GIF89a"))

    def api_has_upload_status(self) -> bool:
        """Return whether the API has the status of an unprocessed upload."""
        return self._api_has_status(self._add_upload(self._photo))

    def api_has_failure_status(self) -> bool:
        """Return whether the API has the status of a failed job."""
        return self._api_has_status(self._add_failure())

    def _api_deletes(self, photo_id: str) -> bool:
        answer = self._stack.client.delete(f"/v1/photos/{photo_id}")
        left = [
            name
            for bucket, prefix in (
                (self._stack.photos, "photos/"),
                (self._stack.photos, "uploads/"),
                (self._stack.gifs, "gifs/"),
            )
            for name in object_names(self._stack, bucket, prefix + derive_view(photo_id))
        ]
        return answer.status_code == 204 and not left

    def api_deletes_photo(self) -> bool:
        """Return whether the API deletes a photo with a GIF."""
        return self._api_deletes(self._add_order(gif=b"GIF89a"))

    def api_deletes_upload(self) -> bool:
        """Return whether the API deletes an unprocessed upload."""
        return self._api_deletes(self._add_upload(self._photo))

    def api_signs_form(self) -> bool:
        """Return whether S3 accepts a form that the API signed."""
        upload_form = request_form(self._stack, self._photo)
        return post_form(self._stack, upload_form, self._photo).status_code == 204

    # Functions behind queues.

    def _processes(self, service: str, queue: str, name: str, source: str = "") -> bool:
        record = self._record(queue, object_created_event(name), source)
        answer = self._stack.invoke(service, {"Records": [record]})
        return bool(answer == {"batchItemFailures": []})

    def _record(
        self, queue: str, body: str, source: str = "", receipt_handle: str = "none"
    ) -> dict[str, Any]:
        return {
            "messageId": "one",
            "receiptHandle": receipt_handle,
            "body": body,
            "attributes": {
                "ApproximateReceiveCount": "1",
                **({"DeadLetterQueueSourceArn": self._arn(source)} if source else {}),
            },
            "eventSourceARN": self._arn(queue),
        }

    def _arn(self, queue: str) -> str:
        url = self._stack.queue(queue)
        found = self._stack.aws.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        return found["Attributes"]["QueueArn"]

    def renders_gif(self, ending: str = "gif") -> bool:
        """Return whether the function makes the GIF of an order."""
        photo_id = self._add_order(ending=ending)
        order = f"photos/{derive_view(photo_id)}/{_OPTIONS[ending]}/blur.png"
        worked = self._processes("render-blur", "FanoutblurQueue", order)
        return (
            worked and object_names(self._stack, self._stack.gifs, f"gifs/{derive_view(photo_id)}/") != set()
        )

    def renders_webp(self) -> bool:
        """Return whether the function makes the WebP of an order."""
        return self.renders_gif("webp")

    def render_skips_deleted_photo(self) -> bool:
        """Return whether an order whose photo was deleted succeeds without a GIF."""
        return self._processes(
            "render-blur", "FanoutblurQueue", f"photos/{derive_view(new_photo_id())}/default/blur.png"
        )

    def intake_accepts_upload(self) -> bool:
        """Return whether the intake turns an upload into a photo."""
        photo_id = self._add_upload(self._photo)
        worked = self._processes("intake", "FanoutIntakeQueue", f"uploads/{derive_view(photo_id)}")
        return (
            worked
            and object_names(self._stack, self._stack.photos, f"photos/{derive_view(photo_id)}/") != set()
            and object_names(self._stack, self._stack.photos, f"uploads/{derive_view(photo_id)}") == set()
        )

    def intake_skips_deleted_upload(self) -> bool:
        """Return whether a deleted upload succeeds without a photo."""
        return self._processes("intake", "FanoutIntakeQueue", f"uploads/{derive_view(new_photo_id())}")

    def intake_rejects_file(self) -> bool:
        """Return whether the intake rejects an upload that is not a photo."""
        photo_id = self._add_upload(_NOT_A_PHOTO)
        worked = self._processes("intake", "FanoutIntakeQueue", f"uploads/{derive_view(photo_id)}")
        return (
            worked and object_names(self._stack, self._stack.gifs, f"gifs/{derive_view(photo_id)}/") != set()
        )

    def record_failure_writes_marker(self) -> bool:
        """Return whether `record-failure` records the failure of an order."""
        photo_id = self._add_order()
        name = f"photos/{derive_view(photo_id)}/default/blur.png"
        worked = self._processes("record-failure", "FanoutDead", name, "FanoutblurQueue")
        return (
            worked and object_names(self._stack, self._stack.gifs, f"gifs/{derive_view(photo_id)}/") != set()
        )

    def record_failure_skips_deleted_photo(self) -> bool:
        """Return whether `record-failure` records nothing for an order whose photo was deleted."""
        photo_id = new_photo_id()
        name = f"photos/{derive_view(photo_id)}/default/blur.png"
        worked = self._processes("record-failure", "FanoutDead", name, "FanoutblurQueue")
        return (
            worked and object_names(self._stack, self._stack.gifs, f"gifs/{derive_view(photo_id)}/") == set()
        )

    def record_failure_deletes_upload(self) -> bool:
        """Return whether `record-failure` deletes a failed upload."""
        photo_id = self._add_upload(self._photo)
        worked = self._processes(
            "record-failure", "FanoutDead", f"uploads/{derive_view(photo_id)}", "FanoutIntakeQueue"
        )
        return (
            worked
            and object_names(self._stack, self._stack.photos, f"uploads/{derive_view(photo_id)}") == set()
        )

    def _retries_soon(self, service: str, queue: str) -> bool:
        """Return whether a function makes a failed message visible again after a second.

        The check reads the message, not the function's log: the emulator returns only the lines that it
        receives within milliseconds, and on a busy machine these are none.
        """
        url, sqs = self._stack.queue(queue), self._stack.aws.sqs
        sqs.send_message(QueueUrl=url, MessageBody="not an S3 event")
        [message] = sqs.receive_message(QueueUrl=url, VisibilityTimeout=_LONG_S)["Messages"]
        handle = message["ReceiptHandle"]
        record = self._record(queue, message["Body"], receipt_handle=handle)
        answer = self._stack.invoke(service, {"Records": [record]})
        assert answer["batchItemFailures"] != []
        time.sleep(_SOON_S)
        visible = sqs.receive_message(QueueUrl=url, VisibilityTimeout=_LONG_S).get("Messages", [])
        sqs.delete_message(QueueUrl=url, ReceiptHandle=visible[0]["ReceiptHandle"] if visible else handle)
        return visible != []

    def render_retries_soon(self) -> bool:
        """Return whether a render function retries a failed message soon."""
        return self._retries_soon("render-blur", "FanoutblurQueue")

    def intake_retries_soon(self) -> bool:
        """Return whether the intake retries a failed message soon."""
        return self._retries_soon("intake", "FanoutIntakeQueue")

    def record_failure_retries_soon(self) -> bool:
        """Return whether `record-failure` retries a failed message soon."""
        return self._retries_soon("record-failure", "FanoutDead")

    # Sockets.

    def websocket_opens(self) -> bool:
        """Return whether a WebSocket opens and receives the status."""
        photo_id = self._add_order()
        try:
            with self._stack.live(photo_id) as socket:
                return bool(receive_message(socket)["id"] == photo_id)
        except InvalidStatus:
            return False

    def disconnect_deletes_connection(self) -> bool:
        """Return whether a disconnect event deletes the connection from the table."""
        photo_id = new_photo_id()
        self._add_connection(photo_id, photo_id)
        event = {"requestContext": {"routeKey": "$disconnect", "connectionId": photo_id}}
        return self._invoke_succeeds("sockets", event) and self._connections(photo_id) == []

    def _invoke_succeeds(self, service: str, event: object) -> bool:
        try:
            self._stack.invoke(service, event)
        except FunctionFailed:
            return False
        return True

    def _pushes_status(self, photo_id: str) -> bool:
        greeting = {"photo": photo_id, "connection": self._connection}
        return self._invoke_succeeds("live", {"greet": greeting})

    def pushes_photo_status(self) -> bool:
        """Return whether `live` pushes the status of a photo with a GIF."""
        return self._pushes_status(self._add_order(gif=b"GIF89a"))

    def pushes_upload_status(self) -> bool:
        """Return whether `live` pushes the status of an unprocessed upload."""
        return self._pushes_status(self._add_upload(self._photo))

    def pushes_failure_status(self) -> bool:
        """Return whether `live` pushes the status of a failed job."""
        return self._pushes_status(self._add_failure())

    def pushes_change(self) -> bool:
        """Return whether `live` pushes a new GIF."""
        record = {
            "Sns": {"Message": object_created_event(f"gifs/{derive_view(self._watched)}/default/blur.gif")}
        }
        return self._invoke_succeeds("live", {"Records": [record]})

    def closes_connection(self) -> bool:
        """Return whether `live` closes a connection whose photo does not exist."""
        photo_id = self._add_order()
        with self._stack.live(photo_id):
            [connection] = self._connections(photo_id)
            return self._invoke_succeeds(
                "live", {"greet": {"photo": new_photo_id(), "connection": connection}}
            )
