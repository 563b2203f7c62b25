"""Reductions over dimensions, and scans."""
import numpy as np
import torch

from .record import Input
from .values import Draw, name_of

SHAPES = [(2, 3, 4), (5,), (3, 1), (1, 6, 2), (4, 9), (2, 1, 3, 2), (1,), (7, 17)]
INF = float('inf')


def label_of(attrs):
    short = {True: 'T', False: 'F'}
    parts = []
    for key, value in attrs.items():
        if isinstance(value, (list, tuple)):
            value = 'x'.join(map(str, value))
        parts.append(f'{key}={short[value] if isinstance(value, bool) else value}')
    return ','.join(parts) or 'default'


def dims_of(rank, several):
    """Every dimension from both ends; with `several`, some groups of them."""
    dims = list(range(rank)) + list(range(-rank, 0))
    groups = {2: [[0, 1], [-1, 0]], 3: [[0, 2], [-1, 1], [0, 1, 2]], 4: [[1, 3], [0, -1, 2]]}.get(rank, [])
    return dims + (groups if several else [])


def record(recorder):
    draw = Draw(recorder)
    reduce(recorder, draw)
    variance(recorder, draw)
    selections(recorder, draw)
    edges(recorder, draw)
    norms(recorder, draw)
    scans(recorder, draw)


def sweep(recorder, draw, op, f, values, several=True, extra=({},), grad=True):
    """Every way to name dimensions, in many shapes; one in four of them, so that files stay small."""
    for shape in SHAPES:
        for more in extra:
            attrs = dict(more)
            recorder.add(f'{op}/{name_of(shape)},{label_of(attrs)}', op, [draw.maybe_laid_out(values(shape), grad, distinct=True)],
                         lambda x: f(x, **attrs), attrs)  # fmt: skip
            for dim in dims_of(len(shape), several):
                for keepdim in [False, True]:
                    if draw.rng.random() > 0.35:
                        continue
                    attrs = {'dim': dim, 'keepdim': keepdim, **more}
                    recorder.add(f'{op}/{name_of(shape)},{label_of(attrs)}', op,
                                 [draw.maybe_laid_out(values(shape), grad, distinct=True)], lambda x: f(x, **attrs), attrs)  # fmt: skip


def reduce(recorder, draw):
    sweep(recorder, draw, 'sum', torch.sum, draw.normal)
    sweep(recorder, draw, 'mean', torch.mean, draw.normal)
    sweep(recorder, draw, 'amax', torch.amax, draw.distinct)
    sweep(recorder, draw, 'amin', torch.amin, draw.distinct)

    def logsumexp(x, dim=None, keepdim=False):
        return torch.logsumexp(x, tuple(range(x.ndim)) if dim is None else dim, keepdim)

    sweep(recorder, draw, 'logsumexp', logsumexp, draw.normal)
    sweep(recorder, draw, 'prod', torch.prod, draw.normal, several=False)
    for op in ['argmax', 'argmin']:
        sweep(recorder, draw, op, getattr(torch, op), draw.distinct, several=False, grad=False)
    for op in ['all', 'any']:
        sweep(recorder, draw, op, getattr(torch, op), draw.flags, several=False)
    for op in ['sum', 'prod', 'amax', 'amin', 'argmax', 'argmin', 'all', 'any', 'cumsum', 'cumprod', 'count_nonzero']:
        for kind, values in [('int', draw.whole((3, 4), -3, 3)), ('bool', draw.flags((3, 4))), ('float', np.round(draw.normal((3, 4))))]:
            if kind == 'float' and op not in ('all', 'any', 'count_nonzero') or kind == 'bool' and op in ('argmax', 'argmin'):
                continue
            recorder.add(f'{op}/{kind}', op, [draw.maybe_laid_out(values, False)], lambda x: getattr(torch, op)(x, dim=1), {'dim': 1})
            if op not in ('amax', 'amin', 'cumsum', 'cumprod'):
                recorder.add(f'{op}/{kind},full', op, [Input(values, False)], lambda x: getattr(torch, op)(x), {})
    recorder.add('count_nonzero/dims', 'count_nonzero', [Input(draw.whole((2, 3, 4), 0, 2))],
                 lambda x: torch.count_nonzero(x, dim=(0, 2)), {'dim': [0, 2]})  # fmt: skip


