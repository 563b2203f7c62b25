/** Layers that pad by what is there: its mirror image, its edge, or its other end. */
import type { PadOptions } from '@tessera/tensor';
import { Pad, type Padding } from './pad.ts';

/** Pads [N, C, L] or [C, L] by the mirror image without its edge. PyTorch: `torch.nn.ReflectionPad1d`. */
export class ReflectionPad1d<const out P extends Padding = Padding> extends Pad<1, P> {
  protected override readonly mode: PadOptions = { mode: 'reflect' };

  constructor(padding: P) {
    super('ReflectionPad1d', 1, padding);
  }
}

/** Pads [N, C, H, W] or [C, H, W] by the mirror image without its edge. PyTorch: `torch.nn.ReflectionPad2d`. */
export class ReflectionPad2d<const out P extends Padding = Padding> extends Pad<2, P> {
  protected override readonly mode: PadOptions = { mode: 'reflect' };

  constructor(padding: P) {
    super('ReflectionPad2d', 2, padding);
  }
}

/** Pads [N, C, D, H, W] or [C, D, H, W] by the mirror image without its edge. PyTorch: `torch.nn.ReflectionPad3d`. */
export class ReflectionPad3d<const out P extends Padding = Padding> extends Pad<3, P> {
  protected override readonly mode: PadOptions = { mode: 'reflect' };

  constructor(padding: P) {
    super('ReflectionPad3d', 3, padding);
  }
}

/** Pads [N, C, L] or [C, L] by the edge. PyTorch: `torch.nn.ReplicationPad1d`. */
export class ReplicationPad1d<const out P extends Padding = Padding> extends Pad<1, P> {
  protected override readonly mode: PadOptions = { mode: 'replicate' };

  constructor(padding: P) {
    super('ReplicationPad1d', 1, padding);
  }
}

/** Pads [N, C, H, W] or [C, H, W] by the edge. PyTorch: `torch.nn.ReplicationPad2d`. */
export class ReplicationPad2d<const out P extends Padding = Padding> extends Pad<2, P> {
  protected override readonly mode: PadOptions = { mode: 'replicate' };

  constructor(padding: P) {
    super('ReplicationPad2d', 2, padding);
  }
}

/** Pads [N, C, D, H, W] or [C, D, H, W] by the edge. PyTorch: `torch.nn.ReplicationPad3d`. */
export class ReplicationPad3d<const out P extends Padding = Padding> extends Pad<3, P> {
  protected override readonly mode: PadOptions = { mode: 'replicate' };

  constructor(padding: P) {
    super('ReplicationPad3d', 3, padding);
  }
}

/** Pads [N, C, L] or [C, L] by the other end. PyTorch: `torch.nn.CircularPad1d`. */
export class CircularPad1d<const out P extends Padding = Padding> extends Pad<1, P> {
  protected override readonly mode: PadOptions = { mode: 'circular' };

  constructor(padding: P) {
    super('CircularPad1d', 1, padding);
  }
}

/** Pads [N, C, H, W] or [C, H, W] by the other end. PyTorch: `torch.nn.CircularPad2d`. */
export class CircularPad2d<const out P extends Padding = Padding> extends Pad<2, P> {
  protected override readonly mode: PadOptions = { mode: 'circular' };

  constructor(padding: P) {
    super('CircularPad2d', 2, padding);
  }
}

/** Pads [N, C, D, H, W] or [C, D, H, W] by the other end. PyTorch: `torch.nn.CircularPad3d`. */
export class CircularPad3d<const out P extends Padding = Padding> extends Pad<3, P> {
  protected override readonly mode: PadOptions = { mode: 'circular' };

  constructor(padding: P) {
    super('CircularPad3d', 3, padding);
  }
}
