"""Why a link starts no Mac."""


class ForkError(Exception):
    """No Mac can be started; the text is for the visitor."""


class NoSuchForkError(ForkError):
    """The link is none of this server's, or was withdrawn."""


class TooManyForksError(ForkError):
    """There is no place for one more Mac, or for one more link."""
