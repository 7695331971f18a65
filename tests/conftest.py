"""Fixtures that many tests share."""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from labels.labelled_set import LabelledSet
from model.manifest import Provenance
from model.tagger import Tagger
from service.settings import Settings
from service.store import Store, open_store
from tests.coded import coded_file
from tests.databases import NoPostgres, new_database, postgres_cluster
from tests.site import Site, running_site
from training.fit import fit
from training.registry import Registry


@pytest.fixture(scope="session")
def small_set() -> LabelledSet:
    """Some 450 coded sentences: enough for every label to occur."""
    return LabelledSet.of(coded_file("w12"))


@pytest.fixture(scope="session")
def tagger(small_set: LabelledSet) -> Tagger:
    """A real tagger, fitted on little."""
    return fit(small_set)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """URL of a running PostgreSQL (STANCEWIRE_TEST_POSTGRES, or a cluster of our own)."""
    given = os.environ.get("STANCEWIRE_TEST_POSTGRES")
    if given:
        yield given
        return
    # Not under pytest's folder: the path of a Unix socket may have 107 bytes, and `postgres`
    # must be able to enter it.
    with tempfile.TemporaryDirectory(prefix="swpg", dir="/tmp") as folder, ExitStack() as stack:
        try:
            url = stack.enter_context(postgres_cluster(Path(folder)))
        except NoPostgres as reason:
            if os.environ.get("CI"):
                raise
            pytest.skip(f"PostgreSQL can't run here: {reason}")
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """URL of an empty database, of each kind in turn."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'stancewire.db'}"
    else:
        with new_database(request.getfixturevalue("postgres")) as url:
            yield url


@pytest.fixture(scope="session")
def postgres_template(postgres: str) -> Iterator[str]:
    """Name of a database with all tables, to copy from: migrating takes longer."""
    with new_database(postgres) as url:
        open_store(url).close()
        yield str(sa.make_url(url).database)


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An open store with nothing in it, of each kind in turn."""
    with ExitStack() as stack:
        url = f"sqlite:///{tmp_path / 'stancewire.db'}"
        if request.param == "postgresql":
            template = request.getfixturevalue("postgres_template")
            admin = request.getfixturevalue("postgres")
            url = stack.enter_context(new_database(admin, template=template))
        opened = open_store(url)
        stack.callback(opened.close)
        yield opened


@pytest.fixture(scope="session")
def home(
    tagger: Tagger, small_set: LabelledSet, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """A workspace in which the small tagger serves; read it, and change `own_settings` instead."""
    folder = tmp_path_factory.mktemp("home")
    registry = Registry(folder)
    made_from = Provenance.of(small_set, created=datetime(2026, 1, 2, tzinfo=UTC), seed=0)
    version = registry.add(tagger, made_from, who="tests", why="fixture")
    registry.promote(version.id, who="tests", why="fixture")
    yield folder
    assert registry.current_id() == version.id, "a test changed the workspace that all share"


@pytest.fixture
def own_settings(home: Path, tmp_path: Path, small_set: LabelledSet) -> Settings:
    """A workspace of the test's own, in which the small tagger serves and retrains."""
    shutil.copytree(home / "models", tmp_path / "home" / "models")
    labelled = tmp_path / "base.jsonl"
    labelled.write_text("".join(json.dumps(d.to_json()) + "\n" for d in small_set.documents))
    return Settings(home=tmp_path / "home", labelled=labelled)


@pytest.fixture
def site() -> Iterator[Site]:
    """A small news site on loopback."""
    with running_site() as site:
        yield site
