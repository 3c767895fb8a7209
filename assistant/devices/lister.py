"""The sound devices as rows of plain values, with nothing imported but the sound library.

`python lister.py BACKEND` prints them as JSON: that is how a process of its own tells them (`scout.py`). The keys are
the fields of `backend.DeviceInfo`.
"""

import json
import sys
from typing import Any, TypeAlias

Row: TypeAlias = dict[str, Any]


def sounddevice_rows(sd: Any) -> list[Row]:
    """All devices in PortAudio's order, by the module sounddevice."""
    hosts = sd.query_hostapis()
    inputs, outputs = sd.default.device
    return [
        {
            "index": device["index"],
            "name": device["name"],
            "host": hosts[device["hostapi"]]["name"],
            "inputs": device["max_input_channels"],
            "outputs": device["max_output_channels"],
            "rate": round(device["default_samplerate"]),
            "default_input": device["index"] == _default(inputs, hosts, "default_input_device"),
            "default_output": device["index"] == _default(outputs, hosts, "default_output_device"),
        }
        for device in sd.query_devices()
    ]


def pyaudio_rows(library: Any) -> list[Row]:
    """All devices in PortAudio's order, by an object of PyAudio's."""
    hosts = [library.get_host_api_info_by_index(i) for i in range(library.get_host_api_count())]
    inputs, outputs = (_default(-1, hosts, key) for key in ("defaultInputDevice", "defaultOutputDevice"))
    return [
        {
            "index": device["index"],
            "name": device["name"],
            "host": hosts[device["hostApi"]]["name"],
            "inputs": device["maxInputChannels"],
            "outputs": device["maxOutputChannels"],
            "rate": round(device["defaultSampleRate"]),
            "default_input": device["index"] == inputs,
            "default_output": device["index"] == outputs,
        }
        for device in map(library.get_device_info_by_index, range(library.get_device_count()))
    ]


def _default(chosen: int, hosts: Any, key: str) -> int:
    """The device that is used when none is named: the one chosen, else the first host's that has one."""
    return chosen if chosen >= 0 else next((int(host[key]) for host in hosts if host[key] >= 0), -1)


def main() -> None:
    """Print the devices of the backend named."""
    if sys.argv[1] == "pyaudio":
        import pyaudio

        print(json.dumps(pyaudio_rows(pyaudio.PyAudio())))
    else:
        import sounddevice

        print(json.dumps(sounddevice_rows(sounddevice)))


if __name__ == "__main__":
    main()
