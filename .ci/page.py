"""Works the page as a person does: python page.py CHROMIUM FOLDER. FOLDER has the page as index.html, and gets the pictures."""

import os
import sys
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

SIZES = {"wide": (1280, 900), "phone": (390, 844)}
SECTIONS = ["overview", "spread", "work", "latency", "curves", "overload", "memory", "costs"]


def first_cells(page: Page, section: str) -> list[str]:
    """What stands in the first column of the section's first table."""
    return page.locator(f"#{section} table").first.locator("tbody th").all_inner_texts()


def filters(page: Page) -> None:
    status = page.locator("#status")
    expect(status).to_contain_text("all traffic, ct, mailbox bounded 1024: ratio to plain tokio")
    page.select_option("#lane", "mt2")
    expect(status).to_contain_text("mt2")
    expect(page.locator("#overview .warn").first).to_contain_text("Indicative only")
    expect(page.locator("#overview .warn").nth(1)).to_contain_text("Do not believe tell")
    page.select_option("#workload", "ycsb-b")
    assert "actix" in first_cells(page, "overview"), "actix plays on mt2"
    noisy = page.locator("#overview tr.noisy")
    expect(noisy).to_have_count(1)
    expect(noisy).to_contain_text("too noisy to conclude")
    page.select_option("#sort", "value")
    assert first_cells(page, "overview")[-1] == "elfo", "what is too noisy comes last"

    for metric in ["time", "cost", "mutex", "rate", "ratio"]:
        page.select_option("#metric", metric)
        for scale in ["linear", "log"]:
            page.select_option("#scale", scale)
            assert page.locator("#overview .point").count() == 8, metric
    expect(page.locator("#overview svg.chart")).to_contain_text("logarithmic")
    page.select_option("#scale", "linear")
    expect(page.locator("#overview svg.chart")).not_to_contain_text("logarithmic")
    page.select_option("#scale", "log")

    page.get_by_role("checkbox", name="kameo").uncheck()
    for section in SECTIONS:
        assert "kameo" not in first_cells(page, section), f"kameo is still shown in {section}"
    page.get_by_role("checkbox", name="kameo").check()
    assert "kameo" in first_cells(page, "overview")

    page.select_option("#workload", "spawn")
    page.select_option("#metric", "cost")
    expect(page.locator("#overview")).to_contain_text("No mutex took part")
    page.select_option("#mailbox", "unbounded")
    expect(status).to_contain_text("rtt, mt2, mailbox unbounded")
    page.select_option("#lane", "ct")
    page.select_option("#mailbox", "bounded 1024")
    page.select_option("#metric", "ratio")


def sections(page: Page) -> None:
    page.select_option("#quantile", "p999")
    expect(page.locator("#latency svg.chart")).to_contain_text("99.9th percentile")
    page.select_option("#load", "share")
    page.select_option("#latency-table", "1")
    expect(page.locator("#latency .warn")).to_contain_text("Platform-limited")
    expect(page.locator("#latency")).to_contain_text("none, 6 thrown out")
    # A hundred is not one: the zeros of a whole number stay.
    for work in ["none", "100 ns", "1 µs", "10 µs"]:
        expect(page.locator("#work svg.chart").get_by_text(work, exact=True)).to_be_visible()
    page.select_option("#curve-axis", "value bytes")
    expect(page.locator("#curves svg.chart")).to_contain_text("value bytes")
    page.select_option("#curve-metric", "rate")
    expect(page.locator("#curves svg.chart")).to_contain_text("commands per second")
    page.select_option("#spread-of", "time")
    expect(page.locator("#spread svg.chart")).to_contain_text("time per command")


def sorting(page: Page) -> None:
    page.select_option("#workload", "rtt")
    head = page.locator("#overview thead th").nth(1)
    numbers = page.locator("#overview tbody td:nth-child(2)")

    def figures() -> list[float]:
        return [float(text.replace("≈", "")) for text in numbers.all_inner_texts()]

    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "ascending")
    assert figures() == sorted(figures())
    page.keyboard.press("Enter")
    expect(head).to_have_attribute("aria-sort", "descending")
    assert figures() == sorted(figures(), reverse=True)
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Space")
    expect(page.locator("#overview thead th").first).to_have_attribute("aria-sort", "ascending")
    expect(head).to_have_attribute("aria-sort", "none")
    expect(page.locator("#status")).to_contain_text("sorted by backend")


