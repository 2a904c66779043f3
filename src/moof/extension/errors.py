"""The error of the extension socket."""


class ExtensionError(Exception):
    """Bytes that the extension socket's protocol does not define, or a socket that cannot be used."""
