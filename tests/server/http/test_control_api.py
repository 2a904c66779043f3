"""The API keeps to its schema; what each operation does is tested in test_web.py and test_filesapi.py."""

from schema import try_all


def test_every_operation_answers_as_the_schema_says() -> None:
    result = try_all(examples=1, seed=1)
    assert result.returncode == 0, result.stdout
