"""JAX in its two forms: the whole epoch in one `scan`, and a jitted call a step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from tasks.task import Turn
from tasks.training import Workload

RATE, FIRST, SECOND, EPSILON = 1e-3, 0.9, 0.999, 1e-8


def forms(work: Workload) -> Mapping[str, Turn]:
    x, y = work.data()
    x, y = x.reshape(work.steps, work.batch, *x.shape[1:]), y.reshape(work.steps, work.batch, 1)
    if work.ragged:
        x = x, work.lengths().reshape(work.steps, work.batch)
    one = step(work)
    scan = jax.jit(lambda c, x, y: jax.lax.scan(lambda c, b: (one(c, *b), None), c, (x, y))[0])
    call = jax.jit(one, donate_argnums=0)
    held = {"scan": start(work), "call": start(work)}

    def by_scan() -> None:
        held["scan"] = scan(held["scan"], x, y)
        jax.block_until_ready(held["scan"])

    def by_calls() -> None:
        for i in range(work.steps):
            held["call"] = call(held["call"], jax.tree.map(lambda array: array[i], x), y[i])  # noqa: B023
        jax.block_until_ready(held["call"])

    return {"JAX scan": work.turn(by_scan), "JAX call": work.turn(by_calls)}


def start(work: Workload) -> Any:
    """Weights, both moments and the number of steps before the first."""
    random = np.random.default_rng(0)
    weights = [
        (jnp.asarray(random.standard_normal((i, o), dtype=np.float32) / np.sqrt(i)), jnp.zeros(o))
        for i, o in zip(work.sizes, work.sizes[1:], strict=False)
    ]
    if work.time_steps:
        inputs, units, outputs = work.sizes
        if work.ragged:
            one = (inputs, 3 * units), (units, 3 * units), (3 * units,), (units,)
            shapes = (*one, *one, (2 * units, outputs), (outputs,))
        else:
            shapes = (inputs, 4 * units), (units, 4 * units), (4 * units,), (units, outputs), (outputs,)
        weights = [jnp.asarray(random.standard_normal(shape, dtype=np.float32) / 8) for shape in shapes]
    return weights, jax.tree.map(jnp.zeros_like, weights), jax.tree.map(jnp.zeros_like, weights), jnp.float32(0)


def step(work: Workload) -> Callable[[Any, Any, Any], Any]:
    """One step of Adam on one batch."""
    activation = jnp.tanh if work.activation == "tanh" else jax.nn.relu

    def loss(weights: Any, x: Any, y: Any) -> Any:
        if work.ragged:
            return jnp.mean((_both_ways(weights, *x) - y) ** 2)
        if work.time_steps:
            return jnp.mean((_recurrent(weights, x) - y) ** 2)
        for w, b in weights[:-1]:
            x = activation(x @ w + b)
        output = x @ weights[-1][0] + weights[-1][1]
        if work.classes:
            return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(output), y, 1))
        return jnp.mean((output - y) ** 2)

    def step(carried: Any, x: Any, y: Any) -> Any:
        weights, mean, square, t = carried
        delta, t = jax.grad(loss)(weights, x, y), t + 1
        mean = jax.tree.map(lambda m, d: FIRST * m + (1 - FIRST) * d, mean, delta)
        square = jax.tree.map(lambda v, d: SECOND * v + (1 - SECOND) * d * d, square, delta)
        weights = jax.tree.map(
            lambda w, m, v: w - RATE * (m / (1 - FIRST**t)) / (jnp.sqrt(v / (1 - SECOND**t)) + EPSILON),
            weights, mean, square,
        )  # fmt: skip
        return weights, mean, square, t

    return step


def _recurrent(weights: Any, x: Any) -> Any:
    """The last state of an LSTM, and a dense layer."""
    inner, recurrent, bias, outer, offset = weights
    gates = x.transpose(1, 0, 2) @ inner + bias

    def step(carried: Any, element: Any) -> Any:
        h, c = carried
        i, f, g, o = jnp.split(element + h @ recurrent, 4, -1)
        c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
        return (jax.nn.sigmoid(o) * jnp.tanh(c), c), None

    start = jnp.zeros((x.shape[0], recurrent.shape[0]))
    (h, _), _ = jax.lax.scan(step, (start, start), gates)
    return h @ outer + offset


def _both_ways(weights: Any, x: Any, lengths: Any) -> Any:
    """The last states of a GRU in both directions, a masked step leaving the state as it is, and a dense layer."""
    states = [_gated(weights[:4], x, lengths, reverse=False), _gated(weights[4:8], x, lengths, reverse=True)]
    return jnp.concatenate(states, -1) @ weights[8] + weights[9]


def _gated(weights: Any, x: Any, lengths: Any, *, reverse: bool) -> Any:
    inner, recurrent, bias, offset = weights
    gates = x.transpose(1, 0, 2) @ inner + bias
    there = jnp.arange(x.shape[1])[:, None] < lengths

    def step(h: Any, element: Any) -> Any:
        (r, z, g), (of_r, of_z, of_g) = (jnp.split(part, 3, -1) for part in (element[0], h @ recurrent))
        r, z = jax.nn.sigmoid(r + of_r), jax.nn.sigmoid(z + of_z)
        after = (1 - z) * jnp.tanh(g + r * (of_g + offset)) + z * h
        return jnp.where(element[1][:, None], after, h), None

    start = jnp.zeros((x.shape[0], recurrent.shape[0]))
    return jax.lax.scan(step, start, (gates, there), reverse=reverse)[0]
