"""The stack on AWS: one construct a capability, and what builds and publishes it."""
