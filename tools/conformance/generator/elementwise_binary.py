"""Functions of two and three numbers, with broadcasting."""
import numpy as np
import torch

from .record import Input
from .values import Draw, name_of

PAIRS = [
    ((3, 4), (3, 4)), ((3, 1), (1, 4)), ((2, 3, 4), (4,)), ((), (2, 2)), ((5, 1, 4, 1), (3, 1, 2)), ((2, 3, 4), (3, 1)),
    ((1,), (2, 1, 3)), ((2, 0, 3), (1, 3)), ((1, 2, 1, 3, 1), (2, 1, 2, 1, 3)), ((1, 1), (1,)), ((), ()), ((0,), (1,)),
    ((7,), ()), ((17,), (17,)), ((2, 33), (33,)), ((3, 16), (3, 1)), ((0, 4), (4,)), ((4, 1), (1, 1, 9)),
]  # fmt: skip
SPECIAL = [0, -0.0, 1, -1, 2, -3, 0.5, np.inf, -np.inf, np.nan, -2.5]

# op: what is drawn, and whether the special values have gradients
BINARY = {
    'add': ('any', True), 'sub': ('any', True), 'mul': ('any', True), 'div': ('apart', True), 'pow': ('positive', False),
    'maximum': ('any', True), 'minimum': ('any', True), 'fmod': ('positive', False), 'remainder': ('positive', False),
    'atan2': ('any', False), 'hypot': ('any', False), 'logaddexp': ('any', False), 'logaddexp2': ('any', False),
    'xlogy': ('positive', False), 'copysign': ('apart', False), 'fmax': ('any', False), 'fmin': ('any', False),
}  # fmt: skip
COMPARISONS = ['eq', 'ne', 'lt', 'le', 'gt', 'ge']
LOGICAL = ['logical_and', 'logical_or', 'logical_xor']


def record(recorder):
    draw = Draw(recorder)
    left, right = (np.array(x).reshape(-1) for x in np.meshgrid(SPECIAL, SPECIAL, indexing='ij'))
    for op, (kind, differentiable) in BINARY.items():
        f = getattr(torch, op)

        def values(shape, second=False):
            if kind == 'positive' or (kind == 'apart' and second):
                return draw.uniform(shape, 0.3, 3)
            return draw.normal(shape, 1.5)

        pairs = PAIRS + [draw.broadcastable(rank) for rank in (1, 2, 3, 4, 4, 5)]
        for a, b in pairs:
            x, y = draw.maybe_laid_out(values(a)), draw.maybe_laid_out(values(b, True))
            recorder.add(f'{op}/{name_of(a)},{name_of(b)}', op, [x, y], f)
        for one, two in [('permuted', 'expanded'), ('sliced', 'permuted'), ('expanded', 'sliced'), ('expanded', 'expanded')]:
            shape = draw.shape(draw.integer(2, 3))
            x, y = draw.laid_out(values(shape), kind=one), draw.laid_out(values(shape, True), kind=two)
            recorder.add(f'{op}/noncontiguous,{one},{two}', op, [x, y], f)
        recorder.add(f'{op}/special', op, [Input(left, differentiable), Input(right, differentiable)], f, ones=True)
        recorder.add(f'{op}/float64', op, [Input(values((2, 3)), wide=True), Input(values((3,), True), wide=True)], f)
        recorder.add(f'{op}/float64-float32', op, [Input(values((2, 3)), wide=True), Input(values((3,), True))], f)
        a, b = draw.broadcastable(3)
        recorder.add(f'{op}/one-side', op, [Input(values(a), False), Input(values(b, True))], f)
    signs(recorder, draw)
    for op in COMPARISONS + LOGICAL:
        f = getattr(torch, op)
        recorder.add(f'{op}/special', op, [Input(left, False), Input(right, False)], f)
        a, b = draw.broadcastable(3)
        low, high = (0, 1) if op in LOGICAL else (1, 4)
        recorder.add(f'{op}/broadcast', op, [Input(draw.whole(a, low, high)), Input(draw.whole(b, low, high))], f)
        recorder.add(f'{op}/bool', op, [Input(draw.flags(a)), draw.maybe_laid_out(draw.flags(b))], f)
        recorder.add(f'{op}/mixed', op, [Input(draw.whole(a, -1, 1)), Input(np.round(draw.normal(b)), False)], f)
        recorder.add(f'{op}/empty', op, [Input(np.zeros((0, 3)), False), Input(np.ones((1, 3)), False)], f)
    whole_numbers(recorder, draw)
    options(recorder, draw)


