#!/usr/bin/env python3
"""Trains the wording: reads labelled lines, writes ../wording.weights.

    cargo build --release -p screen --example signals
    python3 src/screen/train/train.py --signals target/release/examples/signals            # cross-validation alone
    python3 src/screen/train/train.py --signals target/release/examples/signals --write    # and the weights

Needs numpy, scipy and scikit-learn. Each *.jsonl file beside this one is one author, with the lines that the lexicons
were made on (../tests/attacks.jsonl, ../tests/benign.jsonl) as one more. A line is one text or the parts of a document.
What counts is how well a model trained without an author's lines tells them apart, because the texts that the screen
meets are by other authors still. ../tests/held.jsonl is never read here. The same lines give the same weights.
"""

import argparse
import json
import pathlib
import random
import struct
import subprocess

import numpy as np
from scipy.sparse import csr_matrix, diags
from sklearn.linear_model import LogisticRegression

HERE = pathlib.Path(__file__).parent
# As in ../wording.rs.
BUCKETS = 1 << 18
WINDOW, STEP = 96, 32
FEW = 8
SHARE = 12
# Of each group, how much its vote counts.
VOTES = (2, 3, 4, 4, 4)
# Groups of which a feature counts once a window: concepts and glosses.
ONCE = (0, 4)
# Authors whose lines are told apart by a model that has not seen them. The others are always trained on.
TESTED = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
          "twelfth", "thirteenth", "fourteenth")
# False alarms among lines of authors not seen, almost all of them harmless lines written to be mistaken. Lines of our own
# were written with those in view, so that among lines that nobody read there are about twice as many.
FALSE_ALARMS = 0.007
# The same among documents of such lines, each read as one text.
FALSE_ALARMS_JOINED = 0.01
# Of an author's harmless lines so many make a document, to train the joined view on.
PARTS = (3, 8)
# How much a feature counts by how unevenly it is spread, to these powers: the model is the mean of those trained so.
POWERS = (0.3, 0.5, 0.7)
# As if each feature had been seen so often more among the attacks and among the harmless.
SEEN = 0.5
# Log odds that are worth the way from no points to half of them.
SPREAD = 4.0


def load(path, label=None):
    rows = [json.loads(line) for line in path.open(encoding="utf-8") if line.strip()]
    return [{"label": label, "author": path.stem, **row} for row in rows]


def texts(row):
    return row["parts"] if "parts" in row else [row["text"]]


def documents(rows):
    """Harmless lines of one author in a row, in an order that is always the same."""
    out = []
    for author in sorted({row["author"] for row in rows}):
        own = [row["text"] for row in rows if row["author"] == author and row["label"] != "attack" and "text" in row]
        draw = random.Random(author)
        draw.shuffle(own)
        while len(own) >= PARTS[1]:
            count = draw.randint(*PARTS)
            parts, own = own[:count], own[count:]
            out.append({"label": "benign", "author": author, "family": "document", "parts": parts})
    return out


def instances(row):
    """Every window of every view, as (whether joined, buckets, values)."""
    out = []
    for view, words in row["views"]:
        joined = view == "joined"
        if row["family"] == "document" and not joined:
            continue
        for start in range(0, max(len(words), 1), STEP):
            if start and start + WINDOW >= len(words) + STEP:
                break
            part = words[start : start + WINDOW]
            buckets, values = [], []
            for group in range(len(part[0]) if part else 0):
                own = [bucket for word in part for bucket in word[group]]
                own = sorted(set(own)) if group in ONCE else own
                buckets += own
                values += [VOTES[group] * (len(own) + FEW) ** -0.5] * len(own)
            if buckets:
                out.append((joined, buckets, values))
    return out


class Data:
    def __init__(self, rows):
        self.rows = rows
        parts = [instances(row) for row in rows]
        self.owner = np.repeat(np.arange(len(rows)), [len(own) for own in parts])
        parts = [part for own in parts for part in own]
        self.joined = np.array([joined for joined, _, _ in parts])
        self.features = csr_matrix(
            (
                np.concatenate([values for _, _, values in parts]),
                np.concatenate([buckets for _, buckets, _ in parts]),
                np.concatenate([[0], np.cumsum([len(buckets) for _, buckets, _ in parts])]),
            ),
            shape=(len(parts), BUCKETS),
        )
        self.features.sum_duplicates()
        self.attack = np.array([row["label"] == "attack" for row in rows])
        self.author = np.array([row["author"] for row in rows])
        self.document = np.array([row["family"] == "document" for row in rows])

    def best(self, score, among):
        """Of each row, the instance among some that scores most; -1 where it has none."""
        best = np.full(len(self.rows), -1)
        order = np.argsort(score, kind="stable")
        order = order[among[order]]
        best[self.owner[order]] = order
        return best


def spread(data, chosen):
    """Of each feature, how unevenly attacks and harmless texts have it: its log odds, whichever way."""
    attack = data.attack[data.owner]
    present = data.features > 0
    own = [np.asarray(present[chosen & label].sum(axis=0)).ravel() + SEEN for label in (attack, ~attack)]
    return np.abs(np.log(own[0] / own[0].sum()) - np.log(own[1] / own[1].sum()))


