"""Reading and writing by index, sorting, and what is made from nothing."""
import numpy as np
import torch

from .record import Input
from .values import Draw, name_of


def record(recorder):
    draw = Draw(recorder)
    for shape in [(3, 4, 2), (5,), (2, 6), (1, 3), (2, 3, 1, 4)]:
        for dim in [*range(len(shape)), draw.integer(-len(shape), -1)]:
            along(recorder, draw, shape, dim)
    others(recorder, draw)
    advanced(recorder, draw)
    sorting(recorder, draw)
    counting(recorder, draw)
    created(recorder)


def along(recorder, draw, shape, dim):
    """Everything that takes an index along one dimension."""
    size = shape[dim]
    label = f'{name_of(shape)},dim={dim}'
    attrs = {'dim': dim}
    x = lambda: draw.maybe_laid_out(draw.normal(shape))  # noqa: E731
    place = dim % len(shape)

    def resized(n):
        return tuple(n if i == place else s for i, s in enumerate(shape))

    rows = draw.integer(1, size + 2)
    index = Input(draw.whole((rows,), 0, size - 1), name='index')
    recorder.add(f'index_select/{label}', 'index_select', [x(), index], lambda x, i: torch.index_select(x, dim, i), attrs)
    recorder.add(f'index_add/{label}', 'index_add', [x(), index, draw.maybe_laid_out(draw.normal(resized(rows)), name='source')],
                 lambda x, i, s: torch.index_add(x, dim, i, s), attrs)  # fmt: skip
    if draw.rng.random() < 0.4:
        recorder.add(f'index_add/{label},alpha', 'index_add', [x(), index, Input(draw.normal(resized(rows)), name='source')],
                     lambda x, i, s: torch.index_add(x, dim, i, s, alpha=-1.5), {**attrs, 'alpha': -1.5})  # fmt: skip
    # The index may be smaller than x everywhere, and for gather longer along dim.
    smaller = tuple(draw.integer(1, s) for s in shape)
    longer = tuple(draw.integer(1, s + 3) if i == place else draw.integer(1, s) for i, s in enumerate(shape))
    recorder.add(f'gather/{label}', 'gather', [x(), Input(draw.whole(longer, 0, size - 1), name='index')], lambda x, i: torch.gather(x, dim, i), attrs)
    recorder.add(f'gather/{label},layout', 'gather', [draw.laid_out(draw.normal(shape)), draw.laid_out(draw.whole(shape, 0, size - 1), name='index', kind='permuted')],
                 lambda x, i: torch.gather(x, dim, i), attrs)  # fmt: skip
    many = Input(draw.whole(smaller, 0, size - 1), name='index')
    source = lambda: draw.maybe_laid_out(draw.normal(smaller), name='src')  # noqa: E731
    recorder.add(f'scatter_add/{label}', 'scatter_add', [x(), many, source()], lambda x, i, s: torch.scatter_add(x, dim, i, s), attrs)
    # Without repeats, so that it is not open which of them wins.
    once = tuple(s if i == place else smaller[i] for i, s in enumerate(shape))
    order = Input(np.argsort(draw.rng.random(once), place), name='index')
    recorder.add(f'scatter/{label}', 'scatter', [x(), order, Input(draw.normal(once), name='src')], lambda x, i, s: torch.scatter(x, dim, i, s), attrs)
    value = draw.integer(-9, 9) / 4
    recorder.add(f'scatter_value/{label}', 'scatter', [x(), many], lambda x, i: torch.scatter(x, dim, i, value), {**attrs, 'value': value})
    flat = Input(draw.whole(tuple(draw.integer(1, 3) if i == place else 1 if draw.integer(0, 1) else s for i, s in enumerate(shape)), 0, size - 1), name='index')
    recorder.add(f'take_along_dim/{label}', 'take_along_dim', [x(), flat], lambda x, i: torch.take_along_dim(x, i, dim), attrs)


