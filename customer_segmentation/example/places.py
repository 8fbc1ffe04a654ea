"""Countries, cities, currencies and daily exchange rates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from customer_segmentation.example.columns import dates, labels, numbers
from customer_segmentation.example.parameters import REPORTING_CURRENCY

# country: currency, hours from UTC, tax ratio
COUNTRIES: dict[str, tuple[str, int, float]] = {
    "US": ("USD", -6, 0.07), "CA": ("CAD", -5, 0.12), "BR": ("BRL", -3, 0.17), "GB": ("GBP", 0, 0.20),
    "DE": ("EUR", 1, 0.19), "FR": ("EUR", 1, 0.20), "NL": ("EUR", 1, 0.21), "ES": ("EUR", 1, 0.21),
    "AT": ("EUR", 1, 0.20), "SE": ("SEK", 1, 0.25), "JP": ("JPY", 9, 0.10), "IN": ("INR", 5, 0.18),
    "AU": ("AUD", 10, 0.10),
}  # fmt: skip

# country, region, city, districts, first part of the postal code, weight
CITIES: tuple[tuple[str, str, str, tuple[str, ...], str, float], ...] = (
    ("US", "New York", "New York", ("Manhattan", "Brooklyn", "Queens"), "100", 6),
    ("US", "California", "San Francisco", ("Mission", "Sunset", "SoMa"), "941", 5),
    ("US", "California", "Los Angeles", ("Downtown", "Venice"), "900", 4),
    ("US", "Texas", "Austin", ("East Side", "Downtown"), "787", 5),
    ("US", "Illinois", "Chicago", ("The Loop", "Lake View"), "606", 4),
    ("US", "Minnesota", "Duluth", ("Lakeside",), "558", 2),
    ("US", "Florida", "Miami", ("Brickell", "Little Havana"), "331", 4),
    ("US", "Iowa", "Decorah", (), "521", 1),
    ("US", "Hawaii", "Honolulu", ("Waikiki",), "968", 1),
    ("CA", "Ontario", "Toronto", ("Old Toronto", "Etobicoke"), "M5", 3),
    ("CA", "Yukon", "Whitehorse", (), "Y1", 0.5),
    ("BR", "São Paulo", "São Paulo", ("Pinheiros", "Moema"), "01", 3),
    ("BR", "Amazonas", "Manaus", ("Centro",), "690", 1),
    ("GB", "England", "London", ("Camden", "Hackney", "Lambeth"), "N1", 6),
    ("GB", "England", "Manchester", ("Ancoats",), "M1", 3),
    ("GB", "Scotland", "Inverness", (), "IV", 1),
    ("DE", "Berlin", "Berlin", ("Mitte", "Kreuzberg", "Pankow"), "10", 5),
    ("DE", "Bayern", "München", ("Schwabing", "Sendling"), "80", 4),
    ("DE", "Niedersachsen", "Hitzacker", (), "29", 1),
    ("FR", "Île-de-France", "Paris", ("Le Marais", "Montmartre"), "75", 5),
    ("FR", "Occitanie", "Toulouse", ("Capitole",), "31", 2),
    ("NL", "Noord-Holland", "Amsterdam", ("Jordaan", "De Pijp"), "10", 3),
    ("ES", "Andalucía", "Sevilla", ("Triana",), "41", 2),
    ("ES", "Cataluña", "Barcelona", ("Gràcia", "Eixample"), "08", 3),
    ("AT", "Tirol", "Innsbruck", ("Wilten",), "60", 1),
    ("AT", "Wien", "Wien", ("Neubau", "Döbling"), "10", 2),
    ("SE", "Stockholms län", "Stockholm", ("Södermalm",), "11", 2),
    ("SE", "Norrbottens län", "Kiruna", (), "98", 0.5),
    ("JP", "東京都", "東京", ("渋谷区", "新宿区"), "15", 4),
    ("JP", "北海道", "札幌", ("中央区",), "06", 1.5),
    ("IN", "Karnataka", "Bengaluru", ("Indiranagar", "Whitefield"), "560", 3),
    ("IN", "Kerala", "Kochi", ("Fort Kochi",), "682", 1),
    ("AU", "New South Wales", "Sydney", ("Newtown", "Bondi"), "20", 3),
    ("AU", "Northern Territory", "Darwin", (), "08", 0.5),
)  # fmt: skip

COUNTRY_CODES = tuple(COUNTRIES)
CURRENCIES = (REPORTING_CURRENCY, *sorted({row[0] for row in COUNTRIES.values()} - {REPORTING_CURRENCY}))
CITY_COUNTRY = np.array([COUNTRY_CODES.index(city[0]) for city in CITIES])
CITY_WEIGHTS = np.array([city[5] for city in CITIES]) / sum(city[5] for city in CITIES)
REGIONS = tuple(dict.fromkeys(city[1] for city in CITIES))
CITY_REGION = np.array([REGIONS.index(city[1]) for city in CITIES])
CITY_NAMES = tuple(city[2] for city in CITIES)
DISTRICTS = tuple(name for city in CITIES for name in city[3])
_DISTRICT_COUNTS = np.array([len(city[3]) for city in CITIES])
_DISTRICT_STARTS = np.concatenate([[0], np.cumsum(_DISTRICT_COUNTS)[:-1]])
COUNTRY_CURRENCY = np.array([CURRENCIES.index(row[0]) for row in COUNTRIES.values()])
COUNTRY_UTC_OFFSET = np.array([row[1] for row in COUNTRIES.values()])
COUNTRY_TAX_RATIO = np.array([row[2] for row in COUNTRIES.values()])

_FIRST_RATE = {"AUD": 0.66, "BRL": 0.20, "CAD": 0.74, "EUR": 1.08, "GBP": 1.26, "INR": 0.012, "JPY": 0.0068,
               "SEK": 0.094}  # fmt: skip
_YEARLY_VOLATILITY = 0.08

# hundredths in the smallest amount that is charged
SMALLEST_AMOUNT = np.array([100 if code == "JPY" else 1 for code in CURRENCIES], dtype=np.int64)


def districts_of(rng: np.random.Generator, city: np.ndarray) -> np.ndarray:
    """A district of each city, -1 where the city has none on file."""
    counts = _DISTRICT_COUNTS[city]
    drawn = _DISTRICT_STARTS[city] + (rng.random(len(city)) * counts).astype(np.int64)
    return np.where(counts > 0, drawn, -1)


@dataclass(frozen=True)
class ExchangeRates:
    """Rate to the reporting currency, per currency (rows, as in `CURRENCIES`) and calendar day (columns)."""

    first_day: int
    rates: np.ndarray

    def on(self, currency: np.ndarray, day: np.ndarray) -> np.ndarray:
        """Reporting currency per unit of currency on the day."""
        return self.rates[currency, day - self.first_day]

    def columns(self) -> dict[str, pa.Array]:
        """The table `exchange_rates`: as central banks publish them, none on Saturdays and Sundays."""
        currencies_count, days_count = self.rates.shape
        day = self.first_day + np.arange(days_count)
        published = np.flatnonzero(~_is_weekend(day))
        return {
            "currency_code": labels(np.repeat(np.arange(currencies_count), len(published)), CURRENCIES),
            "rate_date": dates(np.tile(day[published], currencies_count)),
            "rate_to_reporting": numbers(self.rates[:, published].ravel()),
        }


def _is_weekend(day: np.ndarray) -> np.ndarray:
    return (day + 3) % 7 >= 5


def draw_exchange_rates(rng: np.random.Generator, *, first_day: int, last_day: int) -> ExchangeRates:
    """A slow random walk per currency on business days; on Saturday and Sunday the rate of Friday stands."""
    day = np.arange(first_day, last_day + 1)
    steps = rng.normal(0.0, _YEARLY_VOLATILITY / np.sqrt(260), (len(CURRENCIES), len(day)))
    steps[:, _is_weekend(day)] = 0.0
    first = np.array([[_FIRST_RATE.get(code, 1.0)] for code in CURRENCIES])
    rates = first * np.exp(np.cumsum(steps, axis=1))
    rates[0] = 1.0
    return ExchangeRates(first_day, np.round(rates, 8))
