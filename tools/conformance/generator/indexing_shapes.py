"""Parts, joints and other arrangements of the same elements."""
import numpy as np
import torch
import torch.nn.functional as F

from .record import Input
from .values import Draw, name_of


def record(recorder):
    draw = Draw(recorder)

    def add(label, op, shape, f, attrs=None, **more):
        recorder.add(f'{op}/{name_of(shape)}{label}', op, [draw.maybe_laid_out(draw.normal(shape))], f, attrs, **more)

    parts(recorder, draw, add)
    repeats(recorder, add)
    views(recorder, draw, add)
    joints(recorder, draw, add)
    pads(add)
    diagonals(recorder, draw, add)
    graphs(add)


def parts(recorder, draw, add):
    note = 'x[:, start:end:step]'
    for start, end, step in [(1, 4, 1), (0, 5, 2), (4, None, 1), (None, None, 3), (-3, None, 1), (1, -1, 2), (3, 2, 1), (0, 99, 1), (-99, 2, 1)]:
        attrs = {'start': start, 'end': end, 'step': step}
        add(f',{start}:{end}:{step}', 'slice', draw.one_of([(2, 5), (3, 6, 2), (0, 5)]), lambda x: x[:, start:end:step], attrs, note=note)
    for shape, dim, index in [((3, 4, 2), 1, 2), ((5,), 0, -1), ((2, 3), -1, 0), ((2, 2, 3), -2, -2), ((1, 4), 0, 0)]:
        add(f',{dim},{index}', 'select', shape, lambda x: torch.select(x, dim, index), {'dim': dim, 'index': index})
    for shape, dim, start, length in [((3, 5), 1, 1, 3), ((4,), 0, 2, 0), ((2, 3, 4), -1, 0, 4), ((6, 2), 0, 5, 1), ((2, 5), 1, 4, 1)]:
        attrs = {'dim': dim, 'start': start, 'length': length}
        add(f',{dim},{start},{length}', 'narrow', shape, lambda x: torch.narrow(x, dim, start, length), attrs)
    for shape, dimension, size, step in [((2, 7), 1, 3, 2), ((8,), 0, 3, 1), ((5, 2), 0, 2, 3), ((2, 3, 6), -1, 4, 2), ((4,), 0, 4, 1), ((3, 9), 1, 1, 4)]:
        attrs = {'dimension': dimension, 'size': size, 'step': step}
        add(f',{dimension},{size},{step}', 'unfold', shape, lambda x: x.unfold(dimension, size, step), attrs)
    for shape, sizes, dim in [((2, 5, 2), 2, 1), ((2, 5, 2), [1, 4], 1), ((7,), 3, 0), ((6, 2), [2, 0, 4], 0), ((3, 4), 9, -1), ((3, 4), [1, 1, 2], -1), ((4,), 1, 0)]:
        attrs = {'split_size_or_sections': sizes, 'dim': dim}
        add(f',{sizes},dim={dim}', 'split', shape, lambda x: torch.split(x, sizes, dim), attrs)
    for shape, chunks, dim in [((7, 2), 2, 0), ((7, 2), 3, 0), ((5,), 4, 0), ((2, 6), 3, 1), ((2, 3), 5, -1), ((3, 4), 1, 0)]:
        add(f',{chunks},dim={dim}', 'chunk', shape, lambda x: torch.chunk(x, chunks, dim), {'chunks': chunks, 'dim': dim})
    for shape, dim in [((3, 2, 2), 0), ((2, 3), -1), ((4,), 0), ((1, 2, 3), 1)]:
        add(f',dim={dim}', 'unbind', shape, lambda x: torch.unbind(x, dim), {'dim': dim})


