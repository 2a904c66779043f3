from collections.abc import Callable, Iterator
from typing import Any

import pytest

Run = Callable[..., Any]

SCENE = """
const { EnlargedPicture } = await load("video/enlarged-picture.js");
document.body.innerHTML = "<canvas width=2 height=1></canvas><canvas></canvas><video></video>";
const [source, copy, video] = document.body.children;
const context = source.getContext("2d");
const paint = (...colours) => colours.forEach((colour, x) => {
  context.fillStyle = colour;
  context.fillRect(x, 0, 1, 1);
});
const pixels = () => {
  const { data } = copy.getContext("2d").getImageData(0, 0, copy.width, 1);
  return Array.from({ length: copy.width }, (_, x) => data[4 * x]);
};
paint("#ff0000", "#000000");
const enlarged = new EnlargedPicture(copy);
"""


@pytest.fixture(autouse=True)
def empty_page(run: Run) -> Iterator[None]:
    yield
    run("document.body.replaceChildren();")


def test_each_pixel_becomes_a_block_of_its_colour(run: Run) -> None:
    body = """
    enlarged.setCopies(3, source);
    return [copy.hidden, copy.width, copy.height, pixels()];
    """
    assert run(SCENE + body) == [False, 6, 3, [255, 255, 255, 0, 0, 0]]


def test_a_halved_copy_has_the_average_of_neighbours(run: Run) -> None:
    body = """
    source.width = 4;
    source.height = 2;
    paint("#ff0000", "#000000", "#ff0000", "#ff0000");
    context.fillStyle = "#ff0000";
    context.fillRect(1, 1, 3, 1);
    enlarged.setCopies(0.5, source);
    return [copy.width, copy.height, pixels()];
    """
    width, height, (first, second) = run(SCENE + body)
    assert (width, height, second) == (2, 1, 255)
    assert abs(first - 128) <= 1


def test_a_new_frame_is_copied_and_another_size_followed(run: Run) -> None:
    body = """
    enlarged.setCopies(2, source);
    paint("#000000", "#ff0000");
    enlarged.draw(source);
    const first = pixels();
    source.width = 1;
    paint("#ff0000");
    enlarged.draw(source);
    return [first, pixels()];
    """
    assert run(SCENE + body) == [[0, 0, 255, 255], [255, 255]]


def test_without_copies_or_frames_nothing_is_shown(run: Run) -> None:
    body = """
    const shown = [!copy.hidden];
    enlarged.setCopies(2, video);
    shown.push(!copy.hidden);
    enlarged.draw(source);
    shown.push(!copy.hidden);
    enlarged.setCopies(1, source);
    enlarged.draw(source);
    shown.push(!copy.hidden);
    return [shown, copy.width];
    """
    assert run(SCENE + body) == [[False, False, True, False], 1]
