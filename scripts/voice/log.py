"""The training curve: `step,phase,name,value`, a line each, appended as training goes."""

from pathlib import Path


class Curve:
    """Averages what is added and writes the averages."""

    def __init__(self, path: Path, phase: str) -> None:
        self._path, self._phase = path, phase
        self._sums: dict[str, tuple[float, int]] = {}
        if not path.exists():
            path.write_text("step,phase,name,value\n")

    def add(self, **values: float) -> None:
        """Losses of one step."""
        for name, value in values.items():
            total, count = self._sums.get(name, (0.0, 0))
            self._sums[name] = (total + value, count + 1)

    def write(self, step: int) -> str:
        """Appends the averages since the last time, and says them."""
        means = {name: total / count for name, (total, count) in self._sums.items()}
        with self._path.open("a") as file:
            file.writelines(f"{step},{self._phase},{name},{mean:.5f}\n" for name, mean in means.items())
        self._sums.clear()
        return f"{self._phase} {step}: " + " ".join(f"{name} {mean:.4f}" for name, mean in means.items())
