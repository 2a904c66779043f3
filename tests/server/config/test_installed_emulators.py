from moof.server.config.installed_emulators import InstalledEmulator, NoInstalledEmulators


def test_a_server_that_starts_none_has_nothing_to_choose() -> None:
    nothing = NoInstalledEmulators()
    assert (nothing.follows_file, list(nothing.all())) == (False, [])
    assert nothing.install_advice("basilisk2") == ""
    assert nothing.next_images() is None


def test_an_emulator_lacks_nothing_and_waits_for_moof_unless_it_says_so() -> None:
    assert InstalledEmulator("b2", "Basilisk II") == InstalledEmulator("b2", "Basilisk II", "", False)
