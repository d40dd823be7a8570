"""Which devices there are, where a model goes, and how many CPU threads it may use."""

from voiceclone.devices.devices import Devices
from voiceclone.devices.threads import available_cores

__all__ = ["Devices", "available_cores"]
