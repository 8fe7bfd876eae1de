"""What the network says of held-out documents, and how well that agrees with the editors."""

from __future__ import annotations

import re

import numpy as np
import torch
from network import Editor
from reading import Marked, batches
from sklearn.metrics import average_precision_score, f1_score, matthews_corrcoef, roc_auc_score

WORD = re.compile(r"\w+(?:['’.\-]\w+)*|[^\w\s]")


def probabilities(network: Editor, documents: list[Marked]) -> list[tuple[Marked, np.ndarray, np.ndarray, np.ndarray]]:
    """Of each document: probabilities of pieces (T × 2) and sentences (S × 2), categories of pieces (T × 9)."""
    network.eval()
    marker = network.marker["editor"]
    found = []
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        for batch in batches(documents, 3000):
            tokens, sentences = network(batch.ids, batch.lengths, batch.owner, torch.arange(batch.sentences))
            word = marker.word(tokens).float().sigmoid().numpy()
            sentence = marker.sentence(sentences).float().sigmoid().numpy()
            category = network.category(tokens).float().softmax(-1).numpy()
            for i, document in enumerate(batch.documents):
                size = len(document.ids)
                found.append((document, word[i, :size], sentence[i, : len(document.sentence)], category[i, :size]))
    return found


def judge(network: Editor, documents: list[Marked]) -> dict[str, float]:
    return measures(probabilities(network, documents))


def measures(found: list[tuple[Marked, np.ndarray, np.ndarray, np.ndarray]]) -> dict[str, float]:
    levels, must, words, marked, right = [], [], [], [], []
    for document, word, sentence, category in found:
        read = set(document.owner.tolist())
        for number, line in enumerate(document.lines):
            own = [k for k, at in enumerate(document.line) if at == number and k in read]
            if not own:
                continue
            levels.append(line["level"])
            must.append(max(sentence[k, 1] for k in own))
            pieces = [i for i, (at, start, end) in enumerate(document.spans) if at == number and end > start]
            for match in WORD.finditer(line["text"]):
                inside = [
                    i for i in pieces if document.spans[i][1] < match.end() and match.start() < document.spans[i][2]
                ]
                if not inside or not match[0][0].isalnum():
                    continue
                over = [s for s in line["spans"] if s[0] < match.end() and match.start() < s[1]]
                best = max(inside, key=lambda i: word[i, 0])
                words.append(word[best, 0])
                marked.append(bool(over))
                if over and over[0][3]:
                    right.append("wgomunrsi"[int(category[best].argmax())] == over[0][3])
    levels, must, words, marked = map(np.array, (levels, must, words, marked))
    clear = levels != 1
    cut = np.quantile(must[levels == 0], 0.95)
    cuts = np.quantile(words, np.linspace(0.7, 0.99, 30))
    best = max(cuts, key=lambda c: f1_score(marked, words >= c))
    numbers = {
        "lines": len(levels),
        "must_auroc": roc_auc_score(levels[clear] == 2, must[clear]),
        "recall_at_5": (must[levels == 2] > cut).mean(),
        "recall_at_1": (must[levels == 2] > np.quantile(must[levels == 0], 0.99)).mean(),
        "word_auroc": roc_auc_score(marked, words),
        "word_ap": average_precision_score(marked, words),
        "word_f1": f1_score(marked, words >= best),
        "word_mcc": matthews_corrcoef(marked, words >= best),
        "category": np.mean(right),
    }
    return {name: round(float(value), 4) for name, value in numbers.items()}
