"""Functions of one number."""
import numpy as np
import torch

from .record import Input
from .values import SPECIAL, Draw, name_of

ANY, POSITIVE, UNIT, INNER, ABOVE = (-3, 3), (0.1, 4), (-0.95, 0.95), (0.05, 0.95), (1.05, 4)
LARGE = [1e-38, 1e-45, -1e-45, 3.4028235e38, -3.4028235e38, 1e10, -1e10, -104, 16777216]

# op: where values are drawn, and the special values at which float64 and float32 mean different things
UNARY = {
    'abs': (ANY, []), 'neg': (ANY, []), 'exp': (ANY, []), 'expm1': (ANY, []), 'exp2': (ANY, []), 'log': (POSITIVE, []),
    'log1p': (POSITIVE, [3.4028235e38]), 'log2': (POSITIVE, []), 'log10': (POSITIVE, []), 'sqrt': (POSITIVE, []),
    'rsqrt': (POSITIVE, []), 'square': (ANY, []), 'reciprocal': (POSITIVE, []), 'sin': (ANY, LARGE),
    'cos': (ANY, LARGE), 'tan': ((-1.3, 1.3), LARGE), 'asin': (UNIT, []), 'acos': (UNIT, []), 'atan': (ANY, []),
    'sinh': (ANY, [89]), 'cosh': (ANY, [89]), 'tanh': (ANY, []), 'asinh': (ANY, []), 'acosh': (ABOVE, []),
    'atanh': (UNIT, []), 'sigmoid': (ANY, []), 'erf': (ANY, []), 'erfc': (ANY, []), 'erfinv': (UNIT, []),
    'floor': (ANY, []), 'ceil': (ANY, []), 'round': (ANY, []), 'trunc': (ANY, []), 'frac': (ANY, []),
    'sign': (ANY, []), 'lgamma': (POSITIVE, LARGE), 'digamma': (POSITIVE, LARGE + [-1, -87]), 'logit': (INNER, []),
    'sinc': (ANY, LARGE),
}  # fmt: skip
TESTS = ['isnan', 'isinf', 'isfinite', 'signbit', 'logical_not']
# Whole numbers in: some stay whole, most become float32.
ON_WHOLE = ['abs', 'neg', 'square', 'sign', 'exp', 'log', 'sqrt', 'rsqrt', 'reciprocal', 'sin', 'tanh', 'sigmoid', 'erf',
            'floor', 'ceil', 'round', 'trunc', 'lgamma', 'log1p', 'exp2', *TESTS]  # fmt: skip
ON_BOOL = ['exp', 'sqrt', 'sigmoid', 'logical_not', 'isnan', 'sin', 'square', 'abs']


def record(recorder):
    draw = Draw(recorder)
    for op, (domain, unlike) in UNARY.items():
        f = getattr(torch, op)

        def values(shape):
            return draw.uniform(shape, *domain) if domain is not ANY else draw.normal(shape, 1.5)

        shape = draw.shape(2)
        recorder.add(op, op, [Input(values(shape))], f)
        for kind in ['permuted', 'expanded', 'sliced']:
            shape = draw.shape(draw.integer(2, 4))
            recorder.add(f'{op}/noncontiguous,{kind}', op, [draw.laid_out(values(shape), kind=kind)], f)
        more = 10.0 ** recorder.rng.uniform(-4, 1.3, 8) * recorder.rng.choice([-1, 1], 8)
        more = more if op != 'sinc' else []  # float32 has few bits left of its derivative near 0
        special = [x for x in [*SPECIAL, *np.round(more, 5)] if x not in unlike]
        recorder.add(f'{op}/special', op, [Input(np.array(special, dtype=float))], f, ones=True)
        recorder.add(f'{op}/scalar', op, [Input(values(()))], f)
        recorder.add(f'{op}/float64', op, [Input(values((2, 3)), wide=True)], f)
        for shape in [(0,), draw.one_of([(3, 0), (0, 4), (2, 0, 3)])]:
            recorder.add(f'{op}/empty,{name_of(shape)}', op, [Input(values(shape))], f)
        for rank in [1, 3, 5]:
            shape = draw.shape(rank)
            recorder.add(f'{op}/{name_of(shape)}', op, [draw.maybe_laid_out(values(shape))], f)
    for op in TESTS:
        recorder.add(op, op, [Input(np.array(SPECIAL, dtype=float), False)], getattr(torch, op))
        recorder.add(f'{op}/noncontiguous', op, [draw.laid_out(draw.normal((3, 4)), False, kind='sliced')], getattr(torch, op))
        recorder.add(f'{op}/empty', op, [Input(np.zeros((0, 2)), False)], getattr(torch, op))
    for op in ON_WHOLE:
        low = 1 if op in ('log', 'rsqrt', 'reciprocal', 'sqrt', 'lgamma', 'log1p') else -6
        recorder.add(f'{op}/int', op, [draw.maybe_laid_out(draw.whole(draw.shape(2), low, 6))], getattr(torch, op))
    for op in ON_BOOL:
        recorder.add(f'{op}/bool', op, [Input(draw.flags(draw.shape(2)))], getattr(torch, op))
    attributes(recorder, draw)


