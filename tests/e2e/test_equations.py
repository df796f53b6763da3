"""A person writes down a differential equation, has it solved, and gets a formula that fulfils it."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from scripts.serving import Serving
from tests.e2e.accessibility import violations
from tests.e2e.watching import Watch
from tests.e2e.workbench import Workbench

# Solving ends by itself; a busy machine takes longer.
LONG_MS = 240_000


def example(page: Page, title: str) -> None:
    """Fill in the form of the start page."""
    region = page.get_by_role("region", name="Or solve an equation")
    region.get_by_role("button", name=re.compile(title)).click()


def equations(page: Page) -> Locator:
    """The field they are written in."""
    return page.get_by_role("textbox", name="Equations and conditions")


def residual(page: Page, name: str) -> float:
    """A figure of the formula bar, as read on the screen."""
    cell = page.get_by_role("region", name="Formula").locator(f"dt:text-is('{name}') + dd")
    return float(cell.inner_text().replace("\u2212", "-"))


def test_an_equation_is_solved_and_its_formula_fulfils_it(page: Page, server: Serving) -> None:
    page.goto(server.address)
    example(page, "Logistic growth")
    assert violations(page) == []
    equations(page).press("Control+Enter")
    bench = Workbench(page, server)
    expect(page.get_by_text("revision 1 · saved", exact=True)).to_be_visible(timeout=LONG_MS)
    expect(page.get_by_text("n_t = n*(1 - n/3)", exact=True)).to_be_visible()
    assert residual(page, "equation") < 1e-2
    assert residual(page, "conditions") < 1e-3
    expect(
        page.get_by_title(re.compile(r"^Revision 1: solve the equation, by [^.]*\. Residual of the equations \d.*: solved, "))
    ).to_be_visible()
    expect(page.get_by_role("region", name="Formula").get_by_text(re.compile(r"^solved · .* left$"))).to_be_visible()
    assert violations(page) == []

    page.get_by_role("button", name="Points", exact=True).click()
    points = page.get_by_role("dialog", name="Points")
    expect(points.get_by_text("The values are the solution’s.")).to_be_visible()
    expect(points.get_by_text("1 to 100 of 1,000")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")

    # The solution is a logistic function, and the edge is one as well.
    bench.accept_first_suggestion(bench.edges("spline").first)
    expect(page.get_by_text("closed form")).to_be_visible()
    assert residual(page, "equation") < 1e-6
    bench.press_button("Solve for constants")
    assert residual(page, "equation") < 1e-13
    assert residual(page, "conditions") < 1e-13
    page.goto(server.address)
    expect(page.get_by_role("link", name=re.compile("Logistic growth.* residual .* solved"))).to_be_visible()


def test_what_is_no_solution_is_called_so_and_nothing_about_it_is_green(page: Page, server: Serving) -> None:
    # Burgers' equation: the shock is thinner than what so few steps on so coarse a grid can follow.
    problem = {
        "inputs": [{"name": "x", "low": -1, "high": 1}, {"name": "t", "low": 0, "high": 1}],
        "unknowns": ["u"],
        "equations": ["u_t + u*u_x = 0.01/pi*u_xx", "u = -sin(pi*x) at t = 0", "u = 0 at x = -1", "u = 0 at x = 1"],
        "points": 200,
    }
    columns = {"dataset": server.request("POST", "/equations", problem)["id"], "inputs": ["x", "t"], "targets": ["u"]}
    session = server.request("POST", "/sessions", columns)["id"]
    fit = {"kind": "fit_equation", "steps": 6, "starts": 1, "intervals": []}
    server.request("POST", f"/sessions/{session}/actions?wait=true", fit)
    page.goto(f"{server.address}/s/{session}")
    formula = page.get_by_role("region", name="Formula")
    expect(formula.get_by_text(re.compile(r"^not a solution · \d+ % left$"))).to_be_visible()
    expect(page.get_by_text(re.compile("^This is not a solution: .* Solve again with finer grids")).first).to_be_visible()
    expect(page.get_by_title(re.compile(r"^Revision 1: .*: not a solution, \d+ %"))).to_be_visible()
    assert violations(page) == []
    page.goto(server.address)
    expect(page.get_by_role("link", name=re.compile("not a solution"))).to_be_visible()


def test_training_leaves_the_equations_and_solving_again_returns_to_them(page: Page, server: Serving) -> None:
    page.goto(server.address)
    example(page, "Predator and prey")
    page.get_by_role("button", name="Solve", exact=True).click()
    bench = Workbench(page, server)
    expect(page.get_by_text("revision 1 · saved", exact=True)).to_be_visible(timeout=LONG_MS)
    solved = residual(page, "equation")
    bench.train()
    assert residual(page, "equation") > 10 * solved
    bench.press_button(re.compile("^Solve again"))
    assert residual(page, "equation") < 2 * solved

    # A new network is as smooth as the first one was.
    page.keyboard.press("Control+k")
    page.keyboard.type("start over")
    page.keyboard.press("Enter")
    bench.expect_revision(4)
    expect(page.get_by_text("degree 5", exact=True)).to_be_visible()
    expect(page.get_by_role("region", name="Equations").get_by_text("not solved yet", exact=True)).to_be_visible()


def test_a_bad_equation_says_where_and_keeps_what_was_written(page: Page, server: Serving, watch: Watch) -> None:
    watch.expect("422")
    page.goto(server.address)
    example(page, "Heat equation")
    text = equations(page).input_value()
    written = text.replace("sin(pi*x)", "sin(pi*z)")
    assert written != text
    equations(page).fill(written)
    page.get_by_role("button", name="Solve", exact=True).click()
    expect(page.get_by_text(re.compile("^Line 2, position 12: there is no unknown or input called 'z'"))).to_be_visible()
    expect(equations(page)).to_be_focused()
    assert equations(page).evaluate("field => field.value[field.selectionStart]") == "z"
    assert violations(page) == []

    # What was written is still there after one was elsewhere on the page.
    page.get_by_role("button", name="Close", exact=True).click()
    page.get_by_role("region", name="Or solve an equation").get_by_role("button", name="Write your own").click()
    expect(equations(page)).to_have_value(written)
    page.get_by_role("textbox", name="t to").fill("0")
    page.get_by_role("button", name="Solve", exact=True).click()
    expect(page.get_by_text("t must go from the lower number to the higher one.")).to_be_visible()


def test_a_mistake_in_a_session_stays_beside_its_equation(page: Page, server: Serving) -> None:
    bench = Workbench.from_sample(page, server)
    page.get_by_role("button", name="Equation …").click()
    dialog = page.get_by_role("dialog", name="Fit to an equation")
    equations(page).fill("D(z, y) = 2*w*z")
    dialog.get_by_role("button", name="Fit", exact=True).click()
    expect(dialog.get_by_text(re.compile("there is no unknown or input called 'w'"))).to_be_visible()
    assert violations(page) == []

    equations(page).fill("D(z, y) = 2*y*z")
    equations(page).press("Control+Enter")
    expect(dialog).to_have_count(0)
    bench.expect_progress()
    bench.cancel()
    bench.expect_revision(1)
    expect(page.get_by_role("button", name=re.compile(r"solve D\(z, y\)"))).to_be_visible()
