"""Networks of real size as resident models: toys of them here, and all of it where there is a GPU."""

import asyncio

import pytest

from assistant.service.resources import gpu_memory

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

from scripts.measure_models import NETWORKS, measure  # noqa: E402

TOYS = ("whisper-small", "hubert-large", "t5-large")


def test_toys_are_loaded_and_measured() -> None:
    found = asyncio.run(measure("cpu", True, 4000, TOYS))
    assert [row["name"] for row in found["models"]] == list(TOYS)
    assert all(row["load_s"] > 0 and row["warm_ms"] > 0 for row in found["models"])
    assert found["pressure"]["budget_mb"] == 4000 and found["pressure"]["resident"] == 3


@pytest.mark.gpu
def test_ten_are_resident_at_once_and_go_round_under_pressure() -> None:
    if not gpu_memory() or not torch.cuda.is_available():
        pytest.skip("needs a GPU, and a torch that can use it")
    found = asyncio.run(measure("cuda", False, None, tuple(NETWORKS)))
    print(found)
    assert len(found["models"]) == 10
    assert all(row["gpu_mb"] > 0 for row in found["models"])
    assert 0 < found["pressure"]["resident"] < 10