def train(data, chosen, strength, rounds=2):
    """Weights and bias, from the rows chosen. All that a harmless line shows is harmless; of an attack only what looks
    most like one has to be."""
    harmless = np.flatnonzero(chosen[data.owner] & ~data.attack[data.owner])
    views = np.bincount(data.owner, minlength=len(data.rows))
    # To begin with, the attacks that have one view, and of documents the last: all of it.
    first, last = np.cumsum(views) - views, np.cumsum(views) - 1
    begin = np.where(views > 0, np.where(["parts" in row for row in data.rows], last, first), -1)
    sure = (views == 1) | np.array(["parts" in row for row in data.rows])
    uneven = spread(data, chosen[data.owner])
    weights, bias = np.zeros(BUCKETS), 0.0
    for power in POWERS:
        scale = uneven**power
        features = (data.features @ diags(scale)).tocsr()
        model = LogisticRegression(C=strength, max_iter=400, tol=1e-3, warm_start=True)
        best = begin
        for turn in range(rounds + 1):
            attacks = best[chosen & data.attack & (sure | (turn > 0))]
            take = np.concatenate([harmless, attacks[attacks >= 0]])
            label = data.attack[data.owner[take]]
            weight = np.where(label, 1.0, 1.0 / views[data.owner[take]])
            model.fit(features[take], label, sample_weight=weight)
            if turn < rounds:
                best = data.best(model.decision_function(features), np.ones(len(data.owner), bool))
        weights += model.coef_[0] * scale / len(POWERS)
        bias += model.intercept_[0] / len(POWERS)
    return weights, bias


def scores(data, model):
    """Of each row, the most that a text of it scores, and that all of them together do."""
    weights, bias = model
    score = data.features @ weights + bias
    bests = [data.best(score, among) for among in (~data.joined, data.joined)]
    return [np.where(best >= 0, score[best], -99.0) for best in bests]


def threshold(score, share):
    """The score that no more than so many are above."""
    return np.quantile(score, 1 - share, method="higher")


def check(data, strength, misses):
    """Each author by a model that has not seen him; returns the thresholds."""
    pooled = []
    for author in TESTED:
        own = data.author == author
        alone, joined = scores(data, train(data, ~own, strength))
        pooled += [(index, alone[index], joined[index]) for index in np.flatnonzero(own)]
    index = np.array([index for index, _, _ in pooled])
    alone, joined = (np.array([row[place] for row in pooled]) for place in (1, 2))
    attack, document, author = data.attack[index], data.document[index], data.author[index]
    line = ~document
    at = threshold(alone[~attack & line], FALSE_ALARMS)
    # A document with a line that is a false alarm by itself says nothing about reading lines together.
    loud = {text for place in np.flatnonzero(alone > at) for text in texts(data.rows[index[place]])}
    quiet = np.array([loud.isdisjoint(texts(data.rows[row])) for row in index])
    at_joined = threshold(joined[document & quiet], FALSE_ALARMS_JOINED)
    for share in (0.005, 0.01, FALSE_ALARMS, 0.015, 0.02, 0.03):
        limit = threshold(alone[~attack & line], share)
        flagged = (alone > limit) | (joined > at_joined)
        own = (np.mean(flagged[attack & (author == name)]) for name in TESTED)
        each = " ".join(f"{part:.3f}" for part in own)
        own = (np.mean(flagged[~attack & line & (author == name)]) for name in TESTED)
        wrong = " ".join(f"{part:.3f}" for part in own)
        print(
            f"{share:.1%} from {limit:.2f}, joined from {at_joined:.2f}: found {np.mean(flagged[attack]):.3f} ({each}), "
            f"false alarms {np.mean(flagged[~attack & line]):.4f} ({wrong})"
        )
    if misses:
        flagged = (alone > at) | (joined > at_joined)
        for place in np.argsort(alone):
            row = data.rows[index[place]]
            if flagged[place] != attack[place] and line[place]:
                print(
                    f"  {row['author']} {row['label']} {alone[place] - at:+.2f} {joined[place] - at_joined:+.2f} "
                    f"{row['family']}: {' | '.join(texts(row))[:300]!r}"
                )
    return at, at_joined


def write(model, at, at_joined):
    weights, bias = model
    step = np.quantile(np.abs(weights[weights != 0]), 0.9999) / 127
    quantised = np.clip(np.round(weights / step), -127, 127).astype(np.int8)
    unit = 2**SHARE / step
    numbers = (at - bias, at_joined - bias, SPREAD)
    header = struct.pack("<iii", *(round(number * unit) for number in numbers))
    (HERE.parent / "wording.weights").write_bytes(header + quantised.tobytes())
    print(f"written: {np.count_nonzero(quantised)} weights in steps of {step:.4f}")


def read(signals):
    """All lines with what each view of them tells."""
    tests = HERE.parent / "tests"
    rows = [row for path in sorted(HERE.glob("*.jsonl")) for row in load(path)]
    rows += load(tests / "attacks.jsonl", "attack") + load(tests / "benign.jsonl", "benign")
    rows += documents(rows)
    lines = "".join(json.dumps(texts(row)) + "\n" for row in rows)
    told = subprocess.run([signals], input=lines, capture_output=True, text=True, check=True).stdout
    for row, line in zip(rows, told.splitlines(), strict=True):
        row["views"] = json.loads(line)
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--signals", required=True, help="the example `signals`, built")
    parser.add_argument("--write", action="store_true", help="train on all lines and write the weights")
    parser.add_argument("--misses", action="store_true", help="print what cross-validation gets wrong")
    parser.add_argument("--strength", type=float, default=2.0, help="inverse of the regularisation")
    args = parser.parse_args()

    data = Data(read(args.signals))
    print(f"{len(data.rows)} lines, {data.attack.sum()} of them attacks; {len(data.owner)} windows of views")
    at, at_joined = check(data, args.strength, args.misses)
    if args.write:
        write(train(data, np.ones(len(data.rows), bool), args.strength), at, at_joined)


if __name__ == "__main__":
    main()
