from __future__ import annotations

import io

import numpy as np
import pytest
from matplotlib.colors import to_rgba

from voiceclone.audio.clip import Audio
from voiceclone.audio.plots import ACCENT, plot_reference


def axes_by_label(figure):
    return {axes.get_label(): axes for axes in figure.axes}


@pytest.fixture(scope="module")
def spoken(vowel) -> Audio:
    """A second of silence, then two of a vowel gliding from 100 to 140 Hz."""
    return Audio.joined([Audio.silence(1.0, 24_000), vowel()])


@pytest.fixture(scope="module")
def drawn(spoken):
    return axes_by_label(plot_reference(spoken))


def test_the_reference_has_its_four_axes_in_order(drawn):
    assert list(drawn) == ["waveform", "mel", "spectrum", "f0"]


def test_the_waveform_spans_the_samples(drawn, spoken):
    (area,) = drawn["waveform"].collections
    corners = area.get_paths()[0].vertices
    assert corners[:, 1].max() == pytest.approx(spoken.samples.max())
    assert corners[:, 1].min() == pytest.approx(spoken.samples.min())
    assert corners[:, 0].min() == 0
    assert corners[:, 0].max() == pytest.approx(3.0, abs=0.01)
    assert not corners[corners[:, 0] < 0.9, 1].any()  # the silence is drawn as silence


def test_the_mel_image_is_one_column_every_10_ms(drawn):
    (image,) = drawn["mel"].images
    assert image.get_array().shape == (80, 301)
    assert image.get_extent()[:2] == pytest.approx([-0.005, 3.005])
    assert drawn["mel"].get_xlim() == pytest.approx((0, 3))


def test_the_mel_axis_is_labelled_in_hz(drawn):
    labels = [int(label.get_text()) for label in drawn["mel"].get_yticklabels()]
    assert labels == [250, 500, 1000, 2000, 4000, 8000]
    assert (np.diff(drawn["mel"].get_yticks()) > 0).all()


def test_f0_is_drawn_over_the_spectrogram_with_gaps(drawn):
    (curve,) = drawn["f0"].lines
    times_s, hz = curve.get_data()
    inner = (times_s > 1.2) & (times_s < 2.8)
    np.testing.assert_allclose(hz[inner], 100 + 20 * (times_s[inner] - 1.0), rtol=0.03)
    assert np.isnan(hz[times_s < 0.9]).all()
    assert drawn["f0"].get_position().bounds == drawn["mel"].get_position().bounds


def test_the_spectrum_is_marked_with_the_formants(drawn, vowel_hz):
    spectrum, *marks = drawn["spectrum"].lines
    assert spectrum.get_ydata().max() == 0
    assert [mark.get_label() for mark in marks] == ["F1", "F2", "F3", "F4"]
    np.testing.assert_allclose([mark.get_xdata()[0] for mark in marks], vowel_hz[:4], rtol=0.1)


def test_silence_is_drawn_without_pitch_or_formants():
    drawn = axes_by_label(plot_reference(Audio.silence(1.0, 16_000)))
    assert np.isnan(drawn["f0"].lines[0].get_ydata()).all()
    assert len(drawn["spectrum"].lines) == 1


def test_the_accent_is_an_argument(spoken):
    (area,) = axes_by_label(plot_reference(spoken, accent="#ff0000"))["waveform"].collections
    assert tuple(area.get_facecolor()[0]) == to_rgba("#ff0000")
    (area,) = axes_by_label(plot_reference(spoken))["waveform"].collections
    assert tuple(area.get_facecolor()[0]) == to_rgba(ACCENT)


def test_the_background_is_transparent_and_nothing_is_black(spoken):
    figure = plot_reference(spoken)
    assert figure.get_facecolor()[3] == 0
    figure.savefig(io.BytesIO(), format="png")
    for axes in figure.axes:
        assert to_rgba(axes.get_facecolor())[3] == 0
        texts = [axes.xaxis.label, axes.yaxis.label, *axes.get_xticklabels(), *axes.get_yticklabels()]
        assert all(to_rgba(text.get_color()) != to_rgba("black") for text in texts)


def test_figures_are_not_held_by_pyplot(spoken):
    from matplotlib import pyplot

    before = pyplot.get_fignums()
    plot_reference(spoken)
    assert pyplot.get_fignums() == before
