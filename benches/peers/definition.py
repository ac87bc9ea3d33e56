"""What all Python versions of REF-1 share: sizes, hash, law and output. No arithmetic of a step."""

import json

BUYERS, SEGMENTS, SUPPLIERS, PLACES, STEPS = 200, 24, 12, 4, 72
MASK = (1 << 64) - 1


def hashed(tag, index):
    """A number in [0, 1): splitmix64 of a tag and an index."""
    z = (((tag << 32) | index) + 0x9E3779B97F4A7C15) & MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return ((z ^ (z >> 31)) >> 11) / 2.0**53


def hashes(tag, index):
    """The same for an array of indices."""
    import numpy as np

    return np.array([hashed(tag, int(i)) for i in index.ravel()]).reshape(index.shape)


def denied(t, buyer, supplier, segment):
    """Whether the law denies a country's suppliers to a country's buyers."""
    return ((t >= 24 and buyer == 1 and supplier == 0 and segment < 8)
            or (t >= 48 and buyer == 1 and supplier in (0, 2) and segment < 16)
            or (t >= 48 and buyer == 0 and supplier == 1 and segment >= 20))


def report(check, seconds, alternatives):
    """One line of JSON, as every implementation prints it."""
    print(json.dumps({
        "check": round(float(check), 9),
        "seconds": seconds,
        "ns_per_alternative": seconds * 1e9 / alternatives,
    }))
