/** Running statistics of weights that no batch has gone through. */
import { noGrad } from '@tessera/autograd';
import { type Tensor, ValueError } from '@tessera/tensor';
import { describe, isTensor } from '@tessera/tensor/core';
import { Module } from '../module.ts';
import { BatchNormBase } from './batchNorm.ts';

/** A batch, or a list whose first element it is, as with targets. */
export type Batch = Tensor | readonly [Tensor, ...unknown[]];

/**
 * Computes the running statistics of every BatchNorm of a model anew, as the mean over all batches: for averaged weights, which no
 * batch has gone through in training. PyTorch: `torch.optim.swa_utils.update_bn`.
 *
 * @throws ValueError for what is no module, or no batch. Statistics are then those of the batches before.
 * @example
 * averaged.copyTo();
 * await updateBn(trainLoader, model);
 */
export async function updateBn(batches: Iterable<Batch> | AsyncIterable<Batch>, model: Module): Promise<void> {
  if (!(model instanceof Module))
    throw new ValueError(`updateBn: model must be a module; got ${describe(model)}; try updateBn(batches, model)`);
  const given = batches as Partial<Iterable<Batch> & AsyncIterable<Batch>> | null | undefined;
  if (given?.[Symbol.iterator] === undefined && given?.[Symbol.asyncIterator] === undefined)
    throw new ValueError(`updateBn: batches must be a list of tensors; got ${describe(batches)}; try [x1, x2]`);
  const norms = model.modules().filter((module) => module instanceof BatchNormBase);
  if (norms.length === 0) return;
  const modes = model.modules().map((module) => ({ module, training: module.training }));
  const momenta = norms.map(({ momentum }) => momentum);
  for (const norm of norms) {
    norm.resetRunningStats();
    norm.momentum = null;
  }
  model.train();
  try {
    for await (const batch of batches) {
      const x: unknown = Array.isArray(batch) ? batch[0] : batch;
      if (!isTensor(x)) throw new ValueError(`updateBn: a batch must be a tensor; got ${describe(x)}; try [x, target]`);
      noGrad(() => model.forward(x as never));
    }
  } finally {
    for (const [i, norm] of norms.entries()) norm.momentum = momenta[i] as number | null;
    for (const { module, training } of modes) module.training = training;
  }
}
