from __future__ import annotations

import json

import numpy as np
import pytest

from glassnet.core.interpret import evaluate
from glassnet.core.tape import Tape
from glassnet.errors import SettingError
from glassnet.optimizers import (
    LBFGS,
    SWA,
    Adam,
    AdamW,
    ClipByNorm,
    Cosine,
    GradientDescent,
    MovingAverage,
    Muon,
    optimizer_from,
)
from glassnet.optimizers.muon import orthogonalised


def by_singular_values(G, iterations=5):
    """What the iteration comes to, worked out on the singular values alone: x -> a x + b x^3 + c x^5."""
    U, s, V = np.linalg.svd(G, full_matrices=False)
    s = s / np.linalg.norm(G)
    for _ in range(iterations):
        s = 3.4445 * s - 4.775 * s**3 + 2.0315 * s**5
    return U * s @ V


def muon(W, deltas, rates, mu, decay, nesterov):
    """The rule for weights (inputs, outputs), with the iteration by singular values."""
    M, path = np.zeros_like(W), []
    for D, rate in zip(deltas, rates, strict=True):
        M = mu * M + D
        O = by_singular_values(D + mu * M if nesterov else M)  # noqa: E741  # the letter of the source
        W = W * (1 - rate * decay) - rate * np.sqrt(max(1, W.shape[1] / W.shape[0])) * O
        path.append(W)
    return path


def test_first_steps(steps):
    # From torch.optim.Muon 2.13 for weights (outputs, inputs) = (3, 2), its iterations run in float64 for bfloat16.
    W = np.array([[0.5, -0.25], [1.0, 0.75], [-0.5, 0.25]]).T
    deltas = [np.sin(np.arange(6.0) + 2 * i * i).reshape(3, 2).T for i in range(3)]
    path = steps(Muon(0.1, weight_decay=0.5, momentum=0.9), W).path(deltas)
    expected = [
        [[0.5153130275615458, -0.3208322225799503], [0.8540640896746101, 0.7420871025342852],
         [-0.43546617637518326, 0.29620706433547284]],
        [[0.41453860125137937, -0.3305523348307528], [0.8190319756657211, 0.7927450751826624],
         [-0.3450686926922794, 0.2341144043552638]],
        [[0.3203217997054785, -0.34111405092368413], [0.7811480311701949, 0.841801181361673],
         [-0.2568785758292767, 0.17567909464997825]],
    ]  # fmt: skip
    np.testing.assert_allclose(np.swapaxes(path, 1, 2), expected, rtol=1e-11)


@pytest.mark.parametrize("nesterov", [True, False])
@pytest.mark.parametrize("shape", [(3, 7), (7, 3), (4, 4), (1, 5), (5, 1)])
def test_a_run_for_every_form_of_matrix(steps, shape, nesterov):
    W, rates = np.cos(np.arange(np.prod(shape))).reshape(shape), 0.1 / np.arange(1.0, 31)
    deltas = np.random.default_rng(0).normal(size=(30, *shape))
    rule = Muon(1.0, momentum=0.8, nesterov=nesterov, weight_decay=0.3)
    np.testing.assert_allclose(
        steps(rule, W).path(deltas, scales=rates), muon(W, deltas, rates, 0.8, 0.3, nesterov), rtol=1e-9, atol=1e-12
    )


@pytest.mark.parametrize("shape", [(6, 9), (9, 6)])
def test_singular_values_come_near_1_and_singular_vectors_stay(shape):
    rng = np.random.default_rng(1)
    U, _, V = np.linalg.svd(rng.normal(size=shape), full_matrices=False)
    (found,) = evaluate([orthogonalised(Tape().constant(U * np.geomspace(1.0, 0.02, 6) @ V), 5)], {})
    turned = U.T @ found @ V.T
    assert np.all((np.diag(turned) > 0.65) & (np.diag(turned) < 1.25))
    np.testing.assert_allclose(turned, np.diag(np.diag(turned)), atol=1e-12)