def repeats(recorder, add):
    for shape, dims in [((3, 2, 4), [0]), ((3, 2, 4), [0, 2]), ((5,), [-1]), ((2, 3), [1, 0]), ((0, 3), [0]), ((2, 1, 3), [-1, 1])]:
        add(f',dims={"x".join(map(str, dims))}', 'flip', shape, lambda x: torch.flip(x, dims), {'dims': dims})
    for shape, shifts, dims in [((3, 2, 4), 1, 0), ((3, 2, 4), [-2, 1], [0, 2]), ((5,), 7, 0), ((2, 3), -1, -1), ((3, 4), 5, None), ((2, 3), [1, 1], [1, 1]), ((0, 3), 1, 0), ((4,), 0, 0)]:
        attrs = {'shifts': shifts, **({} if dims is None else {'dims': dims})}
        add(f',{shifts},{dims}', 'roll', shape, lambda x: torch.roll(x, shifts, dims), attrs)
    for shape, times in [((2, 3), [2, 1, 2]), ((3,), [4]), ((2, 1), [1, 3]), ((), [2, 2]), ((2,), [0]), ((1, 2, 2), [2, 1, 1, 2])]:
        add(f',{"x".join(map(str, times))}', 'repeat', shape, lambda x: x.repeat(times), {'repeats': times})
    for shape, dims in [((2, 3), [2]), ((3,), [2, 2]), ((2, 2), [3, 1]), ((), [3])]:
        add(f',{"x".join(map(str, dims))}', 'tile', shape, lambda x: torch.tile(x, dims), {'dims': dims})
    for shape, times, dim in [((2, 3), 2, 1), ((4,), 3, 0), ((2, 3), 3, None), ((2, 2, 2), 2, -1), ((3,), 1, 0), ((2, 3), 0, 1)]:
        attrs = {'repeats': times, **({} if dim is None else {'dim': dim})}
        add(f',{times},{dim}', 'repeat_interleave', shape, lambda x: torch.repeat_interleave(x, times, dim), attrs)
    for shape, size in [((3, 1), [2, 3, 4]), ((1,), [5]), ((2, 1, 3), [2, 4, 3]), ((), [2, 3]), ((2, 3), [-1, 3]), ((1, 3), [4, -1]), ((3,), [0, 3]), ((1, 1), [3, 0])]:
        add(f',{"x".join(map(str, size))}', 'expand', shape, lambda x: x.expand(size), {'size': size})


def views(recorder, draw, add):
    for rank in [1, 2, 3, 4, 5]:
        dims = [int(d) - (rank if draw.integer(0, 1) else 0) for d in draw.rng.permutation(rank)]
        add(f',{"x".join(map(str, dims))}', 'permute', draw.shape(rank), lambda x: x.permute(dims), {'dims': dims})
    for shape, dim0, dim1 in [((2, 3, 4), 0, 2), ((3, 4), -1, 0), ((2, 3, 4), 1, 1), ((2, 1, 3, 2), -2, 1), ((0, 2), 0, 1)]:
        add(f',{dim0},{dim1}', 'transpose', shape, lambda x: x.transpose(dim0, dim1), {'dim0': dim0, 'dim1': dim1})
    for shape, source, target in [((2, 3, 4), 0, -1), ((2, 3, 4), [0, 1], [2, 0]), ((2, 3, 4, 2), [-1, 0], [0, 1]), ((3, 2), 1, 0)]:
        add(f',{source},{target}', 'movedim', shape, lambda x: torch.movedim(x, source, target), {'source': source, 'destination': target})
    for shape, to in [((2, 3, 4), [4, -1]), ((6,), [2, 3]), ((2, 3), [-1]), ((1,), []), ((4, 3), [2, 1, 6]), ((0, 3), [3, 0]), ((2, 2, 2), [1, 8, 1]), ((), [1, 1])]:
        for kind in ['plain', 'permuted', 'sliced']:
            values = draw.normal(shape)
            x = Input(values) if kind == 'plain' else draw.laid_out(values, kind=kind)
            recorder.add(f'reshape/{name_of(shape)},{name_of(to)},{kind}', 'reshape', [x], lambda x: x.reshape(to), {'shape': to})
    for shape, start, end in [((2, 3, 1, 4), 1, -1), ((2, 3, 4), 0, 1), ((5,), 0, -1), ((), 0, -1), ((2, 0, 3), 1, 2), ((2, 3, 4), -2, -1), ((2, 3), 1, 1)]:
        add(f',{start},{end}', 'flatten', shape, lambda x: torch.flatten(x, start, end), {'start_dim': start, 'end_dim': end})
    for shape, dim in [((1, 3, 1, 2), None), ((1, 3, 1, 2), 2), ((2, 1), -1), ((2, 3), 0), ((1, 1), None), ((), None), ((1, 0, 1), 0)]:
        add(f',dim={dim}', 'squeeze', shape, lambda x: torch.squeeze(x) if dim is None else torch.squeeze(x, dim), {} if dim is None else {'dim': dim})
    for shape, dim in [((3, 2), -1), ((3, 2), 0), ((), 0), ((2, 3), 1), ((2, 3), -3), ((0,), 1)]:
        add(f',dim={dim}', 'unsqueeze', shape, lambda x: torch.unsqueeze(x, dim), {'dim': dim})


