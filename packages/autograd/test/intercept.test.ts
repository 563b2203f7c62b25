import { enableGrad, interceptGradients, noGrad, requiresGrad } from '@tessera/autograd';
import { law } from '@tessera/laws';
import { ones, type Tensor, tensor } from '@tessera/tensor';
import { expectSameBits } from '@tessera/tensor/testing';
import fc from 'fast-check';
import { expect } from 'vitest';

law('gradients that come by together: those that are there are shown, and what has none is passed on as it is', {
  rows: 88,
  formula: 'y = intercept(x): y = x; hook sees ∇y, null where there is none; ∇x = what it gives',
  tolerance: 'E',
  given: [
    fc.array(fc.constantFrom('recorded', 'a result', 'plain', 'whole', 'the first again'), {
      minLength: 1,
      maxLength: 4,
    }),
    fc.constantFrom('nothing', 'twice', 'only the first'),
    fc.boolean(),
  ],
  holds: (kinds, gives, isRecording) => {
    const leaves: Tensor[] = [];
    const given = kinds.map((kind, i): Tensor => {
      if (kind === 'whole') return tensor([i, 2], { dtype: 'int32' });
      const t = tensor([i + 1, -2]);
      if (kind === 'plain') return t;
      const leaf = requiresGrad(t);
      leaves.push(leaf);
      return kind === 'a result' ? leaf.mul(2) : leaf;
    });
    kinds.forEach((kind, i) => {
      if (kind === 'the first again') given[i] = given[0] as Tensor;
    });
    const seen: (readonly (Tensor | null)[])[] = [];
    const passed = (isRecording ? enableGrad : noGrad)(() =>
      interceptGradients(given, (gradients) => {
        seen.push(gradients);
        if (gives === 'nothing') return undefined;
        return gradients.map((g, i) => (gives === 'only the first' && i > 0 ? null : (g?.mul(2) ?? null)));
      }),
    );
    const isTraced = given.map((t) => isRecording && t.requiresGrad);
    passed.forEach((t, i) => {
      expectSameBits(t.detach(), given[i]!.detach());
      // A gradient of its own for each place, also for one tensor in two.
      expect(t === given[i]).toBe(!isTraced[i]);
      if (isRecording) expect(t.requiresGrad).toBe(given[i]!.requiresGrad);
    });
    if (!isTraced.includes(true)) return;
    const total = passed.reduce((sum, t, i) => (isTraced[i] ? sum.add(t.mul(i + 1).sum()) : sum), tensor(0));
    total.backward();
    expect(seen.length).toBe(1);
    seen[0]!.forEach((g, i) => {
      if (!isTraced[i]) expect(g).toBeNull();
      else expectSameBits(g as Tensor, ones(2).mul(i + 1));
    });
    const factor = gives === 'twice' || gives === 'only the first' ? 2 : 1;
    const back = given.map((_, i) => (gives === 'only the first' && i > 0 ? 0 : isTraced[i] ? factor * (i + 1) : 0));
    const slopeOf = (of: Tensor): number => given.reduce((sum, t, i) => (t === of ? sum + back[i]! : sum), 0);
    const results = new Set(given.filter((t) => t.requiresGrad && !t.isLeaf));
    for (const leaf of leaves) {
      const direct = given.includes(leaf) ? slopeOf(leaf) : 0;
      const place = kinds.findIndex(
        (kind, i) => kind === 'a result' && given[i]!.detach().data[0] === 2 * leaf.data[0]!,
      );
      const through =
        !given.includes(leaf) && place >= 0 && results.has(given[place]!) ? 2 * slopeOf(given[place]!) : 0;
      const expected = direct + through;
      expectSameBits(leaf.grad ?? ones(2).mul(0), ones(2).mul(expected));
    }
  },
});