def signs(recorder, draw):
    """Both operands of either sign, where that matters."""
    for op in ['fmod', 'remainder', 'div', 'copysign', 'atan2']:
        shape = draw.shape(2)
        a = draw.normal(shape, 3)
        b = draw.uniform(shape, 0.4, 2.5) * draw.rng.choice([-1, 1], shape)
        recorder.add(f'{op}/signs', op, [Input(a), Input(b)], getattr(torch, op))
    points = [(0, 0), (0, 1), (0, 2), (2, 0), (-2, 2), (-2, 3), (0, 0.5), (1, -1), (-1, -3), (3, 1)]
    x, y = np.array(points, dtype=float).T
    recorder.add('pow/special-grad', 'pow', [Input(x), Input(y, False)], torch.pow, ones=True)
    recorder.add('pow/exponent-grad', 'pow', [Input(np.array([0, 0, 0, 1, 2.0]), False), Input(np.array([0, 1, 2, 3, -1.0]))], torch.pow, ones=True)
    recorder.add('xlogy/zero', 'xlogy', [Input(np.array([0, 0, 0, 1.0]), False), Input(np.array([0, 1, 2, 0.5]))], torch.xlogy, ones=True)


def whole_numbers(recorder, draw):
    whole = {op: (-7, 7) for op in ['add', 'sub', 'mul', 'maximum', 'minimum', 'fmax', 'fmin', 'div']}
    for op, (low, high) in whole.items():
        a, b = draw.broadcastable(2)
        divisor = np.where(draw.flags(b), 1, -1) * draw.whole(b, 1, 5)
        recorder.add(f'{op}/int', op, [draw.maybe_laid_out(draw.whole(a, low, high)), Input(divisor)], getattr(torch, op))
    for op in ['add', 'sub', 'mul', 'div', 'maximum', 'minimum', 'pow', 'remainder', 'fmod', 'atan2']:
        a, b = draw.broadcastable(2)
        recorder.add(f'{op}/int-float', op, [Input(draw.whole(a, 1, 5)), Input(draw.uniform(b, 0.5, 3))], getattr(torch, op))
        recorder.add(f'{op}/float-int', op, [Input(draw.uniform(b, 0.5, 3)), Input(draw.whole(a, 1, 5))], getattr(torch, op))
    for op in ['add', 'mul', 'maximum', 'minimum']:
        a, b = draw.broadcastable(2)
        recorder.add(f'{op}/bool', op, [Input(draw.flags(a)), Input(draw.flags(b))], getattr(torch, op))
        recorder.add(f'{op}/bool-float', op, [Input(draw.flags(a)), Input(draw.normal(b))], getattr(torch, op))
        recorder.add(f'{op}/bool-int', op, [Input(draw.flags(a)), Input(draw.whole(b, -4, 4))], getattr(torch, op))
    a, b = np.array([7, -7, 7, -7, 0, 5, 9, -9, 1]), np.array([3, 3, -3, -3, 5, 5, -4, 4, -2])
    for op in ['floor_divide', 'remainder', 'fmod']:
        recorder.add(f'{op}/int', op, [Input(a), Input(b)], getattr(torch, op))
        recorder.add(f'{op}/int-broadcast', op, [Input(draw.whole((3, 1), -9, 9)), Input(draw.whole((1, 4), 1, 5))], getattr(torch, op))
    recorder.add('floor_divide/float', 'floor_divide', [Input(draw.normal((3, 5), 4), False), Input(draw.uniform((5,), 0.3, 2), False)],
                 torch.floor_divide)  # fmt: skip
    recorder.add('pow/int', 'pow', [Input(draw.whole((2, 3), -4, 4)), Input(draw.whole((3,), 0, 5))], torch.pow)
    for mode in ['trunc', 'floor']:
        recorder.add(f'div/int,rounding={mode}', 'div', [Input(a), Input(b)], lambda x, y: torch.div(x, y, rounding_mode=mode), {'rounding_mode': mode})


