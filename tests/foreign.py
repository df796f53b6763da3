"""A folder of somebody's own whose files have the names of modules: each leaves a line when it is executed."""

from __future__ import annotations

from pathlib import Path

LIBRARY = ("queue", "random", "multiprocessing", "subprocess", "json", "signal", "pickle", "sitecustomize", "usercustomize")
INSTALLED = ("numpy", "torch", "sympy", "triton", "cupy", "msgpack")
OURS = ("kan_core", "server")
# Python itself executes these in the process that a person starts with PYTHONPATH.
AT_START = ("sitecustomize", "usercustomize")
_SHADOW = "import sys\nopen({marker!r}, 'a').write(__name__ + ' in ' + ' '.join(sys.argv) + '\\n')\n"


class ForeignFolder:
    """`marker` holds a line of each file that was executed."""

    def __init__(self, folder: Path, names: tuple[str, ...]) -> None:
        self.path = folder
        self.marker = folder.parent / f"{folder.name}.executed"
        folder.mkdir()
        text = _SHADOW.format(marker=str(self.marker))
        for place, name in enumerate(names):
            if place % 2 and name not in AT_START:
                (folder / name).mkdir()
                (folder / name / "__init__.py").write_text(text)
            else:
                (folder / f"{name}.py").write_text(text)

    @property
    def executed(self) -> str:
        return self.marker.read_text() if self.marker.exists() else ""

    def table(self) -> Path:
        file = self.path / "t.csv"
        file.write_text("x,y\n" + "".join(f"{row / 4},{row / 4 + 1}\n" for row in range(40)))
        return file
