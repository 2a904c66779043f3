from moof.bridge.recipe_folder import find_recipe
from moof.bridge.shared_layout import SharedLayout


def test_each_emulator_of_a_mac_has_the_layout_that_it_can_read() -> None:
    layouts = {
        name: find_recipe(name).shared_layout
        for name in ("basilisk2", "sheepshaver", "qemu-q800", "qemu-mac99", "minivmac", "hatari")
    }
    assert layouts == {
        "basilisk2": SharedLayout.EXTFS,
        "sheepshaver": SharedLayout.EXTFS,
        "qemu-q800": SharedLayout.IMAGE,
        "qemu-mac99": SharedLayout.IMAGE,
        "minivmac": SharedLayout.IMAGE,
        "hatari": SharedLayout.PLAIN,
    }
    assert all(find_recipe(name).shared for name in layouts)
