"""Every error has a meaning, over HTTP and on the command line."""

import importlib
import pkgutil

import labels
import model
import service
import training
from labels.errors import StancewireError
from service.errors import UNKNOWN, meaning


def _subclasses(cls: type[StancewireError]) -> set[type[StancewireError]]:
    found: set[type[StancewireError]] = set(cls.__subclasses__())
    return found.union(*(_subclasses(child) for child in found))


def test_every_error_class_has_a_row_of_its_own_or_of_a_parent():
    for package in (labels, model, training, service):
        for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    ours = [c for c in _subclasses(StancewireError) if not c.__module__.startswith("tests")]

    without = [c.__qualname__ for c in ours if meaning(c.__new__(c)) is UNKNOWN]

    assert ours
    assert without == []