def options(recorder, draw):
    a = np.array([7, -7, 7.5, -7.5, 0, 1, -1, 5.25, -0.0])
    b = np.array([2, 2, -2, -2, 3, -3, 0.3, -1.75, 2])
    for mode in [None, 'trunc', 'floor']:
        f = lambda x, y: torch.div(x, y, rounding_mode=mode)  # noqa: E731
        recorder.add(f'div/rounding={mode}', 'div', [Input(a, False), Input(b, False)], f, {'rounding_mode': mode})
        x, y = Input(draw.normal((3, 1), 4)), Input(draw.uniform((1, 4), 0.3, 2))
        recorder.add(f'div/rounding={mode},broadcast', 'div', [x, y], f, {'rounding_mode': mode})
    for op in ['add', 'sub']:
        for alpha in [-1.5, 0.0, 3.0, 0.3]:
            x, y = draw.broadcastable(2)
            recorder.add(f'{op}/alpha={alpha}', op, [Input(draw.normal(x)), draw.maybe_laid_out(draw.normal(y))],
                         lambda x, y: getattr(torch, op)(x, y, alpha=alpha), {'alpha': alpha})  # fmt: skip
        recorder.add(f'{op}/int,alpha=3', op, [Input(draw.whole((2, 3), -4, 4)), Input(draw.whole((3,), -4, 4))],
                     lambda x, y: getattr(torch, op)(x, y, alpha=3), {'alpha': 3})  # fmt: skip
    for condition, x, y in [((3, 4), (3, 4), (3, 4)), ((3, 1), (1, 4), ()), ((), (2, 3), (3,)), ((4,), (2, 1, 4), (3, 1)), ((0, 3), (3,), (1, 3))]:
        recorder.add(f'where/{name_of(condition)},{name_of(x)},{name_of(y)}', 'where',
                     [Input(draw.flags(condition)), draw.maybe_laid_out(draw.normal(x)), draw.maybe_laid_out(draw.normal(y))], torch.where)  # fmt: skip
    recorder.add('where/nan-side', 'where', [Input(np.array([True, False, True, False])), Input(np.array([1, np.nan, np.inf, 2])),
                                             Input(np.array([np.nan, 3, 4, -np.inf]))], torch.where, ones=True)  # fmt: skip
    recorder.add('where/int', 'where', [Input(draw.flags((2, 3))), Input(draw.whole((2, 3), -5, 5)), Input(draw.whole((3,), -5, 5))], torch.where)
    for shapes in [((2, 3, 4), (4,), (3, 1)), ((5,), (5,), (5,)), ((2, 3), (2, 1), ()), ((2, 3, 4), (2, 3, 4), (1,))]:
        x, low, high = shapes
        inputs = [Input(draw.normal(x)), Input(draw.uniform(low, -1, 0.1), name='min'), Input(draw.uniform(high, -0.1, 1), name='max')]
        recorder.add(f'clamp/tensors,{name_of(x)},{name_of(low)},{name_of(high)}', 'clamp', inputs, torch.clamp)
    for op in ['maximum', 'minimum', 'fmax', 'fmin']:
        recorder.add(f'{op}/ties', op, [Input(np.array([2, -1, 3, 0.0])), Input(np.array([2, 1, 3, 0.0]))], getattr(torch, op), note='ties share the gradient')
    for weight in [0.0, 0.3, 0.5, 0.75, 1.0, -0.5, 2.0]:
        x, y = draw.broadcastable(2)
        recorder.add(f'lerp/weight={weight}', 'lerp', [Input(draw.normal(x)), Input(draw.normal(y))],
                     lambda x, y: torch.lerp(x, y, weight), {'weight': weight})  # fmt: skip
    for x, y, w in [((3, 4), (3, 4), (3, 4)), ((3, 1), (4,), (2, 1, 1)), ((5,), (5,), ())]:
        recorder.add(f'lerp/tensor,{name_of(x)},{name_of(y)},{name_of(w)}', 'lerp',
                     [Input(draw.normal(x)), Input(draw.normal(y)), Input(draw.uniform(w, 0, 1))], torch.lerp)  # fmt: skip
    for op in ['addcmul', 'addcdiv']:
        for value, (x, y, z) in [(0.5, ((3, 4), (3, 1), (1, 4))), (-2.0, ((2, 3), (2, 3), (2, 3))), (1.0, ((4,), (2, 1), ())), (0.0, ((), (3,), (3,)))]:
            recorder.add(f'{op}/value={value},{name_of(x)},{name_of(y)},{name_of(z)}', op,
                         [Input(draw.normal(x)), draw.maybe_laid_out(draw.normal(y)), Input(draw.uniform(z, 0.4, 2))],
                         lambda x, y, z: getattr(torch, op)(x, y, z, value=value), {'value': value})  # fmt: skip
    for value in [-np.inf, 0.0, 2.5, np.nan]:
        for x, mask in [((2, 3, 4), (3, 1)), ((3, 4), (3, 4)), ((5,), ())]:
            recorder.add(f'masked_fill/value={value},{name_of(x)},{name_of(mask)}', 'masked_fill',
                         [draw.maybe_laid_out(draw.normal(x)), Input(draw.flags(mask), name='mask')],
                         lambda x, m: x.masked_fill(m, value), {'value': value})  # fmt: skip
    recorder.add('masked_fill/int', 'masked_fill', [Input(draw.whole((3, 4), -5, 5)), Input(draw.flags((4,)), name='mask')],
                 lambda x, m: x.masked_fill(m, 9), {'value': 9})  # fmt: skip
