/** Attention without softmax: a state that is updated key by key, in time that grows with the length alone. */
import { cat, ShapeError, type Tensor, ValueError, zeros } from '@tessera/tensor';
import {
  broadcastShapes,
  checkFloat,
  checkNumber,
  checkOneOf,
  checkSameDType,
  checkTensor,
  formatShape,
  sameShape,
  withDefaults,
} from '@tessera/tensor/core';

const OP = 'linearAttention';

export type UpdateRule = 'linear' | 'gated' | 'delta' | 'gated_delta';

export interface LinearAttentionOptions {
  /**
   * How a key and its value enter the state S: 'linear' adds k v^T; 'gated' first multiplies S with exp(decay); 'delta' adds
   * beta k (v - S^T k)^T, which replaces what S holds for k; 'gated_delta' does both. Default 'linear'.
   */
  readonly updateRule?: UpdateRule;
  /** Logarithms of what S is multiplied with: [B, Hkv, L, dk] or [B, Hkv, L, 1]. Default null: 0. */
  readonly decay?: Tensor | null;
  /** How much of a new value is written: stretches to [B, Hkv, L]. Default null: 1. */
  readonly beta?: Tensor | null;
  /** What results are multiplied with. Default null: 1 / sqrt(dk). */
  readonly scale?: number | null;
  /** The state to go on from: [B, Hkv, dk, dv]. Default null: zeros. */
  readonly state?: Tensor | null;
}

export interface LinearAttentionResult {
  /** [B, H, L, dv] */
  readonly output: Tensor;
  /** The state after the last key: [B, Hkv, dk, dv]. */
  readonly state: Tensor;
}

/**
 * Causal attention by a state of fixed size: of position t it gives scale S_t^T q_t. [B, H, L, dk], [B, Hkv, L, dk], [B, Hkv, L, dv]
 * -> [B, H, L, dv] and the state, with which the next call goes on; every head of keys serves H / Hkv heads of queries.
 * Katharopoulos et al., 2020; Yang et al., 2024 (gated delta rule). ONNX: `LinearAttention`.
 *
 * @throws ShapeError when sizes do not fit; ValueError for options that do not go with the rule.
 * @example
 * const [q, k, v] = [randn(1, 2, 10, 4), randn(1, 2, 10, 4), randn(1, 2, 10, 8)];
 * linearAttention(q, k, v, { updateRule: 'linear' }).output.shape; // [1, 2, 10, 8]
 */
export function linearAttention(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  options: LinearAttentionOptions = {},
): LinearAttentionResult {
  const { updateRule, decay, beta, scale, state } = withDefaults<Required<LinearAttentionOptions>>(OP, options, {
    updateRule: 'linear',
    decay: null,
    beta: null,
    scale: null,
    state: null,
  });
  checkOneOf(OP, 'updateRule', updateRule, ['linear', 'gated', 'delta', 'gated_delta']);
  const { batch, heads, keyHeads, length, dk, dv } = sizesOf(query, key, value);
  if (decay !== null && !updateRule.startsWith('gated'))
    throw new ValueError(`${OP}: decay goes with gated rules; got '${updateRule}'; try 'gated'`);
  if (beta !== null && !updateRule.endsWith('delta'))
    throw new ValueError(`${OP}: beta goes with delta rules; got '${updateRule}'; try 'delta'`);
  const factors = decay && checkStretches('decay', decay, [batch, keyHeads, length, dk], query).exp();
  const shares = beta && checkStretches('beta', beta, [batch, keyHeads, length], query);
  const factor = scale === null ? 1 / Math.sqrt(Math.max(1, dk)) : checkNumber(OP, 'scale', scale);
  let s: Tensor =
    state === null
      ? zeros([batch, keyHeads, dk, dv], { dtype: query.dtype })
      : checkStretches('state', state, [batch, keyHeads, dk, dv], query);
  // (B, H, L, dk) -> (B, Hkv, H / Hkv, L, dk)
  const grouped = query.mul(factor).unflatten(1, [keyHeads, heads / keyHeads]);
  const outputs: Tensor[] = [];
  for (let t = 0; t < length; t++) {
    // (B, Hkv, dk, 1) and (B, Hkv, 1, dv)
    const [k, v] = [key.narrow(2, t, 1).transpose(-2, -1), value.narrow(2, t, 1)];
    if (factors !== null) s = s.mul(factors.narrow(2, t, 1).transpose(-2, -1));
    const share = shares?.narrow(2, t, 1).unsqueeze(-1);
    const written = updateRule.endsWith('delta') ? v.sub(k.transpose(-2, -1).matmul(s)) : v;
    s = s.add(k.matmul(share === undefined ? written : written.mul(share)));
    // (B, Hkv, H / Hkv, dk) (B, Hkv, dk, dv) -> (B, H, 1, dv)
    outputs.push(grouped.select(3, t).matmul(s).flatten(1, 2).unsqueeze(2));
  }
  const output = length === 0 ? zeros([batch, heads, 0, dv], { dtype: query.dtype }) : cat(outputs, 2);
  return { output, state: s };
}

function sizesOf(query: Tensor, key: Tensor, value: Tensor) {
  checkFloat(OP, 'query', checkTensor(OP, 'query', query));
  checkSameDType(OP, query, checkTensor(OP, 'key', key));
  checkSameDType(OP, query, checkTensor(OP, 'value', value));
  const [batch = 0, heads = 0, length = 0, dk = 0] = query.shape;
  const keyHeads = key.shape[1] ?? 0;
  const dv = value.shape[3] ?? 0;
  const fits =
    query.ndim === 4 &&
    sameShape(key.shape, [batch, keyHeads, length, dk]) &&
    sameShape(value.shape, [batch, keyHeads, length, dv]) &&
    keyHeads > 0 &&
    heads % keyHeads === 0;
  if (fits) return { batch, heads, keyHeads, length, dk, dv };
  throw new ShapeError(
    `${OP}: operands must be [B, H, L, dk], [B, Hkv, L, dk] and [B, Hkv, L, dv], with Hkv that divides H; got ${[query, key, value].map(({ shape }) => formatShape(shape)).join(', ')}; try transpose(1, 2)`,
  );
}

function checkStretches(name: string, t: Tensor, shape: readonly number[], query: Tensor): Tensor {
  checkSameDType(OP, query, checkTensor(OP, name, t));
  if (t.ndim !== shape.length || !sameShape(broadcastShapes(OP, t.shape, shape), shape))
    throw new ShapeError(
      `${OP}: ${name} must stretch to ${formatShape(shape)}; got ${formatShape(t.shape)}; try sizes of 1`,
    );
  return t.expand([...shape]);
}
