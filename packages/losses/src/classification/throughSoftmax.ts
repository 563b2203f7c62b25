/** Derivatives of slopes g (m p - s), with p = softmax(logits), s the share of each class and m its sum. */
import { softmax, type Tensor } from '@tessera/tensor';

/** By the logits, along h: g m p (h - sum p h) */
export function towardsLogits(logits: Tensor, mass: Tensor, g: Tensor, h: Tensor): Tensor {
  const p = softmax(logits, 1);
  const scaled = h.mul(g.unsqueeze(1)).mul(mass);
  return p.mul(scaled.sub(scaled.mul(p).sum(1, { keepdim: true })));
}

/** By the shares, along h: g (sum p h - h) */
export function towardsShare(logits: Tensor, g: Tensor, h: Tensor): Tensor {
  const along = h.mul(softmax(logits, 1)).sum(1, { keepdim: true });
  return along.sub(h).mul(g.unsqueeze(1));
}