def variance(recorder, draw):
    both = [{'unbiased': True}, {'unbiased': False}]
    sweep(recorder, draw, 'var', torch.var, draw.normal, extra=both)
    sweep(recorder, draw, 'std', torch.std, draw.normal, extra=both)
    for op in ['var', 'std']:
        f = getattr(torch, op)
        for correction in [0, 1, 2, 3]:
            for keepdim in [False, True]:
                attrs = {'dim': draw.one_of([0, 1, -1]), 'correction': correction, 'keepdim': keepdim}
                recorder.add(f'{op}/correction={correction},keepdim={keepdim}', op, [draw.maybe_laid_out(draw.normal((6, 5)))],
                             lambda x: f(x, **attrs), attrs)  # fmt: skip
        for unbiased in [True, False]:
            attrs = {'dim': 1, 'unbiased': unbiased}
            recorder.add(f'{op}/one-element,unbiased={unbiased}', op, [Input(draw.normal((3, 1)), not unbiased)], lambda x: f(x, **attrs), attrs)
            recorder.add(f'{op}/constant,unbiased={unbiased}', op, [Input(np.full((2, 3), 1.5))], lambda x: f(x, **attrs), attrs)
        recorder.add(f'{op}/large-mean', op, [Input(5000 + draw.normal((3, 50)), False)], lambda x: f(x, dim=1, unbiased=True), {'dim': 1, 'unbiased': True})
        recorder.add(f'{op}/nan', op, [Input(np.array([[1, np.nan, 2], [1, 2, 4.0]]), False)], lambda x: f(x, dim=1, unbiased=True), {'dim': 1, 'unbiased': True})
    for dim, unbiased, keepdim in [([1], True, False), ([0, 2], False, True), ([-1], False, False), ([0, 1, 2], True, False)]:
        attrs = {'dim': dim, 'unbiased': unbiased, 'keepdim': keepdim}
        recorder.add(f'var_mean/{label_of(attrs)}', 'var_mean', [Input(draw.normal((3, 4, 2)))],
                     lambda x: torch.var_mean(x, **attrs), attrs, names=['var', 'mean'])  # fmt: skip


def selections(recorder, draw):
    for op in ['max', 'min', 'median']:
        f = getattr(torch, op)
        for shape in SHAPES:
            recorder.add(f'{op}/full,{name_of(shape)}', op, [Input(draw.distinct(shape))], f)
            for dim in dims_of(len(shape), False):
                attrs = {'dim': dim, 'keepdim': bool(draw.integer(0, 1))}
                recorder.add(f'{op}_with_indices/{name_of(shape)},{label_of(attrs)}', op,
                             [draw.maybe_laid_out(draw.distinct(shape), distinct=True)], lambda x: f(x, **attrs), attrs,
                             names=['values', 'indices'])  # fmt: skip
        # Which of several equal medians is found is nobody's promise.
        if op != 'median':
            tied = np.array([[1, 3, 3, 0, 0], [2, 2, 2, 2, 2.0]])
            recorder.add(f'{op}_with_indices/ties', op, [Input(tied)], lambda x: f(x, dim=1), {'dim': 1}, names=['values', 'indices'])
            recorder.add(f'{op}/full,ties', op, [Input(tied)], f)
            recorder.add(f'{op}/full,int', op, [Input(draw.whole((3, 4), -9, 9))], f)
            recorder.add(f'{op}_with_indices/int', op, [Input(np.arange(12).reshape(3, 4) * 7 % 12)], lambda x: f(x, dim=0), {'dim': 0}, names=['values', 'indices'])
        holes = np.array([[1, np.nan, 3], [5, 4, np.inf], [-np.inf, 2, 0.5]])
        recorder.add(f'{op}_with_indices/nan', op, [Input(holes, False)], lambda x: f(x, dim=1), {'dim': 1}, names=['values', 'indices'])
        recorder.add(f'{op}/full,nan', op, [Input(holes, False)], f)
    for op in ['amax', 'amin', 'argmax', 'argmin']:
        f = getattr(torch, op)
        grad = op.startswith('am')
        recorder.add(f'{op}/ties', op, [Input(np.array([[1, 3, 3, 1], [2, 2, 2, 2.0], [0, -0.0, 0, 0]]), grad)], lambda x: f(x, dim=1), {'dim': 1})
        recorder.add(f'{op}/nan', op, [Input(np.array([[1, np.nan, 3], [np.nan, np.nan, 2], [np.inf, 1, -np.inf]]), False)], lambda x: f(x, dim=1), {'dim': 1})
        if grad:
            recorder.add(f'{op}/ties,full', op, [Input(np.array([[1, 3, 3, 1], [2, 3, 1, 2.0]]))], f)


