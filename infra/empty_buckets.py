"""Empty the stack's buckets, which must be before they can be deleted: `python -m infra.empty_buckets`."""

from __future__ import annotations

import sys

from infra.stack_outputs import NotDeployed, NotEmptied, empty, outputs

BUCKETS = ("SiteBucket", "PhotoBucket", "GifBucket")


def main() -> int:
    """Empty all three. Where nothing is deployed, nothing is to be done."""
    try:
        deployed = outputs()
    except NotDeployed as error:
        print(error, file=sys.stderr)
        return 0
    try:
        for bucket in BUCKETS:
            print(f"{empty(deployed[bucket])} objects deleted from {deployed[bucket]}")
    except NotEmptied as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
