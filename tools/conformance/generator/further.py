"""Ops that the published vectors do not have, but Tessera does (--further)."""
import numpy as np
import torch
import torch.nn.functional as F

from .record import Input
from .reductions import dims_of, label_of
from .values import SPECIAL, Draw, name_of

NAMES = ['values', 'indices']


def elementwise(recorder):
    draw = Draw(recorder)
    for op, unlike in {'relu': [], 'sgn': [], 'positive': [], 'deg2rad': [3.4028235e38, -3.4028235e38], 'rad2deg': [], 'i0': [88.5, 89, -87, np.inf, -np.inf]}.items():
        f = getattr(torch, op)
        recorder.add(op, op, [draw.maybe_laid_out(draw.normal((3, 4), 2))], f)
        special = [x for x in SPECIAL if x not in unlike]
        recorder.add(f'{op}/special', op, [Input(np.array(special, dtype=float), op != 'i0')], f, ones=True)
        recorder.add(f'{op}/empty', op, [Input(np.zeros((2, 0)))], f)
        recorder.add(f'{op}/int', op, [Input(draw.whole((3, 2), -4, 4))], f)
    for n in [0, 1, 2, 3]:
        recorder.add(f'polygamma/n={n}', 'polygamma', [Input(draw.uniform((3, 4), 0.3, 5))], lambda x: torch.polygamma(n, x), {'n': n})
    for op in ['isneginf', 'isposinf']:
        recorder.add(op, op, [Input(np.array(SPECIAL, dtype=float), False)], getattr(torch, op))
    for op in ['bitwise_and', 'bitwise_or', 'bitwise_xor', 'bitwise_left_shift', 'bitwise_right_shift']:
        low = 0 if 'shift' in op else -9
        recorder.add(op, op, [Input(draw.whole((3, 1), low, 9)), Input(draw.whole((1, 4), low, 9))], getattr(torch, op))
        if 'shift' not in op:
            recorder.add(f'{op}/bool', op, [Input(draw.flags((3, 1))), Input(draw.flags((4,)))], getattr(torch, op))
    recorder.add('bitwise_not', 'bitwise_not', [Input(draw.whole((3, 4), -9, 9))], torch.bitwise_not)
    recorder.add('bitwise_not/bool', 'bitwise_not', [Input(draw.flags((3, 4)))], torch.bitwise_not)
    recorder.add('heaviside', 'heaviside', [Input(np.array([-1, 0, -0.0, 2, np.nan, np.inf]), False), Input(np.array([0.5]), False)], torch.heaviside)
    near = np.array([1, 1.00001, 1.1, np.nan, np.inf, -np.inf, 0])
    for equal_nan in [False, True]:
        recorder.add(f'isclose/equal_nan={equal_nan}', 'isclose', [Input(near, False), Input(np.array([1, 1, 1, np.nan, np.inf, np.inf, 1e-9]), False)],
                     lambda x, y: torch.isclose(x, y, rtol=1e-4, atol=1e-6, equal_nan=equal_nan), {'rtol': 1e-4, 'atol': 1e-6, 'equal_nan': equal_nan})  # fmt: skip
    for op, key in [('clamp_min', 'min'), ('clamp_max', 'max')]:
        recorder.add(op, op, [Input(draw.normal((3, 4)))], lambda x: getattr(torch, op)(x, 0.25 + 2**-9), {key: 0.25 + 2**-9})
        recorder.add(f'{op}/tensor', op, [Input(draw.normal((3, 4))), Input(draw.normal((4,)), name=key)], getattr(torch, op))
    recorder.add('true_divide', 'true_divide', [Input(draw.whole((3, 4), -5, 5)), Input(draw.whole((4,), 1, 5))], torch.true_divide)


def matmul(recorder):
    draw = Draw(recorder)
    recorder.add('vdot', 'vdot', [Input(draw.normal((5,))), Input(draw.normal((5,)))], torch.vdot)
    for a, b in [((3,), (3,)), ((2, 3), (4, 3)), ((2, 2, 3), (4, 3)), ((), (3, 2)), ((2, 3), ())]:
        recorder.add(f'inner/{name_of(a)},{name_of(b)}', 'inner', [Input(draw.normal(a)), Input(draw.normal(b))], torch.inner)
    for a, b in [((2, 3), (3, 2)), ((3,), (2,)), ((2, 2), (2,)), ((2, 1, 3), (2, 2))]:
        recorder.add(f'kron/{name_of(a)},{name_of(b)}', 'kron', [Input(draw.normal(a)), Input(draw.normal(b))], torch.kron)
    attrs = {'beta': 0.5, 'alpha': -1.5}
    for op, shapes in {'addbmm': ((3, 5), (2, 3, 4), (2, 4, 5)), 'addmv': ((3,), (3, 4), (4,)), 'addr': ((3, 4), (3,), (4,))}.items():
        recorder.add(op, op, [Input(draw.normal(shape)) for shape in shapes], lambda c, a, b: getattr(torch, op)(c, a, b, **attrs), attrs)
        recorder.add(f'{op}/default', op, [Input(draw.normal(shape)) for shape in shapes], getattr(torch, op))
    for n in [0, 1, 2, 3, 5]:
        recorder.add(f'matrix_power/n={n}', 'matrix_power', [Input(draw.normal((3, 3)) + 2 * np.eye(3))], lambda x: torch.matrix_power(x, n), {'n': n})
    recorder.add('multi_dot', 'multi_dot', [Input(draw.normal(s)) for s in [(2, 3), (3, 5), (5, 2)]], lambda *x: torch.linalg.multi_dot(x))


