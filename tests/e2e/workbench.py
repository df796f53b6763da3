"""The workbench as a person uses it: found by role and name, nothing by class or structure."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from scripts.serving import Serving

TOY = "Toy: two inputs"
_REVISION = re.compile(r"revision (\d+) · saved")


def sample_button(page: Page, sample: str = TOY) -> Locator:
    """A sample of the gallery on the start page."""
    return page.get_by_role("region", name="Or begin with a sample").get_by_role("button", name=re.compile(sample))


class Workbench:
    """One tab with a session open."""

    def __init__(self, page: Page, server: Serving) -> None:
        self.page = page
        self.server = server

    @classmethod
    def from_sample(cls, page: Page, server: Serving, sample: str = TOY) -> Workbench:
        """Open the start page and click a sample."""
        page.goto(server.address)
        sample_button(page, sample).click()
        bench = cls(page, server)
        bench.expect_revision(0)
        return bench

    @property
    def session(self) -> str:
        """The session's id, as the address names it."""
        found = re.search(r"/s/([\w-]+)", self.page.url)
        assert found, f"no session in {self.page.url}"
        return found[1]

    @classmethod
    def with_shape(cls, page: Page, server: Serving, shape: list[int]) -> Workbench:
        """Open a new session on the toy with a network of another shape; large ones train for a while."""
        dataset = server.request("POST", "/samples/toy")["id"]
        body = {"dataset": dataset, "inputs": ["x", "y"], "targets": ["z"], "shape": shape}
        page.goto(f"{server.address}/s/{server.request('POST', '/sessions', body)['id']}")
        bench = cls(page, server)
        bench.expect_revision(0)
        return bench

    def expect_revision(self, number: int) -> None:
        """Wait until this revision is the saved head."""
        expect(self.page.get_by_text(f"revision {number} · saved", exact=True)).to_be_visible()

    def revision(self) -> int:
        """The head's number; waits until nothing runs."""
        text = self.page.get_by_text(_REVISION)
        expect(text).to_be_visible()
        found = _REVISION.search(text.inner_text())
        assert found
        return int(found[1])

    def press_button(self, name: str | re.Pattern[str]) -> None:
        """Click a button that makes a revision, and wait for it."""
        before = self.revision()
        self.page.get_by_role("button", name=name).first.click()
        self.expect_revision(before + 1)

    def press_menu_item(self, name: str) -> None:
        """Choose from the open menu what makes a revision, and wait for it."""
        before = self.revision()
        self.page.get_by_role("menuitem", name=name).click()
        self.expect_revision(before + 1)

    def train(self) -> None:
        """The Train button."""
        self.press_button(re.compile(r"^Train"))

    def set_threshold(self, share_of_track: float) -> None:
        """Click on the slider's track."""
        slider = self.page.get_by_role("slider", name="Prune edges weaker than")
        box = slider.bounding_box()
        assert box
        slider.click(position={"x": share_of_track * box["width"], "y": box["height"] / 2})

    def open_row_menu(self, revision: int) -> None:
        """The dots at the edge of a row of the history."""
        self.page.get_by_role("button", name=f"More for revision {revision}", exact=True).click()

    def look_at(self, revision: int) -> None:
        """Click a row of the history and wait until its revision is on the screen."""
        self.page.get_by_role("button", name=re.compile(rf"^Look at revision {revision}:")).click()
        self.expect_looking(revision)

    def expect_looking(self, revision: int) -> None:
        """Wait until a revision that is not the head is on the screen."""
        expect(self.page.get_by_text(f"revision {revision} · only you look at it", exact=True)).to_be_visible()

    def edges(self, kind: str) -> Locator:
        """The network's edges of a kind (spline, symbolic function name …)."""
        return self.page.get_by_role("button", name=re.compile(rf" → .*, {kind}"))

    def accept_first_suggestion(self, edge: Locator) -> None:
        """Click an edge, wait for its suggestions and click the first."""
        before = self.revision()
        edge.click()
        self.suggestions().first.click()
        self.expect_revision(before + 1)

    def suggestions(self) -> Locator:
        """The ranked rows of the selected edge."""
        return self.page.get_by_role("button", name=re.compile(r"error of the whole model .* Accept\."))

    def running(self) -> Locator:
        """The progress of the running action."""
        return self.page.get_by_role("group", name="Running action")

    def start_training(self) -> None:
        """Press Train and wait until the first step has been seen, without waiting for the end."""
        self.page.get_by_role("button", name=re.compile(r"^Train")).click()
        self.expect_progress()

    def expect_progress(self) -> None:
        """Wait until a step of the running action is on the screen."""
        expect(self.running().get_by_text(re.compile(r"step \d+|\d+ (of|/) \d+"))).to_be_visible()

    def cancel(self) -> None:
        """Cancel the running action, which keeps its best state as a revision."""
        self.running().get_by_role("button", name="Cancel").click()
        expect(self.running()).to_have_count(0)

    def copied(self, language: str) -> str:
        """What the copy button of the formula bar puts on the clipboard."""
        self.page.get_by_role("group", name="copy as").get_by_role("button", name=language).click()
        expect(self.page.get_by_text(f"{language} copied")).to_be_visible()
        text: str = self.page.evaluate("navigator.clipboard.readText()")
        return text
