import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { SECONDS_PER_LAW } from './tools/laws/src/budget.ts';

// One seed for all processes of a run, printed at its end.
process.env.LAWS_SEED ||= String(Math.floor(Math.random() * 2 ** 31));
process.env.LAWS_SECONDS ||= String(SECONDS_PER_LAW);

const inside = (folder: string) =>
  readdirSync(join(import.meta.dirname, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => `${folder}/${entry.name}`);

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: '100%',
    reporters: ['default', join(import.meta.dirname, 'tools/laws/src/reporter.ts')],
    tags: [{ name: 'law' }],
    include: ['test/**/*.test.ts'],
    setupFiles: [join(import.meta.dirname, 'vitest.setup.ts')],
    testTimeout: Math.max(60, 3 * Number(process.env.LAWS_SECONDS)) * 1000,
    projects: [...inside('packages'), ...inside('tools'), 'docs'].map((root) => ({
      extends: true as const,
      test: { name: root.replace(/^packages\//, ''), root },
    })),
  },
});