def others(recorder, draw):
    x = lambda *shape: draw.maybe_laid_out(draw.normal(shape))  # noqa: E731
    recorder.add('gather/empty', 'gather', [x(4, 5), Input(np.zeros((4, 0), dtype=int), name='index')], lambda x, i: torch.gather(x, 1, i), {'dim': 1})
    recorder.add('gather/int', 'gather', [Input(draw.whole((3, 4), -9, 9)), Input(draw.whole((3, 2), 0, 3), name='index')], lambda x, i: torch.gather(x, 1, i), {'dim': 1})
    recorder.add('index_select/empty', 'index_select', [x(4, 5), Input(np.zeros(0, dtype=int), name='index')], lambda x, i: torch.index_select(x, 1, i), {'dim': 1})
    recorder.add('index_select/bool', 'index_select', [Input(draw.flags((3, 4))), Input(draw.whole((2,), 0, 3), name='index')], lambda x, i: torch.index_select(x, 1, i), {'dim': 1})
    recorder.add('scatter_add/int', 'scatter_add', [Input(draw.whole((3, 2), -9, 9)), Input(draw.whole((3, 2), 0, 2), name='index'), Input(draw.whole((3, 2), -9, 9), name='src')],
                 lambda x, i, s: torch.scatter_add(x, 0, i, s), {'dim': 0})  # fmt: skip
    recorder.add('scatter_add/empty', 'scatter_add', [x(3, 2), Input(np.zeros((0, 2), dtype=int), name='index'), Input(np.zeros((0, 2)), name='src')],
                 lambda x, i, s: torch.scatter_add(x, 0, i, s), {'dim': 0})  # fmt: skip
    for shape, index in [((3, 4), (2, 3)), ((12,), (5,)), ((2, 3, 2), ()), ((4,), (0,)), ((1, 5), (1, 1, 4))]:
        count = int(np.prod(shape))
        recorder.add(f'take/{name_of(shape)},{name_of(index)}', 'take', [x(*shape), Input(draw.whole(index, -count, count - 1), name='index')], torch.take)
    for shape, mask in [((3, 4), (3, 4)), ((2, 3, 2), (3, 1)), ((5,), (5,)), ((3, 4), (4,)), ((2, 2), ())]:
        recorder.add(f'masked_select/{name_of(shape)},{name_of(mask)}', 'masked_select', [x(*shape), Input(draw.flags(mask), name='mask')], torch.masked_select)
    recorder.add('masked_select/none', 'masked_select', [x(3, 2), Input(np.zeros((3, 2), dtype=bool), name='mask')], torch.masked_select)
    recorder.add('masked_select/int', 'masked_select', [Input(draw.whole((3, 4), -9, 9)), Input(draw.flags((3, 4)), name='mask')], torch.masked_select)


def advanced(recorder, draw):
    note = 'x[index], negative indices count from the end'
    for shape, index in [((4, 3), (2, 2)), ((5,), (3,)), ((3, 2, 4), ()), ((3, 2), (0,)), ((6, 1, 2), (1, 4))]:
        recorder.add(f'index/row,{name_of(shape)},{name_of(index)}', 'index', [draw.maybe_laid_out(draw.normal(shape)), Input(draw.whole(index, -shape[0], shape[0] - 1), name='index')],
                     lambda x, i: x[i], note=note)  # fmt: skip
    for shape, one, two in [((4, 3, 2), (3,), (2, 1)), ((3, 5), (4,), (4,)), ((2, 3, 2, 2), (2, 1), (1, 3)), ((4, 4), (), (3,))]:
        inputs = [draw.maybe_laid_out(draw.normal(shape)), Input(draw.whole(one, -shape[0], shape[0] - 1), name='index0'), Input(draw.whole(two, -shape[1], shape[1] - 1), name='index1')]
        recorder.add(f'index/pairs,{name_of(shape)},{name_of(one)},{name_of(two)}', 'index', inputs, lambda x, i, j: x[i, j], note='x[index0, index1], indices broadcast')
    for shape, n in [((4, 3), 5), ((6,), 8), ((3, 2, 2), 2)]:
        for accumulate in [True, False]:
            index = draw.whole((n,), 0, shape[0] - 1) if accumulate else draw.rng.permutation(shape[0])[: min(n, shape[0])]
            values = draw.normal((len(index), *shape[1:]))
            recorder.add(f'index_put/{name_of(shape)},accumulate={accumulate}', 'index_put', [draw.maybe_laid_out(draw.normal(shape)), Input(index, name='index'), Input(values, name='values')],
                         lambda x, i, v: torch.index_put(x, (i,), v, accumulate=accumulate), {'accumulate': accumulate})  # fmt: skip
    recorder.add('index_put/broadcast', 'index_put', [Input(draw.normal((4, 3))), Input(np.array([1, 3]), name='index'), Input(draw.normal((3,)), name='values')],
                 lambda x, i, v: torch.index_put(x, (i,), v, accumulate=False), {'accumulate': False})  # fmt: skip


