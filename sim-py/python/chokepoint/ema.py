"""An evaluator as a model of EMA Workbench, which is not needed but here."""

from __future__ import annotations

from typing import Any

import ema_workbench as ema

from . import Evaluator

__all__ = ["model"]


def model(evaluator: Evaluator, name: str = "chokepoint") -> Any:
    """The model: a real parameter for each of the evaluator's, with `_` for `-`, and a scalar outcome for each headline.

    Its parameters are uncertainties; `model.levers` and `model.uncertainties` may be set anew. Every experiment runs
    in the process that asks for it, on one thread: `perform_experiments(model(f), scenarios=100)`.
    """
    keys, headlines = evaluator.parameters, evaluator.headlines

    def run(**values: float) -> dict[str, float]:
        point = [values[_word(key)] for key in keys]
        [row] = evaluator.rows([point], threads=1, progress=False)
        return {_word(headline): value for headline, value in zip(headlines, row, strict=True)}

    made = ema.Model(name, function=run)
    made.uncertainties = [
        ema.RealParameter(_word(key), low, high)
        for key, (low, high) in zip(keys, evaluator.bounds, strict=True)
    ]
    made.outcomes = [ema.ScalarOutcome(_word(headline)) for headline in headlines]
    return made


def _word(key: str) -> str:
    return key.replace("-", "_")
