export const FIRST: number;
export const SECOND: number;
export const OWN: number;
export function findPlaces(
  compile: (base: number) => Promise<Uint8Array>,
): Promise<{ bytes: Uint8Array; places: number[] }>;
export function packed(numbers: readonly number[]): Buffer;
