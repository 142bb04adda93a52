"""The Lambda functions: each parses its event, calls one function and maps the result."""
