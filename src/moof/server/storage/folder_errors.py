"""Why a folder of files cannot do what was asked."""


class FolderError(Exception):
    """A file cannot be read or stored; the text says why."""


class NoSuchFileError(FolderError):
    """The folder has no file of this name."""


class NameTakenError(FolderError):
    """The folder has a file of this name already."""


class TooLargeError(FolderError):
    """The file has more bytes than the limit."""


class FolderExchangedError(FolderError):
    """The folder's path leads elsewhere than when the server started."""


class ContentError(FolderError):
    """The file is not of the kind that the folder is for, or is damaged."""


class StorageFullError(FolderError):
    """The disk or the folder's quota is full, or the disk is not writable."""


class TooManyUploadsError(FolderError):
    """As many files as the folder allows are being uploaded at this moment."""


class UploadMovedError(FolderError):
    """An upload is not where its sender believes, or another request goes on with it."""


class DiskInUseError(FolderError):
    """A Mac has the disk in its settings."""
