import numpy as np
import pytest
from scipy.special import j0

from kan_core.errors import DataError
from kan_core.science.gallery import GALLERY, get_sample

LAWS = {
    "toy": lambda x, y: np.exp(np.sin(np.pi * x) + y * y),
    "four_variables": lambda a, b, c, d: np.exp(0.5 * (np.sin(np.pi * (a * a + b * b)) + np.sin(np.pi * (c * c + d * d)))),
    "bessel": lambda x: j0(20 * x),
    "pendulum": lambda length, g: 2 * np.pi * (length / g) ** 0.5,
    "velocity_addition": lambda u, v: np.tanh(np.arctanh(u) + np.arctanh(v)),
    "gaussian": lambda theta, sigma: np.exp(-(theta**2) / (2 * sigma**2)) / np.sqrt(2 * np.pi * sigma**2),
    "modulation": lambda a, b, theta: a + a * b * np.cos(theta),
    "damped_oscillation": lambda t, rate: np.exp(-rate * t) * np.cos(2 * np.pi * t),
}
samples = pytest.mark.parametrize("sample", GALLERY.values(), ids=GALLERY)


@samples
def test_a_sample_is_a_finite_table_that_varies_and_says_where_it_is_from(sample):
    values = sample.values()
    assert values.dtype == np.float64
    assert values.shape[1] == len(sample.columns)
    assert np.isfinite(values).all()
    assert (np.ptp(values, axis=0) > 0).all()
    assert all((sample.title, sample.summary.endswith("."), sample.formula_hint, sample.source, sample.licence))
    assert len({column.name for column in sample.columns}) == len(sample.columns)


@samples
def test_a_sample_is_the_same_at_every_call(sample):
    assert sample.values().tobytes() == sample.values().tobytes()


@pytest.mark.parametrize("name", LAWS)
def test_a_made_sample_follows_its_law(name):
    values = get_sample(name).values()
    assert np.allclose(values[:, -1], LAWS[name](*values[:, :-1].T), rtol=1e-12, atol=1e-14)


def test_the_gallery_begins_with_the_toy_and_has_real_measurements():
    assert next(iter(GALLERY)) == "toy"
    assert len(GALLERY) >= 9
    assert sum(sample.real for sample in GALLERY.values()) >= 2
    assert get_sample("toy").values().shape == (1000, 3)


def test_orbits_follow_the_third_law_within_one_percent():
    axis, period = get_sample("kepler").values().T
    assert len(axis) == 13
    assert np.abs(period / axis**1.5 - 1).max() < 0.01


def test_boyles_products_are_constant_within_one_percent():
    volume, pressure = get_sample("boyle").values().T
    assert len(volume) == 25
    assert np.abs(volume * pressure / np.mean(volume * pressure) - 1).max() < 0.011


def test_hubbles_nebulae_give_his_constant():
    distance, velocity = get_sample("hubble").values().T
    assert len(distance) == 24
    # The slope through the 24 objects as a textbook exercise has it, with intercept.
    slope, intercept = np.polyfit(distance, velocity, 1)
    assert slope == pytest.approx(454.16, abs=0.01)
    assert intercept == pytest.approx(-40.78, abs=0.01)


def test_the_decay_has_noise_of_two_percent_of_the_largest_value():
    time, counts = get_sample("decay").values().T
    assert np.std(counts - 100 * np.exp(-time / 2.5)) == pytest.approx(2, rel=0.1)


def test_an_unknown_sample_is_refused_by_name():
    with pytest.raises(DataError, match="no sample named 'nothing'"):
        get_sample("nothing")
