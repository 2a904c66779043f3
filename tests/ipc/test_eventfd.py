"""Signals are counted, and no state of the counter makes a call block or fail."""

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


def test_flood_is_drained_in_parts(eventfd: int) -> None:
    os.eventfd_write(eventfd, 10)
    assert [events.drain(eventfd, 4) for _ in range(4)] == [4, 4, 2, 0]


def test_a_full_counter_neither_blocks_the_writer_nor_hangs_the_reader(eventfd: int) -> None:
    os.eventfd_write(eventfd, FULL)
    events.signal(eventfd)
    assert events.drain(eventfd) == events.DRAIN_LIMIT


def test_calls_do_not_block_even_if_the_other_process_cleared_o_nonblock(eventfd: int) -> None:
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


def test_renewing_a_full_eventfd_unblocks_a_writer(eventfd: int) -> None:
    os.set_blocking(eventfd, True)
    os.eventfd_write(eventfd, FULL)
    writer = threading.Thread(target=os.eventfd_write, args=(eventfd, 1))
    writer.start()
    old = os.dup(eventfd)
    while writer.is_alive():
        events.renew(eventfd)
        os.dup2(old, eventfd, inheritable=False)  # in case the writer had not started yet
    os.close(old)


def test_is_eventfd(eventfd: int) -> None:
    left, right = socket.socketpair()
    with left, right:
        assert events.is_eventfd(eventfd)
        assert not events.is_eventfd(left.fileno())
    assert not events.is_eventfd(left.fileno())


def test_descriptors_do_not_leak_into_children(eventfd: int) -> None:
    assert not os.get_inheritable(eventfd)
    assert not os.get_blocking(eventfd)
