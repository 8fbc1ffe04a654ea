"""What tests of several folders share; fixtures stand in tests/python/conftest.py."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
