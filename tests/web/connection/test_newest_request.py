from collections.abc import Callable
from typing import Any

Run = Callable[..., Any]

SCENE = """
const { NewestRequest } = await load("connection/newest-request.js");
const newest = new NewestRequest();
const later = () => {
  const promise = {};
  promise.made = new Promise((resolve, reject) => Object.assign(promise, { resolve, reject }));
  return promise;
};
const [old, young] = [later(), later()];
const answers = [old, young].map(({ made }) => newest.answer(() => made));
"""


def test_an_older_answer_that_comes_last_does_not_count(run: Run) -> None:
    body = """
    young.resolve("young");
    old.resolve("old");
    return Promise.all([...answers, newest.answer(async () => "next")]);
    """
    assert run(SCENE + body) == [None, None, "next"]
    assert run(SCENE + "young.resolve(1); old.resolve(0); return Promise.all(answers);") == [None, 1]


def test_only_the_newest_failure_counts(run: Run) -> None:
    body = """
    old.reject(new Error("old"));
    young.reject(new Error("young"));
    return [await answers[0], await answers[1].catch(({ message }) => message)];
    """
    assert run(SCENE + body) == [None, "young"]
