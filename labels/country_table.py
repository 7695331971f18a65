"""Writes labels/data/countries.csv from pycountry: `python -m labels.country_table`.

Serving loads the small table; pycountry (23 MB of all subdivisions and translations, 0.14 s to
import) is needed only where the table is made, and a test says when it is stale.
"""

import csv
import io
from pathlib import Path

import pycountry

TABLE = Path(__file__).parent / "data" / "countries.csv"


def table() -> str:
    """Return the table as CSV: one ISO 3166 state a row, by code, with its English names."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(("id", "name", "forms"))
    for country in sorted(pycountry.countries, key=lambda country: country.alpha_3):
        # "Korea, Republic of" is for sorted lists; no sentence says it.
        spoken = [
            name
            for name in (
                getattr(country, "common_name", None),
                country.name,
                getattr(country, "official_name", None),
            )
            if name and ", " not in name
        ]
        turned = [
            f"{last} {first}"
            for first, _, last in [country.name.partition(", ")]
            if last.endswith((" of", " of the"))
        ]
        forms = [
            form.removeprefix("the ").removeprefix("The ")
            for form in dict.fromkeys(spoken + turned)
        ]
        rows.writerow((country.alpha_3, forms[0] if forms else country.name, "; ".join(forms)))
    return out.getvalue()


if __name__ == "__main__":
    TABLE.write_text(table(), encoding="utf-8")
