from moof.cli.text_table import text_table


def test_columns_are_as_wide_as_their_longest_cell() -> None:
    rows = [("a", "long name", "x"), ("abcd", "", "y")]
    assert list(text_table(("ID", "NAME", ""), rows)) == [
        "ID    NAME",
        "a     long name  x",
        "abcd             y",
    ]


def test_no_cell_can_command_the_terminal() -> None:
    (_, line) = text_table(("NAME",), [("a\x1b[31mb\nc",)])
    assert "\x1b" not in line
    assert "\n" not in line
