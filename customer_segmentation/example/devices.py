"""Devices that users and readers of e-mail have."""

from __future__ import annotations

import numpy as np

# device type, model, operating system, browser, weight
DEVICES = (
    ("mobile", "iPhone 14", "iOS", "Safari", 13), ("mobile", "iPhone 15", "iOS", "Safari", 10),
    ("mobile", "iPhone SE", "iOS", "Chrome", 4), ("mobile", "Galaxy S23", "Android", "Chrome", 9),
    ("mobile", "Pixel 8", "Android", "Chrome", 7), ("mobile", "Redmi Note 12", "Android", "Chrome", 7),
    ("mobile", "Galaxy A54", "Android", "Samsung Internet", 5), ("tablet", "iPad", "iPadOS", "Safari", 5),
    ("tablet", "Galaxy Tab S8", "Android", "Chrome", 2), ("desktop", None, "Windows", "Chrome", 15),
    ("desktop", None, "Windows", "Edge", 8), ("desktop", None, "Windows", "Firefox", 4),
    ("desktop", None, "macOS", "Safari", 6), ("desktop", None, "macOS", "Chrome", 6),
    ("desktop", None, "Linux", "Firefox", 2), ("desktop", None, "ChromeOS", "Chrome", 1),
)  # fmt: skip
DEVICE_WEIGHTS = np.array([row[4] for row in DEVICES]) / sum(row[4] for row in DEVICES)
DEVICE_TYPES = ("mobile", "tablet", "desktop")
DEVICE_MODELS = tuple(row[1] for row in DEVICES if row[1])
OPERATING_SYSTEMS = tuple(dict.fromkeys(row[2] for row in DEVICES))
BROWSERS = tuple(dict.fromkeys(row[3] for row in DEVICES))
DEVICE_TYPE = np.array([DEVICE_TYPES.index(row[0]) for row in DEVICES])
DEVICE_MODEL = np.array([DEVICE_MODELS.index(row[1]) if row[1] else -1 for row in DEVICES])
DEVICE_SYSTEM = np.array([OPERATING_SYSTEMS.index(row[2]) for row in DEVICES])
DEVICE_BROWSER = np.array([BROWSERS.index(row[3]) for row in DEVICES])
