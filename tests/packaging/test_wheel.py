"""The wheel holds everything that runs: whoever installs it needs neither Node nor this repository."""

from __future__ import annotations

import re
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from scripts.serving import ROOT, Serving

pytestmark = pytest.mark.packaging


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built as the Dockerfile builds it, with the build backend that is installed already."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return next(folder.glob("kanscope-*.whl"))


def test_the_wheel_contains_the_built_page_and_all_it_loads(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        page = archive.read("server/static/index.html").decode()
    wanted = re.findall(r'(?:src|href)="/?(assets/[^"]+)"', page)
    assert wanted
    assert {f"server/static/{name}" for name in wanted} <= names


def test_the_wheel_contains_migrations_and_no_tests(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert any(re.match(r"server/store/migrations/versions/\w+\.py$", name) for name in names)
    assert {name.split("/")[0] for name in names} <= {"kan_core", "server"} | {
        n.split("/")[0] for n in names if ".dist-info/" in n
    }
    assert not [name for name in names if "__pycache__" in name]


def test_the_installed_wheel_serves_the_page_from_its_own_files(wheel: Path, tmp_path: Path) -> None:
    environment = tmp_path / "environment"
    # The heavy dependencies are those of this Python; what is tested is the package, so only it is installed anew.
    venv.create(environment, with_pip=False, system_site_packages=False)
    packages = next(environment.glob("lib/python*/site-packages"))
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", str(packages), str(wheel)],
        check=True,
    )
    (packages / "dependencies.pth").write_text("\n".join(path for path in sys.path if path.endswith("site-packages")) + "\n")
    server = Serving(tmp_path / "data", python=str(environment / "bin/python"), folder=tmp_path)
    server.start()
    try:
        assert "<html" in server.text("/")
        assert [sample["name"] for sample in server.get("/samples")]
    finally:
        server.stop()
