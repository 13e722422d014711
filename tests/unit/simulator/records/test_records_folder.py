"""The run folder: complete or not there; nothing of the user's is lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from simulator.errors import RunFolderError
from simulator.records import new_run_folder, package_version, read_manifest, read_summary, write_json


def make_run(final: Path, mark: int, *, force: bool = False) -> None:
    with new_run_folder(final, force=force) as folder:
        write_json(folder / "manifest.json", {"suandian": package_version(), "status": "complete", "mark": mark})
        write_json(folder / "summary.json", {"mark": mark})
        (folder / "figures").mkdir()
        (folder / "figures" / f"f{mark}.svg").write_text("<svg/>")
        assert not (final / f"figures/f{mark}.svg").exists()


def test_folder_appears_whole(tmp_path: Path) -> None:
    final = tmp_path / "a" / "b"
    with new_run_folder(final) as folder:
        assert folder.parent == final.parent
        assert folder.name.startswith(".b.partial-")
        assert not final.exists()
        (folder / "manifest.json").write_text("{}")
    assert [p.name for p in final.parent.iterdir()] == ["b"]
    assert (final / "manifest.json").is_file()


def test_exception_leaves_nothing(tmp_path: Path) -> None:
    def fail() -> None:
        with new_run_folder(tmp_path / "run") as folder:
            (folder / "jobs.parquet").write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_exception_keeps_the_earlier_run(tmp_path: Path) -> None:
    final = tmp_path / "run"
    make_run(final, 1)

    def fail() -> None:
        with new_run_folder(final):
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        fail()
    assert read_summary(final) == {"mark": 1}
    assert [p.name for p in tmp_path.iterdir()] == ["run"]


def test_rerun_replaces_whole(tmp_path: Path) -> None:
    final = tmp_path / "run"
    make_run(final, 1)
    make_run(final, 2)
    assert read_summary(final) == {"mark": 2}
    assert [p.name for p in (final / "figures").iterdir()] == ["f2.svg"]
    assert [p.name for p in tmp_path.iterdir()] == ["run"]


def test_an_empty_folder_and_a_link_are_used(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "empty", target_is_directory=True)
    make_run(tmp_path / "link", 1)
    assert read_summary(tmp_path / "empty") == {"mark": 1}
    assert (tmp_path / "link").is_symlink()


def test_a_leftover_of_a_killed_run_is_no_obstacle(tmp_path: Path) -> None:
    with new_run_folder(tmp_path / "run") as folder:
        name = folder.name
        (folder / "manifest.json").write_text("{}")
    (tmp_path / name).mkdir()
    (tmp_path / name / "old").write_text("half")
    with new_run_folder(tmp_path / "other"):
        pass
    (tmp_path / "run" / "manifest.json").write_text(json.dumps({"suandian": "0"}))
    make_run(tmp_path / "run", 3)
    assert not (tmp_path / name).exists()
    assert not (tmp_path / "run" / "old").exists()


@pytest.mark.parametrize("name", ["thesis.docx", "manifest.json"])
def test_foreign_folder_is_refused_before_and_nothing_is_lost(tmp_path: Path, name: str) -> None:
    final = tmp_path / "run"
    final.mkdir()
    (final / name).write_text('{"name": "a web page"}')
    entered = []
    with pytest.raises(RunFolderError, match="nothing was written or lost"), new_run_folder(final):
        entered.append(1)
    assert not entered
    assert [p.name for p in tmp_path.rglob("*")] == ["run", name]


def test_notes_in_a_run_folder_are_not_lost(tmp_path: Path) -> None:
    final = tmp_path / "run"
    make_run(final, 1)
    (final / "my notes.txt").write_text("important")
    with pytest.raises(RunFolderError, match="not of a run"):
        make_run(final, 2)
    make_run(final, 2, force=True)
    assert read_summary(final) == {"mark": 2}
    assert (tmp_path / "run.before-1" / "my notes.txt").read_text() == "important"


def test_a_file_in_the_way_is_refused(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("x")
    for force in (False, True):
        with pytest.raises(RunFolderError, match="it is a file"):
            make_run(tmp_path / "run", 1, force=force)


def test_json_keeps_order_and_chinese_and_every_digit(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    write_json(path, {"b": 0.1 + 0.2, "a": "嘉兴", "c": [1, None, True]})
    text = path.read_text(encoding="utf-8")
    assert text.index('"b"') < text.index('"a"')
    assert "嘉兴" in text
    assert json.loads(text)["b"] == 0.1 + 0.2
    assert text.endswith("}\n")


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_json_names_the_number_it_refuses(tmp_path: Path, bad: float) -> None:
    with pytest.raises(ValueError, match=r"hubs\.jx\[1\]\.pue is not a finite number"):
        write_json(tmp_path / "x.json", {"hubs": {"jx": [0, {"pue": bad}]}})
    assert not (tmp_path / "x.json").exists()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "missing"),
        ("{", "cannot be read as JSON"),
        ("[]", "expected a JSON object"),
        ('{"suandian": "0.1.0", "status": "running"}', "status is 'running'"),
        ('{"suandian": "99.1.0", "status": "complete"}', "written by version 99.1.0"),
    ],
)
def test_manifest_faults(tmp_path: Path, content: str | None, says: str) -> None:
    if content is not None:
        (tmp_path / "manifest.json").write_text(content)
    with pytest.raises(RunFolderError, match=says):
        read_manifest(tmp_path)


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(RunFolderError, match="no such run folder"):
        read_summary(tmp_path / "none")
