"""Every input of Moof that may be hostile, as a function of bytes: for the tests and for scripts/fuzz."""

from support.fuzz.mutations import mutations
from support.fuzz.target import Feed, FuzzTarget
from support.fuzz.targets import TARGETS

__all__ = ["TARGETS", "Feed", "FuzzTarget", "mutations"]
