import {
  AdaptiveAvgPool2d,
  AvgPool2d,
  adaptiveMaxPool1d,
  avgPool1d,
  Conv1d,
  Conv2d,
  type ConvLayerOptions,
  ConvTranspose1d,
  ConvTranspose2d,
  conv1d,
  conv2d,
  conv3d,
  Flatten,
  interpolate,
  Linear,
  MaxPool2d,
  maxPool2d,
  PixelShuffle,
  pixelUnshuffle,
  ReflectionPad2d,
  ReLU,
  ReplicationPad1d,
  Sequential,
  Upsample,
  ZeroPad2d,
} from '@tessera/layers';
import { type Tensor, zeros } from '@tessera/tensor';

declare const some: Tensor;
declare const n: number;
declare const settings: ConvLayerOptions;
const images = zeros(8, 3, 28, 28);

// Tensor<readonly [8, 16, 26, 26]>
export const convolved = new Conv2d(3, 16, 3).forward(images);
// Tensor<readonly [8, 16, 14, 14]>
export const strided = new Conv2d(3, 16, 3, { stride: 2, padding: 1 }).forward(images);
// Tensor<readonly [8, 16, 28, 28]>
export const sameSize = new Conv2d(3, 16, [3, 5], { padding: 'same' }).forward(images);
// Tensor<readonly [16, 26, 24]>
export const unbatched = new Conv2d(3, 16, [3, 5]).forward(zeros(3, 28, 28));
// Tensor<readonly [8, 16, 24, 13]>
export const dilated = new Conv2d(3, 16, 3, { dilation: [2, 1], stride: [1, 2] }).forward(images);
// Tensor<readonly [8, 16, number, number]>
export const someSettings = new Conv2d(3, 16, 3, settings).forward(images);
// Tensor<readonly [8, 16, 26, number]>
export const someWidth = new Conv2d(3, 16, 3).forward(zeros(8, 3, 28, n));
// Conv2d: input must have 3 channels; got [8, 1, 28, 28] (1)
export const misfit = new Conv2d(3, 16, 3).forward(zeros(8, 1, 28, 28));
// Conv2d: input must be [N, C, H, W] or [C, H, W]; got [28, 28]
export const noChannels = new Conv2d(3, 16, 3).forward(zeros(28, 28));
// Conv1d: windows must fit the padded input; got size 5 for 4 in dim -1
export const tooSmall = new Conv1d(2, 2, 5).forward(zeros(1, 2, 4));
// Tensor<readonly [8, 4, 28, 28]>
export const functional = conv2d(images, zeros(4, 3, 3, 3), { padding: 'same' });
// Tensor<readonly [2, 4, 5]>
export const grouped = conv1d(zeros(2, 6, 7), zeros(4, 3, 3), { groups: 2 });
// conv2d: input must have 4 channels; got [8, 3, 28, 28] (3)
export const misfitFunctional = conv2d(images, zeros(4, 4, 3, 3));
// conv1d: groups must divide the weight's output channels; got [3, 3, 3] (3) for 2 groups
export const misfitGroups = conv1d(zeros(2, 6, 7), zeros(3, 3, 3), { groups: 2 });
// conv2d: weight must be [outChannels, inChannels / groups, kh, kw]; got [4, 3, 3]
export const misfitWeight = conv2d(images, zeros(4, 3, 3));
// Tensor<readonly [2, 5, 3, 3, 3]>
export const volume = conv3d(zeros(2, 1, 4, 8, 8), zeros(5, 1, 2, 3, 3), { stride: [1, 2, 2] });
// Tensor<readonly [8, 3, 14, 14]>
export const pooled = new MaxPool2d(2).forward(images);
// Tensor<readonly [8, 3, 14, 14]>
export const poolFunction = maxPool2d(images, 3, { stride: 2, padding: 1 });
// ValuesAndIndices<readonly [8, 3, 14, 14]>
export const withIndices = maxPool2d(images, 2, { returnIndices: true });
// Tensor<readonly [1, 1, 3, 3]>
export const ceiled = new AvgPool2d(2, { ceilMode: true }).forward(zeros(1, 1, 5, 5));
// avgPool1d: windows must fit the padded input; got size 3 for 2 in dim -1
export const tooSmallPool = avgPool1d(zeros(1, 1, 2), 3);
// MaxPool2d: input must be [N, C, H, W] or [C, H, W]; got [8, 3]
export const noPlane = new MaxPool2d(2).forward(zeros(8, 3));
// Tensor<readonly [8, 3, 1, 28]>
export const adaptive = new AdaptiveAvgPool2d([1, null]).forward(images);
// Tensor<readonly [1, 2, 3]>
export const adaptiveFunction = adaptiveMaxPool1d(zeros(1, 2, 9), 3);
// Tensor<readonly [8, 10]>
export const network = new Sequential(
  new Conv2d(3, 32, 3),
  new ReLU(),
  new MaxPool2d(2),
  new Flatten(),
  new Linear(5408, 10),
).forward(images);
// Linear: last dimension must be 5000; got 5408
export const misfitNetwork = new Sequential(
  new Conv2d(3, 32, 3),
  new MaxPool2d(2),
  new Flatten(),
  new Linear(5000, 10),
).forward(images);
// Conv2d: input must have 16 channels; got [..., 32, ?, ?] (32)
export const misfitChain = new Sequential(new Conv2d(3, 32, 3), new ReLU(), new Conv2d(16, 8, 3));
// Tensor<Shape>
export const ofSome = new Conv2d(3, 16, 3).forward(some);

