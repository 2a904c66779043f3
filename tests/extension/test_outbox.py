from moof.extension.messages import KeysRead, LayoutName, WheelTurn
from moof.extension.outbox import ExtensionOutbox


def test_turns_are_added_up_and_states_replaced() -> None:
    outbox = ExtensionOutbox()
    for message in (WheelTurn(1, -2), KeysRead(5), WheelTurn(10, -20), LayoutName("us"), KeysRead(6)):
        outbox.put(message)
    assert outbox
    assert outbox.take() == [WheelTurn(11, -22), KeysRead(6), LayoutName("us")]
    assert not outbox
    assert outbox.take() == []


def test_a_sum_stays_within_the_field() -> None:
    outbox = ExtensionOutbox()
    for _ in range(3):
        outbox.put(WheelTurn(0x7FFF, -0x8000))
    assert outbox.take() == [WheelTurn(0x7FFF, -0x8000)]
