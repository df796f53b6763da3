"""The start page as the place where things are kept: sizes, deleting, bringing back."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from scripts.serving import Serving
from tests.e2e.workbench import Workbench


def test_a_deleted_session_comes_back_from_its_place_and_from_the_message(page: Page, own_server: Serving) -> None:
    session = Workbench.from_sample(page, own_server).session
    page.goto(own_server.address)
    recent = page.get_by_role("region", name="Recent sessions")
    row = recent.get_by_role("link", name=re.compile("^Toy"))
    expect(row).to_contain_text(re.compile(r"\d\sKB"))
    before = row.bounding_box()
    row.hover()
    recent.get_by_role("button", name=re.compile("^Delete Toy")).click()
    back = recent.get_by_role("button", name=re.compile("^Bring back Toy"))
    expect(back).to_be_focused()
    place = back.bounding_box()
    assert before is not None
    assert place is not None
    assert before["y"] <= place["y"] <= before["y"] + before["height"], "the way back is where the session was"
    assert own_server.get("/sessions")["sessions"] == []
    message = page.get_by_role("status").filter(has_text="Deleted “Toy")
    message.get_by_role("button", name="Undo").click()
    expect(row).to_be_visible()
    assert [each["id"] for each in own_server.get("/sessions")["sessions"]] == [session]
    recent.get_by_role("button", name=re.compile("^Delete Toy")).click()
    page.reload()
    recent.get_by_role("button", name="Show 1 deleted one").click()
    back.click()
    row.click()
    Workbench(page, own_server).expect_revision(0)


def test_a_table_in_use_is_deleted_only_with_its_sessions_by_name(page: Page, own_server: Serving) -> None:
    Workbench.from_sample(page, own_server)
    page.goto(own_server.address)
    recent = page.get_by_role("region", name="Recent sessions")
    recent.get_by_text(re.compile(r"1 table · .* kept")).click()
    table = recent.get_by_role("button", name=re.compile(r"^Toy.*1 session$"))
    table.hover()
    recent.get_by_role("button", name=re.compile("^Delete table Toy")).click()
    expect(recent.get_by_text(re.compile("Delete the table and 1 session on it: “Toy"))).to_be_visible()
    expect(recent.get_by_role("button", name="Keep")).to_be_focused()
    recent.get_by_role("button", name="Delete all 2").click()
    expect(recent.get_by_role("button", name=re.compile("^Bring back Toy"))).to_have_count(2)
    assert own_server.get("/datasets")["datasets"] == []
    page.get_by_role("status").get_by_role("button", name="Undo").click()
    expect(table).to_be_visible()
    expect(recent.get_by_role("link", name=re.compile("^Toy"))).to_be_visible()
    table.click()
    expect(page.get_by_role("button", name=re.compile("Start|Begin|Open"))).to_be_visible()
