"""Bubblewrap's arguments for what a sandbox shows, and what a shell finds inside."""

from __future__ import annotations

import subprocess
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from moof.process.sandbox import SYSTEM, Sandbox, home_inside

HOME, FOLDER = Path("/home/someone"), Path("/work")


def mounts(words: list[str]) -> dict[str, str]:
    """Return the kind of mount by path, in the order in which bubblewrap makes them."""
    found = {}
    for kind, *rest in (words[i : i + 3] for i in range(len(words))):
        if kind in ("--bind", "--ro-bind"):
            found[rest[1]] = kind
        elif kind in ("--tmpfs", "--proc", "--dev"):
            found[rest[0]] = kind
    return found


def test_home_is_empty_or_a_folder_that_keeps_what_is_written() -> None:
    assert mounts(Sandbox().arguments(FOLDER, HOME))[str(HOME)] == "--tmpfs"
    words = Sandbox(home=Path("/data/homes/mac")).arguments(FOLDER, HOME)
    at = words.index("/data/homes/mac")
    assert words[at - 1 : at + 2] == ["--bind", "/data/homes/mac", str(HOME)]


def test_network_and_process_ids_are_separate_unless_given() -> None:
    words = Sandbox().arguments(FOLDER, HOME, filter_fd=7)
    assert {"--unshare-net", "--unshare-pid", "--unshare-ipc", "--unshare-uts"} <= set(words)
    assert words[words.index("--seccomp") + 1] == "7"
    given = Sandbox(network=True, own_pids=False).arguments(FOLDER, HOME)
    assert not {"--unshare-net", "--unshare-pid", "--seccomp"} & set(given)
    assert "/etc/resolv.conf" in given
    assert (mounts(given)["/dev/shm"], mounts(given)["/tmp"]) == ("--bind", "--tmpfs")
    assert mounts(Sandbox(tmp=Path("/data/tmp")).arguments(FOLDER, HOME))["/tmp"] == "--bind"


def test_folders_of_home_and_tmp_are_made_for_this_user_alone(tmp_path: Path) -> None:
    Sandbox(home=tmp_path / "a/home", tmp=tmp_path / "a/tmp").make_folders()
    Sandbox().make_folders()
    assert {oct((tmp_path / "a" / name).stat().st_mode)[-3:] for name in ("home", "tmp")} == {"700"}


def test_folders_above_a_hidden_one_that_does_not_exist_are_made(tmp_path: Path) -> None:
    sandbox = Sandbox(writable=(tmp_path,), hidden=(tmp_path / "config/moof",))
    sandbox.make_folders()
    words = [
        *sandbox.arguments(tmp_path, tmp_path / "home"),
        "sh",
        "-c",
        "mv config other; echo > config/moof/x",
    ]
    found = subprocess.run(words, capture_output=True, text=True, check=True, timeout=30)
    assert "busy" in found.stderr
    assert not (tmp_path / "config/moof/x").exists()


def test_hidden_folder_is_covered_only_where_it_would_be_shown() -> None:
    hidden = Path("/data/moof")
    assert str(hidden) not in Sandbox(hidden=(hidden,)).arguments(FOLDER, HOME)
    sandbox = Sandbox(writable=(Path("/data"), hidden / "disks"), hidden=(hidden,))
    order = [path for path in mounts(sandbox.arguments(FOLDER, HOME)) if path.startswith("/data")]
    assert order == ["/data", "/data/moof", "/data/moof/disks"]
    assert mounts(sandbox.arguments(FOLDER, HOME))["/data/moof"] == "--tmpfs"


def test_home_that_is_the_root_is_not_covered() -> None:
    assert home_inside({"HOME": "/home/x"}) == Path("/home/x")
    assert home_inside({"HOME": "/"}) == home_inside({}) == home_inside({"HOME": "x"}) == Path("/tmp")


NAMES = st.lists(st.sampled_from("abc"), min_size=1, max_size=4).map(lambda parts: Path("/", *parts))


@given(st.lists(NAMES, max_size=6), st.lists(NAMES, max_size=6))
def test_a_folder_is_mounted_before_what_is_inside_it(reads: list[Path], writes: list[Path]) -> None:
    found = mounts(Sandbox(tuple(reads), tuple(writes)).arguments(FOLDER, HOME))
    order = [Path(path) for path in found]
    for number, path in enumerate(order):
        assert not any(path in later.parents for later in order[:number])
    assert all(found[str(path)] == "--bind" for path in writes)
    assert all(found[str(path)] == "--ro-bind" for path in set(reads) - set(writes))
    assert not {str(path) for path in (*reads, *writes)} & set(SYSTEM)


def test_a_shell_inside_finds_what_is_shown(tmp_path: Path) -> None:
    for name in ("rom", "disk", "other", "shared/moof/token"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    sandbox = Sandbox(
        read_only=(tmp_path / "rom",),
        writable=(tmp_path / "disk", tmp_path / "shared"),
        hidden=(tmp_path / "shared/moof",),
    )
    script = "cat rom; echo more >>disk; echo no >>rom; cat other; cat shared/moof/token; pwd; ls $HOME"
    words = sandbox.arguments(tmp_path, tmp_path / "home")
    found = subprocess.run(
        [*words, "sh", "-c", script], capture_output=True, text=True, check=False, timeout=30
    )
    assert found.stdout.splitlines()[0] == f"rom{tmp_path}"
    assert (tmp_path / "disk").read_text() == "diskmore\n"
    assert (tmp_path / "rom").read_text() == "rom"
    assert found.stderr.count("No such file") == 2, found.stderr
    assert "Read-only file system" in found.stderr


def test_what_is_read_only_in_a_writable_folder_cannot_be_exchanged(tmp_path: Path) -> None:
    for name in ("shared/conf/sub/prefs", "shared/data/moof/tokens", "shared/free/file"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text("ours")
    shared = tmp_path / "shared"
    sandbox = Sandbox((shared / "conf/sub/prefs",), (shared,), hidden=(shared / "data/moof",))
    script = (
        "for name in conf conf/sub conf/sub/prefs data data/moof; do mv $name $name.old; done; mv free moved"
    )
    words = [*sandbox.arguments(shared, tmp_path / "home"), "sh", "-c", script]
    found = subprocess.run(words, capture_output=True, text=True, check=True, timeout=30)
    assert found.stderr.count("busy") == 5, found.stderr
    assert sorted(path.name for path in shared.iterdir()) == ["conf", "data", "moved"]


def test_what_is_shown_is_said_in_words() -> None:
    words = Sandbox(read_only=(Path("/rom"),), home=Path("/h")).shown()
    assert words == "read-only: /rom; writable: none; its home is /h; no network"
    assert "the machine's network" in Sandbox(network=True).shown()
