"""The web application: routes, bodies, OpenAPI, problem documents, headers."""
