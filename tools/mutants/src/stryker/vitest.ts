/**
 * What suites find in place of vitest when Stryker runs laws: it keeps the laws of a suite as functions that can be
 * called again and again, one bug after another, without loading anything anew. Other tests are left out.
 */
import { chai, JestAsymmetricMatchers, JestChaiExpect, JestExtend } from '@vitest/expect';
import { spyOn } from '@vitest/spy';

export const vi: { readonly spyOn: typeof spyOn } = { spyOn };

for (const plugin of [JestExtend, JestChaiExpect, JestAsymmetricMatchers]) chai.use(plugin);

/** The value, with vitest's own assertions. */
export const expect: typeof chai.expect = Object.assign(
  (value: unknown, message?: string) => chai.expect(value, message),
  chai.expect,
);

export interface Law {
  /** Package, suites and name. */
  readonly id: string;
  readonly name: string;
  readonly file: string;
  run(): Promise<void>;
}

type Hook = () => unknown;
type Body = (context: unknown) => unknown;

interface Suite {
  readonly name: string;
  readonly parent: Suite | undefined;
  readonly before: Hook[];
  readonly beforeEach: Hook[];
  readonly afterEach: Hook[];
  begun: boolean;
}

let laws: Law[] = [];
let file = '';
let suite: Suite = suiteOf('', undefined);

/** Loads a file of tests; its laws, each with a name of its own. */
export async function lawsIn(path: string, relative: string): Promise<Law[]> {
  laws = [];
  file = relative;
  suite = suiteOf(relative, undefined);
  await import(path);
  return laws;
}

function suiteOf(name: string, parent: Suite | undefined): Suite {
  return { name, parent, before: [], beforeEach: [], afterEach: [], begun: false };
}

function chain(one: Suite): Suite[] {
  return one.parent === undefined ? [one] : [...chain(one.parent), one];
}

export function describe(name: string, body: () => void): void {
  const around = suite;
  suite = suiteOf(name, around);
  body();
  suite = around;
}

describe.each = (rows: readonly unknown[]) => (name: string, body: (...row: unknown[]) => void) => {
  for (const row of rows) describe(titled(name, row), () => body(...[row].flat()));
};

export function test(name: string, options: { readonly tags?: readonly string[] } | Body, body?: Body): void {
  if (typeof options === 'function' || !options.tags?.includes('law') || body === undefined) return;
  const suites = chain(suite);
  const path = [file.split('/')[1], ...suites.slice(1).map((one) => one.name), name].join(' › ');
  // Tables may have rows of one name.
  const same = laws.filter((law) => law.id === path || law.id.startsWith(`${path} #`)).length;
  const id = same === 0 ? path : `${path} #${same + 1}`;
  const task = {
    name,
    meta: {},
    file: { name: file, projectName: file.split('/')[1] },
    suite: suites.slice(1).reduce<object | undefined>((parent, one) => ({ name: one.name, suite: parent }), undefined),
  };
  laws.push({
    id,
    name,
    file,
    async run() {
      for (const one of suites) {
        if (!one.begun) for (const hook of one.before) await hook();
        one.begun = true;
        for (const hook of one.beforeEach) await hook();
      }
      try {
        await body({ task });
      } finally {
        for (const one of suites) for (const hook of one.afterEach) await hook();
      }
    },
  });
}

test.each = () => () => {};
test.for = test.each;

export const beforeAll = (hook: Hook): unknown => suite.before.push(hook);
export const beforeEach = (hook: Hook): unknown => suite.beforeEach.push(hook);
/** What a file leaves behind at its end, it leaves behind after each law. */
export const afterEach = (hook: Hook): unknown => suite.afterEach.push(hook);
export const afterAll: typeof afterEach = afterEach;

/** The title of a row of a table, for `%s` and `$name`. */
function titled(name: string, row: unknown): string {
  const cells = [row].flat() as unknown[];
  let next = 0;
  const filled = name.replace(/%[sdio]/g, () => String(cells[next++]));
  return filled.replace(/\$([\w.]+)/g, (_, path: string) =>
    String(path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown>)?.[key], row)),
  );
}
