"""REF-1 with NumPy: whole arrays, one step at a time."""

import sys
import time

import numpy as np

from definition import (BUYERS, PLACES, SEGMENTS, STEPS, SUPPLIERS, denied, hashes, report)


class Market:
    def __init__(self, scale):
        self.count = BUYERS * scale
        b, k = np.arange(self.count), np.arange(SEGMENTS * SUPPLIERS)
        self.a, self.bp = 0.8 + 0.8 * hashes(1, b), 1.0 + hashes(2, b)
        self.kappa, self.g = 0.5 + hashes(3, b), 1.0 + hashes(4, b)
        cells = b[:, None] * SEGMENTS + np.arange(SEGMENTS)[None, :]
        self.demand = 0.5 + hashes(5, cells)
        shape = (SEGMENTS, SUPPLIERS)
        self.q = (0.5 + hashes(6, k)).reshape(shape)
        self.cost = (0.6 + 0.4 * hashes(7, k)).reshape(shape)
        self.price = 1.3 * self.cost
        self.knowledge = (0.5 + hashes(8, k)).reshape(shape)
        spread = (0.5 + hashes(9, k)).reshape(shape)
        self.capacity = 1.1 * self.demand.sum(0)[:, None] / SUPPLIERS * spread
        self.capacity0 = self.capacity.copy()
        self.experience = np.zeros(shape)
        self.activity = np.ones(self.count)
        self.risk = np.zeros((PLACES, PLACES))
        self.share = np.zeros((self.count, SEGMENTS, SUPPLIERS))
        self.place = PLACES * b // self.count
        self.home = np.arange(SUPPLIERS) % PLACES
        self.allowed = None
        self.growth, self.t, self.revenue = 1.0, 0, 0.0

    def step(self, noise):
        t = self.t
        law = np.array([[[denied(t, i, j, s) for s in range(SEGMENTS)] for j in range(PLACES)]
                        for i in range(PLACES)]) if t in (0, 24, 48) else self.law
        if t in (24, 48):
            mask = ~law[self.place][:, self.home]
            self.allowed = np.ascontiguousarray(mask.transpose(0, 2, 1)).astype(float)
        self.law = law
        self.risk += 0.2 * (law.mean(2) - self.risk)
        shock = 1.0 if noise is None else 1.0 + 0.1 * (noise[: self.count] - 0.5)
        wanted = self.demand * (self.activity * self.growth * shock)[:, None]
        fear = self.g[:, None] * self.risk[self.place][:, self.home]
        e = self.a[:, None, None] * self.q
        e -= self.bp[:, None, None] * self.price
        e += self.kappa[:, None, None] * self.share
        e -= fear[:, None, :]
        np.exp(e, out=e)
        if self.allowed is not None:
            e *= self.allowed
        orders = e * (wanted / (1.0 + e.sum(2)))[:, :, None]
        first = orders.sum(0)
        fill = np.minimum(1.0, self.capacity / first)
        slack = fill >= 1.0
        unmet = np.einsum("bsj,sj->bs", orders, 1.0 - fill)
        total = 1.0 + np.einsum("bsj,sj->bs", e, slack.astype(float))
        e *= (unmet / total)[:, :, None]
        e *= slack
        second = e.sum(0)
        with np.errstate(divide="ignore", invalid="ignore"):
            refill = np.minimum(1.0, (self.capacity - first) / second)
        refill = np.where(slack & (second > 0.0), refill, 0.0)
        orders *= fill
        e *= refill
        orders += e
        got = orders.sum((1, 2)) / wanted.sum(1)
        self.share = orders / wanted[:, :, None]
        self.activity = np.clip(self.activity * (1.0 + 0.05 * (got - 0.85)), 0.5, 2.0)
        self.supply(first * fill + second * refill, noise)
        self.growth *= 1.005
        self.t += 1

    def supply(self, sales, noise):
        money = self.price * sales
        used = sales / self.capacity
        self.experience += sales
        cost = self.cost * np.exp(-0.15 * np.log(1.0 + self.experience / (10.0 * self.capacity0)))
        self.knowledge = 0.95 * self.knowledge + 0.05 * money / self.capacity0
        chance = 1.0 - np.exp(-0.3 * self.knowledge / (1.0 + self.knowledge))
        if noise is None:
            self.q += 0.05 * chance
        else:
            self.q += 0.05 * (noise[self.count:].reshape(chance.shape) < chance)
        price = self.price * (1.0 + 0.05 * (used - 0.85))
        price += 0.1 * (1.3 * cost - price)
        self.price = np.maximum(price, 1.02 * cost)
        self.capacity *= 1.0 + np.clip(0.1 * (used - 0.8), -0.02, 0.04)
        self.revenue += money.sum()


def main():
    scale, replicates = (int(x) for x in (sys.argv[1:] + ["1", "2"][len(sys.argv) - 1:]))
    check = Market(scale)
    for _ in range(STEPS):
        check.step(None)
    seconds = 0.0
    for replicate in range(replicates):
        market, random = Market(scale), np.random.default_rng(replicate)
        began = time.perf_counter()
        for _ in range(STEPS):
            market.step(random.random(market.count + SEGMENTS * SUPPLIERS))
        seconds += time.perf_counter() - began
    report(check.revenue, seconds, market.share.size * STEPS * replicates)


main()
