"""What pages are told of the people at the Mac, and who may pass mouse and keyboard on."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field

import pytest

from moof.server.auth.principal import Principal
from moof.server.auth.roles import NotAllowedError, Role
from moof.server.config.floor_rules import FloorMode, FloorRules
from moof.server.protocol.latency_messages import Latency, PathTimes
from moof.server.protocol.messages import ServerMessage
from moof.server.protocol.people_messages import FloorRequest, People, PersonName, Pointers, Pointing
from moof.server.session.presence import Participant, Presence

REQUEST = FloorRules(FloorMode.REQUEST)
WAIT = 30.0


@dataclass
class Page(Participant):
    """A session that keeps what it is sent."""

    viewer: str
    principal: Principal = field(default_factory=lambda: Principal(Role.PLAYER, "Ann"))
    latency: Latency | None = None
    absent: bool = False
    sent: list[ServerMessage] = field(default_factory=list)
    lost: int = 0

    @property
    def awaits_resumption(self) -> bool:
        return self.absent

    def send(self, message: ServerMessage) -> None:
        self.sent.append(message)

    def lose_floor(self) -> None:
        self.lost += 1


async def next_people(page: Page) -> People:
    """Wait for the next message of that kind, and forget those before."""
    found: list[People] = []
    async with asyncio.timeout(WAIT):
        while not found:
            await asyncio.sleep(0.01)
            found = [each for each in page.sent if isinstance(each, People)]
    page.sent.clear()
    return found[-1]


def latency(total: float) -> Latency:
    """Return a page's report with this time from a ping to its picture, ms."""
    times = PathTimes(0, 0, 0, 0, 0, 0, 0, 0, 0, total)
    return Latency(1, 0.0, times, times)


async def test_all_pages_are_told_once_who_is_here() -> None:
    presence = Presence(REQUEST)
    pages = [
        Page("a"),
        Page("b", Principal(Role.VIEWER, "Watchers")),
        Page("c", Principal(Role.OWNER, "owner")),
    ]
    for page in pages:
        presence.join(page)
    people = await next_people(pages[0])
    assert [(each.viewer, each.name, each.role, each.plays) for each in people.people] == [
        ("a", "Ann", "player", True),
        ("b", "Watchers", "viewer", False),
        ("c", "owner", "owner", True),
    ]
    assert [len(page.sent) for page in pages] == [0, 1, 1]
    presence.leave("b")
    assert [each.viewer for each in (await next_people(pages[0])).people] == ["a", "c"]
    presence.close()


async def test_names_have_no_control_characters() -> None:
    presence, page = Presence(), Page("a")
    presence.join(page)
    presence.process("a", PersonName(" Bo\n\x1b[31m b\u202e "))
    assert (await next_people(page)).people[0].name == "Bo b\ufffd"
    presence.process("a", PersonName("  "))
    assert (await next_people(page)).people[0].name == "Ann"


async def test_direction_marks_of_a_name_are_left_out() -> None:
    presence, page = Presence(), Page("a")
    presence.join(page)
    presence.process("a", PersonName("\u200fمحمد\u200e (2)\u061c"))
    assert (await next_people(page)).people[0].name == "محمد (2)"
    presence.close()


async def test_the_line_is_a_word_that_is_sent_when_it_changes() -> None:
    presence, page = Presence(), Page("a")
    presence.join(page)
    assert (await next_people(page)).people[0].line == ""
    for total, word in ((80.0, "good"), (200.0, "slow"), (900.0, "poor")):
        page.latency = latency(total)
        presence.review(time.monotonic())
        assert (await next_people(page)).people[0].line == word
    page.absent = True
    presence.review(time.monotonic())
    assert not (await next_people(page)).people[0].present


async def test_the_floor_is_requested_given_and_released() -> None:
    presence, ann, bob = Presence(REQUEST), Page("a"), Page("b")
    presence.join(ann)
    presence.join(bob)
    presence.process("a", FloorRequest("request"))
    presence.process("b", FloorRequest("request"))
    people = await next_people(bob)
    assert (people.mode, people.holder, people.waiting) == ("request", "a", ("b",))
    presence.process("a", FloorRequest("give", "b"))
    people = await next_people(bob)
    assert (people.holder, people.waiting, ann.lost) == ("b", (), 1)
    presence.process("b", FloorRequest("release"))
    assert (await next_people(bob)).holder == ""
    assert bob.lost == 1