def reductions(recorder):
    draw = Draw(recorder)
    for shape in [(3, 4), (5,), (2, 3, 4), (1, 6)]:
        for dim in dims_of(len(shape), False):
            attrs = {'dim': dim, 'keepdim': bool(draw.integer(0, 1))}
            label = f'{name_of(shape)},{label_of(attrs)}'
            recorder.add(f'aminmax/{label}', 'aminmax', [Input(draw.distinct(shape), False)], lambda x: torch.aminmax(x, **attrs), attrs, names=['min', 'max'])
            recorder.add(f'cummin/{label}', 'cummin', [Input(draw.distinct(shape))], lambda x: torch.cummin(x, dim), {'dim': dim}, names=NAMES)
            holes = draw.distinct(shape)
            holes[tuple(size // 2 for size in shape)] = np.nan if shape[dim] > 1 else 0
            recorder.add(f'nanmean/{label}', 'nanmean', [Input(holes)], lambda x: torch.nanmean(x, **attrs), attrs)
            recorder.add(f'nanmedian/{label}', 'nanmedian', [Input(holes)], lambda x: torch.nanmedian(x, **attrs), attrs, names=NAMES)
            recorder.add(f'mode/{label}', 'mode', [Input(draw.whole(shape, 0, 2))], lambda x: torch.mode(x, **attrs), attrs, names=NAMES)
            recorder.add(f'diff/{label}', 'diff', [Input(draw.normal(shape))], lambda x: torch.diff(x, dim=dim), {'dim': dim})
            for q in [0.0, 0.3, 0.5, 1.0]:
                for kind in ['linear', 'lower', 'higher', 'midpoint', 'nearest']:
                    more = {'q': q, **attrs, 'interpolation': kind}
                    if draw.rng.random() < 0.2:
                        recorder.add(f'quantile/{label_of(more)},{name_of(shape)}', 'quantile', [Input(draw.distinct(shape))], lambda x: torch.quantile(x, q, **attrs, interpolation=kind), more)
                        recorder.add(f'nanquantile/{label_of(more)},{name_of(shape)}', 'nanquantile', [Input(holes)], lambda x: torch.nanquantile(x, q, **attrs, interpolation=kind), more)
            for unbiased in [True, False]:
                more = {**attrs, 'unbiased': unbiased}
                recorder.add(f'std_mean/{name_of(shape)},{label_of(more)}', 'std_mean', [Input(draw.normal(shape))], lambda x: torch.std_mean(x, **more), more, names=['std', 'mean'])
        for p in [0.0, 1.0, 2.0, 3.0, float('inf')]:
            x, y = Input(draw.normal(shape), p != 0), Input(draw.normal(shape), p != 0)
            recorder.add(f'dist/{name_of(shape)},p={p}', 'dist', [x, y], lambda x, y: torch.dist(x, y, p), {'p': p})
            if p:
                recorder.add(f'pairwise_distance/{name_of(shape)},p={p}', 'pairwise_distance', [x, y], lambda x, y: F.pairwise_distance(x, y, p), {'p': p})
    recorder.add('diff/n=2', 'diff', [Input(draw.normal((3, 5)))], lambda x: torch.diff(x, n=2), {'n': 2, 'dim': -1})
    recorder.add('histc', 'histc', [Input(draw.normal((20,)), False)], lambda x: torch.histc(x, 6, -2, 2), {'bins': 6, 'min': -2, 'max': 2})
    recorder.add('histc/range', 'histc', [Input(draw.whole((20,), 0, 9).astype(float), False)], lambda x: torch.histc(x, 5), {'bins': 5})
    recorder.add('cdist/many', 'cdist', [Input(draw.normal((30, 3), 2)), Input(draw.normal((27, 3), 2))], lambda x, y: torch.cdist(x, y), {'p': 2.0})


def indexing(recorder):
    draw = Draw(recorder)
    add = lambda op, shape, f, attrs=None, **more: recorder.add(  # noqa: E731
        f'{op}/{name_of(shape)},{label_of(attrs or {})}', op, [draw.maybe_laid_out(draw.normal(shape))], f, attrs, **more
    )
    for shape in [(), (3,), (2, 3), (2, 3, 2)]:
        for n in [1, 2, 3]:
            add(f'atleast_{n}d', shape, getattr(torch, f'atleast_{n}d'))
        add('ravel', shape, torch.ravel)
        for op in ['hstack', 'vstack', 'dstack', 'column_stack']:
            recorder.add(f'{op}/{name_of(shape)}', op, [Input(draw.normal(shape)) for _ in range(2)], lambda *x: getattr(torch, op)(x))
    for shape, k, dims in [((2, 3), 1, [0, 1]), ((2, 3, 4), 2, [1, 2]), ((3, 2), -1, [1, 0]), ((2, 2), 4, [0, 1]), ((2, 3, 2), 3, [2, 0])]:
        add('rot90', shape, lambda x: torch.rot90(x, k, dims), {'k': k, 'dims': dims})
    for shape in [(2, 3), (3, 2, 2)]:
        add('fliplr', shape, torch.fliplr)
        add('flipud', shape, torch.flipud)
    for shape in [(3, 3), (2, 4)]:
        add('trace', shape, torch.trace)
    for shape in [(3,), (2, 4)]:
        add('t', shape, torch.t)
    add('swapaxes', (2, 3, 4), lambda x: torch.swapaxes(x, 0, 2), {'axis0': 0, 'axis1': 2})
    add('swapdims', (2, 3, 4), lambda x: torch.swapdims(x, 1, -1), {'dim0': 1, 'dim1': -1})
    add('moveaxis', (2, 3, 4), lambda x: torch.moveaxis(x, 0, 2), {'source': 0, 'destination': 2})
    add('unflatten', (2, 6), lambda x: x.unflatten(1, (2, 3)), {'dim': 1, 'sizes': [2, 3]})
    add('broadcast_to', (3, 1), lambda x: torch.broadcast_to(x, (2, 3, 4)), {'size': [2, 3, 4]})
    for shape, sections in [((7, 2), 3), ((7,), [1, 4]), ((2, 5), [2]), ((6,), [0, 2, 9])]:
        attrs = {'indices_or_sections': sections, 'dim': len(shape) - 1 if shape[0] == 2 else 0}
        add('tensor_split', shape, lambda x: torch.tensor_split(x, sections, attrs['dim']), attrs)
    index = Input(np.array([2, 0]), name='index')
    recorder.add('index_copy', 'index_copy', [Input(draw.normal((3, 4))), index, Input(draw.normal((2, 4)), name='source')], lambda x, i, s: torch.index_copy(x, 0, i, s), {'dim': 0})
    recorder.add('index_fill', 'index_fill', [Input(draw.normal((3, 4))), index], lambda x, i: torch.index_fill(x, 1, i, -1.5), {'dim': 1, 'value': -1.5})
    mask = draw.flags((3, 4))
    recorder.add('masked_scatter', 'masked_scatter', [Input(draw.normal((3, 4))), Input(mask, name='mask'), Input(draw.normal((12,)), name='source')], lambda x, m, s: x.masked_scatter(m, s))
    for reduce in ['sum', 'prod', 'mean', 'amax', 'amin']:
        for include in [True, False]:
            inputs = [Input(draw.distinct((3, 4))), Input(draw.whole((5, 4), 0, 2), name='index'), Input(draw.distinct((5, 4)) + 0.01, name='src')]
            attrs = {'dim': 0, 'reduce': reduce, 'include_self': include}
            recorder.add(f'scatter_reduce/{reduce},{include}', 'scatter_reduce', inputs, lambda x, i, s: torch.scatter_reduce(x, 0, i, s, reduce, include_self=include), attrs)
    for right in [False, True]:
        recorder.add(f'bucketize/right={right}', 'bucketize', [Input(np.round(draw.normal((3, 4)), 1), False), Input(np.array([-1, -0.5, 0, 0.5, 1]), False)],
                     lambda x, b: torch.bucketize(x, b, right=right), {'right': right})  # fmt: skip
    recorder.add('argwhere', 'argwhere', [Input(draw.whole((3, 4), 0, 1))], torch.argwhere)
    recorder.add('unique_consecutive', 'unique_consecutive', [Input(np.array([1, 1, 2, 2, 3, 1, 1]))],
                 lambda x: torch.unique_consecutive(x, return_inverse=True, return_counts=True), names=['values', 'inverse', 'counts'])  # fmt: skip
    for row, col, offset in [(3, 4, 0), (3, 3, 1), (2, 5, -1)]:
        for op in ['tril_indices', 'triu_indices']:
            recorder.add(f'{op}/{row},{col},{offset}', op, [], lambda: getattr(torch, op)(row, col, offset), {'row': row, 'col': col, 'offset': offset})
    recorder.add('logspace', 'logspace', [], lambda: torch.logspace(0, 2, 5, 10.0), {'start': 0, 'end': 2, 'steps': 5, 'base': 10.0})
    brackets = {'x[:, index0]': lambda x, i: x[:, i], 'x[index0, :, None]': lambda x, i: x[i, :, None], 'x[..., index0]': lambda x, i: x[..., i], 'x[1:, index0]': lambda x, i: x[1:, i]}
    for note, f in brackets.items():
        recorder.add(f'index/{note}', 'index', [Input(draw.normal((3, 4, 2))), Input(draw.whole((2, 2), -2, 1), name='index0')], f, note=note)
