from moof.media.kernel import KERNELS
from moof.media.warmup import kernels


def test_every_kernel_is_listed_once_and_compiles() -> None:
    found = list(kernels())
    names = [name for name, _ in found]
    assert len(names) == len(set(names)) == len(KERNELS)
    assert "i420.convert" in names
    for _, make_ready in found:
        make_ready()


def test_kernel_is_compiled_once() -> None:
    assert KERNELS[0].compile() is KERNELS[0].compile()
