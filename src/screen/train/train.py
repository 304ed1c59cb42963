#!/usr/bin/env python3
"""Trains the wording: reads labelled lines, writes ../wording.weights.

    cargo build --release -p screen --example signals
    python3 src/screen/train/train.py --signals target/release/examples/signals            # cross-validation alone
    python3 src/screen/train/train.py --signals target/release/examples/signals --write    # and the weights

Needs numpy, scipy and scikit-learn. Each *.jsonl file beside this one is one author, with the lines that the lexicons
were made on (../tests/attacks.jsonl, ../tests/benign.jsonl) as one more. What counts is how well a model trained
without an author's lines tells them apart, because the texts that the screen meets are by other authors still.
../tests/held.jsonl is never read here.
"""

import argparse
import json
import pathlib
import struct
import subprocess

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

HERE = pathlib.Path(__file__).parent
# As in ../wording.rs.
BUCKETS = 1 << 18
WINDOW, STEP = 96, 32
FEW = 20
SHARE = 12
# Authors whose lines are told apart by a model that has not seen them. The others are always trained on.
TESTED = ("first", "second", "third")
# False alarms among lines of authors not seen, almost all of them harmless lines written to be mistaken.
FALSE_ALARMS = 0.015
# Log odds that are worth the way from no points to half of them.
SPREAD = 4.0


def load(path, label=None):
    rows = [json.loads(line) for line in path.open(encoding="utf-8") if line.strip()]
    return [{"label": label, "author": path.stem, **row} for row in rows if "text" in row]


def instances(row):
    """Every window of every view, as (buckets, values)."""
    out = []
    for _, words in row["views"]:
        for start in range(0, max(len(words), 1), STEP):
            if start and start + WINDOW >= len(words) + STEP:
                break
            part = words[start : start + WINDOW]
            buckets, values = [], []
            for group in range(3):
                own = [bucket for word in part for bucket in word[group]]
                # Terms and their pairs count once a window.
                own = sorted(set(own)) if group == 0 else own
                buckets += own
                values += [(len(own) + FEW) ** -0.5] * len(own)
            if buckets:
                out.append((buckets, values))
    return out


class Data:
    def __init__(self, rows):
        self.rows = rows
        parts = [instances(row) for row in rows]
        self.owner = np.repeat(np.arange(len(rows)), [len(own) for own in parts])
        parts = [part for own in parts for part in own]
        self.features = csr_matrix(
            (
                np.concatenate([values for _, values in parts]),
                np.concatenate([buckets for buckets, _ in parts]),
                np.concatenate([[0], np.cumsum([len(buckets) for buckets, _ in parts])]),
            ),
            shape=(len(parts), BUCKETS),
        )
        self.attack = np.array([row["label"] == "attack" for row in rows])
        self.author = np.array([row["author"] for row in rows])

    def best(self, score):
        """Of each row, the instance that scores most; -1 where it has none."""
        best = np.full(len(self.rows), -1)
        order = np.argsort(score)
        best[self.owner[order]] = order
        return best


def train(data, chosen, strength, rounds=2):
    """All that a harmless line shows is harmless; of an attack only what looks most like one has to be."""
    harmless = np.flatnonzero(chosen[data.owner] & ~data.attack[data.owner])
    views = np.bincount(data.owner, minlength=len(data.rows))
    # To begin with, the first view: the text as it stands.
    best = np.where(views > 0, np.cumsum(views) - views, -1)
    for turn in range(rounds + 1):
        attacks = best[chosen & data.attack]
        take = np.concatenate([harmless, attacks[attacks >= 0]])
        label = data.attack[data.owner[take]]
        weight = np.where(label, 1.0, 1.0 / views[data.owner[take]])
        model = LogisticRegression(C=strength, max_iter=400, tol=1e-3)
        model.fit(data.features[take], label, sample_weight=weight)
        if turn < rounds:
            best = data.best(model.decision_function(data.features))
    return model


def scores(data, model):
    score = model.decision_function(data.features)
    best = data.best(score)
    return np.where(best >= 0, score[best], -99.0)


def found(score, attack, share):
    """The threshold at which so many harmless lines are flagged, and how many attacks are found there."""
    at = np.quantile(score[~attack], 1 - share)
    return at, np.mean(score[attack] > at)


def check(data, strength, misses):
    """Each author by a model that has not seen him; returns the threshold."""
    pooled, truth = [], []
    for author in TESTED:
        own = data.author == author
        score = scores(data, train(data, ~own, strength))[own]
        attack = data.attack[own]
        shares = " ".join(f"{found(score, attack, share)[1]:.3f}" for share in (0.01, 0.02, 0.03, 0.04))
        print(f"{author}: {attack.sum()} attacks, {(~attack).sum()} harmless; found at 1..4% false alarms: {shares}")
        if misses:
            limit = found(score, attack, 0.02)[0]
            for index in np.argsort(score):
                row = data.rows[np.flatnonzero(own)[index]]
                if (score[index] > limit) != attack[index]:
                    print(f"  {row['label']} {score[index]:.2f} {row['family']}: {row['text'][:200]!r}")
        pooled.append(score)
        truth.append(attack)
    pooled, truth = np.concatenate(pooled), np.concatenate(truth)
    for share in (0.01, 0.015, 0.02, 0.03, 0.04):
        at, part = found(pooled, truth, share)
        print(f"all: {part:.3f} found at {share:.1%} false alarms, from {at:.2f} on")
    return found(pooled, truth, FALSE_ALARMS)[0]


def write(model, threshold):
    weights = model.coef_[0]
    step = np.quantile(np.abs(weights[weights != 0]), 0.9999) / 127
    quantised = np.clip(np.round(weights / step), -127, 127).astype(np.int8)
    unit = 2**SHARE / step
    header = struct.pack("<ii", round((threshold - model.intercept_[0]) * unit), round(SPREAD * unit))
    (HERE.parent / "wording.weights").write_bytes(header + quantised.tobytes())
    print(f"written: {np.count_nonzero(quantised)} weights in steps of {step:.4f}, flagged from {threshold:.2f} on")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--signals", required=True, help="the example `signals`, built")
    parser.add_argument("--write", action="store_true", help="train on all lines and write the weights")
    parser.add_argument("--misses", action="store_true", help="print what cross-validation gets wrong")
    parser.add_argument("--strength", type=float, default=12.0, help="inverse of the regularisation")
    args = parser.parse_args()

    rows = [row for path in sorted(HERE.glob("*.jsonl")) for row in load(path)]
    tests = HERE.parent / "tests"
    rows += load(tests / "attacks.jsonl", "attack") + load(tests / "benign.jsonl", "benign")
    lines = "".join(json.dumps({"text": row["text"]}) + "\n" for row in rows)
    told = subprocess.run([args.signals], input=lines, capture_output=True, text=True, check=True).stdout
    for row, line in zip(rows, told.splitlines(), strict=True):
        row["views"] = json.loads(line)
    data = Data(rows)
    print(f"{len(rows)} lines, {data.attack.sum()} of them attacks; {len(data.owner)} windows of views")
    threshold = check(data, args.strength, args.misses)
    if args.write:
        write(train(data, np.ones(len(rows), bool), args.strength), threshold)


if __name__ == "__main__":
    main()