def details(page: Page) -> None:
    detail = page.locator("#detail")
    page.mouse.move(0, 0)
    for section, words in {
        "overview": ["ratio to plain tokio", " to ", "audition compare --lane ct --workload rtt"],
        "spread": ["median", "audition compare --lane ct --workload rtt"],
        "work": ["ratio to the mutex", "audition compare --lane ct --workload ycsb-c"],
        "latency": ["99.9th percentile", "half of the windows", "audition latency"],
        "curves": ["time per command", "audition compare"],
    }.items():
        point = page.locator(f"#{section} .point[tabindex='0']")
        expect(point).to_have_count(1)
        point.focus()
        page.keyboard.press("ArrowDown")
        for word in words:
            expect(detail).to_contain_text(word)
        said = page.evaluate("document.activeElement.getAttribute('aria-label')")
        assert words[0] in said and words[-1] in said, said
        page.keyboard.press("Escape")
        expect(detail).to_be_hidden()
    for section, command in {"memory": "cargo bench --bench memory", "costs": "audition costs", "overload": "audition overload"}.items():
        page.locator(f"#{section} tr[tabindex='0']").first.focus()
        expect(detail).to_contain_text(command)
    page.keyboard.press("Escape")
    page.locator("#overview .point").nth(2).hover()
    expect(detail).to_contain_text("threads")
    page.mouse.move(0, 0)


def layout(page: Page) -> None:
    wide = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert wide[0] <= wide[1], f"the page is {wide[0]} wide on a screen of {wide[1]}"
    for section in SECTIONS:
        assert page.locator(f"#{section}").get_attribute("aria-labelledby"), section
    nameless = page.evaluate(
        "[...document.querySelectorAll('select, input, button, svg.chart')].filter((it) => "
        "!it.labels?.length && !it.getAttribute('aria-label') && !it.textContent.trim()).map((it) => it.outerHTML)"
    )
    assert not nameless, nameless


def theme(page: Page) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    button = page.locator("#theme")
    seen = set()
    for name in ["light", "dark", "as the system"]:
        button.click()
        expect(button).to_have_text(f"Theme: {name}")
        seen.add(page.evaluate(ground))
    assert len(seen) == 2, seen


def parts(page: Page) -> None:
    """A run that measured latency and nothing else."""
    expect(page.locator("#latency svg.chart")).to_be_visible()
    for section in SECTIONS:
        assert page.locator(f"#{section}").count() == (section == "latency"), section
    page.get_by_role("checkbox", name="kameo").uncheck()
    assert "kameo" not in first_cells(page, "latency")


def shots(page: Page, folder: Path, name: str) -> None:
    page.select_option("#workload", "all:traffic")
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    page.screenshot(path=folder / f"{name}.png", full_page=True)
    page.select_option("#lane", "mt2")
    page.select_option("#workload", "ycsb-b")
    page.locator("#overview .point[tabindex='0']").focus()
    page.screenshot(path=folder / f"{name}-one.png")


def main() -> None:
    browser_path, folder = sys.argv[1], Path(sys.argv[2]).resolve()
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=arguments)
        for size, (width, height) in SIZES.items():
            for scheme in ["light", "dark"]:
                page = browser.new_page(
                    viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce"
                )
                wrong: list[str] = []
                own = (folder / "index.html").as_uri()
                page.on("console", lambda message: wrong.append(f"console: {message.text}"))
                page.on("pageerror", lambda error: wrong.append(f"error: {error}"))
                page.on("request", lambda request: request.url == own or wrong.append(f"request: {request.url}"))
                page.goto(own)
                filters(page)
                sections(page)
                sorting(page)
                details(page)
                layout(page)
                theme(page)
                shots(page, folder, f"{size}-{scheme}")
                own = (folder / "parts.html").as_uri()
                page.goto(own)
                parts(page)
                assert not wrong, wrong
                print(f"page: {size}, {scheme}: all is well")
                page.close()
        browser.close()


main()
