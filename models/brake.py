"""Ends a call of a torch module from another thread, before its next layer."""

import torch

from assistant.errors import EngineError


class Stopped(Exception):
    """The call is no longer wanted."""


class Brake:
    """Looks before each layer whether the call is still wanted."""

    def __init__(self, module: torch.nn.Module) -> None:
        self._pulled = False
        for layer in module.modules():
            if not isinstance(layer, torch.jit.ScriptModule):
                layer.register_forward_pre_hook(self._look)

    def __enter__(self) -> None:
        """A call begins."""
        self._pulled = False

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        """Raises EngineError where it was stopped."""
        if isinstance(error, Stopped):
            raise EngineError("The model was stopped.") from error

    def pull(self) -> None:
        """End the call that runs."""
        self._pulled = True

    def _look(self, *_: object) -> None:
        if self._pulled:
            raise Stopped
