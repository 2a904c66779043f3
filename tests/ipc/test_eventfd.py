"""Signals are counted one by one, and nothing anybody does to the counter blocks or fails."""

import os
import socket
import threading

from moof.ipc import eventfd as events

FULL = 2**64 - 2
"""The largest count that an eventfd holds (eventfd(2))."""


def test_each_signal_is_one_read(eventfd: int) -> None:
    for _ in range(3):
        events.signal(eventfd)
    assert os.eventfd_read(eventfd) == 1
    assert events.drain(eventfd) == 2
    assert events.drain(eventfd) == 0


def test_a_flood_is_drained_piece_by_piece(eventfd: int) -> None:
    os.eventfd_write(eventfd, 10)
    assert [events.drain(eventfd, 4) for _ in range(4)] == [4, 4, 2, 0]


def test_a_full_counter_neither_blocks_the_writer_nor_hangs_the_reader(eventfd: int) -> None:
    os.eventfd_write(eventfd, FULL)
    events.signal(eventfd)
    assert events.drain(eventfd) == events.DRAIN_LIMIT


def test_it_blocks_nobody_whatever_the_other_side_has_made_of_the_open_file(eventfd: int) -> None:
    theirs = os.dup(eventfd)
    os.set_blocking(theirs, True)
    assert events.drain(eventfd) == 0
    os.set_blocking(theirs, True)
    os.eventfd_write(theirs, FULL)
    events.signal(eventfd)
    os.close(theirs)


def test_a_renewed_descriptor_is_empty_and_apart_from_the_old_one(eventfd: int) -> None:
    old = os.dup(eventfd)
    events.signal(eventfd)
    events.renew(eventfd)
    assert not os.get_inheritable(eventfd)
    assert events.drain(eventfd) == 0
    events.signal(eventfd)
    assert events.drain(old) == 1
    assert events.drain(eventfd) == 1
    os.close(old)


def test_who_waits_to_signal_a_full_one_goes_on_once_it_is_renewed(eventfd: int) -> None:
    os.set_blocking(eventfd, True)
    os.eventfd_write(eventfd, FULL)
    writer = threading.Thread(target=os.eventfd_write, args=(eventfd, 1))
    writer.start()
    old = os.dup(eventfd)
    while writer.is_alive():
        events.renew(eventfd)
        os.dup2(old, eventfd, inheritable=False)  # should it have been too early
    os.close(old)


def test_only_eventfds_are_taken_for_eventfds(eventfd: int) -> None:
    left, right = socket.socketpair()
    with left, right:
        assert events.is_eventfd(eventfd)
        assert not events.is_eventfd(left.fileno())
    assert not events.is_eventfd(left.fileno())


def test_descriptors_do_not_leak_into_children(eventfd: int) -> None:
    assert not os.get_inheritable(eventfd)
    assert not os.get_blocking(eventfd)
