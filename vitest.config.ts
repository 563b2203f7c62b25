import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

const inside = (folder: string) =>
  readdirSync(join(import.meta.dirname, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => `${folder}/${entry.name}`);

export default defineConfig({
  test: {
    pool: 'forks',
    include: ['test/**/*.test.ts'],
    setupFiles: [join(import.meta.dirname, 'vitest.setup.ts')],
    testTimeout: 60_000,
    projects: [...inside('packages'), ...inside('tools'), 'docs'].map((root) => ({
      extends: true as const,
      test: { name: root.replace(/^packages\//, ''), root },
    })),
  },
});
