"""Empty the stack's buckets: `python -m infra.empty_buckets`. S3 deletes only empty buckets."""

from __future__ import annotations

import sys

from infra.stack_outputs import BucketNotEmptied, NotDeployed, empty_bucket, read_outputs

BUCKETS = ("SiteBucket", "PhotoBucket", "GifBucket")


def main() -> int:
    """Empty all three buckets. Without a deployed stack, do nothing.

    Returns:
        0, or 1 if objects are left.
    """
    try:
        deployed = read_outputs()
    except NotDeployed as error:
        print(error, file=sys.stderr)
        return 0
    try:
        for bucket in BUCKETS:
            print(f"{empty_bucket(deployed[bucket])} objects deleted from {deployed[bucket]}")
    except BucketNotEmptied as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