async def test_only_the_holder_and_an_owner_give() -> None:
    presence, ann, owner = Presence(REQUEST), Page("a"), Page("o", Principal(Role.OWNER))
    presence.join(ann)
    presence.join(owner)
    with pytest.raises(NotAllowedError, match="Only who has the mouse"):
        presence.process("a", FloorRequest("give", "a"))
    presence.process("a", FloorRequest("request"))
    presence.process("o", FloorRequest("give", "o"))
    assert presence.floor.holder == "o"
    with pytest.raises(NotAllowedError, match="Somebody else"):
        presence.check_floor("a")
    presence.check_floor("o")


async def test_a_viewer_gets_no_floor() -> None:
    presence, owner = Presence(REQUEST), Page("o", Principal(Role.OWNER))
    presence.join(owner)
    presence.join(Page("v", Principal(Role.VIEWER)))
    presence.process("o", FloorRequest("give", "v"))
    assert presence.floor.holder == ""


async def test_the_time_that_is_left_is_sent() -> None:
    presence, ann = Presence(FloorRules(FloorMode.QUEUE, 3)), Page("a")
    presence.join(ann)
    presence.join(Page("b"))
    presence.process("a", FloorRequest("request"))
    assert (await next_people(ann)).left is None
    presence.process("b", FloorRequest("request"))
    left = (await next_people(ann)).left
    assert left is not None
    assert 0 < left <= 180


async def test_pointers_are_collected_and_sent_to_the_others() -> None:
    presence = Presence(REQUEST)
    pages = [Page("a"), Page("b"), Page("c")]
    for page in pages:
        presence.join(page)
    presence.point("a", 1, 2)
    presence.point("a", 3, 4)
    presence.point("b", 5, 6)
    presence.point("stranger", 7, 8)

    def pointers(page: Page) -> list[ServerMessage]:
        return [each for each in page.sent if isinstance(each, Pointers)]

    async with asyncio.timeout(WAIT):
        while not pointers(pages[2]):  # noqa: ASYNC110  likewise
            await asyncio.sleep(0.01)
    ann, bob = Pointing("a", 3, 4), Pointing("b", 5, 6)
    assert [pointers(page) for page in pages] == [
        [Pointers((bob,))],
        [Pointers((ann,))],
        [Pointers((ann, bob))],
    ]
    presence.close()


async def test_a_request_of_a_player_may_use_the_keyboard_while_the_players_page_has_it() -> None:
    ann, bob = Principal(Role.PLAYER, "Ann", login="1"), Principal(Role.PLAYER, "Ann", login="2")
    presence = Presence()
    presence.check_request(bob)
    presence.floor.set_rules(REQUEST, 0.0)
    with pytest.raises(NotAllowedError):
        presence.check_request(ann)
    presence.join(Page("a", ann))
    presence.check_floor("a")
    presence.check_request(ann)
    presence.check_request(Principal(Role.OWNER, "owner"))
    with pytest.raises(NotAllowedError):
        presence.check_request(bob)
    presence.close()


async def test_a_player_who_waits_does_not_switch_the_mac_but_an_owner_does() -> None:
    presence = Presence(REQUEST)
    for page in (Page("a"), Page("b"), Page("o", Principal(Role.OWNER, "owner"))):
        presence.join(page)
    presence.check_switch("a", Role.PLAYER)  # nobody had it: now a has
    presence.process("b", FloorRequest("request"))
    with pytest.raises(NotAllowedError, match="Somebody else has the mouse"):
        presence.check_switch("b", Role.PLAYER)
    presence.check_switch("o", Role.OWNER)
    assert presence.floor.holder == "a"
    presence.floor.set_rules(FloorRules(), time.monotonic())
    presence.check_switch("b", Role.PLAYER)
    presence.close()