def edges(recorder, draw):
    special = np.array([[1, 2, 3], [np.nan, 1, 2], [np.inf, 1, 2], [np.inf, -np.inf, 0], [-np.inf, -1, -0.0]])
    for op in ['sum', 'mean', 'prod', 'logsumexp', 'nansum']:
        f = getattr(torch, op)
        with_dim = lambda x: f(x, dim=1)  # noqa: E731
        recorder.add(f'{op}/special', op, [Input(special, False)], with_dim, {'dim': 1})
        if op != 'logsumexp':
            recorder.add(f'{op}/scalar', op, [Input(draw.normal(()))], f)
            recorder.add(f'{op}/empty', op, [Input(np.zeros((3, 0)))], f)
        recorder.add(f'{op}/scalar,dim', op, [Input(draw.normal(()))], lambda x: f(x, dim=-1), {'dim': -1})
        for dim in [0, 1]:
            recorder.add(f'{op}/empty-dim{dim}', op, [Input(np.zeros((0, 3)))], lambda x: f(x, dim=dim), {'dim': dim})
        recorder.add(f'{op}/noncontiguous', op, [draw.laid_out(draw.normal((4, 3, 2)), kind='sliced')], with_dim, {'dim': 1})
        recorder.add(f'{op}/float64', op, [Input(draw.normal((3, 4)), wide=True)], with_dim, {'dim': 1})
        recorder.add(f'{op}/expanded', op, [draw.laid_out(draw.normal((3, 4)), kind='expanded')], with_dim, {'dim': 1})
    recorder.add('nansum/default', 'nansum', [Input(special, False)], torch.nansum)
    recorder.add('nansum/grad', 'nansum', [Input(np.array([[1, np.nan], [2, 3]]))], lambda x: torch.nansum(x, dim=0), {'dim': 0})
    recorder.add('nansum/keepdim', 'nansum', [Input(special, False)], lambda x: torch.nansum(x, dim=0, keepdim=True), {'dim': 0, 'keepdim': True})
    for op in ['amax', 'amin', 'var', 'std', 'max', 'min', 'median', 'argmax', 'argmin', 'all', 'any']:
        f = getattr(torch, op)
        grad = op not in ('argmax', 'argmin')
        if op in ('var', 'std'):
            recorder.add(f'{op}/scalar,biased', op, [Input(draw.normal(()))], lambda x: f(x, unbiased=False), {'unbiased': False})
            recorder.add(f'{op}/scalar', op, [Input(draw.normal(()), False)], lambda x: f(x, unbiased=True), {'unbiased': True})
            recorder.add(f'{op}/empty', op, [Input(np.zeros((2, 0)), False)], lambda x: f(x, dim=1, unbiased=True), {'dim': 1, 'unbiased': True})
            continue
        values = draw.flags(()) if op in ('all', 'any') else draw.normal(())
        recorder.add(f'{op}/scalar', op, [Input(values, grad)], f)
        names = ['values', 'indices'] if op in ('max', 'min', 'median') else None
        recorder.add(f'{op}/scalar,dim', op, [Input(values, grad)], lambda x: f(x, dim=0), {'dim': 0}, names=names)
        hollow = np.zeros((0, 3), dtype=bool) if op in ('all', 'any') else np.zeros((0, 3))
        recorder.add(f'{op}/empty-dim1', op, [Input(hollow, grad)], lambda x: f(x, dim=1), {'dim': 1}, names=names)
    for op in ['all', 'any']:
        recorder.add(f'{op}/empty', op, [Input(np.zeros((0, 3), dtype=bool))], lambda x: getattr(torch, op)(x, dim=0), {'dim': 0})
    recorder.add('logsumexp/extreme', 'logsumexp', [Input(np.array([[1e4, 1e4, 1], [-1e4, 0, 1], [-np.inf, -np.inf, -np.inf], [-np.inf, 2, 3], [88, 89, 90]]), False)],
                 lambda x: torch.logsumexp(x, 1), {'dim': 1})  # fmt: skip
    for zeros in [[[1, 0, 2], [0, 0, 3], [4, 5, 6]], [[0, 1, 2], [3, 4, 0], [1, -1, 2]]]:
        recorder.add('prod/zeros', 'prod', [Input(np.array(zeros, dtype=float))], lambda x: torch.prod(x, 1), {'dim': 1})
        recorder.add('prod/zeros,full', 'prod', [Input(np.array(zeros, dtype=float))], torch.prod)
    for op, centre in [('sum', 100), ('mean', 1000), ('sum', 0.1), ('mean', -3)]:
        count = draw.integer(2000, 5000)
        values = np.round(centre + draw.rng.uniform(-1, 1, count) * abs(centre) / 100, 2)
        recorder.add(f'{op}/large,{centre}', op, [Input(values, False)], getattr(torch, op), note='naive float32 accumulation is visibly worse')


