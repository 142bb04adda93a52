"""One question for each thing that a role is allowed to do: does it work? Each is quick, whatever the answer.

Functions are called with the event that they would get, so that no queue has to be waited for.
"""

from __future__ import annotations

import io
import json
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from tests.e2e.deployed_stack import FunctionFailed
from tests.e2e.stack_operations import created, names
from tests.http_contract import fill, form, receive_message
from websockets.exceptions import InvalidStatus

from gifmill import open_photo
from gifmill.errors import RenderFailed
from gifmill.orders.keys import new_photo_id

if TYPE_CHECKING:
    from tests.e2e.deployed_stack import Cloud

_NO_PHOTO = b"%PDF-1.7 is no photo"
_OPTIONS = {"gif": "default", "webp": "format=webp"}
_LONG_S = 600
_SOON_S = 1.5
"""A function makes a failed message visible again after a second. Without the grant it stays hidden."""

_PROBLEM = json.dumps(RenderFailed("It did not go well.").problem()).encode()


class Checks(ExitStack):
    """The questions, asked of one stack, with one photo. Has a socket open until the end of its block."""

    def __init__(self, cloud: Cloud, photo: bytes) -> None:
        super().__init__()
        self._cloud = cloud
        self._photo = photo
        self._png = open_photo(photo).png()
        self._watched = self._ordered()
        self.enter_context(cloud.live(self._watched))
        [self._connection] = self._connections(self._watched)

    # Preparations, by somebody who may do all.

    def _ordered(self, *, gif: bytes | None = None, ending: str = "gif") -> str:
        photo_id, options = new_photo_id(), _OPTIONS[ending]
        s3 = self._cloud.aws.s3
        s3.put_object(Bucket=self._cloud.photos, Key=f"photos/{photo_id}/{options}/blur.png", Body=self._png)
        if gif is not None:
            s3.put_object(Bucket=self._cloud.gifs, Key=f"gifs/{photo_id}/{options}/blur.{ending}", Body=gif)
        return photo_id

    def _failed(self) -> str:
        photo_id = self._ordered()
        name = f"gifs/{photo_id}/default/blur.failed.json"
        self._cloud.aws.s3.put_object(Bucket=self._cloud.gifs, Key=name, Body=_PROBLEM)
        return photo_id

    def _uploaded(self, file: bytes) -> str:
        photo_id = new_photo_id()
        self._cloud.aws.s3.put_object(
            Bucket=self._cloud.photos,
            Key=f"uploads/{photo_id}",
            Body=io.BytesIO(file),
            Metadata={"orders": "default/blur"},
        )
        return photo_id

    def _noted(self, photo_id: str, connection: str) -> None:
        item = {"photo": {"S": photo_id}, "connection": {"S": connection}, "expires": {"N": "9999999999"}}
        self._cloud.aws.dynamodb.put_item(TableName=self._cloud.outputs["Connections"], Item=item)

    def _connections(self, photo_id: str) -> list[str]:
        found = self._cloud.aws.dynamodb.query(
            TableName=self._cloud.outputs["Connections"],
            KeyConditionExpression="photo = :photo",
            ExpressionAttributeValues={":photo": {"S": photo_id}},
        )
        return [item["connection"]["S"] for item in found["Items"]]

    # The gateway and the API, over HTTP.

    def downloads(self, ending: str = "gif") -> bool:
        """A GIF from the gateway."""
        photo_id = self._ordered(gif=b"GIF89a", ending=ending)
        answer = self._cloud.straight(f"/v1/gifs/{photo_id}/{_OPTIONS[ending]}/blur.{ending}")
        return (answer.status_code, answer.content) == (200, b"GIF89a")

    def downloads_webp(self) -> bool:
        """A WebP from the gateway."""
        return self.downloads("webp")

    def takes(self) -> bool:
        """A photo that is sent to the API."""
        return self._cloud.client.post("/v1/photos", content=self._photo).status_code == 202

    def _tells(self, photo_id: str) -> bool:
        return self._cloud.client.get(f"/v1/photos/{photo_id}").status_code == 200

    def tells_of_a_photo(self) -> bool:
        """The status of a photo with a GIF."""
        return self._tells(self._ordered(gif=b"GIF89a"))

    def tells_of_an_upload(self) -> bool:
        """The status of an upload that nobody has looked at."""
        return self._tells(self._uploaded(self._photo))

    def tells_of_a_failure(self) -> bool:
        """The status of a photo of which no GIF could be made."""
        return self._tells(self._failed())

    def _deletes(self, photo_id: str) -> bool:
        answer = self._cloud.client.delete(f"/v1/photos/{photo_id}")
        left = [
            name
            for bucket, prefix in (
                (self._cloud.photos, "photos/"),
                (self._cloud.photos, "uploads/"),
                (self._cloud.gifs, "gifs/"),
            )
            for name in names(self._cloud, bucket, prefix + photo_id)
        ]
        return answer.status_code == 204 and not left

    def deletes_a_photo(self) -> bool:
        """A photo with a GIF."""
        return self._deletes(self._ordered(gif=b"GIF89a"))

    def deletes_an_upload(self) -> bool:
        """An upload that nobody has looked at."""
        return self._deletes(self._uploaded(self._photo))

    def signs(self) -> bool:
        """A form that S3 takes."""
        handed_out = form(self._cloud, self._photo)
        return fill(self._cloud, handed_out, self._photo).status_code == 204

    # Functions behind queues.

    def _works(self, service: str, queue: str, name: str, source: str = "") -> bool:
        record = self._record(queue, created(name), source)
        answer = self._cloud.invoke(service, {"Records": [record]})
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
        url = self._cloud.queue(queue)
        found = self._cloud.aws.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        return found["Attributes"]["QueueArn"]

    def renders(self, ending: str = "gif") -> bool:
        """The GIF of an order."""
        photo_id = self._ordered(ending=ending)
        order = f"photos/{photo_id}/{_OPTIONS[ending]}/blur.png"
        worked = self._works("render-blur", "FanoutblurQueue", order)
        return worked and names(self._cloud, self._cloud.gifs, f"gifs/{photo_id}/") != set()

    def renders_webp(self) -> bool:
        """The WebP of an order."""
        return self.renders("webp")

    def renders_nothing(self) -> bool:
        """An order whose photo was deleted is no failure."""
        return self._works("render-blur", "FanoutblurQueue", f"photos/{new_photo_id()}/default/blur.png")

    def takes_in(self) -> bool:
        """An upload that is a photo."""
        photo_id = self._uploaded(self._photo)
        worked = self._works("intake", "FanoutIntakeQueue", f"uploads/{photo_id}")
        return (
            worked
            and names(self._cloud, self._cloud.photos, f"photos/{photo_id}/") != set()
            and names(self._cloud, self._cloud.photos, f"uploads/{photo_id}") == set()
        )

    def takes_in_nothing(self) -> bool:
        """An upload that is gone is no failure."""
        return self._works("intake", "FanoutIntakeQueue", f"uploads/{new_photo_id()}")

    def refuses(self) -> bool:
        """An upload that is no photo."""
        photo_id = self._uploaded(_NO_PHOTO)
        worked = self._works("intake", "FanoutIntakeQueue", f"uploads/{photo_id}")
        return worked and names(self._cloud, self._cloud.gifs, f"gifs/{photo_id}/") != set()

    def buries_an_order(self) -> bool:
        """An order that was tried in vain."""
        photo_id = self._ordered()
        name = f"photos/{photo_id}/default/blur.png"
        worked = self._works("bury", "FanoutDead", name, "FanoutblurQueue")
        return worked and names(self._cloud, self._cloud.gifs, f"gifs/{photo_id}/") != set()

    def buries_nothing(self) -> bool:
        """An order whose photo was deleted leaves nothing behind."""
        photo_id = new_photo_id()
        name = f"photos/{photo_id}/default/blur.png"
        worked = self._works("bury", "FanoutDead", name, "FanoutblurQueue")
        return worked and names(self._cloud, self._cloud.gifs, f"gifs/{photo_id}/") == set()

    def buries_an_upload(self) -> bool:
        """An upload that was tried in vain."""
        photo_id = self._uploaded(self._photo)
        worked = self._works("bury", "FanoutDead", f"uploads/{photo_id}", "FanoutIntakeQueue")
        return worked and names(self._cloud, self._cloud.photos, f"uploads/{photo_id}") == set()

    def _retries_soon(self, service: str, queue: str) -> bool:
        """Whether a function can make a message that failed visible again after a second.

        The message itself is the evidence. The function's log is not: the emulator returns what it has read
        within some milliseconds, and on a busy machine that is nothing.
        """
        url, sqs = self._cloud.queue(queue), self._cloud.aws.sqs
        sqs.send_message(QueueUrl=url, MessageBody="no event of S3")
        [message] = sqs.receive_message(QueueUrl=url, VisibilityTimeout=_LONG_S)["Messages"]
        handle = message["ReceiptHandle"]
        record = self._record(queue, message["Body"], receipt_handle=handle)
        answer = self._cloud.invoke(service, {"Records": [record]})
        assert answer["batchItemFailures"] != []
        time.sleep(_SOON_S)
        visible = sqs.receive_message(QueueUrl=url, VisibilityTimeout=_LONG_S).get("Messages", [])
        sqs.delete_message(QueueUrl=url, ReceiptHandle=visible[0]["ReceiptHandle"] if visible else handle)
        return visible != []

    def renders_again_soon(self) -> bool:
        """A message that failed at an effect."""
        return self._retries_soon("render-blur", "FanoutblurQueue")

    def takes_in_again_soon(self) -> bool:
        """A message that failed at the intake."""
        return self._retries_soon("intake", "FanoutIntakeQueue")

    def buries_again_soon(self) -> bool:
        """A message that failed at the burial."""
        return self._retries_soon("bury", "FanoutDead")

    # Sockets.

    def listens(self) -> bool:
        """A socket that opens, and is told the status."""
        photo_id = self._ordered()
        try:
            with self._cloud.live(photo_id) as socket:
                return bool(receive_message(socket)["id"] == photo_id)
        except InvalidStatus:
            return False

    def forgets(self) -> bool:
        """A socket that closes."""
        photo_id = new_photo_id()
        self._noted(photo_id, photo_id)
        event = {"requestContext": {"routeKey": "$disconnect", "connectionId": photo_id}}
        return self._answers("sockets", event) and self._connections(photo_id) == []

    def _answers(self, service: str, event: object) -> bool:
        try:
            self._cloud.invoke(service, event)
        except FunctionFailed:
            return False
        return True

    def _greets(self, photo_id: str) -> bool:
        greeting = {"photo": photo_id, "connection": self._connection}
        return self._answers("live", {"greet": greeting})

    def greets_who_waits_for_a_photo(self) -> bool:
        """The status of a photo with a GIF, pushed."""
        return self._greets(self._ordered(gif=b"GIF89a"))

    def greets_who_waits_for_an_upload(self) -> bool:
        """The status of an upload that nobody has looked at, pushed."""
        return self._greets(self._uploaded(self._photo))

    def greets_who_waits_in_vain(self) -> bool:
        """The status of a photo of which no GIF could be made, pushed."""
        return self._greets(self._failed())

    def pushes(self) -> bool:
        """News of a GIF."""
        news = {"Sns": {"Message": created(f"gifs/{self._watched}/default/blur.gif")}}
        return self._answers("live", {"Records": [news]})

    def ends(self) -> bool:
        """A socket that waits for a photo which is not there is closed."""
        photo_id = self._ordered()
        with self._cloud.live(photo_id):
            [connection] = self._connections(photo_id)
            return self._answers("live", {"greet": {"photo": new_photo_id(), "connection": connection}})
