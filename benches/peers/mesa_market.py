"""REF-1 with Mesa: buyers and suppliers are plain Python agents."""

import math
import random
import sys
import time

import mesa

from definition import (BUYERS, PLACES, SEGMENTS, STEPS, SUPPLIERS, denied, hashed, report)


class Supplier(mesa.Agent):
    def __init__(self, model, segment, number, demand):
        super().__init__(model)
        k = segment * SUPPLIERS + number
        self.k, self.home = k, number % PLACES
        self.q, self.knowledge = 0.5 + hashed(6, k), 0.5 + hashed(8, k)
        self.cost = 0.6 + 0.4 * hashed(7, k)
        self.price = 1.3 * self.cost
        self.capacity = 1.1 * demand / SUPPLIERS * (0.5 + hashed(9, k))
        self.capacity0, self.experience = self.capacity, 0.0
        self.first = self.second = 0.0
        self.fill = self.refill = 1.0

    def ration(self):
        self.fill = min(1.0, self.capacity / self.first)
        self.second = 0.0

    def ration_again(self):
        room = self.capacity - self.first
        slack = self.fill >= 1.0 and self.second > 0.0
        self.refill = min(1.0, room / self.second) if slack else 0.0

    def produce(self):
        sales = self.first * self.fill + self.second * self.refill
        money, used = self.price * sales, sales / self.capacity
        self.experience += sales
        cost = self.cost * math.exp(-0.15 * math.log(1.0 + self.experience / (10.0 * self.capacity0)))
        self.knowledge = 0.95 * self.knowledge + 0.05 * money / self.capacity0
        chance = 1.0 - math.exp(-0.3 * self.knowledge / (1.0 + self.knowledge))
        if self.model.noise is None:
            self.q += 0.05 * chance
        elif self.model.noise.random() < chance:
            self.q += 0.05
        price = self.price * (1.0 + 0.05 * (used - 0.85))
        price += 0.1 * (1.3 * cost - price)
        self.price = max(price, 1.02 * cost)
        self.capacity *= 1.0 + min(max(0.1 * (used - 0.8), -0.02), 0.04)
        self.first = 0.0
        self.model.revenue += money


class Buyer(mesa.Agent):
    def __init__(self, model, b, count):
        super().__init__(model)
        self.place = PLACES * b // count
        self.a, self.bp = 0.8 + 0.8 * hashed(1, b), 1.0 + hashed(2, b)
        self.kappa, self.g = 0.5 + hashed(3, b), 1.0 + hashed(4, b)
        self.demand = [0.5 + hashed(5, b * SEGMENTS + s) for s in range(SEGMENTS)]
        self.share = [[0.0] * SUPPLIERS for _ in range(SEGMENTS)]
        self.weight = [[0.0] * SUPPLIERS for _ in range(SEGMENTS)]
        self.offer = [0.0] * SEGMENTS
        self.activity = 1.0

    def order(self):
        model = self.model
        noise = 0.5 if model.noise is None else model.noise.random()
        pace = self.activity * model.growth * (1.0 + 0.1 * (noise - 0.5))
        self.wanted = [d * pace for d in self.demand]
        fear = [self.g * risk for risk in model.risk[self.place]]
        for s, market in enumerate(model.markets):
            law, share, weight = model.law[self.place], self.share[s], self.weight[s]
            total = 1.0
            for j, supplier in enumerate(market):
                home = supplier.home
                if law[home][s]:
                    weight[j] = 0.0
                    continue
                utility = (self.a * supplier.q - self.bp * supplier.price
                           + self.kappa * share[j] - fear[home])
                weight[j] = math.exp(utility)
                total += weight[j]
            each = self.wanted[s] / total
            for j, supplier in enumerate(market):
                share[j] = weight[j] * each
                supplier.first += share[j]

    def order_again(self):
        for s, market in enumerate(self.model.markets):
            unmet, slack = 0.0, 1.0
            for j, supplier in enumerate(market):
                if supplier.fill < 1.0:
                    unmet += self.share[s][j] * (1.0 - supplier.fill)
                else:
                    slack += self.weight[s][j]
            self.offer[s] = unmet / slack
            if unmet > 0.0:
                for j, supplier in enumerate(market):
                    if supplier.fill >= 1.0:
                        supplier.second += self.offer[s] * self.weight[s][j]

    def receive(self):
        got = 0.0
        for s, market in enumerate(self.model.markets):
            share, wanted, offer = self.share[s], self.wanted[s], self.offer[s]
            for j, supplier in enumerate(market):
                real = share[j] * supplier.fill
                if supplier.fill >= 1.0:
                    real += offer * self.weight[s][j] * supplier.refill
                got += real
                share[j] = real / wanted
        fill = got / sum(self.wanted)
        self.activity = min(max(self.activity * (1.0 + 0.05 * (fill - 0.85)), 0.5), 2.0)


class Market(mesa.Model):
    def __init__(self, scale, noise):
        super().__init__()
        count = BUYERS * scale
        self.noise = noise
        self.growth, self.t, self.revenue = 1.0, 0, 0.0
        self.risk = [[0.0] * PLACES for _ in range(PLACES)]
        self.buyers = [Buyer(self, b, count) for b in range(count)]
        sums = [sum(b.demand[s] for b in self.buyers) for s in range(SEGMENTS)]
        self.markets = [[Supplier(self, s, j, sums[s]) for j in range(SUPPLIERS)]
                        for s in range(SEGMENTS)]

    def step(self):
        places = range(PLACES)
        self.law = [[[denied(self.t, i, k, s) for s in range(SEGMENTS)] for k in places]
                    for i in places]
        for i in places:
            for k in places:
                self.risk[i][k] += 0.2 * (sum(self.law[i][k]) / SEGMENTS - self.risk[i][k])
        buyers, suppliers = self.agents_by_type[Buyer], self.agents_by_type[Supplier]
        buyers.do("order")
        suppliers.do("ration")
        buyers.do("order_again")
        suppliers.do("ration_again")
        buyers.do("receive")
        suppliers.do("produce")
        self.growth *= 1.005
        self.t += 1


def main():
    scale, steps = (int(x) for x in (sys.argv[1:] + ["1", "36"][len(sys.argv) - 1:]))
    check = Market(scale, None)
    for _ in range(STEPS):
        check.step()
    market = Market(scale, random.Random(1))
    began = time.perf_counter()
    for _ in range(steps):
        market.step()
    seconds = time.perf_counter() - began
    report(check.revenue, seconds, len(market.buyers) * SEGMENTS * SUPPLIERS * steps)


main()
