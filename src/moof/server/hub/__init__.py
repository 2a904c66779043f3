"""A server that JupyterHub has started: sign-in by the Hub's OAuth, roles by its scopes, activity."""
