from moof.media.kernel import KERNELS
from moof.media.warmup import kernels


def test_every_kernel_is_named_once_and_can_be_made_ready() -> None:
    found = list(kernels())
    names = [name for name, _ in found]
    assert len(names) == len(set(names)) == len(KERNELS)
    assert "i420.convert" in names
    for _, make_ready in found:
        make_ready()


def test_a_kernel_is_made_once() -> None:
    assert KERNELS[0].compile() is KERNELS[0].compile()
