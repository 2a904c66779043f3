"""The API keeps to its schema; what each operation does is tested in test_web.py and test_filesapi.py."""

from support.api_schema import try_operations


def test_every_operation_answers_as_the_schema_says() -> None:
    result = try_operations(examples=1, seed=1)
    assert result.returncode == 0, result.stdout
