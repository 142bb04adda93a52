"""The contract of the HTTP API: tests that run against any service, local or on AWS.

A test module imports all names of this package and defines a fixture `service`.
"""

from tests.http_contract.capabilities import *  # noqa: F403
from tests.http_contract.conditional_requests import *  # noqa: F403
from tests.http_contract.gifs import *  # noqa: F403
from tests.http_contract.orders import *  # noqa: F403
from tests.http_contract.rejected_requests import *  # noqa: F403
from tests.http_contract.response_headers import *  # noqa: F403
from tests.http_contract.single_gif import *  # noqa: F403
from tests.http_contract.upload_forms import *  # noqa: F403
from tests.http_contract.websockets import *  # noqa: F403
