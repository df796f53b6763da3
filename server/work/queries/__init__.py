"""One answer a file for every kind of query, found by its name. An answer changes nothing."""

from __future__ import annotations

from collections.abc import Mapping

from server.work.by_name import by_name
from server.work.control import Answer
from server.work.query import QUERIES

ANSWERS: Mapping[str, Answer] = by_name(__name__, QUERIES)
