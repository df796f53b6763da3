"""Figures about the server for Prometheus, at /metrics. A registry of its own per app, so that tests can have several."""

from __future__ import annotations

from functools import partial

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from server.engine.protocol import Engine
from server.sessions.registry import SessionRegistry


class Metrics:
    """Counts requests, actions and frames; is the `Meter` of the sessions."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "kanscope_requests", "HTTP requests by route and status.", ("method", "route", "status"), registry=self.registry
        )
        self._request_seconds = Histogram(
            "kanscope_request_seconds", "Time to answer.", ("method", "route"), registry=self.registry
        )
        self._actions = Counter("kanscope_actions", "Actions by kind and end.", ("kind", "state"), registry=self.registry)
        self._action_seconds = Histogram("kanscope_action_seconds", "Time of actions.", ("kind",), registry=self.registry)
        self._superseded = Counter("kanscope_frames_superseded", "Frames replaced for slow browsers.", registry=self.registry)

    def watch(self, sessions: SessionRegistry) -> None:
        """Show how many sessions are in memory and how many browsers look at them."""
        loaded = Gauge("kanscope_sessions_loaded", "Sessions in memory.", registry=self.registry)
        loaded.set_function(lambda: len(sessions.loaded))
        viewers = Gauge("kanscope_viewers", "Browsers connected.", registry=self.registry)
        viewers.set_function(lambda: sum(session.channel.viewers for session in sessions.loaded))

    def watch_workers(self, engine: Engine) -> None:
        """Show how many workers are ready, how their starts fail, and how many requests wait for one in each lane."""
        ready = Gauge("kanscope_workers_ready", "Workers alive and warm.", registry=self.registry)
        ready.set_function(lambda: engine.workers.ready)
        size = Gauge("kanscope_workers", "Workers when all have started.", registry=self.registry)
        size.set_function(lambda: engine.workers.size)
        failed = Gauge("kanscope_worker_starts_failed", "Starts that failed in a row.", registry=self.registry)
        failed.set_function(lambda: engine.workers.failed_starts)
        waiting = Gauge("kanscope_waiting", "Requests that wait for a worker.", ("lane",), registry=self.registry)
        for lane in engine.workers.waiting:
            waiting.labels(lane).set_function(partial(_waiting_in, engine, lane))

    def request_answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """An HTTP request was answered."""
        self._requests.labels(method, route, str(status)).inc()
        self._request_seconds.labels(method, route).observe(seconds)

    def action_ended(self, kind: str, state: str, seconds: float) -> None:
        self._actions.labels(kind, state).inc()
        self._action_seconds.labels(kind).observe(seconds)

    def frames_superseded(self, count: int) -> None:
        self._superseded.inc(count)


def _waiting_in(engine: Engine, lane: str) -> float:
    return engine.workers.waiting.get(lane, 0)
