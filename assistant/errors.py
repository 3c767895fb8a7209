"""What can go wrong, as one tree. The text of each is a sentence that says what to do.

* EarshotError
  x DeviceError         the microphone or loudspeaker cannot be used
  x SettingsError       a setting is unknown or does not fit
  x DataError           a file cannot be read, or holds no sound
  x EngineError         an engine could not do its work
    x EngineMissing     an engine's package or weights are not here
    x JobCancelled      a job is no longer wanted
  x TaskError           a task could not be done; the sentence is fit to be spoken
  x ServiceError        the service cannot be offered, or cannot be installed
"""


class EarshotError(Exception):
    """Anything Earshot says no to, in a sentence."""


class DeviceError(EarshotError):
    """The microphone or loudspeaker cannot be used."""


class SettingsError(EarshotError):
    """A setting is unknown or does not fit."""


class DataError(EarshotError):
    """A file cannot be read, or holds no sound."""


class EngineError(EarshotError):
    """An engine could not do its work."""


class EngineMissing(EngineError):
    """An engine's package or weights are not here; the sentence says what to install."""


class JobCancelled(EngineError):
    """A job is no longer wanted; raised through the engine that does it."""


class TaskError(EarshotError):
    """A task could not be done; the sentence is fit to be spoken."""


class ServiceError(EarshotError):
    """The service cannot be offered, or cannot be installed."""