def joints(recorder, draw, add):
    x = lambda shape: draw.maybe_laid_out(draw.normal(shape))  # noqa: E731
    for dim, shapes in [(0, [(1, 3, 2), (3, 3, 2), (2, 3, 2)]), (1, [(2, 1), (2, 4)]), (-1, [(2, 3, 1), (2, 3, 5)]), (0, [(4,), (1,), (2,)]), (0, [(2, 3)]),
                        (1, [(2, 0), (2, 3)]), (0, [(0,), (2, 3)]), (-2, [(1, 2, 2), (1, 1, 2)])]:  # fmt: skip
        recorder.add(f'cat/{",".join(map(name_of, shapes))},dim={dim}', 'cat', [x(s) for s in shapes], lambda *x: torch.cat(x, dim), {'dim': dim})
    recorder.add('cat/int', 'cat', [Input(draw.whole((2, 2), -5, 5)), Input(draw.whole((1, 2), -5, 5))], lambda *x: torch.cat(x, 0), {'dim': 0})
    recorder.add('cat/mixed', 'cat', [Input(draw.whole((2, 2), -5, 5)), Input(draw.normal((1, 2)))], lambda *x: torch.cat(x, 0), {'dim': 0})
    for dim, shape, n in [(0, (2, 3), 3), (1, (2, 3), 2), (-1, (2, 3), 3), (2, (2, 3), 1), (0, (), 3), (-2, (4,), 2), (0, (0, 2), 2)]:
        recorder.add(f'stack/{name_of(shape)},{n},dim={dim}', 'stack', [x(shape) for _ in range(n)], lambda *x: torch.stack(x, dim), {'dim': dim})
    recorder.add('meshgrid/ij', 'meshgrid', [x((2,)), x((3,))], lambda *x: torch.meshgrid(*x, indexing='ij'), note="indexing='ij'")
    recorder.add('meshgrid/three', 'meshgrid', [x((2,)), x((1,)), x((4,))], lambda *x: torch.meshgrid(*x, indexing='ij'), note="indexing='ij'")
    recorder.add('meshgrid/one', 'meshgrid', [x((3,))], lambda *x: torch.meshgrid(*x, indexing='ij'), note="indexing='ij'")


