/** Share of training in which the learning rate rises. */
const WARM_UP = 0.05;

/** Share of the highest learning rate at `progress` (0 to 1): up in a straight line, then down along a cosine to 0. */
export function schedule(progress: number): number {
  if (progress < WARM_UP) return 0.1 + (0.9 * progress) / WARM_UP;
  return (1 + Math.cos((Math.PI * (progress - WARM_UP)) / (1 - WARM_UP))) / 2;
}
