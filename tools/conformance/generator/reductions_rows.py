"""Functions of rows: softmax and its kin, similarities, distances."""
import numpy as np
import torch
import torch.nn.functional as F

from .record import Input
from .values import Draw, name_of

SHAPES = [(3, 4), (2, 3, 4), (5,), (4, 1), (2, 2, 3, 2), (1, 7), (3, 17), (2, 33), (1,), (9, 8)]


def record(recorder):
    draw = Draw(recorder)
    for op in ['softmax', 'log_softmax', 'softmin']:
        f = getattr(F, op)
        for shape in SHAPES:
            for dim in [*range(len(shape)), draw.integer(-len(shape), -1)]:
                x = draw.maybe_laid_out(draw.normal(shape, 2))
                recorder.add(f'{op}/{name_of(shape)},dim={dim}', op, [x], lambda x: f(x, dim=dim), {'dim': dim})
        rows = [[500, 500, 499], [-500, 0, 500], [1e30, 1, -1e30], [-np.inf, 0, 2], [87, 88, 89], [-1e-3, 0, 1e-3]]
        recorder.add(f'{op}/extreme', op, [Input(np.array(rows), False)], lambda x: f(x, dim=1), {'dim': 1})
        rows = [[-np.inf] * 3, [np.inf, 0, 2], [np.nan, 0, 2]]
        recorder.add(f'{op}/nonfinite-rows', op, [Input(np.array(rows), False)], lambda x: f(x, dim=1), {'dim': 1})
        for shape, dim in [((0, 4), 0), ((3, 0), 1), ((2, 0), 0)]:
            recorder.add(f'{op}/empty,{name_of(shape)}', op, [Input(np.zeros(shape))], lambda x: f(x, dim=dim), {'dim': dim})
        recorder.add(f'{op}/float64', op, [Input(draw.normal((3, 5)), wide=True)], lambda x: f(x, dim=1), {'dim': 1})
        recorder.add(f'{op}/scalar', op, [Input(draw.normal(()))], lambda x: f(x, dim=0), {'dim': 0})
        for kind in ['permuted', 'expanded', 'sliced']:
            dim = draw.integer(0, 2)
            recorder.add(f'{op}/noncontiguous,{kind}', op, [draw.laid_out(draw.normal((3, 5, 2)), kind=kind)], lambda x: f(x, dim=dim), {'dim': dim})
        recorder.add(f'{op}/long-row', op, [Input(draw.normal((2, 300), 4))], lambda x: f(x, dim=1), {'dim': 1})
        recorder.add(f'{op}/tall', op, [Input(draw.normal((130, 2), 2))], lambda x: f(x, dim=0), {'dim': 0})
    similarities(recorder, draw)


def similarities(recorder, draw):
    for a, b, dim in [((3, 4), (3, 4), 1), ((5, 2), (5, 2), 0), ((2, 3, 4), (2, 3, 4), -1), ((6,), (6,), 0), ((2, 3, 4), (3, 1), 1)]:
        recorder.add(f'cosine_similarity/{name_of(a)},{name_of(b)},dim={dim}', 'cosine_similarity',
                     [draw.maybe_laid_out(draw.normal(a)), Input(draw.normal(b))],
                     lambda x, y: F.cosine_similarity(x, y, dim=dim), {'dim': dim})  # fmt: skip
    recorder.add('cosine_similarity/zero', 'cosine_similarity', [Input(np.array([[0, 0], [1, 2.0]]), False), Input(np.array([[1, 2], [3, 4.0]]), False)],
                 lambda x, y: F.cosine_similarity(x, y, dim=1, eps=1e-6), {'dim': 1, 'eps': 1e-6})  # fmt: skip
    for p in [1.0, 2.0, 3.0, float('inf')]:
        for shape, dim in [((3, 4), 1), ((2, 3, 2), 0), ((5,), 0)]:
            values = draw.distinct(shape) + 0.05 if p == float('inf') else draw.normal(shape)
            recorder.add(f'normalize/p={p},{name_of(shape)},dim={dim}', 'normalize', [draw.maybe_laid_out(values, distinct=True)],
                         lambda x: F.normalize(x, p, dim), {'p': p, 'dim': dim})  # fmt: skip
    recorder.add('normalize/zero-row', 'normalize', [Input(np.array([[0, 0, 0], [1, 2, 2.0]]), False)], lambda x: F.normalize(x, 2.0, 1), {'p': 2.0, 'dim': 1})
    recorder.add('normalize/eps', 'normalize', [Input(np.array([[0.1, 0.2], [3, 4.0]]))], lambda x: F.normalize(x, 2.0, 1, 1.0), {'p': 2.0, 'dim': 1, 'eps': 1.0})
    for p in [1.0, 2.0, 3.0, 0.5, float('inf')]:
        for a, b in [((3, 4), (5, 4)), ((2, 3, 2), (2, 4, 2)), ((1, 3), (1, 3)), ((2, 9), (3, 9))]:
            recorder.add(f'cdist/p={p},{name_of(a)},{name_of(b)}', 'cdist', [Input(draw.normal(a)), Input(draw.normal(b))],
                         lambda x, y: torch.cdist(x, y, p, compute_mode='donot_use_mm_for_euclid_dist'), {'p': p})  # fmt: skip
    recorder.add('cdist/empty', 'cdist', [Input(np.zeros((0, 3))), Input(draw.normal((2, 3)))], lambda x, y: torch.cdist(x, y, 2.0), {'p': 2.0})
    same = draw.normal((2, 3))
    recorder.add('cdist/same', 'cdist', [Input(same), Input(same)], lambda x, y: torch.cdist(x, y, 2.0, compute_mode='donot_use_mm_for_euclid_dist'), {'p': 2.0})
