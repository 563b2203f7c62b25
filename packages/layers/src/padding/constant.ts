/** Layers that pad by a constant: zeros, or another number. */
import type { PadOptions } from '@tessera/tensor';
import { checkNumber } from '@tessera/tensor/core';
import { Pad, type Padding } from './pad.ts';

/** Pads [..., L] by `value`. PyTorch: `torch.nn.ConstantPad1d`. */
export class ConstantPad1d<const out P extends Padding = Padding> extends Pad<1, P> {
  protected override readonly mode: PadOptions;

  constructor(
    padding: P,
    readonly value: number,
  ) {
    super('ConstantPad1d', 1, padding);
    this.mode = { mode: 'constant', value: checkNumber('ConstantPad1d', 'value', value) };
  }

  override extraRepr(): string {
    return `${super.extraRepr()}, value=${this.value}`;
  }
}

/** Pads [..., H, W] by `value`. PyTorch: `torch.nn.ConstantPad2d`. */
export class ConstantPad2d<const out P extends Padding = Padding> extends Pad<2, P> {
  protected override readonly mode: PadOptions;

  constructor(
    padding: P,
    readonly value: number,
  ) {
    super('ConstantPad2d', 2, padding);
    this.mode = { mode: 'constant', value: checkNumber('ConstantPad2d', 'value', value) };
  }

  override extraRepr(): string {
    return `${super.extraRepr()}, value=${this.value}`;
  }
}

/** Pads [..., D, H, W] by `value`. PyTorch: `torch.nn.ConstantPad3d`. */
export class ConstantPad3d<const out P extends Padding = Padding> extends Pad<3, P> {
  protected override readonly mode: PadOptions;

  constructor(
    padding: P,
    readonly value: number,
  ) {
    super('ConstantPad3d', 3, padding);
    this.mode = { mode: 'constant', value: checkNumber('ConstantPad3d', 'value', value) };
  }

  override extraRepr(): string {
    return `${super.extraRepr()}, value=${this.value}`;
  }
}

/** Pads [..., L] by zeros. PyTorch: `torch.nn.ZeroPad1d`. */
export class ZeroPad1d<const out P extends Padding = Padding> extends Pad<1, P> {
  protected override readonly mode: PadOptions = { mode: 'constant' };

  constructor(padding: P) {
    super('ZeroPad1d', 1, padding);
  }
}

/** Pads [..., H, W] by zeros. PyTorch: `torch.nn.ZeroPad2d`. */
export class ZeroPad2d<const out P extends Padding = Padding> extends Pad<2, P> {
  protected override readonly mode: PadOptions = { mode: 'constant' };

  constructor(padding: P) {
    super('ZeroPad2d', 2, padding);
  }
}

/** Pads [..., D, H, W] by zeros. PyTorch: `torch.nn.ZeroPad3d`. */
export class ZeroPad3d<const out P extends Padding = Padding> extends Pad<3, P> {
  protected override readonly mode: PadOptions = { mode: 'constant' };

  constructor(padding: P) {
    super('ZeroPad3d', 3, padding);
  }
}