def attributes(recorder, draw):
    """Functions of one number with options."""
    special = np.array(SPECIAL, dtype=float)
    for options in [{}, {'nan': 1.5}, {'posinf': 7.0}, {'neginf': -2.0, 'nan': -1.0}, {'nan': 0.0, 'posinf': 1e3, 'neginf': -5.0}]:
        label = ','.join(f'{k}={v}' for k, v in options.items()) or 'default'
        # Without options the limits are those of the dtype, so float64 would mean other numbers.
        limits = {} if {'posinf', 'neginf'} <= options.keys() else {'posinf': 3.4028234663852886e38, 'neginf': -3.4028234663852886e38}
        recorder.add(f'nan_to_num/{label}', 'nan_to_num', [Input(special)],
                     lambda x: torch.nan_to_num(x, **{**limits, **options}), options, ones=True)  # fmt: skip
    for decimals in [-1, 0, 1, 2, 3]:
        values = np.round(draw.normal((9,), 40), 1) + 0.013
        recorder.add(f'round/decimals={decimals}', 'round', [Input(values)],
                     lambda x: torch.round(x, decimals=decimals), {'decimals': decimals})  # fmt: skip
    for eps in [0.02, 0.1]:
        values = np.append(draw.uniform((2, 5), 0.01, 0.99), [[0.03, 0.4, -1, 2, 0.97]], 0)
        recorder.add(f'logit/eps={eps}', 'logit', [Input(values)], lambda x: torch.logit(x, eps), {'eps': eps})
    for low, high in [(-0.5, None), (None, 0.375), (-0.7, 0.9), (0.5, -0.5), (0.0, 0.0), (-np.inf, np.inf)]:
        bounds = {k: v for k, v in [('min', low), ('max', high)] if v is not None}
        label = ','.join(f'{k}={v}' for k, v in bounds.items())
        recorder.add(f'clamp/{label}', 'clamp', [draw.maybe_laid_out(draw.normal(draw.shape(3)))],
                     lambda x: torch.clamp(x, **bounds), bounds)  # fmt: skip
    edges = np.array([-1, -0.5, 0.25, 1, np.nan, np.inf, -np.inf, 0])
    recorder.add('clamp/boundary', 'clamp', [Input(edges)], lambda x: torch.clamp(x, -0.5, 0.25),
                 {'min': -0.5, 'max': 0.25}, ones=True)  # fmt: skip
    recorder.add('clamp/int', 'clamp', [Input(draw.whole((3, 5), -9, 9))], lambda x: torch.clamp(x, -3, 4), {'min': -3, 'max': 4})
    recorder.add('clamp/empty', 'clamp', [Input(np.zeros((2, 0)))], lambda x: torch.clamp(x, -3, 4), {'min': -3, 'max': 4})
    for exponent in [2, 3, 4, 0.5, 1.5, -1, -2, -0.5, 0, 1, 2.7]:
        recorder.add(f'pow/scalar={exponent}', 'pow', [draw.maybe_laid_out(draw.uniform(draw.shape(2), 0.2, 3))],
                     lambda x: torch.pow(x, exponent), {'exponent': exponent})  # fmt: skip
    signed = np.array([-2, -1, -0.5, 0, 0.5, 1, 2])
    for exponent in [0, 1, 2, 3]:
        recorder.add(f'pow/signed,scalar={exponent}', 'pow', [Input(signed)], lambda x: torch.pow(x, exponent), {'exponent': exponent})
    recorder.add('pow/int,scalar=3', 'pow', [Input(draw.whole((2, 4), -5, 5))], lambda x: torch.pow(x, 3), {'exponent': 3})
    for target, dtype in [('int64', torch.int64), ('bool', torch.bool)]:
        to = {'int64': 'to_int64', 'bool': 'to_bool'}[target]
        for label, values in [
            ('float', np.array([2.9, -2.9, 0.4, -0.4, 7, -8388608, 1e6, 0])),
            ('noncontiguous', draw.normal((3, 4), 5)),
            ('int', draw.whole((2, 3), -2, 2)),
            ('bool', draw.flags((4,))),
            ('scalar', np.array(-3.7)),
            ('empty', np.zeros((0, 3))),
        ]:
            x = draw.laid_out(values, False, kind='permuted') if label == 'noncontiguous' else Input(values, False)
            recorder.add(f'cast/{target},{label}', to, [x], lambda x: x.to(dtype))
