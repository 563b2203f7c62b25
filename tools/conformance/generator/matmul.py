"""Products of matrices."""
import numpy as np
import torch
import torch.nn.functional as F

from .record import Input
from .values import Draw, name_of

PAIRS = [
    ((5,), (5,)), ((3,), (3, 4)), ((2, 5), (5,)), ((4, 3), (3, 6)), ((2, 3, 4), (4, 5)), ((3, 4), (2, 4, 5)), ((4,), (3, 4, 2)),
    ((3, 2, 5), (5,)), ((3, 2, 4), (3, 4, 2)), ((1, 1), (1, 1)), ((3, 1, 2, 4), (2, 4, 3)), ((1, 3, 2), (4, 2, 5)),
    ((2, 3, 0), (2, 0, 4)), ((9, 17), (17, 8)), ((1, 9), (9, 1)), ((8, 1), (1, 8)), ((0, 3), (3, 2)), ((3, 4), (4, 0)), ((4, 0), (0, 3)),
    ((0,), (0,)), ((33, 64), (64, 20)), ((6, 8), (8, 48)), ((7, 130), (130, 9)), ((50, 3), (3, 50)), ((2, 1, 1), (1, 5)), ((0, 2, 3), (3, 4)),
    ((2, 2, 3, 4), (4, 2)), ((2, 1, 3, 2), (1, 3, 2, 4)), ((5, 4), (1, 4, 1)), ((1, 1, 4), (3, 4, 2)),
]  # fmt: skip
EQUATIONS = [
    ('ij,jk->ik', (3, 4), (4, 2)), ('ij->ji', (4, 3)), ('ii->i', (4, 4)), ('ii', (4, 4)), ('i,j->ij', (2,), (5,)), ('bij,bjk->bik', (3, 2, 4), (3, 4, 2)),
    ('bhqd,bhkd->bhqk', (2, 3, 2, 4), (2, 3, 5, 4)), ('ij,ij->', (3, 4), (3, 4)), ('...ij,...jk->...ik', (3, 1, 2, 3), (2, 3, 4)),
    ('ijk,jil->kl', (3, 2, 4), (2, 3, 5)), ('abc->c', (3, 2, 4)), ('abc->', (2, 3, 2)), ('bn,anm,bm->ba', (3, 2), (4, 2, 3), (3, 3)), ('ij,jk', (3, 2), (2, 4)),
    ('ij,kl->ijkl', (2, 3), (1, 2)), ('i,i', (6,), (6,)), ('i->', (4,)), ('ij->i', (3, 5)), ('ij,j->i', (3, 4), (4,)), ('bij->bji', (2, 3, 4)),
    ('bii->bi', (3, 4, 4)), ('bii->b', (2, 3, 3)), ('i,i->i', (5,), (5,)), ('ij,ij->ij', (2, 3), (2, 3)), ('...i->...', (2, 3, 4)), ('...,...->...', (2, 3), (3,)),
    ('ab,bc,cd->ad', (2, 3), (3, 4), (4, 2)), ('bqhd,bkhd->bhqk', (2, 3, 2, 4), (2, 5, 2, 4)), ('ki,jk', (2, 3), (4, 2)), ('Ab,bC->AC', (2, 3), (3, 2)),
    ('ij,ik->jk', (1, 3), (4, 2)), ('...ij->...ji', (2, 3, 4)), ('i...,i...->...', (3, 2), (3, 2)), (' i j , j k -> i k ', (2, 3), (3, 2)), ('ba', (2, 3)), ('ij,jk->ik', (0, 3), (3, 2)),
    ('ij,jk->ik', (2, 0), (0, 3)), ('iij->j', (3, 3, 2)), ('a,b,c->cab', (2,), (3,), (2,)), ('bnd,bmd->bnm', (2, 17, 8), (2, 9, 8)),
]  # fmt: skip


