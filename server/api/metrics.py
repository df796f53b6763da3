"""Figures about the server for Prometheus, at /metrics. A registry of its own per app, so that tests can have several."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

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

    def request_answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """An HTTP request was answered."""
        self._requests.labels(method, route, str(status)).inc()
        self._request_seconds.labels(method, route).observe(seconds)

    def action_ended(self, kind: str, state: str, seconds: float) -> None:
        self._actions.labels(kind, state).inc()
        self._action_seconds.labels(kind).observe(seconds)

    def frames_superseded(self, count: int) -> None:
        self._superseded.inc(count)
