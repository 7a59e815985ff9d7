"""No module of the sandbox imports, over however many others, itself: neither in Python nor in the page."""

import ast
import re
from collections.abc import Iterable, Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

SANDBOX = Path("sandbox")
PAGE = SANDBOX / "web" / "static" / "js"


def module_name(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def python_imports() -> dict[str, set[str]]:
    files = {module_name(path): path for path in SANDBOX.rglob("*.py")}
    return {name: set(imported(ast.parse(path.read_text("utf-8")), files)) - {name} for name, path in files.items()}


def imported(tree: ast.Module, known: Iterable[str]) -> Iterator[str]:
    """Yield the known modules that a module imports, for type checkers only as well."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            for alias in node.names:
                submodule = f"{node.module}.{alias.name}"
                if submodule in known:
                    yield submodule
                elif node.module in known:
                    yield node.module


def page_imports() -> dict[str, set[str]]:
    return {path.name: set(re.findall(r'from "\./(.+?)"', path.read_text("utf-8"))) for path in PAGE.glob("*.js")}


def circle(graph: dict[str, set[str]]) -> list[str]:
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_python_has_no_circles() -> None:
    graph = python_imports()
    assert graph["sandbox.telegram.client"] >= {"sandbox.telegram.control", "sandbox.server"}
    assert circle(graph) == []


def test_the_page_has_no_circles() -> None:
    graph = page_imports()
    assert {"queue.js", "timeline.js", "troubles.js"} <= graph["panel.js"]
    assert circle(graph) == []


@pytest.mark.parametrize("graph", [{"a": {"b"}, "b": {"a"}}, {"a": {"b"}, "b": {"c"}, "c": {"a"}}])
def test_a_circle_is_found(graph: dict[str, set[str]]) -> None:
    assert circle(graph)