def pads(add):
    for shape, pad, value in [((2, 3), [1, 2], 1.5), ((2, 3), [1, 0, 0, 2], 1.5), ((2, 3, 4), [-1, 1], 0.0), ((3,), [2, 0], -1.0), ((2, 2), [0, 0, 1, 1], 2.0),
                              ((4, 5), [-1, -2, -1, 0], 3.0), ((2, 2, 2), [1, 1, 1, 1, 1, 1], 0.5), ((0, 2), [1, 1, 1, 0], 7.0)]:  # fmt: skip
        attrs = {'pad': pad, 'mode': 'constant', 'value': value}
        add(f',{"x".join(map(str, pad))},constant', 'pad', shape, lambda x: F.pad(x, pad, value=value), attrs)
    for mode, shape, pad in [('reflect', (1, 2, 5), [2, 1]), ('reflect', (2, 5), [4, 0]), ('reflect', (1, 1, 4, 5), [1, 2, 3, 0]), ('reflect', (2, 2, 3, 3), [2, 2, 1, 1]),
                             ('reflect', (1, 2, 3, 4), [3, 1, 0, 2, 1, 1]), ('replicate', (1, 2, 4), [2, 3]), ('replicate', (3, 1), [2, 2]), ('replicate', (1, 1, 2, 3), [1, 0, 2, 3]),
                             ('replicate', (1, 1, 2, 2, 2), [1, 1, 0, 2, 1, 0]), ('circular', (1, 2, 5), [2, 3]), ('circular', (2, 1, 4), [4, 0]),
                             ('circular', (1, 2, 3, 4), [1, 2, 3, 0]), ('circular', (1, 1, 2, 2, 3), [1, 1, 0, 1, 2, 0]), ('reflect', (1, 2, 5), [0, 0]), ('replicate', (1, 2, 5), [-1, 2]),
                             ('reflect', (2, 2, 2, 3, 2), [1, 0, 0, 2, 1, 1])]:  # fmt: skip
        add(f',{"x".join(map(str, pad))},{mode}', 'pad', shape, lambda x: F.pad(x, pad, mode), {'pad': pad, 'mode': mode})


def diagonals(recorder, draw, add):
    for op in ['tril', 'triu']:
        for shape, diagonal in [((3, 4), 0), ((4, 3), 1), ((2, 3, 3), -1), ((3, 3), 5), ((5, 2), -2), ((1, 1), 0), ((2, 2, 2, 4), 2), ((0, 3), 0), ((3, 3), -5)]:
            add(f',{diagonal}', op, shape, lambda x: getattr(torch, op)(x, diagonal), {'diagonal': diagonal})
        recorder.add(f'{op}/int', op, [Input(draw.whole((3, 4), -5, 5))], lambda x: getattr(torch, op)(x, 0), {'diagonal': 0})
        recorder.add(f'{op}/bool', op, [Input(draw.flags((3, 3)))], lambda x: getattr(torch, op)(x, 1), {'diagonal': 1})
    for shape, offset, dim1, dim2 in [((3, 4), 1, 0, 1), ((4, 3), -1, 0, 1), ((2, 3, 4), 0, 1, 2), ((2, 3, 4), 1, 0, -1), ((3, 3), 0, 1, 0), ((2, 2), 2, 0, 1)]:
        attrs = {'offset': offset, 'dim1': dim1, 'dim2': dim2}
        add(f',{offset},{dim1},{dim2}', 'diagonal', shape, lambda x: torch.diagonal(x, offset, dim1, dim2), attrs)
    for shape, offset, dims in [((2, 3), 0, {}), ((4,), 1, {}), ((3,), -2, {}), ((2, 2), 0, {'dim1': 0, 'dim2': 2}), ((2, 3), 1, {'dim1': 0, 'dim2': 1})]:
        attrs = {'offset': offset, **dims}
        add(f',{attrs}', 'diag_embed', shape, lambda x: torch.diag_embed(x, **attrs), attrs)
    for shape, diagonal in [((3,), 0), ((2,), 1), ((3,), -1), ((3, 4), 0), ((4, 3), -1), ((2, 2), 1), ((3, 4), 2)]:
        add(f',{diagonal}', 'diag', shape, lambda x: torch.diag(x, diagonal), {'diagonal': diagonal})


def graphs(add):
    """One leaf used several times: gradients accumulate."""
    for shape in [(3, 2), (4,), (1, 5), (2, 2, 2)]:
        add(',shared-input', 'x*x+x.sum()', shape, lambda x: x * x + x.sum(), note='one leaf used several times: gradients accumulate')
        add(',diamond', 'exp(x)*sin(x)+x[0]', shape, lambda x: torch.exp(x) * torch.sin(x) + x[0])
