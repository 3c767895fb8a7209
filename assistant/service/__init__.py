"""The conversation as a service: no terminal, nobody who logs in, somebody who asks from outside how it goes.

    Service ──┬── notify    systemd: READY, STATUS, WATCHDOG, STOPPING
              ├── server    /health, /metrics, on a thread of its own
              ├── lines     what happens, a line each, without what was said
              └── the conversation, held until SIGTERM

`health`, `metrics` and `lines` are screens: they are shown every event. `surroundings` and `install` concern the
machine: what keeps a service from working where nobody is logged in.
"""
