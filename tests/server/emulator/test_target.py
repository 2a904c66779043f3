import pytest

from moof.server.emulator.supervisor import RESTARTING, STARTING
from moof.server.emulator.target import EmulatorTarget, NoSuchEmulatorError, OfflineEmulator

NAMED, OWN, OTHER = 100, 200, 300


def test_default_is_the_newest_emulator() -> None:
    assert EmulatorTarget().pid is None


def test_named_emulator_is_the_target() -> None:
    assert EmulatorTarget(NAMED).pid == NAMED


def test_own_emulator_is_the_target_once_it_is_ready() -> None:
    target = EmulatorTarget()
    assert not target.set_own(None)
    assert target.set_own(OWN)
    assert target.pid == OWN
    assert not target.set_own(OWN)


def test_target_stays_while_the_own_emulator_restarts() -> None:
    target = EmulatorTarget()
    target.set_own(OWN)
    assert not target.set_own(None)
    assert target.pid == OWN
    assert target.set_own(OWN + 1)
    assert target.pid == OWN + 1


def test_attached_emulator_takes_precedence_over_the_own_one() -> None:
    target = EmulatorTarget()
    target.set_own(OWN)
    assert target.attach(OTHER, [OWN, OTHER])
    assert not target.set_own(OWN + 1)
    assert target.pid == OTHER


def test_attaching_to_a_process_that_is_no_running_emulator_is_an_error() -> None:
    target = EmulatorTarget(NAMED)
    with pytest.raises(NoSuchEmulatorError, match="there is no running emulator 300"):
        target.attach(OTHER, [NAMED])
    assert target.pid == NAMED


def test_attached_emulator_stays_the_target_while_it_runs() -> None:
    target = EmulatorTarget()
    target.attach(OTHER, [OTHER])
    assert not target.detach_ended([OTHER])
    assert target.pid == OTHER


@pytest.mark.parametrize(
    ("named", "own", "expected"), [(None, OWN, OWN), (NAMED, None, NAMED), (None, None, None)]
)
def test_target_after_the_attached_emulator_has_ended(
    named: int | None, own: int | None, expected: int | None
) -> None:
    target = EmulatorTarget(named)
    target.attach(OTHER, [OTHER])
    target.set_own(own)
    assert target.detach_ended([])
    assert target.pid == expected
    assert not target.detach_ended([])


def test_waiting_note_names_what_the_server_waits_for() -> None:
    assert EmulatorTarget().waiting_note(None) == "Waiting for an emulator…"
    assert EmulatorTarget(NAMED).waiting_note(None) == "Waiting for emulator 100…"
    assert EmulatorTarget().waiting_note(RESTARTING) == RESTARTING
    assert EmulatorTarget().waiting_note("") == STARTING


def test_emulator_is_offline_only_while_it_is_the_servers_own() -> None:
    target = EmulatorTarget()
    assert not OfflineEmulator(target, own_is_offline=False).is_served
    emulator = OfflineEmulator(target, own_is_offline=True)
    assert emulator.is_served
    target.set_own(OWN)
    target.attach(OTHER, {OWN, OTHER})
    assert not emulator.is_served
    target.set_own(None)
    target.set_own(OWN + 1)
    assert not emulator.is_served
    target.attach(OWN + 1, {OWN + 1, OTHER})
    assert emulator.is_served


def test_after_an_attached_emulator_the_own_one_is_waited_for() -> None:
    target = EmulatorTarget()
    target.set_own(OWN)
    target.attach(OTHER, {OTHER})
    target.set_own(None)
    target.detach_ended(set())
    assert target.pid == OWN, "not the newest one of this user, which may be anybody's"
    assert OfflineEmulator(target, own_is_offline=True).is_served


def test_the_newest_emulator_or_a_named_one_is_not_the_servers_own() -> None:
    target = EmulatorTarget()
    target.attach(OTHER, {OTHER})
    target.detach_ended(set())
    assert target.pid is None
    assert not target.is_own
    target.set_own(OWN)
    assert target.is_own
    assert not EmulatorTarget(NAMED).is_own