def norms(recorder, draw):
    for p in [2.0, 1.0, INF, -INF, 3.0, 0.0, 1.5, 0.5]:
        for shape, dim, keepdim in [((4, 5), None, False), ((4, 5), 1, True), ((3, 6), [0, 1], False), ((2, 3, 4), [0, 2], True), ((5,), -1, False), ((2, 3, 2), 1, False)]:
            attrs = {'p': p, **({} if dim is None else {'dim': dim}), **({'keepdim': True} if keepdim else {})}
            values = draw.distinct(shape) + 0.05 if abs(p) == INF else draw.normal(shape)
            recorder.add(f'norm/{name_of(shape)},{label_of(attrs)}', 'norm', [draw.maybe_laid_out(values, p != 0, distinct=True)],
                         lambda x: torch.linalg.vector_norm(x, p, dim, keepdim), attrs)  # fmt: skip
    for p in [2.0, 1.0, INF, 3.0]:
        recorder.add(f'norm/zero-vector,p={p}', 'norm', [Input(np.zeros(4))], lambda x: torch.linalg.vector_norm(x, p), {'p': p})
        if p != INF:
            recorder.add(f'norm/empty,p={p}', 'norm', [Input(np.zeros((0, 3)))], lambda x: torch.linalg.vector_norm(x, p, 0), {'p': p, 'dim': 0})
        recorder.add(f'norm/scalar,p={p}', 'norm', [Input(draw.normal(()))], lambda x: torch.linalg.vector_norm(x, p), {'p': p})


def scans(recorder, draw):
    for op in ['cumsum', 'cumprod', 'logcumsumexp', 'cummax']:
        f = getattr(torch, op)
        values = draw.distinct if op == 'cummax' else draw.normal
        names = ['values', 'indices'] if op == 'cummax' else None
        for shape in SHAPES:
            for dim in dims_of(len(shape), False):
                x = draw.maybe_laid_out(values(shape), distinct=True)
                recorder.add(f'{op}/{name_of(shape)},dim={dim}', op, [x], lambda x: f(x, dim), {'dim': dim}, names=names)
        recorder.add(f'{op}/scalar', op, [Input(draw.normal(()))], lambda x: f(x, 0), {'dim': 0}, names=names)
        recorder.add(f'{op}/empty', op, [Input(np.zeros((0, 3)))], lambda x: f(x, 0), {'dim': 0}, names=names)
        recorder.add(f'{op}/long', op, [Input(np.abs(draw.normal((300,), 0.1)) + 0.5 * (op == 'cumprod'))], lambda x: f(x, 0), {'dim': 0}, names=names)
        holes = np.array([[1, np.nan, 3], [2, np.inf, 1], [-np.inf, -1, 2.0]])
        recorder.add(f'{op}/special', op, [Input(holes, False)], lambda x: f(x, 1), {'dim': 1}, names=names)
    for zeros in [[2, 0, 3, 0, 1], [0, 1, 2, 3], [1, 2, 0], [4, 5, 6]]:
        recorder.add('cumprod/zero', 'cumprod', [Input(np.array(zeros, dtype=float))], lambda x: torch.cumprod(x, 0), {'dim': 0}, ones=True)
    rows = np.array([[1, 0, 2, 0], [3, 1, 0, 2], [0, 0, 0, 1.0]])
    recorder.add('cumprod/zeros', 'cumprod', [Input(rows)], lambda x: torch.cumprod(x, 1), {'dim': 1})
    recorder.add('cummax/ties', 'cummax', [Input(np.array([[1, 3, 3, 2, 3], [2, 2, 1, 2, 2.0]]))], lambda x: torch.cummax(x, 1), {'dim': 1}, names=['values', 'indices'])