def sorting(recorder, draw):
    names = ['values', 'indices']
    for shape in [(3, 4, 2), (9,), (4, 1), (2, 33), (1, 5)]:
        for dim in [*range(len(shape)), -1]:
            for descending in [False, True]:
                label = f'{name_of(shape)},dim={dim},desc={descending}'
                attrs = {'dim': dim, 'descending': descending}
                recorder.add(f'sort/{label}', 'sort', [draw.maybe_laid_out(draw.distinct(shape), distinct=True)], lambda x: torch.sort(x, **attrs), attrs, names=names)
                recorder.add(f'argsort/{label}', 'argsort', [Input(draw.distinct(shape), False)], lambda x: torch.argsort(x, **attrs), attrs)
                recorder.add(f'sort/stable-ties,{label}', 'sort', [Input(draw.whole(shape, 0, 2).astype(float), False)],
                             lambda x: torch.sort(x, stable=True, **attrs), attrs, note='stable=True', names=names)  # fmt: skip
            for _ in range(2):
                attrs = {'k': draw.integer(1, shape[dim]), 'dim': dim, 'largest': bool(draw.integer(0, 1))}
                label = f'{name_of(shape)},k={attrs["k"]},dim={dim},largest={attrs["largest"]}'
                recorder.add(f'topk/{label}', 'topk', [draw.maybe_laid_out(draw.distinct(shape), distinct=True)], lambda x: torch.topk(x, **attrs), attrs, names=names)
            for keepdim in [False, True]:
                attrs = {'k': draw.integer(1, shape[dim]), 'dim': dim, **({'keepdim': True} if keepdim else {})}
                recorder.add(f'kthvalue/{name_of(shape)},k={attrs["k"]},dim={dim},keepdim={keepdim}', 'kthvalue', [draw.maybe_laid_out(draw.distinct(shape), distinct=True)],
                             lambda x: torch.kthvalue(x, **attrs), attrs, names=names)  # fmt: skip
    holes = np.array([3, np.nan, -np.inf, np.inf, 0, np.nan, -1, -0.0, 2.5])
    for descending in [False, True]:
        attrs = {'descending': True} if descending else {}
        recorder.add(f'sort/nan,desc={descending}', 'sort', [Input(holes, False)], lambda x: torch.sort(x, stable=True, **attrs), attrs, note='NaN sorts as the greatest', names=names)
    whole = draw.rng.permutation(12).reshape(3, 4)
    recorder.add('sort/int', 'sort', [Input(whole)], lambda x: torch.sort(x, dim=1), {'dim': 1, 'descending': False}, names=names)
    recorder.add('argsort/int', 'argsort', [Input(whole)], lambda x: torch.argsort(x, dim=0), {'dim': 0, 'descending': False})
    recorder.add('topk/int', 'topk', [Input(whole)], lambda x: torch.topk(x, 2, 1), {'k': 2, 'dim': 1, 'largest': True}, names=names)
    recorder.add('sort/empty', 'sort', [Input(np.zeros((0, 3)))], lambda x: torch.sort(x, dim=0), {'dim': 0, 'descending': False}, names=names)
    recorder.add('sort/scalar', 'sort', [Input(np.array(1.5))], lambda x: torch.sort(x, dim=0), {'dim': 0, 'descending': False}, names=names)
    recorder.add('topk/k=0', 'topk', [Input(draw.distinct((2, 3)))], lambda x: torch.topk(x, 0, 1), {'k': 0, 'dim': 1, 'largest': True}, names=names)
    for right in [False, True]:
        line = np.sort(np.round(draw.normal((8,)), 1))
        values = np.round(draw.normal((3, 4)), 1)
        recorder.add(f'searchsorted/right={right}', 'searchsorted', [Input(line, False), Input(values, False)], lambda s, v: torch.searchsorted(s, v, right=right), {'right': right})
        rows, values = np.sort(np.round(draw.normal((2, 5)), 1), 1), np.round(draw.normal((2, 3)), 1)
        recorder.add(f'searchsorted/rows,right={right}', 'searchsorted', [Input(rows, False), Input(values, False)], lambda s, v: torch.searchsorted(s, v, right=right), {'right': right})
        line, values = np.sort(draw.whole((6,), -4, 4)), draw.whole((5,), -6, 6)
        recorder.add(f'searchsorted/int,right={right}', 'searchsorted', [Input(line), Input(values)], lambda s, v: torch.searchsorted(s, v, right=right), {'right': right})


