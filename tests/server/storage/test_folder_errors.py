from moof.server.storage import folder_errors


def test_each_refusal_is_a_folder_error() -> None:
    errors = [each for each in vars(folder_errors).values() if isinstance(each, type)]
    assert len(errors) > 5
    assert all(issubclass(each, folder_errors.FolderError) for each in errors)
