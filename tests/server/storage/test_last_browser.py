from pathlib import Path

from moof.server.storage.last_browser import Browser, last_browser, remember, video_codecs

ANSWER = """v=0
m=audio 9 UDP/TLS/RTP/SAVPF 96
a=rtpmap:96 opus/48000/2
m=video 9 UDP/TLS/RTP/SAVPF 102 103
a=rtpmap:102 H264/90000
a=rtpmap:103 rtx/90000
a=rtpmap:104 AV1/90000
a=rtpmap:105 H264/90000
""".replace("\n", "\r\n")


def test_the_codecs_of_an_answer() -> None:
    assert video_codecs(ANSWER) == ("H264", "AV1")
    assert video_codecs("") == ()


def test_the_last_one_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "state" / "browser.json"
    assert last_browser(file) is None
    for browser in (Browser(("H264",)), Browser(()), Browser(())):
        remember(browser, file)
        assert last_browser(file) == browser


def test_a_file_that_makes_no_sense_or_cannot_be_written(tmp_path: Path) -> None:
    file = tmp_path / "browser.json"
    for text in ("", "[]", "{}", '{"codecs": 1}'):
        file.write_text(text)
        assert last_browser(file) is None
    remember(Browser(()), Path("/proc/nowhere/browser.json"))