def counting(recorder, draw):
    for shape, classes in [((2, 3), 5), ((4,), 3), ((), 4), ((2, 1, 2), 2), ((0,), 3)]:
        recorder.add(f'one_hot/{name_of(shape)},{classes}', 'one_hot', [Input(draw.whole(shape, 0, classes - 1))],
                     lambda x: torch.nn.functional.one_hot(x, classes), {'num_classes': classes})  # fmt: skip
    recorder.add('one_hot/inferred', 'one_hot', [Input(np.array([2, 0, 3]))], lambda x: torch.nn.functional.one_hot(x), {})
    for label, values in [('int', draw.whole((3, 4), 0, 1)), ('float', np.round(draw.normal((2, 3, 2)))), ('bool', draw.flags((5,))), ('vector', draw.whole((6,), -1, 1)),
                          ('none', np.zeros((2, 2))), ('empty', np.zeros((0, 3))), ('scalar', np.array(3.0))]:  # fmt: skip
        recorder.add(f'nonzero/{label}', 'nonzero', [draw.maybe_laid_out(values, False, distinct=True)], torch.nonzero)
    for minlength in [0, 3, 9]:
        recorder.add(f'bincount/minlength={minlength}', 'bincount', [Input(draw.whole((draw.integer(1, 12),), 0, 5))], lambda x: torch.bincount(x, minlength=minlength), {'minlength': minlength})
    recorder.add('bincount/empty', 'bincount', [Input(np.zeros(0, dtype=int))], lambda x: torch.bincount(x, minlength=2), {'minlength': 2})
    recorder.add('bincount/default', 'bincount', [Input(np.array([1, 1, 3]))], torch.bincount)
    recorder.add('bincount/weights', 'bincount', [Input(np.array([1, 1, 3, 0])), Input(np.array([0.5, 1.5, 2, -1]), False, 'weights')], lambda x, w: torch.bincount(x, w, 5), {'minlength': 5})
    names = ['values', 'inverse', 'counts']
    for label, values in [('int', draw.whole((3, 4), 0, 4)), ('float', np.round(draw.normal((2, 5)))), ('vector', draw.whole((9,), -2, 2)), ('same', np.full((4,), 7)),
                          ('empty', np.zeros(0)), ('bool', np.array([True, False, True])), ('scalar', np.array(2.0))]:  # fmt: skip
        recorder.add(f'unique/{label}', 'unique', [Input(values, False)], lambda x: torch.unique(x, sorted=True, return_inverse=True, return_counts=True), names=names)


def created(recorder):
    for start, end, step in [(0, 6, 1), (1, 2, 0.25), (3, -4, -2), (0, 1, 0.3), (-1.5, 2, 0.5), (2, 2, 1), (5, 0, -1), (0.0, 3.0, 1.0), (0, 0.7, 0.1)]:
        attrs = {'start': start, 'end': end, 'step': step}
        recorder.add(f'arange/{start},{end},{step}', 'arange', [], lambda: torch.arange(start, end, step), attrs)
    for start, end, steps in [(0, 1, 5), (3, -2, 4), (-1, 1, 1), (2, 2, 3), (0, 10, 0), (-3, 7, 11), (0.1, 0.9, 7)]:
        attrs = {'start': start, 'end': end, 'steps': steps}
        recorder.add(f'linspace/{start},{end},{steps}', 'linspace', [], lambda: torch.linspace(start, end, steps), attrs)
