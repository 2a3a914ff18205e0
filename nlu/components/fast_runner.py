"""Run the prediction graph as the plain loop it is.

Rasa hands every parse and every prediction to Dask's scheduler, cuts the graph to its targets anew and
formats the whole schema for a debug line nobody prints: more time than the nodes themselves take.
Here the order of the nodes is worked out once for each set of targets.
"""

from __future__ import annotations

from typing import Any

import rasa.core.processor
from rasa.engine.runner.dask import DaskGraphRunner


class LoopGraphRunner(DaskGraphRunner):
    """A graph runner for prediction; training keeps Dask's."""

    def run(self, inputs: dict[str, Any] | None = None, targets: list[str] | None = None) -> dict[str, Any]:
        """Run the nodes that the targets need and return the targets' outputs."""
        wanted = tuple(targets or self._graph_schema.target_names)
        outputs: dict[str, Any] = dict(inputs or {})
        for name, needed in self._order(wanted):
            outputs[name] = self._instantiated_nodes[name](*((need, outputs[need]) for need in needed))[1]
        return {name: outputs[name] for name in wanted}

    def _order(self, targets: tuple[str, ...]) -> list[tuple[str, tuple[str, ...]]]:
        orders: dict[tuple[str, ...], list[tuple[str, tuple[str, ...]]]]
        orders = self.__dict__.setdefault("_orders", {})
        if targets not in orders:
            order: dict[str, tuple[str, ...]] = {}
            for target in targets:
                self._visit(target, order)
            orders[targets] = list(order.items())
        return orders[targets]

    def _visit(self, name: str, order: dict[str, tuple[str, ...]]) -> None:
        node = self._graph_schema.nodes.get(name)
        if node is None or name in order:  # an input has no node
            return
        needed = tuple(node.needs.values())
        for need in needed:
            self._visit(need, order)
        order[name] = needed


def install() -> None:
    """Let Rasa's message processor load models into this runner."""
    rasa.core.processor.DaskGraphRunner = LoopGraphRunner  # type: ignore[misc]
