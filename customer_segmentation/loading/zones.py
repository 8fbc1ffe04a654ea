"""The zones that follow a clock in a text, and the SQL of their offsets from UTC.

An offset, `Z`, `UTC` and `GMT` say themselves what they are. A name such as `Europe/Berlin` is looked up for
each value alone: a cast of the engine that meets a name keeps its zone for the values after it. Of the short
words only those are read that have one meaning: the eight of RFC 5322 and those of Europe. `IST` and `BST`
have several.
"""

from customer_segmentation.warehouse import quoted_text

_SHORT_NAMES = {
    "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
    "WET": 0, "WEST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3,
    "Z": 0, "UT": 0, "UTC": 0, "GMT": 0,
}  # fmt: skip
_NUMBER = r"(?i:UTC|GMT)?([+-])([0-9]{1,2})(?::?([0-9]{2}))?"
_NUMBER_WITHOUT_GROUPS = r"(?i:UTC|GMT)?[+-][0-9]{1,2}(?::?[0-9]{2})?"
_NAME = r"[A-Za-z_]+(?:/[A-Za-z0-9_+-]+)+"
# +0000 UTC, GMT+0200 (Central European Summer Time), +02:00[Europe/Berlin]: what follows says it again
ZONE = (
    rf"((?:{_NUMBER_WITHOUT_GROUPS}|(?i:{'|'.join(_SHORT_NAMES)})|{_NAME})?)"
    r"(?: ?(?:UTC|\([^)]*\)|\[[^\]]*\]))?"
)
KNOWN_ZONES = "(select name as zone_name from pg_timezone_names() where name like '%/%')"


def zone_offset(written: str, zone_name: str, local: str) -> str:
    """SQL of the offset of a zone as `+02:00`; empty where nothing is written, null where nobody knows it.

    `written` is the zone as it stands there, `zone_name` its name if it is one of `KNOWN_ZONES`, `local` the
    timestamp of the clock there.
    """
    hours = ", ".join(f"'{name}': '{hours:+03d}:00'" for name, hours in _SHORT_NAMES.items())
    parts = [f"regexp_extract({written}, {quoted_text(_NUMBER)}, {group})" for group in (1, 2, 3)]
    seconds = f"cast(epoch({local}) - epoch(timezone({zone_name}, {local})) as bigint)"
    return f"""
        case
            when {written} = '' then ''
            when map {{{hours}}}[upper({written})] is not null then map {{{hours}}}[upper({written})]
            when regexp_full_match({written}, {quoted_text(_NUMBER)})
                then concat({parts[0]}, lpad({parts[1]}, 2, '0'), ':', coalesce(nullif({parts[2]}, ''), '00'))
            when {zone_name} is not null
                then concat(
                    case when {seconds} < 0 then '-' else '+' end,
                    printf('%02d:%02d', abs({seconds}) // 3600, abs({seconds}) // 60 % 60),
                    case when {seconds} % 60 <> 0 then printf(':%02d', abs({seconds}) % 60) end
                )
        end"""
