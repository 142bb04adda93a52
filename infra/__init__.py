"""The CDK stack of gifmill on AWS, one construct for each capability, and the commands used in a deploy."""