// Tensor<readonly [8, 16, 58, 58]>
export const transposed = new ConvTranspose2d(3, 16, 4, { stride: 2 }).forward(images);
// Tensor<readonly [8, 16, 56, 57]>
export const transposedFurther = new ConvTranspose2d(3, 16, 4, {
  stride: 2,
  padding: 1,
  outputPadding: [0, 1],
}).forward(images);
// Tensor<readonly [16, 9]>
export const transposedAlone = new ConvTranspose1d(3, 16, 3, { dilation: 2 }).forward(zeros(3, 5));
// Tensor<readonly [8, 16, number, number]>
export const transposedSettings = new ConvTranspose2d(3, 16, 3, { stride: n }).forward(images);
// Tensor<Shape>
export const transposedTo = new ConvTranspose2d(3, 16, 3).forward(images, { outputSize: [30, 30] });
// ConvTranspose2d: input must have 3 channels; got [8, 1, 28, 28] (1)
export const misfitTransposed = new ConvTranspose2d(3, 16, 3).forward(zeros(8, 1, 28, 28));
// ConvTranspose1d: padding must leave elements; got 6 of 5 in dim -1
export const nothingLeft = new ConvTranspose1d(3, 16, 3, { padding: 3 }).forward(zeros(8, 3, 3));
// Tensor<readonly [8, 1, 30, 30]>
export const zeroPadded = new ZeroPad2d(1).forward(zeros(8, 1, 28, 28));
// Tensor<readonly [8, 1, 35, 31]>
export const reflected = new ReflectionPad2d([1, 2, 3, 4]).forward(zeros(8, 1, 28, 28));
// Tensor<readonly [8, 1, number]>
export const cropped = new ReplicationPad1d([-1, 2]).forward(zeros(8, 1, 28));
// Tensor<readonly [8, 2, 12, 15]>
export const shuffled = new PixelShuffle(3).forward(zeros(8, 18, 4, 5));
// Tensor<readonly [8, 18, 4, 5]>
export const unshuffled = pixelUnshuffle(zeros(8, 2, 12, 15), 3);
// pixelShuffle: x must be [..., C * 9, H, W]; got [8, 17, 4, 5]
export const noSquare = new PixelShuffle(3).forward(zeros(8, 17, 4, 5));
// pixelUnshuffle: x must be [..., C, H * 3, W * 3]; got [2, 12, 14]
export const noMultiple = pixelUnshuffle(zeros(2, 12, 14), 3);
// Tensor<readonly [8, 3, 56, 56]>
export const upsampled = new Upsample({ scaleFactor: 2 }).forward(images);
// Tensor<readonly [8, 3, 10, 20]>
export const interpolated = interpolate(images, { size: [10, 20], mode: 'bilinear' });
// Tensor<readonly [8, 3, number, number]>
export const grownBySome = interpolate(images, { scaleFactor: 1.5 });
// Tensor<readonly [8, 16, 28, 28]>
export const decoder = new Sequential(
  new ConvTranspose2d(4, 8, 2, { stride: 2 }),
  new ReLU(),
  new Upsample({ scaleFactor: 2 }),
  new Conv2d(8, 16, 3, { padding: 1 }),
).forward(zeros(8, 4, 7, 7));
