"""gifmill on AWS, as code: one construct a capability, and the commands around a deploy."""
