"""COST.md: what a million subscribers cost, from the measured bytes and processor time and from assumed prices."""

from __future__ import annotations

# The load.
SUBSCRIBERS = 1_000_000
POLLS = 24  # of each subscriber, a day
CHANGES = 4  # of the feed that they read, a day
DAYS = 30
# Readers wake on the hour: the busiest moment over the mean. And how busy a core may then be.
PEAK, BUSY = 4, 0.6
# Prices, in dollars: assumptions of the order that public price lists have, not quotations. Put in your own.
PER_GB = 0.09  # traffic out of a large cloud
CDN_PER_GB = 0.05
CDN_PER_MILLION = 0.75  # requests at a CDN
PER_CORE = 15.0  # a core with its memory, a month
# A CDN asks the origin again from each of its places once the answer is older than Cache-Control allows.
PLACES, MAX_AGE = 100, 300


def page(results: dict) -> str:
    """Give the page, empty where what it rests on was not measured."""
    found = results.get("requests", {}).get("found", {})
    one = found.get("contestants", {}).get("feedsvc on gunicorn", {})
    if "gzip" not in one:
        return ""
    size = found["bytes"]
    cpu = {kind: one[kind]["cpu"]["median"] for kind in ("full", "gzip", "unchanged")}
    cpu["br"] = cpu["gzip"]  # made once, like gzip
    requests = SUBSCRIBERS * POLLS * DAYS
    news = SUBSCRIBERS * CHANGES * DAYS
    rows, cheapest = [], {}

    def row(name: str, coding: str, *, conditional: bool) -> None:
        full = news if conditional else requests
        gigabytes = (full * size[coding] + (requests - full) * size["unchanged"]) / 1e9
        used = (full * cpu[coding] + (requests - full) * cpu["unchanged"]) / 1e6
        cores = used / (DAYS * 86_400) * PEAK / BUSY
        money = gigabytes * PER_GB, max(1.0, cores) * PER_CORE
        rows.append([name, f"{requests / 1e6:,.0f}", f"{full / 1e6:,.0f}", f"{gigabytes:,.0f}", f"{cores:.2f}"])
        rows[-1] += [f"{money[0]:,.0f}", f"{money[1]:,.0f}", f"{sum(money):,.0f}"]
        cheapest[name] = gigabytes, used, cores

    row("every answer whole, as it is", "full", conditional=False)
    row("every answer whole, gzip", "gzip", conditional=False)
    row("conditional, as it is", "full", conditional=True)
    row("conditional, gzip", "gzip", conditional=True)
    row("conditional, brotli", "br", conditional=True)
    gigabytes, used, cores = cheapest["conditional, gzip"]
    delivered = cheapest["conditional, brotli"][0]
    asked = PLACES * 86_400 // MAX_AGE * DAYS
    whole = PLACES * CHANGES * DAYS
    origin = (whole * size["br"] + (asked - whole) * size["unchanged"]) / 1e9
    cdn = delivered * CDN_PER_GB, requests / 1e6 * CDN_PER_MILLION
    total = sum(cdn) + origin * PER_GB + PER_CORE
    rate = one["unchanged"]["rate"]["median"]
    mean = requests / DAYS / 86_400
    head = "| | requests, millions | with a body, millions | GB out | cores at the peak | traffic, $ | cores, $ | together, $ |"
    table = "\n".join([head, "| --- |" + " ---: |" * 7, *(f"| {' | '.join(cells)} |" for cells in rows)])
    return f"""# What a million subscribers cost

Written by `tests/benchmarks` from [results.json](results.json): bytes and processor time are measured, prices and habits are
assumed, and stand as constants in `cost.py`. Other prices: change them there and run `tests/benchmarks --report`.

| assumed | |
| --- | ---: |
| subscribers of one feed of 20 posts | {SUBSCRIBERS:,} |
| polls of each, a day | {POLLS} |
| changes of the feed, a day | {CHANGES} |
| busiest moment over the mean | {PEAK} |
| share of a core that may then be busy | {BUSY:.0%} |
| a GB out | ${PER_GB} |
| a GB out of the CDN; a million requests there | ${CDN_PER_GB}; ${CDN_PER_MILLION} |
| a core, a month | ${PER_CORE:.0f} |
| places of the CDN | {PLACES} |

| measured | bytes on the wire | processor, µs |
| --- | ---: | ---: |
| 200 as it is | {size["full"]:,} | {cpu["full"]:,.0f} |
| 200, gzip | {size["gzip"]:,} | {cpu["gzip"]:,.0f} |
| 200, brotli | {size["br"]:,} | as gzip |
| 304 | {size["unchanged"]:,} | {cpu["unchanged"]:,.0f} |

## A month, from one origin

{table}

At least one core is paid for. The row of conditional requests with gzip, step by step:

- {SUBSCRIBERS:,} × {POLLS} polls × {DAYS} days = {requests / 1e6:,.0f} million requests, {mean:,.0f} a second in the mean and {mean * PEAK:,.0f} at
  the peak; the two measured workers answer {rate:,.0f} a second with 304.
- {SUBSCRIBERS:,} × {CHANGES} changes × {DAYS} days = {news / 1e6:,.0f} million of them find something new and get a body; the other {(requests - news) / 1e6:,.0f}
  million get a 304.
- {news / 1e6:,.0f} million × {size["gzip"]:,} bytes + {(requests - news) / 1e6:,.0f} million × {size["unchanged"]:,} bytes = {gigabytes:,.0f} GB, × ${PER_GB} = ${gigabytes * PER_GB:,.0f}.
- {news / 1e6:,.0f} million × {cpu["gzip"]:,.0f} µs + {(requests - news) / 1e6:,.0f} million × {cpu["unchanged"]:,.0f} µs = {used:,.0f} s of processor; over {DAYS * 86_400:,} s, × {PEAK} ÷ {BUSY} = {cores:.2f} cores.

A reader that sends no `If-None-Match` costs as the first two rows say. What TLS and TCP add to each answer is not counted.

## A month, behind a CDN

Answers may be kept for {MAX_AGE} seconds (`Cache-Control`), so {PLACES} places ask the origin {PLACES} × {86_400 // MAX_AGE} × {DAYS} = {asked / 1e6:,.2f} million
times at most, {asked / DAYS / 86_400:.2f} a second, whatever the number of subscribers; {whole:,} of these find something new. That is
{origin:,.1f} GB from the origin (${origin * PER_GB:,.2f}) and one core (${PER_CORE:.0f}), which has nothing to do for most of the time.
The CDN sends what the row with brotli has, {delivered:,.0f} GB × ${CDN_PER_GB} = ${cdn[0]:,.0f}, and takes ${cdn[1]:,.0f} for {requests / 1e6:,.0f} million requests.
Together: ${total:,.0f}.
"""
