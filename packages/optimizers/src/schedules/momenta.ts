/** The momenta between which schedules go, against the rates. */
import { ValueError } from '@tessera/tensor';
import { checkFlag } from '@tessera/tensor/core';
import { checkRange, forGroups, groupsOf, type Scheduled } from './schedule.ts';

/** The lower and the higher momentum of every group. */
export interface Momenta {
  readonly base: readonly number[];
  readonly max: readonly number[];
}

export interface MomentumOptions {
  readonly cycleMomentum: boolean;
  readonly baseMomentum: number | readonly number[];
  readonly maxMomentum: number | readonly number[];
}

/** The momenta of all groups, or null where momentum stays; throws for what is no momentum, or where there is none. */
export function momentaOf(name: string, optimizer: Scheduled, options: MomentumOptions): Momenta | null {
  const groups = groupsOf(name, optimizer);
  const of = (setting: string, value: number | readonly number[]): readonly number[] =>
    forGroups(name, setting, value, groups.length).map((one) => checkRange(name, setting, one, 0, 1));
  const momenta = { base: of('baseMomentum', options.baseMomentum), max: of('maxMomentum', options.maxMomentum) };
  if (!checkFlag(name, 'cycleMomentum', options.cycleMomentum)) return null;
  if (groups.every(({ momentum, betas }) => momentum !== undefined || betas !== undefined)) return momenta;
  throw new ValueError(
    `${name}: cycleMomentum needs an optimizer with momentum; got one without; try { cycleMomentum: false }`,
  );
}
