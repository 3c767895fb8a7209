"""Ends what a model of transformers' writes from another thread, at its next token."""

import torch
from transformers import StoppingCriteria, StoppingCriteriaList

from assistant.errors import EngineError


class TokenBrake(StoppingCriteria):
    """Looks after each token whether the text is still wanted."""

    def __init__(self) -> None:
        self._pulled = False

    @property
    def criteria(self) -> StoppingCriteriaList:
        """What `generate` takes."""
        return StoppingCriteriaList([self])

    def __enter__(self) -> None:
        """A call begins."""
        self._pulled = False

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        """Raises EngineError where it was stopped."""
        if error is None:
            self.look()

    def look(self) -> None:
        """Raises EngineError where it was stopped: between texts of one call."""
        if self._pulled:
            raise EngineError("The model was stopped.")

    def pull(self) -> None:
        """End the call that runs."""
        self._pulled = True

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor, **_: object) -> torch.Tensor:
        """Whether each text, (n, tokens), ends here: (n,)."""
        return torch.full((input_ids.shape[0],), self._pulled, device=input_ids.device, dtype=torch.bool)
