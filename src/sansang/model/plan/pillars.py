"""Why are minutes lost? The causes, and the pillars ("four / five on the spot") that they belong to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

#: Every minute between an occurrence and the start of the work has exactly one of these causes, in this order.
CAUSES: Final = (
    "report",
    "desk",
    "convening",
    "decision",
    "no_answer",
    "turnout",
    "unit",
    "travel",
    "supplies",
)


@dataclass(frozen=True, slots=True)
class Pillar:
    """One pillar, which must be on the spot, and the causes of lost minutes that belong to it.

    Without a cause the rehearsal does not measure this pillar: it is reported as not measured, never as 0.
    """

    id: str
    name_vi: str
    name_en: str
    causes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PillarSet:
    """A dated list of pillars with its legal basis. A locality may define its own."""

    id: str
    name_vi: str
    name_en: str
    valid_from: date
    legal_basis: str
    pillars: tuple[Pillar, ...]

    def pillar_of(self, cause: str) -> Pillar | None:
        """The pillar to which a cause belongs, or None when it belongs to none in this set."""
        for pillar in self.pillars:
            if cause in pillar.causes:
                return pillar
        return None


_COMMAND = ("report", "desk", "convening", "decision")
_FORCES = ("no_answer", "turnout", "unit")

PILLAR_SETS: Final[dict[str, PillarSet]] = {
    "four_2013": PillarSet(
        id="four_2013",
        name_vi="bốn tại chỗ",
        name_en="four on the spot",
        valid_from=date(2014, 5, 1),
        legal_basis="Luật Phòng, chống thiên tai 2013, Điều 4",
        pillars=(
            Pillar("command", "chỉ huy tại chỗ", "command on the spot", _COMMAND),
            Pillar("forces", "lực lượng tại chỗ", "forces on the spot", _FORCES),
            Pillar("means", "phương tiện, vật tư tại chỗ", "means and supplies on the spot", ("travel",)),
            Pillar("logistics", "hậu cần tại chỗ", "logistics on the spot", ("supplies",)),
        ),
    ),
    "five_hcmc_2019": PillarSet(
        id="five_hcmc_2019",
        name_vi="năm tại chỗ",
        name_en="five on the spot",
        valid_from=date(2019, 12, 15),
        legal_basis="Diễn tập của Thành phố Hồ Chí Minh ngày 15/12/2019",
        pillars=(
            Pillar("plan", "phương án tại chỗ", "plan on the spot"),
            Pillar("command", "chỉ huy tại chỗ", "command on the spot", _COMMAND),
            Pillar("forces", "lực lượng tại chỗ", "forces on the spot", _FORCES),
            Pillar(
                "means",
                "phương tiện và hậu cần tại chỗ",
                "means and logistics on the spot",
                ("travel", "supplies"),
            ),
            Pillar("task", "nhiệm vụ tại chỗ", "tasks on the spot"),
        ),
    ),
}
