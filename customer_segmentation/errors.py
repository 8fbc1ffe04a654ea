"""What can go wrong, told in one sentence each, with the exit code of the command."""


class SegmentationError(Exception):
    """An error that is shown to the caller as one sentence, without a traceback."""

    exit_code = 3


class DataRefused(SegmentationError):
    """The data cannot be used as delivered; nothing was published."""

    exit_code = 1


class WrongCall(SegmentationError):
    """The call or a setting is wrong."""

    exit_code = 2


class EnvironmentFault(SegmentationError):
    """The machine stands in the way: a lock, the disk, the engine."""

    exit_code = 3
