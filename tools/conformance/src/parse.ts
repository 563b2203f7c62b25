/** One case from JSON, checked against the schema of ../README.md. */
import type { Case, Input, Layout, Values } from './adapter.ts';

const WORDS: Readonly<Record<string, number>> = { NaN, Infinity, '-Infinity': -Infinity };

/** The ranges of whole numbers. */
const WHOLE: Readonly<Record<string, readonly [number, number]>> = {
  bool: [0, 1],
  uint8: [0, 255],
  int8: [-128, 127],
  int16: [-(2 ** 15), 2 ** 15 - 1],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  int64: [-(2 ** 63), 2 ** 63],
};

type Json = Readonly<Record<string, unknown>>;

/** @throws Error that names the field. */
export function parseCase(raw: unknown): Case {
  const json = object(raw, 'a case');
  const inputs = list(json.inputs, 'inputs').map((x, i) => (x === null ? null : parseInput(x, `inputs[${i}]`)));
  const outputs = list(json.outputs, 'outputs').map((x, i) => (x === null ? null : parseValues(x, `outputs[${i}]`)));
  check(outputs.some(Boolean), 'outputs must hold at least one');
  return {
    id: text(json.id, 'id'),
    area: text(json.area, 'area'),
    op: text(json.op, 'op'),
    inputs,
    attrs: parseAttributes(object(json.attrs, 'attrs')),
    outputs,
    gradOutputs: cotangents(json.gradOutputs, outputs, 'gradOutputs'),
    gradInputs: cotangents(json.gradInputs, inputs, 'gradInputs'),
    f32err: isAbsent(json.f32err) ? [0, 0] : parseErrors(json.f32err),
    ...(!isAbsent(json.note) && { note: text(json.note, 'note') }),
  };
}

function parseValues(raw: unknown, at: string): Values {
  const json = object(raw, at);
  const shape = list(json.shape, `${at}.shape`).map((size) => whole(size, `${at}.shape`));
  const dtype = isAbsent(json.dtype) ? 'float32' : text(json.dtype, `${at}.dtype`);
  const data = numbers(json.data, count(shape), `${at}.data`);
  const range = WHOLE[dtype];
  if (range !== undefined) {
    const [low, high] = range;
    const wrong = data.find((value) => !Number.isInteger(value) || value < low || value > high);
    check(wrong === undefined, `${at}.data must be ${dtype}; got ${wrong}`);
  }
  return { shape, dtype, data, ...(!isAbsent(json.name) && { name: text(json.name, `${at}.name`) }) };
}

function parseInput(raw: unknown, at: string): Input {
  const values = parseValues(raw, at);
  const { requiresGrad = false, layout } = raw as Json;
  check(typeof requiresGrad === 'boolean', `${at}.requiresGrad must be true or false; got ${show(requiresGrad)}`);
  return {
    ...values,
    requiresGrad: requiresGrad as boolean,
    ...(!isAbsent(layout) && { layout: parseLayout(layout, values, `${at}.layout`) }),
  };
}

function parseLayout(raw: unknown, { shape, data }: Values, at: string): Layout {
  const json = object(raw, at);
  const axis = (value: unknown): number => {
    const dim = whole(value, `${at}: a dimension`);
    check(dim < shape.length, `${at}: dimension ${dim} of ${shape.length}`);
    return dim;
  };
  if (json.kind === 'permuted') {
    const perm = list(json.perm, `${at}.perm`).map(axis);
    check(
      perm.length === shape.length && new Set(perm).size === perm.length,
      `${at}.perm must name every dimension once`,
    );
    return { kind: 'permuted', perm };
  }
  if (json.kind === 'expanded') {
    const dims = list(json.dims, `${at}.dims`).map(axis);
    check(
      dims.every((dim) => isConstantAlong(shape, data, dim)),
      `${at}: the data must be constant along ${dims}`,
    );
    return { kind: 'expanded', dims };
  }
  check(json.kind === 'sliced', `${at}.kind must be permuted, expanded or sliced; got ${show(json.kind)}`);
  return { kind: 'sliced', dim: axis(json.dim) };
}

function isConstantAlong(shape: readonly number[], data: readonly number[], dim: number): boolean {
  const step = count(shape.slice(dim + 1));
  const size = shape[dim] as number;
  return data.every((value, i) => Object.is(value, data[i - step * (Math.floor(i / step) % size)]));
}

function cotangents(raw: unknown, tensors: readonly (Values | null)[], at: string): (number[] | null)[] {
  const rows = list(raw, at);
  check(rows.length === tensors.length, `${at} must have ${tensors.length} entries; got ${rows.length}`);
  return rows.map((row, i) => {
    if (row === null) return null;
    const tensor = tensors[i];
    if (!tensor) throw new Error(`${at}[${i}] must be null: there is no such tensor`);
    check(WHOLE[tensor.dtype] === undefined, `${at}[${i}] must be null: ${tensor.dtype} has no derivative`);
    return numbers(row, tensor.data.length, `${at}[${i}]`);
  });
}

function parseErrors(raw: unknown): [number, number] {
  const errors = numbers(raw, 2, 'f32err');
  check(
    errors.every((error) => error >= 0 && error < Infinity),
    `f32err must be two errors; got ${errors}`,
  );
  return errors as [number, number];
}

function parseAttributes(json: Json): Json {
  const value = (x: unknown): unknown => {
    if (typeof x === 'string' && Object.hasOwn(WORDS, x)) return WORDS[x];
    return Array.isArray(x) ? x.map(value) : x;
  };
  return Object.fromEntries(Object.entries(json).map(([key, x]) => [key, value(x)]));
}

function numbers(raw: unknown, length: number, at: string): number[] {
  const values = list(raw, at);
  check(values.length === length, `${at} must have ${length} values; got ${values.length}`);
  return values.map((value) => {
    if (typeof value === 'number') return value;
    if (typeof value === 'string' && Object.hasOwn(WORDS, value)) return WORDS[value] as number;
    throw new Error(`${at} must hold numbers, "NaN", "Infinity" or "-Infinity"; got ${show(value)}`);
  });
}

function object(raw: unknown, at: string): Json {
  check(typeof raw === 'object' && raw !== null && !Array.isArray(raw), `${at} must be an object; got ${show(raw)}`);
  return raw as Json;
}

function list(raw: unknown, at: string): readonly unknown[] {
  check(Array.isArray(raw), `${at} must be an array; got ${show(raw)}`);
  return raw as readonly unknown[];
}

function text(raw: unknown, at: string): string {
  check(typeof raw === 'string', `${at} must be a string; got ${show(raw)}`);
  return raw as string;
}

function whole(raw: unknown, at: string): number {
  check(Number.isInteger(raw) && (raw as number) >= 0, `${at} must be whole and not negative; got ${show(raw)}`);
  return raw as number;
}

function isAbsent(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}

function count(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function show(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 40);
}

function check(sound: boolean, message: string): void {
  if (!sound) throw new Error(message);
}