@pytest.mark.parametrize("shape", [(4, 3, 7), (4, 7, 3), (2, 2, 5, 5), (3, 1, 4)])
def test_each_member_of_several_matrices_is_updated_as_one_alone(steps, shape):
    random = np.random.default_rng(2)
    W, deltas = random.normal(size=shape), random.normal(size=(5, *shape))
    deltas[:, 0] *= 1e6  # a norm of all members together would make the other members' steps nothing
    rule = Muon(0.1, weight_decay=0.2)
    together = np.array(steps(rule, W).path(deltas))
    for member in np.ndindex(shape[:-2]):
        alone = steps(rule, W[member]).path(deltas[(slice(None), *member)])
        np.testing.assert_allclose(together[(slice(None), *member)], alone, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("shape", [(40, 7), (7, 40), (2, 30, 5), (9, 9), (13, 7)])
def test_each_singular_value_goes_by_the_quintic_whatever_the_form_of_the_matrix(shape):
    G = np.random.default_rng(3).normal(size=shape)
    (found,) = evaluate([orthogonalised(Tape().constant(G), 4)], {})
    U, S, V = np.linalg.svd(G, full_matrices=False)
    S = S / np.linalg.norm(S, axis=-1, keepdims=True)
    for _ in range(4):
        S = 3.4445 * S - 4.775 * S**3 + 2.0315 * S**5
    np.testing.assert_allclose(found, (U * S[..., None, :]) @ V, atol=1e-9)


@pytest.mark.parametrize("iterations", [1, 4, 6])
def test_iterations_are_as_many_as_asked_for(iterations):
    G = np.sin(np.arange(12.0)).reshape(3, 4)
    (found,) = evaluate([orthogonalised(Tape().constant(G), iterations)], {})
    np.testing.assert_allclose(found, by_singular_values(G, iterations), rtol=1e-9, atol=1e-12)


def test_the_size_of_the_delta_does_not_count_and_0_does_not_move(steps):
    delta = np.sin(np.arange(6.0)).reshape(2, 3)
    small, large = (steps(Muon(0.1), np.zeros((2, 3))).path([factor * delta])[0] for factor in (1e-3, 1e3))
    np.testing.assert_allclose(small, large, rtol=1e-12)
    assert steps(Muon(0.1), np.ones((2, 3))).path([np.zeros((2, 3))]) == [np.ones((2, 3)).tolist()]


def test_a_delta_that_is_no_number_is_seen(steps):
    assert np.isnan(steps(Muon(), np.ones((2, 2))).path([[[1.0, np.nan], [0.0, 1.0]]])).all()


def test_decay_spares_parameters_without_decay(steps):
    delta = np.eye(2)
    spared = steps(Muon(0.1, weight_decay=0.5), np.ones((2, 2)), decayed=False).path([delta])
    assert spared == steps(Muon(0.1), np.ones((2, 2))).path([delta])


def test_the_others_have_a_rule_of_their_own_within_an_average_too():
    rule = Muon(0.1, others=Adam(Cosine(0.01, steps=9)))
    assert rule.among(hidden=True) is rule
    assert rule.among(hidden=False) is rule.others
    averaged = MovingAverage(rule, decay=0.5)
    assert averaged.among(hidden=True) is averaged
    assert (averaged.whole, averaged.among(hidden=False).whole) == (True, False)
    assert averaged.among(hidden=False).rule is rule.others
    assert averaged.among(hidden=False).decay == 0.5
    assert Muon(others=Muon(others=rule.others)).among(hidden=False) is rule.others
    plain = SWA(Adam())
    assert plain.among(hidden=False) is plain


def test_it_is_written_and_read():
    written = json.loads(json.dumps(Muon(Cosine(0.1, steps=10), others=AdamW(0.01), nesterov=False).settings()))
    back = optimizer_from("Muon", written)
    assert (back.learning_rate.steps, back.others.learning_rate, back.nesterov) == (10, 0.01, False)


def test_factors_of_members_are_written_and_read_within_an_average_too():
    rule = Muon(decays={"dense_1": [1, 4]}, rates={"dense_1": np.array([1, 0.5]), "dense_2": 2}, iterations=4)
    back = optimizer_from("MovingAverage", json.loads(json.dumps(MovingAverage(rule).settings())))
    for each in (rule, back, back.rule):
        assert each.decays == {"dense_1": (1.0, 4.0)}
        assert each.rates == {"dense_1": (1.0, 0.5), "dense_2": 2.0}
    assert back.rule.iterations == 4
    with pytest.raises(SettingError, match=r"Muon: others=.*, expected a rule without clip, rates, decays"):
        Muon(others=Adam(decays={"dense_1": 2}))
    with pytest.raises(SettingError, match="LBFGS: decays="):
        LBFGS(decays={"dense_1": 2})


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Muon(momentum=1.0), r"Muon: momentum=1.0, expected a number in \[0, 1\)"),
        (lambda: Muon(nesterov=1), "Muon: nesterov=1, expected True or False"),
        (lambda: Muon(weight_decay=-1), "Muon: weight_decay=-1"),
        (lambda: Muon(iterations=0), "Muon: iterations=0, expected a whole number of at least 1"),
        (lambda: Muon(others="adam"), r"Muon: others='adam', expected an optimizer such as AdamW\(0.001\)"),
        (
            lambda: Muon(others=Adam(clip=ClipByNorm(1.0))),
            "Muon: others=.*, expected a rule without clip, rates, decays",
        ),
        (lambda: Muon(others=GradientDescent(accumulate=9)), "Muon: others=.*, expected a rule without clip, rates"),
    ],
)
def test_settings_out_of_range_are_refused(make, message):
    with pytest.raises(SettingError, match=message):
        make()
