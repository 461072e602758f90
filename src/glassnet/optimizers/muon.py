"""Muon."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from glassnet.core.extent import bind
from glassnet.core.functions import maximum
from glassnet.core.tensor import Tensor
from glassnet.optimizers.adam import AdamW
from glassnet.optimizers.norms import norm
from glassnet.optimizers.optimizer import Optimizer, Shrunk, Updated, decayed
from glassnet.optimizers.schedules import Schedule
from glassnet.settings import check_flag, check_number, check_whole, refusal

COEFFICIENTS = 3.4445, -4.775, 2.0315  # of the quintic, chosen by its authors for the steepest slope at 0
SHARED = "clip", "rates", "decays", "accumulate"  # settings of both rules together
EPSILON = 1e-7  # the least norm that is divided by
GRAM = 2  # times as long as the short side is the long one of a matrix that is orthogonalised by its short side alone


@dataclass(frozen=True, eq=False)
class Muon(Optimizer):
    """Momentum whose step, for the matrix of a hidden layer, has nearly all singular values 1.

    M = mu M + D
    G = D + mu M, or, without nesterov, G = M
    W = W - rate (sqrt(max(1, outputs / inputs)) orthogonalised(G) + weight_decay W)

    with the old W on the right. `orthogonalised` divides G by its Euclidean norm and takes X = a X + (b A + c A A) X,
    where A = X X^T, as often as `iterations` says, with a, b, c = 3.4445, -4.775, 2.0315: the singular vectors stay,
    and singular values that were not tiny come to lie between about 0.7 and 1.2. It works in the network's dtype on the
    shorter side of the matrix; M starts at 0.

    It takes the weights of `Dense` and `PackedDense` layers, of the latter the matrix of each member by itself, the
    first layer included, but not the last before the output; every other parameter (biases, gains, embeddings,
    recurrent and output weights) is updated by the rule `others`. Own layers mark their matrices by
    `Parameter(..., hidden=True)`.

    PyTorch has the same form for its weights (outputs, inputs), with a running mean for M, which only the norm would
    notice, a rate of 0.001, a decay of 0.1 and iterations in bfloat16; there the caller picks the matrices. Keras takes
    all that are not named otherwise, iterates six times, and has sqrt(max(1, inputs / outputs)).

    Arguments: `momentum`, mu, at least 0 and below 1; `nesterov`; `weight_decay`, at least 0; `iterations`, at least 1:
    four leave small singular values smaller and cost a fifth less; `others`, any rule, with its own learning rate,
    schedule and penalties. `clip`, `rates`, `decays`, `accumulate` and a `ReduceOnPlateau` are given here,
    for both: where the rate is reduced, that of `others` is by the same share. For the others see `Optimizer`.

    Source: Jordan, Jin, Boza, You, Cesista, Newhouse and Bernstein, "Muon: an optimizer for hidden layers in neural
    networks", 2024.
    """

    learning_rate: float | Schedule = 0.02
    momentum: float = 0.95
    nesterov: bool = True
    weight_decay: float = 0.0
    others: Optimizer = field(default_factory=AdamW)
    iterations: int = 5

    def __post_init__(self) -> None:
        super().__post_init__()
        check_number(self, "momentum", "[0, 1)")
        check_flag(self, "nesterov")
        check_number(self, "weight_decay", "[0, inf)")
        check_whole(self, "iterations", 1)
        if not isinstance(self.others, Optimizer):
            raise refusal(self, "others", "an optimizer such as AdamW(0.001)")
        if self.others.joint:
            raise refusal(self, "others", "a rule that does not take all parameters together")
        if any(getattr(self.others, name) is not None for name in SHARED):
            raise refusal(
                self, "others", "a rule without clip, rates, decays and accumulate, which are given to Muon for both"
            )
        if self.others.schedule.plateau is not None:
            raise refusal(self, "others", "a rule without ReduceOnPlateau, which is given to Muon for both")

    @property
    def whole(self) -> bool:
        """True: the rule is one of matrices."""
        return True

    def among(self, *, hidden: bool) -> Optimizer:
        """The rule itself for hidden matrices, and that of `others` for all else."""
        return self if hidden else self.others.among(hidden=False)

    def slots(self) -> Mapping[str, float]:
        """The momentum M of each weight, which starts at 0."""
        return {"momentum": 0.0}

    def shrink(self, w: Tensor, slots: Mapping[str, Tensor], rate: Tensor) -> Shrunk:
        """The weights less rate x weight_decay of them."""
        return (decayed(w, rate * self.weight_decay) if self.weight_decay else w), slots

    def update(self, w: Tensor, delta: Tensor, slots: Mapping[str, Tensor], rate: Tensor, t: Tensor) -> Updated:
        """The weights, a matrix (inputs, outputs) or one for each member, and their momentum after one step."""
        M = self.momentum * slots["momentum"] + delta
        G = delta + self.momentum * M if self.nesterov else M
        inputs, outputs = sides(w)
        length = max(1.0, outputs / inputs) ** 0.5
        return w + (-rate * length).cast(w.dtype) * orthogonalised(G, self.iterations), {"momentum": M}


def orthogonalised(G: Tensor, iterations: int) -> Tensor:
    """A matrix with the singular vectors of G and singular values near 1, zeros for zeros; of each of several, one."""
    a, b, c = COEFFICIENTS
    size = maximum(norm(G, G.ndim - 2), EPSILON)
    X = G * (1 / size).cast(G.dtype).reshape(*G.shape[:-2], 1, 1)
    rows, columns = sides(G)
    X = turned(X) if rows < columns else X
    A = turned(X) @ X  # on a matrix that is not wider than high: no product then needs a turned copy
    if max(rows, columns) < GRAM * min(rows, columns):
        for _ in range(iterations - 1):
            X = a * X + X @ (b * A + c * (A @ A))
            A = turned(X) @ X
        X = a * X + X @ (b * A + c * (A @ A))
    else:
        X = X @ _polynomial(A, iterations)
    return turned(X) if rows < columns else X


def _polynomial(A: Tensor, iterations: int) -> Tensor:
    """What X is multiplied by in so many iterations, from A = X^T X alone, the short side on both of its own.

    X (a + b A + c A A) has B A B for A with B = a + b A + c A A, since B is symmetric and commutes with A: the long
    side is met in two products, and not in two for each iteration.
    """
    a, b, c = COEFFICIENTS
    one = A.tape.constant(np.eye(sides(A)[0]), A.dtype)
    product: Tensor | None = None
    for iteration in range(iterations):
        B = a * one + (b * A + c * (A @ A))
        product = B if product is None else product @ B
        if iteration < iterations - 1:
            A = (B @ A) @ B
    assert product is not None  # there is one iteration at least
    return product


def turned(X: Tensor) -> Tensor:
    """The transposed matrix, of several each by itself."""
    return X.transpose(*range(X.ndim - 2), X.ndim - 1, X.ndim - 2)


def sides(W: Tensor) -> tuple[int, int]:
    """The rows and columns of a matrix of weights, or of each of several, whose shape has no symbols."""
    return bind(W.shape[-2:], {})  # type: ignore[no-any-return]
