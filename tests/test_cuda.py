"""CUDA's libraries out of wheels: found, in order, loaded, and left alone where there is no GPU."""

import ctypes.util
import logging
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.cuda import preload, wheels

SOMETHING = "libm.so.6"
"""A library that every Linux has, in place of the driver's."""


def wheel(root: Path, part: str, *libraries: str, content: bytes = b"no library") -> None:
    folder = root / part / "lib"
    folder.mkdir(parents=True)
    for library in libraries:
        (folder / library).write_bytes(content)


def test_libraries_come_before_those_that_need_them(tmp_path: Path) -> None:
    wheel(tmp_path, "cudnn", "libcudnn.so.9", "libcudnn_ops.so.9")
    wheel(tmp_path, "cublas", "libcublas.so.12", "libcublasLt.so.12", "libnvblas.so.12")
    wheel(tmp_path, "cuda_runtime", "libcudart.so.12")
    names = [path.name for path in wheels([tmp_path])]
    assert names == ["libcudart.so.12", "libcublasLt.so.12", "libcublas.so.12", "libcudnn.so.9"]


def test_without_a_driver_nothing_is_touched(tmp_path: Path) -> None:
    wheel(tmp_path, "cublas", "libcublas.so.12")
    assert preload("libnowhere.so.1", [tmp_path]) == []


@pytest.mark.skipif(sys.platform != "linux", reason="the wheels are for Linux")
def test_one_that_cannot_be_loaded_is_passed_over_and_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    wheel(tmp_path, "cublas", "libcublas.so.12")
    with caplog.at_level(logging.WARNING):
        assert preload(SOMETHING, [tmp_path]) == []
    assert "libcublas.so.12 cannot be loaded" in caplog.text


@pytest.mark.skipif(sys.platform != "linux", reason="the wheels are for Linux")
def test_what_is_loaded_is_then_found_by_its_name_alone(tmp_path: Path) -> None:
    compiler = ctypes.util.find_library("c") and subprocess.run(["which", "cc"], capture_output=True, check=False)
    if not compiler or compiler.returncode:
        pytest.skip("needs a C compiler")
    wheel(tmp_path, "cublas")
    library = tmp_path / "cublas" / "lib" / "libcublas.so.12"
    (tmp_path / "one.c").write_text("int cublas_is_here(void) { return 7; }\n")
    name = "-Wl,-soname,libcublas.so.12"
    subprocess.run(["cc", "-shared", "-fPIC", name, "-o", library, tmp_path / "one.c"], check=True)
    script = (
        "import ctypes, pathlib, sys\n"
        "from assistant.cuda import preload\n"
        f"loaded = preload({SOMETHING!r}, [pathlib.Path(sys.argv[1])])\n"
        "print(len(loaded), ctypes.CDLL('libcublas.so.12').cublas_is_here())\n"
    )
    done = subprocess.run([sys.executable, "-c", script, tmp_path], capture_output=True, text=True, check=True)
    assert done.stdout == "1 7\n"


@pytest.mark.gpu
def test_the_gpu_is_found_by_the_libraries_of_the_wheels() -> None:
    if not preload():
        pytest.skip("needs NVIDIA's driver and the extra gpu")
    import ctranslate2

    assert ctranslate2.get_cuda_device_count() > 0
