"""The API follows its schema; what each operation does is tested in test_routes.py and test_files_api.py."""

from support.api_schema import try_operations


def test_every_operation_answers_as_the_schema_says() -> None:
    result = try_operations(examples=1, seed=1)
    assert result.returncode == 0, result.stdout
