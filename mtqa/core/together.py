"""What the detector and the careful editor's network say together of who wrote a document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mtqa.core.errors import ModelError
from mtqa.core.scaling import Curve, Logistic, curves, share, signature_name

__all__ = ["Together"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """The calibration of both machine-translation logits of a sentence, added up.

    Attributes:
        detector: ``name@digest`` of the detector that it was measured with; it holds for no other.
        name: of the calibration data, for the signature.
        weight: of the editor's logit; the detector's counts once.
        sentence_mt: the sum to the ``p_mt`` of a sentence.
        fpr: by false-alarm rate, the share of documents written in English that are called likely-mt, as
            ``Calibration`` has it.
        document_slope, document_intercept, likely_human: as there. likely_mt: by rate.
    """

    detector: str
    name: str
    weight: float
    sentence_mt: Logistic
    fpr: Mapping[float, float]
    document_slope: Curve
    document_intercept: Curve
    likely_mt: Mapping[float, Curve]
    likely_human: Curve

    @classmethod
    def from_table(cls, table: Mapping[str, Any]) -> Together:
        """From the ``[calibration.together]`` table of a ``model.toml``. Raises ModelError where it lacks or bends a
        key."""
        try:
            rates = [share(value) for value in table["rates"]]
            if not len(rates) == len(table["fpr"]) == len(table["likely_mt"]):
                raise ValueError("rates, fpr and likely_mt differ in length")
            curve = curves(table["sentences"])
            weight = float(table["weight"])
            if not 0 < weight < 100:
                raise ValueError(f"a weight of {weight}")
            likely_mt, likely_human = [curve(each) for each in table["likely_mt"]], curve(table["likely_human"])
            if any(
                human >= low for each in likely_mt for low, human in zip(each.values, likely_human.values, strict=True)
            ):
                raise ValueError("likely_human is not below likely_mt")
            return cls(
                detector=str(table["detector"]),
                name=signature_name(table["name"]),
                weight=weight,
                sentence_mt=Logistic.rising(table["sentence_mt"]),
                fpr={rate: share(each) for rate, each in zip(rates, table["fpr"], strict=True)},
                document_slope=curve(table["document_slope"]),
                document_intercept=curve(table["document_intercept"]),
                likely_mt=dict(zip(rates, likely_mt, strict=True)),
                likely_human=likely_human,
            )
        except (KeyError, OverflowError, TypeError, ValueError) as error:
            raise ModelError(f"the calibration in model.toml is not usable ({error!r}); reinstall mtqa") from error