def record(recorder):
    draw = Draw(recorder)
    for a, b in PAIRS:
        recorder.add(f'{name_of(a)},{name_of(b)}', 'matmul', [draw.maybe_laid_out(draw.normal(a)), draw.maybe_laid_out(draw.normal(b))], torch.matmul)
    kinds = ['permuted', 'expanded', 'sliced']
    for i, (one, two) in enumerate([(a, b) for a in kinds for b in kinds]):
        m, k, n = (draw.integer(1, 9) for _ in range(3))
        x, y = draw.laid_out(draw.normal((m, k)), kind=one), draw.laid_out(draw.normal((k, n)), kind=two)
        recorder.add(f'layout{i},{one},{two}', 'matmul', [x, y], torch.matmul)
        x, y = draw.laid_out(draw.normal((2, m, k)), kind=one), draw.laid_out(draw.normal((2, k, n)), kind=two)
        recorder.add(f'batched-layout{i},{one},{two}', 'matmul', [x, y], torch.matmul)
    recorder.add('one-side', 'matmul', [Input(draw.normal((3, 4)), False), Input(draw.normal((4, 2)))], torch.matmul)
    holes = np.array([[1, np.inf, 0], [0, np.nan, 2], [-np.inf, 0, 1]])
    recorder.add('nan-inf', 'matmul', [Input(holes, False), Input(np.array([[0, 1], [1, 0], [0, 0.0]]), False)], torch.matmul,
                 note='0*inf is NaN: zeros may not be skipped')  # fmt: skip
    recorder.add('float64', 'matmul', [Input(draw.normal((3, 9)), wide=True), Input(draw.normal((9, 5)), wide=True)], torch.matmul)
    recorder.add('int', 'matmul', [Input(draw.whole((3, 4), -5, 5)), Input(draw.whole((4, 2), -5, 5))], torch.matmul)
    for op, shapes in {
        'mm': [((4, 3), (3, 2)), ((1, 5), (5, 1)), ((0, 3), (3, 2)), ((17, 16), (16, 9))],
        'bmm': [((2, 3, 4), (2, 4, 5)), ((1, 2, 1), (1, 1, 3)), ((3, 2, 0), (3, 0, 2)), ((0, 2, 3), (0, 3, 2)), ((4, 9, 8), (4, 8, 7))],
        'mv': [((3, 4), (4,)), ((1, 7), (7,)), ((5, 1), (1,)), ((20, 33), (33,)), ((0, 2), (2,))],
        'dot': [((4,), (4,)), ((1,), (1,)), ((0,), (0,)), ((100,), (100,))],
        'outer': [((2,), (5,)), ((1,), (3,)), ((0,), (3,)), ((9,), (17,))],
    }.items():
        for a, b in shapes:
            recorder.add(f'{op}/{name_of(a)},{name_of(b)}', op, [draw.maybe_laid_out(draw.normal(a)), draw.maybe_laid_out(draw.normal(b))], getattr(torch, op))
    scaled(recorder, draw)
    for n, (equation, *shapes) in enumerate(EQUATIONS):
        recorder.add(f'einsum/{equation}' + (f',{n}' if f'einsum/{equation}' in recorder.ids else ''), 'einsum',
                     [draw.maybe_laid_out(draw.normal(shape)) for shape in shapes], lambda *x: torch.einsum(equation, *x), {'equation': equation})  # fmt: skip


def scaled(recorder, draw):
    for beta, alpha in [(1.0, 1.0), (0.5, -2.0), (0.0, 1.5), (-1.0, 0.0), (2.0, 0.25)]:
        attrs = {'beta': beta, 'alpha': alpha}
        label = f'beta={beta},alpha={alpha}'
        for start in [(5,), (3, 5), (3, 1), (1, 5), (1,), ()]:
            recorder.add(f'addmm/{label},{name_of(start)}', 'addmm', [Input(draw.normal(start)), draw.maybe_laid_out(draw.normal((3, 4))), Input(draw.normal((4, 5)))],
                         lambda c, a, b: torch.addmm(c, a, b, **attrs), attrs)  # fmt: skip
        # PyTorch 1.13 reads memory that nobody wrote when beta is 0.
        for start in [] if beta == 0 else [(2, 3, 5), (5,), (2, 1, 5), (3, 1)]:
            recorder.add(f'baddbmm/{label},{name_of(start)}', 'baddbmm', [Input(draw.normal(start)), Input(draw.normal((2, 3, 4))), draw.maybe_laid_out(draw.normal((2, 4, 5)))],
                         lambda c, a, b: torch.baddbmm(c, a, b, **attrs), attrs)  # fmt: skip
    for op, shapes in [('addmm', ((3, 2), (3, 0), (0, 2))), ('baddbmm', ((2, 3, 2), (2, 3, 0), (2, 0, 2)))]:
        attrs = {'beta': 0.5, 'alpha': 2.0}
        recorder.add(f'{op}/empty', op, [Input(draw.normal(shape)) for shape in shapes], lambda c, a, b: getattr(torch, op)(c, a, b, **attrs), attrs)
    recorder.add('addmm/beta=0,nan', 'addmm', [Input(np.full((2,), np.nan), False), Input(draw.normal((3, 4)), False), Input(draw.normal((4, 2)), False)],
                 lambda c, a, b: torch.addmm(c, a, b, beta=0.0), {'beta': 0.0, 'alpha': 1.0}, note='beta 0 ignores what input holds')  # fmt: skip
    for dims, a, b in [(1, (2, 3), (3, 4)), (2, (2, 3, 4), (3, 4, 2)), (0, (2, 3), (2,)), ([[0], [1]], (3, 2), (4, 3)), ([[1, 2], [1, 0]], (2, 3, 4), (4, 3, 5)),
                       ([[-1], [0]], (2, 4), (4, 3)), ([[0, 1], [0, 1]], (3, 4), (3, 4)), ([[2, 0], [0, 1]], (2, 3, 4), (4, 2)), ([[], []], (2,), (3,))]:  # fmt: skip
        recorder.add(f'tensordot/{name_of(a)},{name_of(b)},{dims}', 'tensordot', [draw.maybe_laid_out(draw.normal(a)), Input(draw.normal(b))],
                     lambda x, y: torch.tensordot(x, y, dims), {'dims': dims})  # fmt: skip
    for x, out, bias in [((2, 3, 4), 5, True), ((3, 4), 2, False), ((4,), 3, True), ((0, 4), 3, True), ((2, 2, 2, 3), 1, True), ((17, 9), 8, True), ((1, 1), 1, False)]:
        inputs = [draw.maybe_laid_out(draw.normal(x)), Input(draw.normal((out, x[-1])))] + ([Input(draw.normal((out,)))] if bias else [])
        recorder.add(f'linear/{name_of(x)},{out}x{x[-1]},bias={bias}', 'linear', inputs, F.linear)
